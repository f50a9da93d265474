// The reader multiplies v vᵀ y1 y2ᵀ in any order, and sees what it
// takes beside the other orders, for any sizes.
const FACTORS = [["v", "n", "1"], ["vᵀ", "1", "n"], ["y1", "n", "1"], ["y2ᵀ", "1", "m"]];
const leaves = () => FACTORS.map(([text, rows, columns]) => ({ text, rows, columns, leaf: true, steps: [] }));

/** Multiply neighbors k and k + 1 of a row of matrices. */
function merge(row, k) {
  const [a, b] = [row[k], row[k + 1]], part = (x) => (x.leaf ? x.text : `(${x.text})`);
  const text = part(a) + part(b);
  const step = { text, sizes: [a.rows, a.columns, b.columns] };
  return [...row.slice(0, k), { text, rows: a.rows, columns: b.columns, steps: [...a.steps, ...b.steps, step] }, ...row.slice(k + 2)];
}
/** What the steps of an order take; memory holds v, y1 and y2 once. */
export function costs(steps, n, m) {
  const size = (letter) => ({ n, m, 1: 1 })[letter];
  const all = (f) => steps.reduce((sum, { sizes: [a, b, c] }) => sum + f(size(a), size(b), size(c)), 0);
  return { multiplications: all((a, b, c) => a * b * c), memory: 2 * n + m + all((a, _b, c) => a * c) };
}
/** All orders, by the last product, as the page's table lists them. */
export function orders(row = leaves()) {
  if (row.length === 1) return row;
  const found = [];
  for (let k = 1; k < row.length; k += 1) {
    for (const a of orders(row.slice(0, k))) for (const b of orders(row.slice(k))) found.push(...merge([a, b], 0));
  }
  return found;
}
const apply = (picks) => [...picks].reduce((row, k) => merge(row, Number(k)), leaves());

const SIZES = Array.from({ length: 20 }, (_, i) => String(i + 1));
export const controls = () => [
  { name: "n", label: "Size n", kind: "range", start: "5", values: SIZES },
  { name: "m", label: "Size m", kind: "range", start: "3", values: SIZES },
  { name: "count", label: "Count", kind: "choice", start: "multiplications", options: [["multiplications", "multiplications"], ["memory", "memory"]] },
  { name: "picks", start: "", accepts: (v) => /^([0-2]([01]0?)?)?$/.test(v) },
];

export function draw(kit, _data, state, width, set) {
  const { h, picture } = kit;
  const n = Number(state.n), m = Number(state.m), what = state.count, row = apply(state.picks);
  const all = orders().map((o) => ({ text: o.text, cost: costs(o.steps, n, m)[what] }));
  const least = Math.min(...all.map((o) => o.cost)), most = Math.max(...all.map((o) => o.cost));
  const mine = row.length === 1 ? row[0].text : null;

  const chips = row.flatMap((part, k) => [
    k > 0 && h("button", { type: "button", class: "times", "data-key": `times${k}`, "aria-label": `multiply ${row[k - 1].text} and ${part.text}`,
      click: () => set({ picks: state.picks + (k - 1) }) }, "×"),
    h("span", { class: "chip" }, h("span", {}, part.text), h("small", {}, `${part.rows} × ${part.columns}`)),
  ]);
  const steps = row.flatMap((part) => part.steps);
  const size = { n, m, 1: 1 };
  const log = steps.map(({ text, sizes: [a, b, c] }) => h("li", {}, h("code", {}, text),
    what === "memory" ? `: ${a} × ${c}, ${size[a] * size[c]} numbers` : `: ${a} × ${b} times ${b} × ${c}, ${size[a] * size[b] * size[c]} multiplications`));
  if (what === "memory") log.unshift(h("li", {}, `the inputs: ${2 * n + m} numbers`));

  const left = 116, room = width - left - 90, gap = 30;
  const bars = all.map((o, i) => {
    const y = 8 + i * gap, long = Math.max(2, (o.cost / most) * room), best = o.cost === least;
    return h("g", { class: `${best ? "winner" : ""} ${o.text === mine ? "mine" : ""}` },
      h("text", { x: left - 8, y: y + 15, "text-anchor": "end", class: o.text === mine ? "strong" : "" }, o.text),
      h("rect", { x: left, y, width: long, height: 20 }),
      h("text", { x: left + long + 6, y: y + 15 }, `${o.cost}${best ? " ✓ least" : ""}`));
  });
  const total = steps.length ? costs(steps, n, m)[what] : 0, unit = what === "memory" ? "numbers" : "multiplications";
  const winners = all.filter((o) => o.cost === least).map((o) => o.text).join(" and ");
  const said = mine
    ? `${mine} takes ${total} ${unit} for n = ${n}, m = ${m}${total === least ? `, and no order takes less.` : `; the least is ${least}, by ${winners}.`}`
    : steps.length ? `${steps.at(-1).text} is multiplied. ${row.length - 1} ${row.length === 2 ? "product" : "products"} to go.`
    : `For n = ${n}, m = ${m} the least is ${least} ${unit}, by ${winners}. Multiply two neighbors to start an order of your own.`;
  const words = `the least is ${least} ${unit}, by ${winners}`;
  return {
    nodes: [
      picture(width, all.length * gap + 12, `The ${unit} of the five orders`, bars),
      h("div", { class: "chips" }, chips),
      log.length > 0 && h("ul", { class: "found" }, log),
    ],
    below: [h("div", { class: "picks" }, h("button", { type: "button", "data-key": "again", disabled: state.picks === "", click: () => set({ picks: "" }) }, "Start again"))],
    said, values: { n: `${n}, ${words}`, m: `${m}, ${words}` },
  };
}
