// Difference quotients of 1/x at 3, at the step that the reader chooses: where
// the error stands on the V, and which digits the subtraction cancels.
const X0 = 3, EPS = 2 ** -52, TRUE = -1 / 9;
const f = (x) => 1 / x;

/** Above, below, their difference, the quotient: as the package forms them. */
export function quotient(method, h) {
  if (method === "complex") {
    const ratio = h / X0, imaginary = -ratio / (X0 + h * ratio);
    return { imaginary, quotient: imaginary / h };
  }
  const up = X0 + h - X0, down = method === "central" ? X0 - (X0 - h) : 0;
  const above = f(X0 + up), below = f(X0 - down);
  return { above, below, difference: above - below, quotient: (above - below) / (up + down) };
}
/** Rounding and truncation, as the theorem bounds them. */
export const predicted = (method, h) => ({
  forward: (EPS / 3) / h + h / 27,
  central: (EPS / 3) / (2 * h) + (h * h) / 81,
  complex: EPS / 9 + (h * h) / 81,
})[method];
export const error = (method, h) => Math.abs(quotient(method, h).quotient - TRUE);

/** How many digits behind the point two numbers of one size share. */
export function shared(above, below) {
  const [a, b] = [above.toFixed(17), below.toFixed(17)];
  let k = 2;
  while (k < a.length && a[k] === b[k]) k += 1;
  return k - 2;
}
const STEPS = [];
for (let k = -16; k < 0; k += 1) for (const d of [1, 2, 5]) if (k > -16 || d === 5) STEPS.push(`${d}e${k}`);
STEPS.pop();
const SCHEMES = { forward: "forward", central: "central", complex: "complex step" };
const COLORS = { forward: "", central: "warm", complex: "other" };

export const controls = () => [
  { name: "step", label: "Step", kind: "range", start: "1e-8", values: STEPS, less: "smaller", more: "larger", show: (v) => v },
  { name: "scheme", label: "Scheme", kind: "choice", start: "forward", options: Object.entries(SCHEMES) },
];

export function draw(kit, _data, state, width) {
  const { h: make, axes, line, logarithmic, picture, power, short, math, minus } = kit;
  const scheme = state.scheme, step = Number(state.step);
  const found = quotient(scheme, step), relative = 9 * error(scheme, step);
  const written = short(step, 1);

  const high = 300, box = { left: 52, top: 24, right: width - 16, bottom: high - 46 };
  const X = logarithmic(3e-16, 0.3, box.left, box.right), Y = logarithmic(5e-17, 5, box.bottom, box.top);
  const steps = Array.from({ length: 112 }, (_, i) => 0.25 * 0.75 ** i);
  const at = (method, h) => Y(Math.max(9 * error(method, h), EPS));
  const marks = Object.keys(SCHEMES).filter((m) => m !== scheme).concat(scheme).map((m) => make("g", { class: m === scheme ? "" : "faint" },
    line(steps.map((h) => [X(h), Y(9 * predicted(m, h))]), `${COLORS[m]} dashed`),
    make("path", { class: `marks ${COLORS[m]}`, d: steps.map((h) => `M${X(h).toFixed(1)} ${at(m, h).toFixed(1)}h0`).join("") })));
  const plot = picture(width, high, "Relative error against the step: a V for the two differences, no left arm for the complex step",
    axes(box, X, Y, {
      xticks: [-15, -12, -9, -6, -3].map((k) => [10 ** k, power(k)]), yticks: [-16, -12, -8, -4, 0].map((k) => [10 ** k, power(k)]),
      xlabel: make("tspan", {}, "step ", math("h")), ylabel: "relative error",
    }),
    marks,
    make("path", { d: `M${X(step)} ${box.top}V${box.bottom}`, class: "rule" }),
    make("circle", { cx: X(step), cy: at(scheme, step), r: 6, class: "here" }));

  // Digits of the quotient count as right as far as the relative error says.
  const right = Math.max(0, Math.min(15, Math.floor(-Math.log10(Math.max(relative, 1e-16)))));
  const digits = (text, from, to, kind) => [text.slice(0, from), make("span", { class: kind }, text.slice(from, to)), text.slice(to)];
  const row = (name, ...text) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, make("code", {}, text)));
  const value = minus(found.quotient.toFixed(17)), point = value.indexOf(".") + 1;
  const last = row("quotient", ...digits(value, Math.min(point + right, value.length), value.length, "lost"));
  let rows, said;
  const many = (k) => `${k} digit${k === 1 ? "" : "s"}`;
  const counted = `Of the quotient ${many(right)} can be trusted: its relative error is ${short(relative, 2)}.`;
  if (scheme === "complex") {
    rows = [row("Im f(x + ih)", minus(found.imaginary.toExponential(16))), last];
    said = `Step ${written}, complex step: nothing is subtracted, and nothing cancels. ${counted}`;
  } else {
    const k = shared(found.above, found.below);
    const struck = (v) => digits(v.toFixed(17), 2, 2 + k, "cancelled");
    const difference = minus(found.difference.toFixed(17)), zeros = difference.match(/^−?0\.0*/)[0].length;
    rows = [
      row("f(x + h)", struck(found.above)), row(scheme === "central" ? "f(x − h)" : "f(x)", struck(found.below)),
      row("difference", digits(difference, difference.indexOf(".") + 1, zeros, "cancelled")), last,
    ];
    said = `Step ${written}, ${scheme} difference: the two values share ${many(k)} behind the point, which cancel${k === 1 ? "s" : ""}. ${counted}`;
  }
  return {
    nodes: [plot, make("div", { class: "wide" }, make("table", { class: "digits" }, make("tbody", {}, rows)))],
    said, values: { step: `${written}, relative error ${short(relative, 2)}` },
  };
}
