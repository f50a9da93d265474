// What the moving figures share: elements, axes, controls, the state in the
// address, and what a screen reader is told.
//
// A figure is a module with
//   controls(data)              what can be changed
//   draw(kit, data, state, width, set)   {nodes, said, below, values, drag}
// It is drawn anew after each change; nothing moves unless somebody moves it.

const SVG = new Set(["svg", "g", "path", "line", "circle", "rect", "text", "tspan", "polyline", "polygon", "ellipse"]);

/** Make an element of HTML or SVG. */
export function h(tag, attributes = {}, ...children) {
  const made = SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== false));
  return made;
}

/** Letters as a formula sets them. */
export function letters(text) {
  const slanted = [...text].map((c) => {
    if (c === "h") return "ℎ";
    const small = "abcdefghijklmnopqrstuvwxyz".indexOf(c);
    const large = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(c);
    if (small >= 0) return String.fromCodePoint(0x1d44e + small);
    if (large >= 0) return String.fromCodePoint(0x1d434 + large);
    return c === "η" ? "𝜂" : c;
  });
  return slanted.join("");
}
/** The same inside a text of SVG, and inside HTML. */
export const math = (text) => h("tspan", { class: "math" }, letters(text));
export const inline = (text) => h("span", { class: "math" }, letters(text));

const SUPER = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
export const power = (k) => (k === 0 ? "1" : k === 1 ? "10" : "10" + [...String(k)].map((c) => SUPER[c]).join(""));

/** Write a number with a few digits, as prose does: 0.0351, 1.07 · 10⁹. */
export function short(value, digits = 3) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e5) {
    const fixed = Number(value.toPrecision(digits));
    return String(fixed).replace("-", "−");
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  if (mantissa === "1") return power(Number(exponent));
  return `${mantissa.replace("-", "−")}\u00a0·\u00a0${power(Number(exponent))}`;
}
export const minus = (value) => String(value).replaceAll("-", "−");

export const linear = (from, to, a, b) => {
  const scale = (v) => a + ((v - from) / (to - from)) * (b - a);
  scale.back = (p) => from + ((p - a) / (b - a)) * (to - from);
  return scale;
};
export const logarithmic = (from, to, a, b) => {
  const inner = linear(Math.log10(from), Math.log10(to), a, b);
  const scale = (v) => inner(Math.log10(v));
  scale.back = (p) => 10 ** inner.back(p);
  return scale;
};
export const points = (pairs) => pairs.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" ");
export const line = (pairs, kind) => h("polyline", { points: points(pairs), class: kind });

/** Draw the axes of a box {left, top, right, bottom} with ticks [value, text]. */
export function axes(box, x, y, { xticks = [], yticks = [], xlabel, ylabel }) {
  const { left, top, right, bottom } = box;
  return h("g", { class: "axes" },
    h("path", { d: `M${left} ${top}V${bottom}H${right}` }),
    xticks.map(([v, text]) => [
      h("path", { d: `M${x(v)} ${bottom}v4` }),
      h("text", { x: x(v), y: bottom + 18, "text-anchor": "middle" }, text),
    ]),
    yticks.map(([v, text]) => [
      h("path", { d: `M${left} ${y(v)}h-4` }),
      h("text", { x: left - 7, y: y(v) + 4.5, "text-anchor": "end" }, text),
    ]),
    xlabel && h("text", { x: (left + right) / 2, y: bottom + 36, "text-anchor": "middle" }, xlabel),
    ylabel && h("text", { x: left - 7, y: top - 9, "text-anchor": left > 90 ? "middle" : "start" }, ylabel),
  );
}
/** A drawing that screen readers take for one picture. */
export const picture = (width, height, label, ...children) =>
  h("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label }, children);
/** A part of a drawing outside of which nothing is seen. */
export const clipped = ({ left, top, right, bottom }, ...children) =>
  h("svg", { x: left, y: top, width: right - left, height: bottom - top, viewBox: `${left} ${top} ${right - left} ${bottom - top}` }, children);

let count = 0;
const stamp = () => `moving-${(count += 1)}`;

/** A control, its present value in words, and how it is set from outside. */
const MAKERS = {
  range(control, change) {
    const { label, values, show = minus, less = "one less", more = "one more" } = control;
    const id = stamp();
    const said = h("output", { for: id });
    const input = h("input", { id, type: "range", min: 0, max: values.length - 1, step: 1,
      input: () => change(values[input.value]) });
    const step = (by, text) => h("button", { type: "button", "aria-label": `${label}, ${text}`, class: "step",
      click: () => { input.value = Number(input.value) + by; change(values[input.value]); } }, by < 0 ? "−" : "+");
    const node = h("div", { class: "control" }, h("label", { for: id }, label), said,
      h("span", { class: "slide" }, step(-1, less), input, step(1, more)));
    return { node, update(value, words) {
      input.value = values.indexOf(value);
      said.textContent = show(value);
      input.setAttribute("aria-valuetext", words ?? show(value));
    } };
  },
  choice(control, change) {
    const name = stamp();
    const inputs = control.options.map(([value, text]) => {
      const input = h("input", { type: "radio", name, value, change: () => change(value) });
      return [input, h("label", {}, input, text)];
    });
    const node = h("fieldset", { class: "control" }, h("legend", {}, control.label), inputs.map(([, l]) => l));
    return { node, update(value) { inputs.forEach(([input]) => { input.checked = input.value === value; }); } };
  },
  numbers(control, change) {
    const { label, length, min, max } = control;
    const inputs = Array.from({ length }, (_, i) => h("input", {
      type: "number", min, max, step: 1, "aria-label": `${label}, entry ${i + 1}`, inputmode: "text",
      input: () => {
        const found = inputs.map((e) => e.value);
        if (found.every((v) => control.accepts(v))) change(found.join(","));
      },
    }));
    const node = h("fieldset", { class: "control" }, h("legend", {}, label), inputs);
    return { node, update(value) {
      value.split(",").forEach((v, i) => { if (inputs[i].value !== v) inputs[i].value = v; });
    } };
  },
};
const accepts = (control, value) => {
  if (control.values) return control.values.includes(value);
  if (control.options) return control.options.some(([v]) => v === value);
  if (control.length) {
    const found = value.split(",");
    return found.length === control.length && found.every(control.accepts);
  }
  return control.accepts(value);
};

/** Open a figure in its place; return how it is shown and restored. */
export async function open(place, figure, mark) {
  const kit = await import(import.meta.url);
  const held = place.querySelector("script[type='application/json']");
  const data = held ? JSON.parse(held.textContent) : {};
  const controls = figure.controls(data);
  const state = Object.fromEntries(controls.map((c) => [c.name, c.start]));
  if (!document.querySelector("link[data-moving]")) {
    const style = h("link", { rel: "stylesheet", "data-moving": true, href: new URL(`./moving.css${mark}`, import.meta.url) });
    const loaded = new Promise((done) => { style.onload = style.onerror = done; });
    document.head.append(style);
    await loaded;
  }

  const stage = h("div", { class: "stage" });
  const said = h("p", { class: "said" }), below = h("div", { class: "stage" });
  const live = h("p", { class: "hidden", role: "status" });
  const made = new Map();
  let drawn = {}, later, whole;
  const keep = () => {
    const text = Object.entries(state).map(([name, value]) =>
      `${name}=${value.replace(/[^\w\-.,/]/g, encodeURIComponent)}`);
    history.replaceState(history.state, "", `#${text.join("&")}`);
  };
  const draw = () => {
    const width = Math.floor(stage.clientWidth) || 600;
    const focused = whole.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    drawn = figure.draw(kit, data, state, width, set);
    stage.replaceChildren(...drawn.nodes.filter(Boolean));
    below.replaceChildren(...(drawn.below ?? []).filter(Boolean));
    said.textContent = drawn.said;
    controls.forEach((c) => made.get(c.name)?.update(state[c.name], drawn.values?.[c.name]));
    if (focused !== undefined) {
      const next = whole.querySelector(`[data-key="${focused}"]:not([disabled])`)
        ?? whole.querySelector("button[data-key]:not([disabled])");
      next?.focus({ preventScroll: true });
    }
  };
  function set(change) {
    Object.assign(state, change);
    draw();
    // A slider says its own value; everything else is announced when it rests.
    clearTimeout(later);
    later = setTimeout(() => {
      keep();
      if (document.activeElement?.type !== "range") live.textContent = drawn.said;
    }, 400);
  }
  for (const control of controls) {
    if (MAKERS[control.kind]) {
      made.set(control.name, MAKERS[control.kind](control, (value) => set({ [control.name]: value })));
    }
  }

  // What is dragged is dragged on the stage, which outlives each drawing.
  const at = (event) => {
    const box = stage.querySelector("svg").getBoundingClientRect();
    const change = drawn.drag(event.clientX - box.left, event.clientY - box.top);
    if (change) set(change);
  };
  stage.addEventListener("pointerdown", (event) => {
    if (!drawn.drag || !event.target.closest(".handle, .plane")) return;
    stage.setPointerCapture(event.pointerId);
    stage.dataset.dragged = "";
    event.preventDefault();
    at(event);
  });
  stage.addEventListener("pointermove", (event) => { if ("dragged" in stage.dataset) at(event); });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => { delete stage.dataset.dragged; });

  // What stands here in print makes room, but for the caption; what a run of
  // the cell shows later does not.
  const cell = place.parentElement, output = cell.querySelector(".cell_output"), drawing = output.querySelector("figure");
  for (const shown of output.children) {
    const parts = shown.contains(drawing) ? shown.querySelectorAll(".figure-box, .enlarge") : [shown];
    parts.forEach((part) => part.classList.add("still"));
  }
  const button = place.querySelector("button");
  const still = h("button", { type: "button", class: "plain", click: () => {
    whole.hidden = true;
    button.hidden = false;
    cell.classList.remove("moves");
    button.focus();
  } }, drawing ? "Show the still figure" : "Show the output of the cell");
  whole = h("div", { class: "moved", role: "group", "aria-label": button.textContent.trim(), hidden: true },
    h("div", { class: "controls" }, [...made.values()].map((m) => m.node)), stage, said, live, below,
    h("p", { class: "stills" }, still));
  place.append(whole);
  const show = () => {
    button.hidden = true;
    whole.hidden = false;
    cell.classList.add("moves");
    draw();
  };
  let wide = 0;
  new ResizeObserver(() => {
    if (whole.hidden || stage.clientWidth === wide) return;
    wide = stage.clientWidth;
    draw();
  }).observe(stage);
  return {
    show() {
      show();
      whole.querySelector("input, .stage button")?.focus({ preventScroll: true });
    },
    restore() {
      for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
        const control = controls.find((c) => c.name === name);
        if (control && accepts(control, value)) state[name] = value;
      }
      show();
      output.scrollIntoView({ block: "start" });
    },
  };
}
