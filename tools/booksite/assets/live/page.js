// A page at work: its cells run in order, are edited in place, and remember.
import { Outputs } from "./outputs.js";
import { progress } from "./progress.js";
import { Session } from "./session.js";

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const button = (text, action, properties = {}) => {
  const made = make("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", action);
  return made;
};

class Cell {
  constructor(page, data, element) {
    Object.assign(this, { page, element }, data);
    this.original = this.source;
    this.ran = false;
    if (!element) return;
    const exercise = Boolean(this.exercise);
    this.starter = element.querySelector(exercise ? ".try" : ".run");
    if (exercise) {
      // A learner's answer stands before the solution, which stays folded.
      this.work = make("div", { className: "live-work", hidden: true });
      this.code = make("div", { className: "live-code" });
      this.output = make("div", { className: "cell_output" });
      this.work.append(this.code, this.output);
      element.insertBefore(this.work, element.querySelector("details"));
    } else {
      this.printed = element.querySelector(".cell_input .highlight");
      this.code = make("div", { className: "live-code", hidden: true });
      this.printed.after(this.code);
      this.output = element.querySelector(".cell_output");
      if (!this.output) {
        this.output = make("div", { className: "cell_output" });
        // Behind a fold that holds the code alone.
        const fold = element.querySelector(":scope > details");
        (fold || element).append(this.output);
        if (fold && fold.querySelector(".cell_input")) fold.after(this.output);
      }
    }
    this.outputs = new Outputs(this.output);
    this.run = button("Run", () => page.run(this), { className: "live-run", title: "Run the cell (Shift+Enter)" });
    this.undo = button("Reset", () => this.reset(), { title: "Bring back the cell as it was published" });
    this.note = make("div", { className: "live-note", hidden: true });
    this.code.append(make("div", { className: "live-tools" }, this.run, this.undo));
    this.output.before(this.note);
  }

  get name() {
    return this.exercise ? `Your answer: ${this.exercise.title}` : `Code of cell ${this.number}`;
  }

  // Put the editor in the place of the code.
  async edit({ focus = false } = {}) {
    if (!this.element || this.cannot) return;
    this.opening ||= import("./editor.js").then(({ edit }) => {
      if (this.work) this.work.hidden = false;
      if (this.printed) this.printed.hidden = true;
      this.starter.hidden = Boolean(this.work);
      this.code.hidden = false;
      const holder = make("div");
      this.code.prepend(holder);
      this.editor = edit(holder, this.source, `${this.name}. Escape, then Tab, leaves the editor.`, {
        run: () => this.page.run(this),
        changed: (text) => { this.source = text; this.page.keep(); },
      });
    });
    await this.opening;
    if (focus) this.editor.focus();
  }

  say(...words) {
    this.note.replaceChildren(...words);
    this.note.hidden = !words.length;
  }

  reset() {
    this.say();
    this.source = this.original;
    if (this.editor && this.editor.text !== this.original) this.editor.text = this.original;
    this.editor?.mark(null);
    this.outputs.restore();
    this.page.keep();
  }
}

class Page {
  constructor(name, base, data) {
    Object.assign(this, { name, base });
    this.key = `live:${name}`;
    const elements = [...document.querySelectorAll("div.cell")];
    this.cells = data.cells.map((cell) => new Cell(this, cell, cell.shown ? elements.shift() : null));
    const notebook = JSON.stringify({ cells: data.cells.map((c) => ({ cell_type: "code", source: c.source })) });
    this.session = new Session(data.name, notebook, (told) => this.told(told));
    const kept = JSON.parse(localStorage.getItem(this.key) || "{}");
    this.states = kept.states || {};
    this.queue = Promise.resolve();
    this.bar();
    this.cells.forEach((cell) => {
      if (!cell.element) return;
      if (cell.printed) cell.printed.prepend(button("Edit", () => cell.edit({ focus: true }), { className: "run edit" }));
      if (cell.cannot) this.sayCannot(cell);
      const source = (kept.edits || {})[cell.id];
      if (source !== undefined && source !== cell.source) { cell.source = source; cell.edit(); }
    });
    this.showProgress();
  }

  // The strip at the foot of the window: what Python does, and its ends.
  bar() {
    this.status = make("span", { role: "status" });
    this.stopper = button("Stop", () => this.stop(), { hidden: true });
    this.restarter = button("Restart", () => this.restart(), { title: "Begin with no names", hidden: true });
    const strip = make("div", { className: "live-bar" },
      this.status, this.stopper, this.restarter,
      button("Download notebook", () => this.download(), { title: "The student notebook, with what you wrote" }),
      button("Reset page", () => this.forget(), { title: "Forget what you wrote and passed on this page" }));
    strip.setAttribute("role", "region");
    strip.setAttribute("aria-label", "Python in this page");
    this.status.textContent = "Python starts with the first cell that runs.";
    document.body.append(strip);
    document.body.classList.add("live");
  }

  told({ type, text }) {
    if (type === "progress") this.status.textContent = text;
    if (type === "running") this.status.textContent = "Running …";
    if (type === "idle") this.status.textContent = "Python is ready.";
    if (type === "broken") this.status.textContent = `Python could not go on: ${text}. Run starts it anew.`;
    this.stopper.hidden = !this.session.waiting.size;
    this.restarter.hidden = !this.session.worker;
  }

  // What the buttons of the published page do.
  async click(element) {
    const cell = this.cells.find((c) => c.element === element);
    if (cell.cannot) { cell.note.scrollIntoView({ block: "nearest" }); return; }
    if (!cell.exercise) { await this.run(cell); return; }
    this.session.begin();
    this.told({});
    this.session.ahead(this.cells.map((c) => c.source).join("\n"));
    await cell.edit({ focus: true });
  }

  sayCannot(cell) {
    const binder = document.querySelector('.tools a[href*="mybinder.org"]');
    cell.starter.hidden = true;
    cell.say(`This cell cannot run in the page: it ${cell.cannot}. `,
      ...(binder ? [make("a", { href: binder.href, textContent: "Run the page in Binder" }), "."] : ["Run it in a notebook."]));
  }

  // Cells run one after the other, in the order in which they were asked for.
  run(cell) {
    this.queue = this.queue.then(() => this.now(cell));
    return this.queue;
  }

  async now(cell) {
    cell.say();
    cell.editor?.mark(null);
    if (cell.work) cell.work.hidden = false;
    cell.element?.classList.add("live-running");
    cell.element?.setAttribute("aria-busy", "true");
    let fresh = true, failed = false;
    const passed = this.cells.filter((c) => this.states[c.id] === "passed").map((c) => c.exercise.checker);
    const asked = this.session.run(cell, passed, (output) => {
      failed ||= output.output_type === "error";
      // The outputs before stay until there is something new.
      if (fresh) { cell.outputs?.clear(); fresh = false; }
      cell.outputs?.show(output);
      if (output.line) cell.editor?.mark(output.line);
    });
    this.told({});
    const result = await asked;
    cell.element?.classList.remove("live-running");
    cell.element?.removeAttribute("aria-busy");
    if (fresh && !result.stopped && !result.broken) cell.outputs?.clear();
    cell.ran = !failed && !result.stopped && !result.broken;
    if (result.stopped) cell.say("Stopped. Python has begun anew, with no names.", ...this.offer(cell));
    if (result.broken) cell.say(`Python could not go on: ${result.broken}.`);
    if (result.missing) this.sayMissing(cell, result.missing);
    this.note(result.exercises);
    this.told({});
    if (!this.looked && cell.ran) {
      this.looked = true;
      this.session.ahead(this.cells.map((c) => c.source).join("\n"));
    }
    if (cell.element) cell.edit();
    return cell.ran;
  }

  sayMissing(cell, missing) {
    const before = this.cells.slice(0, this.cells.indexOf(cell));
    const from = before.findLast((c) => c.defines.includes(missing));
    if (!from) return;
    const name = make("code", { textContent: missing });
    if (from.cannot) cell.say(name, ` comes from a cell above that cannot run in the page: it ${from.cannot}.`);
    else cell.say(name, " comes from a cell above.", ...this.offer(cell));
  }

  offer(cell) {
    if (!this.cells.indexOf(cell)) return [];
    return [" ", button("Run all above", () => this.runAbove(cell))];
  }

  async runAbove(cell) {
    cell.say();
    for (const above of this.cells.slice(0, this.cells.indexOf(cell))) {
      // An exercise that nobody has answered defines nothing.
      const blank = above.exercise && above.source === above.original;
      if (above.ran || above.cannot || blank) continue;
      if (!(await this.runSilently(above)) && !above.exercise) {
        cell.say(`Cell ${above.number} above did not run to its end. `, ...this.offer(cell));
        return;
      }
    }
    await this.run(cell);
  }

  runSilently(cell) {
    const now = this.queue.then(() => this.now(cell));
    this.queue = now;
    return now;
  }

  stop() {
    this.queue = Promise.resolve();
    this.cells.forEach((c) => { c.ran = false; });
    this.session.end();
    this.session.begin();
    this.told({});
  }

  restart() {
    this.stop();
    this.cells.forEach((c) => { c.say(); if (c.cannot) this.sayCannot(c); });
  }

  // What is kept, in this browser alone.
  keep() {
    const edits = Object.fromEntries(this.cells.filter((c) => c.source !== c.original).map((c) => [c.id, c.source]));
    try {
      if (Object.keys(edits).length || Object.keys(this.states).length) localStorage.setItem(this.key, JSON.stringify({ edits, states: this.states }));
      else localStorage.removeItem(this.key);
    } catch {
      this.status.textContent = "This browser keeps nothing: download the notebook before you leave.";
    }
  }

  note(exercises = {}) {
    for (const cell of this.cells) {
      const state = cell.exercise && exercises[cell.exercise.checker];
      if (state && state !== "open" && this.states[cell.id] !== "passed") this.states[cell.id] = state;
    }
    this.keep();
    this.showProgress();
  }

  showProgress() {
    this.cells.forEach((c) => c.element?.classList.toggle("passed", this.states[c.id] === "passed"));
    this.table = progress(this.cells.filter((c) => c.exercise), this.states, this.table);
  }

  forget() {
    if (!confirm("Forget what you wrote and passed on this page?")) return;
    this.states = {};
    this.cells.forEach((c) => { if (c.element && !c.cannot) c.reset(); });
    this.keep();
    this.showProgress();
  }

  async download() {
    const address = new URL(`../../_sources/${this.name}.ipynb`, this.base);
    const notebook = await (await fetch(address)).json();
    for (const cell of this.cells) {
      const there = notebook.cells.find((c) => c.id === cell.id);
      if (there && cell.source !== cell.original) Object.assign(there, { source: cell.source.split(/(?<=\n)/), outputs: [], execution_count: null });
    }
    const address2 = URL.createObjectURL(new Blob([JSON.stringify(notebook, null, 1)], { type: "application/x-ipynb+json" }));
    make("a", { href: address2, download: `${this.name.split("/").pop()}.ipynb` }).click();
    setTimeout(() => URL.revokeObjectURL(address2), 1000);
  }
}

let opened;
export const open = (name, base) => opened ||= (async () => {
  document.head.append(make("link", { rel: "stylesheet", href: new URL("live.css", base) }));
  return new Page(name, base, await (await fetch(new URL(`${name}.json`, base))).json());
})();
