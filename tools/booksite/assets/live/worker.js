// Python, away from the page, so that a long computation blocks nothing and
// can be ended.
import { loadPyodide } from "../pyodide-0.27.7/pyodide.mjs";

const SITE = "/lib/python3.12/site-packages";
const here = (name) => new URL(name, import.meta.url).href;
const say = (type, more) => postMessage({ type, ...more });
let python, kernel, needs;

// What the cell's imports need beyond NumPy, through the package as well.
const packages = (source) => {
  const found = new Set();
  for (const [, name, names] of source.matchAll(
    /^[ \t]*(?:from|import)[ \t]+([\w.]+)(?:[ \t]+import[ \t]+(\([^)]*\)|[^\n]*))?/gm)) {
    const modules = [name, ...(names || "").match(/\w+/g)?.map((n) => `${name}.${n}`) || []];
    modules.flatMap((m) => needs[m] || []).forEach((p) => found.add(p));
  }
  return [...found];
};
const load = async (source) => {
  const quiet = { messageCallback() {}, errorCallback() {} };
  const wanted = packages(source).filter((p) => !(p in python.loadedPackages));
  if (wanted.length) say("progress", { text: `Fetching ${wanted.map((p) => ({ sympy: "SymPy", matplotlib: "Matplotlib" }[p] || p)).join(" and ")} …` });
  await python.loadPackage(wanted, quiet);
  if (wanted.includes("matplotlib")) kernel.fewer_fonts();
  await python.loadPackagesFromImports(source, quiet);
};

const start = async ({ page, notebook }) => {
  const fetched = Promise.all([
    fetch(here("python.zip")).then((r) => r.arrayBuffer()),
    fetch(here("needs.json")).then((r) => r.json()),
  ]);
  python = await loadPyodide({
    packages: ["numpy"],
    env: {
      HOME: "/home/pyodide",
      JPY_SESSION_NAME: page,
      MPLBACKEND: "module://matplotlib_inline.backend_inline",
    },
  });
  const [zip, table] = await fetched;
  needs = table;
  python.unpackArchive(zip, "zip", { extractDir: SITE });
  kernel = python.pyimport("kernel");
  kernel.start(page, notebook);
};

const run = async ({ id, number, source, passed }) => {
  try {
    await load(source);
  } catch (error) {
    // Whatever is not there raises where the cell imports it.
    console.warn(String(error));
  }
  say("running", { id });
  const result = kernel.run(source, number, JSON.stringify(passed), (output) => say("output", { id, output: JSON.parse(output) }));
  say("done", { id, ...JSON.parse(result) });
};

// What later cells need is fetched while there is nothing else to do, one
// package after another.
let later = "";
const work = { start, run };
const asked = [];
let busy = false;
const next = async () => {
  if (busy) return;
  busy = true;
  while (asked.length) {
    const job = asked.shift();
    try {
      await work[job.type](job);
      say(job.type === "run" ? "idle" : job.type);
    } catch (error) {
      say("broken", { id: job.id, text: String(error.message || error) });
    }
    await new Promise((done) => { setTimeout(done); });
    const wanted = python && packages(later).find((p) => !(p in python.loadedPackages));
    if (!asked.length && wanted) asked.push({ type: "ahead", wanted });
  }
  busy = false;
};
work.ahead = ({ wanted }) => load(`import ${wanted}`).then(() => say("idle"));
addEventListener("message", ({ data }) => {
  if (data.type === "ahead") later = data.source;
  else asked.push(data);
  next();
});
