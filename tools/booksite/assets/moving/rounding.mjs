// The published table once more, with as many digits as the reader allows.
/** How far a written number agrees with the settled one. */
export function state(now, settled) {
  if (now === "refused") return { kind: "refused", same: 0 };
  if (now === settled) return { kind: "settled", same: now.length };
  let same = 0;
  while (same < now.length && now[same] === settled[same]) same += 1;
  const power = (v) => v.split("e")[1];
  return { kind: "moving", same: power(now) === power(settled) ? same : 0 };
}

export const controls = (data) => [
  { name: "digits", label: "Digits", kind: "range", start: "16", values: Object.keys(data.losses), less: "two less", more: "two more" },
];

export function draw(kit, data, { digits }, _width) {
  const { h, power } = kit;
  const { degrees, losses } = data, now = losses[digits], settled = Object.values(losses).at(-1);
  const states = now.map((v, i) => state(v, settled[i]));
  const of = (kind) => degrees.filter((_, i) => states[i].kind === kind);
  const exponent = (text) => { const e = text.split("e")[1]; return e ? `\u00a0·\u00a0${power(Number(e))}` : ""; };
  const words = { settled: "✓ settled", moving: "still moving", refused: "refused" };
  const row = (m, i) => {
    const { kind, same } = states[i], mantissa = now[i].split("e")[0], cut = Math.min(same, mantissa.length);
    return h("tr", { class: kind }, h("th", { scope: "row", class: "number" }, String(m)),
      h("td", { class: "number" }, kind === "refused" ? "—" : [mantissa.slice(0, cut), cut < mantissa.length && h("span", { class: "lost" }, mantissa.slice(cut)), exponent(now[i])]),
      h("td", {}, words[kind]));
  };
  const head = h("thead", {}, h("tr", {}, ["degree", "test loss", "entry"].map((t, i) => h("th", { scope: "col", class: i < 2 ? "number" : undefined }, t))));
  const list = (kind, text) => (of(kind).length ? ` ${text}: ${of(kind).length === 1 ? "degree" : "degrees"} ${of(kind).join(", ")}.` : "");
  const count = of("settled").length;
  const said = `With ${digits} digits ${count} of ${degrees.length} entries have settled.${list("moving", "Still moving")}${list("refused", "Refused")}`;
  return {
    nodes: [h("div", { class: "wide" }, h("table", { class: "settling" }, head, h("tbody", {}, degrees.map(row))))],
    said, values: { digits: `${digits}, ${count} of ${degrees.length} settled` },
  };
}
