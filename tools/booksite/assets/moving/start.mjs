// What a page with a moving figure loads at first: it waits for a click, or
// for an address that names a state, and only then fetches the figure.
const mark = new URL(import.meta.url).search;
const named = () => /^#[a-z]\w*=/.test(location.hash);

for (const place of document.querySelectorAll(".moving")) {
  const button = place.querySelector("button");
  let opened;
  const open = () => {
    opened ??= Promise.all([
      import(`./frame.mjs${mark}`),
      import(`./${place.dataset.kind}.mjs${mark}`),
    ]).then(([frame, figure]) => frame.open(place, figure, mark));
    return opened;
  };
  const restore = async () => { if (named()) (await open()).restore(); };
  button.addEventListener("click", async () => (await open()).show());
  addEventListener("hashchange", restore);
  restore();
}
