// Python in the page: nothing of it is fetched before a click (tools/live.py).
(() => {
  const root = document.documentElement;
  const place = document.querySelector("[data-live]");
  if (!place || location.protocol === "file:") return;
  const [, mark, name] = place.dataset.live.match(/(\w+)\/(.*)/);
  const base = new URL(`${root.dataset.content_root}live/${mark}/`, location.href);
  const open = (script = "page.js") => import(base + script).then((m) => m.open(name, base));
  const cells = document.querySelectorAll("div.cell");
  cells.forEach((cell) => {
    const exercise = cell.matches(".tag_exercise");
    const button = document.createElement("button");
    button.type = "button";
    button.className = exercise ? "try" : "run";
    button.textContent = exercise ? "Try it" : "Run";
    button.addEventListener("click", () => open().then((page) => page.click(cell)));
    (exercise ? cell : cell.querySelector(".highlight")).prepend(button);
    // One tab stop a cell: by keyboard code is copied in the editor.
    const copy = !exercise && cell.querySelector(".copy");
    if (copy) copy.tabIndex = -1;
  });
  // Who has been at work here finds it again.
  if (cells.length ? localStorage[`live:${name}`] : Object.keys(localStorage).some((k) => k.startsWith("live:"))) open(cells.length ? "page.js" : "home.js");
})();
