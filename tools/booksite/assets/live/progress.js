// The exercises of a page and what became of them, at the page's end.
const WORDS = { passed: "✓ passed", tried: "tried", open: "open" };
const make = (tag, text = "", name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });

export const progress = (cells, states, before) => {
  if (!cells.length) return before;
  const state = (cell) => states[cell.id] || "open";
  const points = (some) => some.reduce((sum, c) => sum + c.exercise.points, 0);
  const passed = cells.filter((c) => state(c) === "passed");
  const section = make("section", "", "live-progress");
  section.append(make("h2", "Your progress"));
  section.append(make("p", `${passed.length} of ${cells.length} exercises passed, ${points(passed)} of ${points(cells)} points. Kept in this browser only.`));
  const rows = cells.map((cell) => {
    const row = make("tr", "", state(cell) === "passed" ? "best" : "");
    const head = make("th");
    head.scope = "row";
    const link = make("a", cell.exercise.title);
    link.href = `#${cell.exercise.label}`;
    head.append(link);
    row.append(head, make("td", cell.exercise.points, "number"), make("td", WORDS[state(cell)], "mark"));
    return row;
  });
  const table = make("table");
  const titles = make("tr");
  titles.append(...["exercise", "points", "state"].map((t) => Object.assign(make("th", t, t === "points" ? "number" : ""), { scope: "col" })));
  const [head, body] = [make("thead"), make("tbody")];
  head.append(titles);
  body.append(...rows);
  table.append(head, body);
  const box = make("div", "", "scroll");
  box.append(table);
  section.append(box);
  if (before) before.replaceWith(section);
  else document.querySelector("article").append(section);
  return section;
};
