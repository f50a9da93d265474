// Descent on one sample, x = (1, 1) and t = 3, from any start, at any rate.
const T = 3, STEPS = 12;

/** The points of the path: the loss is (w1 + w2 - 3)^2. */
export function path(start, rate, steps = STEPS) {
  const found = [start];
  for (let k = 0; k < steps; k += 1) {
    const [u, v] = found[k], step = 2 * rate * (u + v - T);
    found.push([u - step, v - step]);
  }
  return found;
}
/** The minimizer nearest to the start. */
export const foot = ([u, v]) => [u + (T - u - v) / 2, v + (T - u - v) / 2];

const [FROM, TO] = [-2, 4];
const VALUES = Array.from({ length: 4 * (TO - FROM) + 1 }, (_, i) => String(FROM + i / 4));
const RATES = Array.from({ length: 18 }, (_, i) => {
  let [a, b] = [i + 1, 32];
  while (a % 2 === 0) [a, b] = [a / 2, b / 2];
  return `${a}/${b}`;
});
const number = (text) => { const [a, b = "1"] = text.split("/"); return Number(a) / Number(b); };

export const controls = () => [
  { name: "w1", label: "Start, first weight", kind: "range", start: "2", values: VALUES, less: "less", more: "more" },
  { name: "w2", label: "Start, second weight", kind: "range", start: "-1", values: VALUES, less: "less", more: "more" },
  { name: "rate", label: "Learning rate", kind: "range", start: "1/8", values: RATES, less: "smaller", more: "larger" },
];

export function draw(kit, _data, state, width) {
  const { h, axes, clipped, line, linear, picture, minus, short } = kit;
  const start = [number(state.w1), number(state.w2)], rate = number(state.rate);
  const points = path(start, rate), end = foot(start), onLine = start[0] + start[1] === T;

  const side = Math.min(width - 56, 360), left = Math.max(40, (width - side) / 2), top = 22;
  const box = { left, top, right: left + side, bottom: top + side };
  const X = linear(-2.5, 4.5, box.left, box.right), Y = linear(-2.5, 4.5, box.bottom, box.top);
  const at = ([u, v]) => [X(u), Y(v)];
  const ticks = [-2, -1, 0, 1, 2, 3, 4].map((v) => [v, minus(v)]);
  const label = (text) => [h("tspan", { class: "math" }, "𝑤"), h("tspan", { class: "math low", dy: 4 }, text)];
  const plane = picture(width, box.bottom + 44, "The plane of both weights with the line of minimizers and the path of descent",
    axes(box, X, Y, { xticks: ticks, yticks: ticks, xlabel: label("1"), ylabel: label("2") }),
    clipped(box,
      line([[-3, 6], [6, -3]].map(at), "minimizers"),
      h("circle", { class: "level", cx: X(0), cy: Y(0), r: Math.sqrt(4.5) * (X(1) - X(0)) }),
      line(points.map(at)),
      points.map((p) => h("circle", { class: "right", cx: at(p)[0], cy: at(p)[1], r: 3.5 })),
      h("circle", { class: "here", cx: at(end)[0], cy: at(end)[1], r: 6 })),
    h("rect", { class: "plane", x: box.left, y: box.top, width: side, height: side }),
    h("circle", { class: "handle", cx: at(start)[0], cy: at(start)[1], r: 11 }));

  const write = ([u, v]) => `(${short(u)}, ${short(v)})`;
  const norm = Math.hypot(...end), least = Math.sqrt(T * T / 2);
  const ends = `${write(end)}, the minimizer nearest to its start, of norm ${short(norm)}${norm < least + 1e-9 ? ", the least of all" : `; the least is ${short(least)}`}.`;
  const said = onLine ? `The start ${write(start)} is a minimizer: the gradient is 0 and nothing moves.`
    : rate < 0.5 ? `From ${write(start)} with η = ${state.rate} descent ${rate > 0.25 ? "jumps over the line at each step, and ends at" : rate === 0.25 ? "is at its end after one step:" : "ends at"} ${ends}`
    : rate === 0.5 ? `From ${write(start)} with η = 1/2, the bound, descent jumps back and forth forever.`
    : `From ${write(start)} with η = ${state.rate}, above the bound 1/2, each jump is longer than the one before.`;
  const words = onLine ? "a minimizer" : rate < 0.5 ? `ends at ${write(end)}` : "does not converge";
  return {
    nodes: [plane], said,
    values: { w1: `${minus(state.w1)}, ${words}`, w2: `${minus(state.w2)}, ${words}`, rate: `${state.rate}, ${words}` },
    drag(px, py) {
      const near = (v) => String(Math.max(FROM, Math.min(TO, Math.round(4 * v) / 4)) + 0);
      return { w1: near(X.back(px)), w2: near(Y.back(py)) };
    },
  };
}
