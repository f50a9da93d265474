// The output unit of the membership network for any weight w and bias b.
// Both are multiples of 1/12, so that every sum is a whole number of twelfths.
const UNIT = 12, MOST = 3 * UNIT;
const fires = (sum) => Math.abs(sum) <= UNIT;

const divisor = (a, b) => (b ? divisor(b, a % b) : Math.abs(a));
const write = (k) => {
  const d = divisor(k, UNIT);
  return d === UNIT ? String(k / UNIT) : `${k / d}/${UNIT / d}`;
};
const VALUES = Array.from({ length: 2 * MOST + 1 }, (_, i) => write(i - MOST));
const twelfths = (text) => VALUES.indexOf(text) - MOST;

/** How many of the 7^4 inputs are wrong for w and b in twelfths, and the first. */
export function wrong(w, b) {
  let count = 0, first = null;
  for (let code = 0; code < 7 ** 4; code += 1) {
    const x = [3, 2, 1, 0].map((k) => Math.floor(code / 7 ** k) % 7);
    const s = x.slice(0, 3).filter((v) => v === x[3]).length;
    if (fires(w * s + b) !== s > 0) {
      count += 1;
      first ??= { x, expected: Number(s > 0), got: Number(fires(w * s + b)) };
    }
  }
  return { count, first };
}

export const controls = () => [
  { name: "w", label: "Weight", kind: "range", start: "-2", values: VALUES, less: "1/12 less", more: "1/12 more" },
  { name: "b", label: "Bias", kind: "range", start: "-2", values: VALUES, less: "1/12 less", more: "1/12 more" },
];

export function draw(kit, _data, state, width) {
  const { h, axes, picture, linear, math, minus } = kit;
  const w = twelfths(state.w), b = twelfths(state.b), { count, first } = wrong(w, b);

  const side = width >= 560, tall = 330;
  const box = { left: 40, top: 24, right: Math.min(side ? width * 0.52 : width - 12, 350), bottom: tall - 46 };
  const X = linear(-3, 3, box.left, box.right), Y = linear(-3, 3, box.bottom, box.top);
  const ticks = [-3, -2, -1, 0, 1, 2, 3].map((v) => [v, minus(v)]);
  const region = (sign) => h("polygon", { class: "region",
    points: [[0, -1], [2 / 3, -1], [1, -2]].map(([u, v]) => `${X(sign * u)},${Y(sign * v)}`).join(" ") });
  const mark = ([u, v], sign) => h("circle", { cx: X(u * sign), cy: Y(v * sign), r: 3, class: "right" });
  const plane = h("g", {},
    axes(box, X, Y, { xticks: ticks, yticks: ticks, xlabel: math("w"), ylabel: math("b") }),
    region(1), region(-1), mark([2 / 3, -4 / 3], 1), mark([2 / 3, -4 / 3], -1),
    h("rect", { class: "plane", x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }),
    h("circle", { class: "handle", cx: X(w / UNIT), cy: Y(b / UNIT), r: 11 }),
    h("circle", { class: "dot", cx: X(w / UNIT), cy: Y(b / UNIT), r: 3.5 }));

  // The sums for s = 0, 1, 2, 3, each on a line of its own.
  const low = side ? 40 : tall + 30, left = side ? box.right + 62 : 52, right = width - 14;
  const sums = [0, 1, 2, 3].map((s) => w * s + b);
  const far = Math.max(3, ...sums.map((z) => Math.ceil(Math.abs(z) / UNIT)));
  const Z = linear(-far, far, left, right), row = (s) => low + 28 + 44 * s, bottom = row(3) + 30;
  const sign = (s) => (fires(sums[s]) === s > 0
    ? h("circle", { cx: Z(sums[s] / UNIT), cy: row(s), r: 6, class: "right" })
    : h("path", { class: "wrong", d: `M${Z(sums[s] / UNIT) - 6} ${row(s) - 6}l12 12m0 -12l-12 12` }));
  const lines = h("g", {},
    h("rect", { class: "window", x: Z(-1), y: low, width: Z(1) - Z(-1), height: bottom - low }),
    axes({ left, top: low, right, bottom }, Z, () => 0, {
      xticks: [-far, -1, 1, far].map((v) => [v, minus(v)]),
      xlabel: h("tspan", {}, "the sum ", math("ws + b"), ", fires in the window"),
    }),
    [0, 1, 2, 3].map((s) => [
      h("text", { x: left - 10, y: row(s) + 5, "text-anchor": "end" }, math("s"), ` = ${s}`), sign(s)]));

  const said = first
    ? `${count} of 2401 inputs are wrong. The first: x = (${first.x.join(", ")}), expected ${first.expected}, got ${first.got}.`
    : "Right on all 2401 inputs, and on all integers: the point lies in the region of the theorem.";
  const words = count ? `${count} of 2401 wrong` : "all 2401 right";
  return {
    nodes: [picture(width, side ? tall : bottom + 46, "The plane of w and b with the region of all right weights, and the sums of the output unit", plane, lines)],
    said, values: { w: `${minus(state.w)}, ${words}`, b: `${minus(state.b)}, ${words}` },
    drag(px, py) {
      const near = (v) => write(Math.max(-MOST, Math.min(MOST, Math.round(v * UNIT))));
      return { w: near(X.back(px)), b: near(Y.back(py)) };
    },
  };
}
