// The published network for three entries, unit by unit, and its repair.
const SIGMAS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/** The answers of all units: nine matches, six permutations, two outputs. */
export function units(x, y) {
  const matches = x.flatMap((a) => y.map((b) => Number(a === b)));
  const fits = SIGMAS.map((sigma) => Number(sigma.every((j, i) => matches[3 * i + j])));
  const sum = fits.reduce((a, b) => a + b);
  return { matches, fits, published: Number(sum === 1), repaired: Number(sum >= 1) };
}

const whole = (text) => /^-?\d{1,3}$/.test(text);
const entries = (name, label, start) => ({ name, label, kind: "numbers", length: 3, min: -999, max: 999, start, accepts: whole });
export const controls = () => [entries("x", "List x", "1,1,2"), entries("y", "List y", "1,2,1")];

export function draw(kit, _data, state, width) {
  const { h, picture, math, minus } = kit;
  const [x, y] = [state.x, state.y].map((text) => text.split(",").map(Number));
  const { matches, fits, published, repaired } = units(x, y);
  const count = fits.reduce((a, b) => a + b);

  const wide = Math.min(width, 560), from = (width - wide) / 2, cell = wide < 420 ? 26 : 34;
  const grid = { x: from + 26, y: 66 }, middle = from + wide * 0.53, end = from + wide - 40, pitch = wide < 420 ? 38 : 40, tall = 6 * pitch + 40;
  grid.y = (tall - 3 * cell) / 2 + 8;
  const unit = (cx, cy, r, on, kind = "") => h("circle", { cx, cy, r, class: `unit ${on ? "lit" : ""} ${kind}` });
  const F = (k) => 40 + k * pitch, out = [tall / 2 - 32, tall / 2 + 32];
  const matrix = h("g", {},
    h("text", { x: grid.x + 1.5 * cell, y: grid.y - 34, "text-anchor": "middle" }, "equal entries"),
    y.map((v, j) => h("text", { x: grid.x + (j + 0.5) * cell, y: grid.y - 8, "text-anchor": "middle" }, minus(v))),
    x.map((v, i) => h("text", { x: grid.x - 8, y: grid.y + (i + 0.5) * cell + 5, "text-anchor": "end" }, minus(v))),
    h("text", { x: grid.x + 3 * cell + 6, y: grid.y - 8 }, math("y")), h("text", { x: grid.x - 8, y: grid.y + 3 * cell + 14, "text-anchor": "end" }, math("x")),
    matches.map((on, k) => unit(grid.x + ((k % 3) + 0.5) * cell, grid.y + (Math.floor(k / 3) + 0.5) * cell, cell * 0.36, on)));
  const patterns = h("g", {},
    h("text", { x: middle, y: 16, "text-anchor": "middle" }, "permutations that fit"),
    fits.map((on, k) => [
      h("path", { class: on ? "wire lit" : "wire", d: `M${grid.x + 3 * cell + 4} ${grid.y + 1.5 * cell}C${middle - 50} ${grid.y + 1.5 * cell} ${middle - 60} ${F(k)} ${middle - 18} ${F(k)}` }),
      out.map((v) => h("path", { class: on ? "wire lit" : "wire", d: `M${middle + 18} ${F(k)}L${end - 18} ${v}` })),
      unit(middle, F(k), 16, on),
      SIGMAS[k].flatMap((j, i) => [0, 1, 2].map((c) => h("circle", {
        class: c === j ? "pip set" : "pip", cx: middle + (c - 1) * 7, cy: F(k) + (i - 1) * 7, r: c === j ? 2.8 : 1.3 }))),
    ]));
  const answer = (cy, on, title, rule, below) => [
    unit(end, cy, 18, on), h("text", { x: end, y: cy + 5, "text-anchor": "middle", class: "strong" }, String(on)),
    h("text", { x: end, y: cy + (below ? 36 : -42), "text-anchor": "middle" }, title), h("text", { x: end, y: cy + (below ? 52 : -26), "text-anchor": "middle" }, rule),
  ];
  const number = ["No permutation fits", "One permutation fits"][count] ?? `${count} permutations fit`;
  const verdict = published === repaired ? "right" : "wrong";
  const said = `${count ? "y is a permutation of x" : "y is no permutation of x"}. ${number}. The published network answers ${published}, which is ${verdict}; the repaired one answers ${repaired}.`;
  return {
    nodes: [picture(width, tall + 6, "The units of the published network: matches, permutations and output", matrix, patterns,
      answer(out[0], published, "published:", "exactly one", false), answer(out[1], repaired, "repaired:", "at least one", true))],
    said,
  };
}
