// Backward through the gated network: the reader picks the line of each bar,
// and a wrong one is refuted by a shape or by a number, both from the page's
// cell, which cuts the network at every value.
export const controls = (data) => [
  { name: "found", start: "0", accepts: (v) => /^\d$/.test(v) && Number(v) <= data.bars.length },
  { name: "pick", start: "", accepts: (v) => /^[0-2]?$/.test(v) },
];

/** Where a value stands: column and row, and what it is computed from. */
const NODES = {
  x: [0, 0], z1: [1, -1], h: [2, -1], z2: [1, 1], g1: [2, 1], g2: [3, 0],
  y: [4, 0], y_prime: [5, 0], S: [6, 0], J: [7, 0],
};
const EDGES = ["x z1", "z1 h", "h g2", "x z2", "z2 g1", "g1 g2", "g2 y", "y y_prime", "y_prime S", "S J"].map((e) => e.split(" "));

const size = (shape) => (shape.length === 0 ? "one number" : shape.length === 1 ? `${shape[0]} entries` : `${shape.join(" × ")} entries`);
const sign = (text) => text.replaceAll("-", "−");
/** Say why a line that gives a value cannot be the bar; "" if it can. */
export function refuted(bar, option, shapes) {
  const name = bar.name.replace(/_bar$/, "");
  if (option.value === null) {
    const used = [...new Set(option.line.match(/[A-Za-z]\w*/g))].filter((n) => n in shapes && n !== "np");
    return `${option.line} has no value: ${used.map((n) => `${n} has ${size(shapes[n])}`).join(", ")}.`;
  }
  if (option.shape.join() !== bar.shape.join()) {
    return `${option.line} gives ${size(option.shape)}, and a bar has the shape of its value: ${name} has ${size(bar.shape)}.`;
  }
  const at = bar.value.findIndex((v, i) => v !== option.value[i]);
  return at < 0 ? "" : `In ${option.line}, entry ${at + 1} is ${sign(option.value[at])}. Cut the network at ${name}, and it is ${sign(bar.value[at])}.`;
}

export function draw(kit, data, state, width, set) {
  const { h, picture, letters } = kit;
  const { bars, shapes } = data, found = Number(state.found);
  const bar = bars[found], known = new Set(["J", "S", ...bars.slice(0, found).map((b) => b.name.replace(/_bar$/, ""))]);
  const now = bar?.name.replace(/_bar$/, "");

  const r = width < 480 ? 15 : 19, high = 190, gap = (width - 2 * r - 8) / 7;
  const X = (n) => r + 4 + NODES[n][0] * gap, Y = (n) => high / 2 + NODES[n][1] * 52;
  const arrow = ([a, b], kind) => {
    const [dx, dy] = [X(b) - X(a), Y(b) - Y(a)], d = Math.hypot(dx, dy), [ux, uy] = [dx / d, dy / d];
    const [x, y] = [X(b) - (r + 2) * ux, Y(b) - (r + 2) * uy];
    return h("path", { class: kind, d: `M${X(a) + r * ux} ${Y(a) + r * uy}L${x} ${y}m${-6 * ux + 4 * uy} ${-6 * uy - 4 * ux}L${x} ${y}l${-6 * ux - 4 * uy} ${-6 * uy + 4 * ux}` });
  };
  const name = (n) => {
    const [letter, index] = n.replace("_prime", "′").match(/^(.)(.*)$/).slice(1);
    return [h("tspan", { class: "math" }, letters(letter)), index && h("tspan", { class: "math low", dy: index === "′" ? 0 : 4 }, index)];
  };
  const graph = [
    EDGES.map((e) => (known.has(e[0]) && known.has(e[1]) ? arrow([e[1], e[0]], "back") : arrow(e, "forth"))),
    Object.keys(NODES).map((n) => h("g", { class: n === now ? "node now" : known.has(n) ? "node known" : "node" },
      h("circle", { cx: X(n), cy: Y(n), r }),
      h("text", { x: X(n), y: Y(n) + 5, "text-anchor": "middle" }, name(n)),
      known.has(n) && h("path", { class: "bar", d: `M${X(n) - 6} ${Y(n) - 9}h12` }),
      n === now && h("text", { x: X(n), y: Y(n) - r - 6, "text-anchor": "middle", class: "strong" }, "?"))),
  ];

  const turned = (i) => bars[i].options.map((_, j, all) => all[(j + i + 1) % all.length]);
  const options = bar ? turned(found) : [];
  const picked = state.pick === "" ? undefined : options[Number(state.pick)];
  const why = picked && refuted(bar, picked, shapes);
  const pick = (option, j) => set(refuted(bar, option, shapes) ? { pick: String(j) } : { found: String(found + 1), pick: "" });
  const values = (b) => `${b.name} = (${b.value.map(sign).join(", ")})`;
  const before = bars[found - 1];
  const said = why ?? (!bar ? "All bars are found. Cutting confirms each of them." : before
    ? `${values(before)}, confirmed by cutting. Next: ${bar.name}.`
    : `J_bar is 1 and S_bar is −1. Which line gives ${bar.name}, the bar of ${now}?`);
  const button = (key, text, change, off) => h("button", { type: "button", "data-key": key, disabled: off, click: () => set(change) }, text);
  return {
    nodes: [
      picture(width, high, bar ? `The graph of the network: ${known.size} of 10 bars are known, ${bar.name} is asked for` : "The graph of the network, all bars known", graph),
      bar && h("p", { class: "asked" }, "Which line gives ", h("code", {}, bar.name), "?"),
      bar && h("div", { class: "picks" }, options.map((o, j) => h("button", {
        type: "button", "data-key": `pick${j}`, class: picked === o ? "refuted" : undefined, click: () => pick(o, j),
      }, h("code", {}, o.line)))),
    ],
    below: [
      found > 0 && h("ul", { class: "found" }, bars.slice(0, found).map((b) => h("li", {}, h("code", {}, values(b))))),
      h("div", { class: "picks" },
        button("back", "One bar back", { found: String(Math.max(0, found - 1)), pick: "" }, found === 0),
        button("again", "From the loss again", { found: "0", pick: "" }, found === 0)),
    ],
    said,
  };
}
