// What a page does beside being read: theme, copying, scrolling boxes, the
// place in the page, enlarged figures.  Everything else is HTML and CSS.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // Theme: the system's, light or dark, kept in this browser.
  const button = document.querySelector("[data-theme-button]");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const modes = ["auto", "light", "dark"];
  const paint = () => {
    const mode = root.dataset.mode;
    root.dataset.theme = mode === "auto" ? (system.matches ? "dark" : "light") : mode;
    button.querySelector("[data-theme-name]").textContent = mode;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.mode = modes[(modes.indexOf(root.dataset.mode) + 1) % 3];
    localStorage.setItem("mode", root.dataset.mode);
    paint();
  });
  system.addEventListener("change", paint);
  paint();

  // A box that scrolls sideways is a tab stop, and only then.
  const boxes = all("article pre, .scroll, .formula, .figure-box");
  const names = { PRE: "Code or output" };
  const reach = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    if (!scrolls) {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      return;
    }
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    const what = names[box.tagName] || box.dataset.name || "Formula";
    box.setAttribute("aria-label", `${what}, scrolls sideways`);
  };
  const watch = new ResizeObserver((entries) => entries.forEach((e) => reach(e.target)));
  boxes.forEach((box) => watch.observe(box));

  // Copying: code by a button; a formula inside copied text as its TeX.
  all("article .highlight").forEach((box) => {
    const code = box.querySelector("pre");
    if (!code || box.closest(".cell_output") || !navigator.clipboard) return;
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = "Copy";
    copy.addEventListener("click", async () => {
      const lines = code.textContent.replace(/\n$/, "").split("\n");
      const prompted = lines.filter((line) => /^(>>>|\.\.\.|\$) ?/.test(line));
      const kept = prompted.length ? prompted.map((l) => l.replace(/^(>>>|\.\.\.|\$) ?/, "")) : lines;
      await navigator.clipboard.writeText(kept.join("\n"));
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 2000);
    });
    box.append(copy);
  });
  document.addEventListener("copy", (event) => {
    const chosen = getSelection();
    if (chosen.isCollapsed) return;
    const piece = chosen.getRangeAt(0).cloneContents();
    const formulas = all("math[data-tex]", piece);
    if (!formulas.length) return;
    formulas.forEach((formula) => {
      const mark = formula.getAttribute("display") === "block" ? "$$" : "$";
      formula.replaceWith(mark + formula.dataset.tex + mark);
    });
    const holder = document.createElement("div");
    holder.append(piece);
    event.clipboardData.setData("text/plain", holder.textContent);
    event.preventDefault();
  });

  // A link may lead into something folded; paper shows everything.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  if (location.hash) unfold();
  addEventListener("beforeprint", () => all("details:not([open])").forEach((d) => { d.open = true; d.dataset.printed = ""; }));
  addEventListener("afterprint", () => all("details[data-printed]").forEach((d) => { d.open = false; delete d.dataset.printed; }));

  // Where in the page the reader is.
  const links = new Map(all(".onpage a").map((a) => [a.hash.slice(1), a]));
  if (links.size) {
    const spy = new IntersectionObserver((entries) => entries.forEach((e) => {
      if (!e.isIntersecting) return;
      links.forEach((a) => a.removeAttribute("aria-current"));
      links.get(e.target.id).setAttribute("aria-current", "true");
    }), { rootMargin: "0px 0px -75% 0px" });
    links.forEach((_, id) => { const s = document.getElementById(id); if (s) spy.observe(s); });
    links.forEach((a) => a.addEventListener("click", () => { const p = a.closest("[popover]"); if (p.matches(":popover-open")) p.hidePopover(); }));
  }

  // A figure, as large as the window.
  const figures = all("article figure button.enlarge");
  if (figures.length) {
    const dialog = document.createElement("dialog");
    dialog.className = "enlarged";
    dialog.setAttribute("aria-label", "Figure, enlarged");
    dialog.innerHTML = '<form method="dialog"><button>Close</button></form><div class="figure-box" tabindex="0"></div>';
    document.body.append(dialog);
    figures.forEach((b) => b.addEventListener("click", () => {
      const image = b.closest("figure").querySelector("img").cloneNode();
      image.removeAttribute("loading");
      image.removeAttribute("style");
      dialog.querySelector(".figure-box").replaceChildren(image);
      dialog.showModal();
    }));
    dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
  }

  // The key that every documentation site has for its search box.
  addEventListener("keydown", (e) => {
    const field = document.getElementById("find");
    if ((e.ctrlKey || e.metaKey) && e.key === "k" && field) { e.preventDefault(); field.focus(); }
  });
})();
