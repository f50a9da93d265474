// One Python for the page: begun by the first click, ended by Stop.
export class Session {
  constructor(page, notebook, listen) {
    Object.assign(this, { page, notebook, listen, worker: null, waiting: new Map() });
  }

  // Cells come in order; each promise holds what became of one.
  run(cell, passed, show) {
    this.begin();
    return new Promise((resolve) => {
      this.waiting.set(cell.id, { resolve, show });
      this.worker.postMessage({ type: "run", id: cell.id, number: cell.number, source: cell.source, passed });
    });
  }

  // What later cells need is fetched while the reader reads.
  ahead(source) {
    this.worker?.postMessage({ type: "ahead", source });
  }

  begin() {
    if (this.worker) return;
    this.ready = false;
    this.listen({ type: "progress", text: "Starting Python …" });
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", (e) => this.hear({ type: "broken", text: e.message || "its files could not be loaded" }));
    this.worker.postMessage({ type: "start", page: this.page, notebook: this.notebook });
  }

  hear(data) {
    const cell = this.waiting.get(data.id);
    if (data.type === "output") cell?.show(data.output);
    if (data.type === "done") {
      this.waiting.delete(data.id);
      cell?.resolve(data);
    }
    if (data.type === "start") this.ready = true;
    if (data.type === "broken") this.end({ broken: data.text });
    this.listen(data);
  }

  // Python cannot be interrupted in a page, only ended, with all its names.
  end(why = { stopped: true }) {
    this.worker?.terminate();
    this.worker = null;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    waiting.forEach(({ resolve }) => resolve(why));
  }
}
