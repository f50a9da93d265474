// The fit at one degree beside the loss at every degree.  The fit is computed
// here, in fixed point with 320 binary places: as exact as in the page's cell.
const BITS = 320n;
const fixed = (v) => BigInt(v * 2 ** 120) << (BITS - 120n);
const times = (a, b) => (a * b) >> BITS;
const over = (a, b) => (a << BITS) / b;
const float = (a) => Number(a >> (BITS - 100n)) / 2 ** 100;

/** The values of the basis polynomials of degree 0 to m at x. */
function row(x, m, basis) {
  const values = [1n << BITS, x];
  for (let k = 1n; k < m; k += 1n) {
    const last = values.length - 1, next = times(x, values[last]);
    values.push(basis === "chebyshev"
      ? 2n * next - values[last - 1]
      : ((2n * k + 1n) * next - k * values[last - 1]) / (k + 1n));
  }
  return values.slice(0, m + 1);
}
const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0n) >> BITS;

/** Solve a positive definite system by elimination. */
function solve(A, b) {
  const n = b.length;
  for (let k = 0; k < n; k += 1) {
    for (let i = k + 1; i < n; i += 1) {
      const factor = over(A[i][k], A[k][k]);
      for (let j = k; j < n; j += 1) A[i][j] -= times(factor, A[k][j]);
      b[i] -= times(factor, b[k]);
    }
  }
  for (let k = n - 1; k >= 0; k -= 1) {
    for (let j = k + 1; j < n; j += 1) b[k] -= times(A[k][j], b[j]);
    b[k] = over(b[k], A[k][k]);
  }
  return b;
}

/** The weights of the least-squares fit, for d > n those of least norm. */
export function weights(x, t, m, basis) {
  const X = x.map((v) => row(fixed(v), m, basis)), T = t.map(fixed);
  const columns = X[0].map((_, k) => X.map((r) => r[k]));
  const gram = (rows) => rows.map((a) => rows.map((b) => dot(a, b)));
  if (m < x.length) return solve(gram(columns), columns.map((c) => dot(c, T))).map(float);
  const c = solve(gram(X), T);
  return columns.map((column) => float(dot(column, c)));
}

/** The polynomial with these weights at z. */
export function value(w, z, basis) {
  let [before, last, sum] = [1, z, w[0] + (w[1] ?? 0) * z];
  for (let k = 1; k < w.length - 1; k += 1) {
    const next = basis === "chebyshev" ? 2 * z * last - before : ((2 * k + 1) * z * last - k * before) / (k + 1);
    sum += w[k + 1] * next;
    [before, last] = [last, next];
  }
  return sum;
}
const target = (z) => Math.sin(10 * z);

/** Half the mean squared error on 1000 equally spaced points. */
export function loss(w, basis) {
  let sum = 0;
  for (let j = 0; j < 1000; j += 1) sum += (value(w, j / 999, basis) - target(j / 999)) ** 2;
  return sum / 2000;
}

const NAMES = { chebyshev: "Chebyshev", legendre: "Legendre" };
export const controls = () => [
  { name: "degree", label: "Degree", kind: "range", start: "13", values: Array.from({ length: 200 }, (_, i) => String(i + 1)) },
  { name: "basis", label: "Basis", kind: "choice", start: "chebyshev", options: Object.entries(NAMES) },
];

const fits = new Map();
export function draw(kit, data, state, width) {
  const { h, line, axes, clipped, linear, logarithmic, picture, power, short, math } = kit;
  const { x, t, losses } = data, m = Number(state.degree), basis = state.basis;
  const key = `${m} ${basis}`;
  if (!fits.has(key)) fits.set(key, weights(x, t, m, basis));
  const w = fits.get(key), at = losses[basis][m - 1];

  const side = width >= 560, high = side ? 330 : 270;
  const left = { left: 34, top: 24, right: side ? width / 2 - 16 : width - 8, bottom: high - 46 };
  const right = side
    ? { left: width / 2 + 46, top: 24, right: width - 16, bottom: high - 46 }
    : { left: 46, top: high + 24, right: width - 16, bottom: 2 * high - 46 };
  const X = linear(0, 1, left.left, left.right), Y = linear(-2.2, 2.2, left.bottom, left.top);
  const spots = Array.from({ length: 261 }, (_, i) => i / 260).concat(x).sort((a, b) => a - b);
  const bound = (v) => Math.max(-9, Math.min(9, v));
  const fit = h("g", {},
    axes(left, X, Y, {
      xticks: [[0, "0"], [0.5, "0.5"], [1, "1"]], yticks: [-2, -1, 0, 1, 2].map((v) => [v, kit.minus(v)]),
      xlabel: math("x"), ylabel: "fit (line), sample (dots)",
    }),
    clipped(left,
      line(spots.map((z) => [X(z), Y(target(z))]), "truth"),
      line(spots.map((z) => [X(z), Y(bound(value(w, z, basis)))]), basis === "legendre" ? "other" : ""),
      x.map((v, i) => h("circle", { cx: X(v), cy: Y(t[i]), r: 4.5, class: "dot" })),
    ));
  const D = logarithmic(1, 200, right.left, right.right), L = logarithmic(0.02, 5e10, right.bottom, right.top);
  const curve = (name) => line(losses[name].map((v, i) => [D(i + 1), L(v)]),
    `${name === "legendre" ? "other " : ""}${name === basis ? "" : "faint"}`);
  const map = h("g", {},
    axes(right, D, L, {
      xticks: [1, 2, 5, 13, 50, 200].map((v) => [v, String(v)]), yticks: [-1, 1, 4, 7, 10].map((k) => [10 ** k, power(k)]),
      xlabel: h("tspan", {}, "degree ", math("m")), ylabel: "test loss",
    }),
    h("path", { d: `M${D(13)} ${right.top}V${right.bottom}`, class: "rule" }),
    h("path", { d: `M${right.left} ${L(loss([0]))}H${right.right}`, class: "truth" }),
    curve(basis === "legendre" ? "chebyshev" : "legendre"), curve(basis),
    h("circle", { cx: D(m), cy: L(at), r: 6, class: "here" }),
  );
  const columns = m + 1, n = x.length;
  const how = columns < n ? "fewer columns than points" : columns === n ? "as many columns as points" : "more columns than points: the fit of least norm";
  const said = `${NAMES[basis]}, degree ${m}: ${columns} columns for ${n} points, ${how}. Test loss ${short(at)}.`;
  return {
    nodes: [picture(width, side ? high : 2 * high, `The fit of degree ${m} and the losses of all degrees`, fit, map)],
    said, values: { degree: `${m}, test loss ${short(at)}` },
  };
}
