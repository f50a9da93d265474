// A cell's outputs as the book shows them.
const make = (html) => { const t = document.createElement("template"); t.innerHTML = html; return t.content.firstElementChild; };
const ALLOWED = new Set("TABLE CAPTION THEAD TBODY TFOOT TR TH TD DIV SPAN P BR PRE CODE B I EM STRONG SUB SUP UL OL LI H1 H2 H3 H4 HR DETAILS SUMMARY".split(" "));
const KEPT = new Set(["class", "scope", "colspan", "rowspan"]);

// What a cell makes is shown, and never runs in the page.
const harmless = (html) => {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const element of [...body.querySelectorAll("*")].reverse()) {
    if (!ALLOWED.has(element.tagName)) { element.remove(); continue; }
    for (const { name } of [...element.attributes]) if (!KEPT.has(name)) element.removeAttribute(name);
  }
  return body;
};
const text = (words, kind) => {
  const box = make(`<div class="output ${kind} highlight-myst-ansi notranslate"><div class="highlight"><pre></pre></div></div>`);
  box.querySelector("pre").textContent = words;
  return box;
};
let temml;
const formula = async (box, tex) => {
  temml ||= new Promise((done) => {
    const script = document.createElement("script");
    script.src = new URL("temml.min.js", import.meta.url);
    script.onload = () => done(window.temml);
    document.head.append(script);
  });
  const bare = tex.trim().replace(/^\$\$?(?:\\displaystyle)?|\$\$?$/g, "").trim();
  const inner = make('<div class="formula"></div>');
  inner.innerHTML = (await temml).renderToString(bare, { displayMode: true });
  box.replaceChildren(inner);
};

export class Outputs {
  // What the page was published with comes back when a cell is reset; its
  // figure lends its caption, its description and its button.
  constructor(box) {
    this.box = box;
    this.published = [...box.childNodes];
    this.figure = box.querySelector("figure");
    this.spot = this.figure && [this.figure.parentNode, this.figure.nextSibling];
    const image = this.figure?.querySelector("img");
    this.image = image && Object.fromEntries([...image.attributes].map((a) => [a.name, a.value]));
  }

  clear() {
    this.box.replaceChildren();
    this.stream = null;
    this.lent = false;
  }

  restore() {
    this.box.replaceChildren(...this.published);
    if (!this.figure) return;
    const image = this.figure.querySelector("img");
    Object.entries(this.image).forEach(([name, value]) => image.setAttribute(name, value));
    this.spot[0].insertBefore(this.figure, this.spot[1]);
  }

  show(output) {
    if (output.output_type === "stream") {
      if (this.stream?.dataset.stream !== output.name) {
        this.stream = text("", `stream ${output.name === "stderr" ? "stderr" : ""}`);
        this.stream.dataset.stream = output.name;
        this.box.append(this.stream);
      }
      this.stream.querySelector("pre").append(output.text);
      return;
    }
    this.stream = null;
    if (output.output_type === "error") {
      const box = text(output.traceback.join("\n"), "traceback");
      box.setAttribute("role", "alert");
      this.box.append(box);
      return;
    }
    const { data } = output;
    if (data["image/svg+xml"]) this.box.append(this.drawn(data["image/svg+xml"]));
    else if (data["text/latex"]) {
      const box = make('<div class="math output"></div>');
      this.box.append(box);
      formula(box, data["text/latex"]).catch(() => box.replaceWith(text(data["text/plain"], "text_plain")));
    } else if (data["text/html"]) {
      const box = make('<div class="output text_html"></div>');
      box.append(...harmless(data["text/html"]).childNodes);
      box.querySelectorAll("table").forEach((t) => {
        const scroll = make('<div class="scroll" tabindex="0" role="group" aria-label="Table"></div>');
        t.replaceWith(scroll);
        scroll.append(t);
      });
      this.box.append(box);
    } else if (data["text/plain"] !== undefined) this.box.append(text(data["text/plain"], "text_plain"));
  }

  drawn(svg) {
    const source = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    const points = (side) => Number(svg.match(new RegExp(`<svg[^>]*\\s${side}="([\\d.]+)pt"`))?.[1]) * 4 / 3;
    const figure = this.figure && !this.lent ? this.figure
      : make('<figure><div class="figure-box"><img alt="What the cell has drawn"></div></figure>');
    this.lent = true;
    const image = figure.querySelector("img");
    image.removeAttribute("loading");
    image.src = source;
    if (points("width")) { image.width = Math.round(points("width")); image.height = Math.round(points("height")); }
    return figure;
  }
}
