// What a search shows first: pages of the book before names of the package.
var Scorer = {
  score: ([page, , , , score]) =>
    page.startsWith("chapters/appendix/api") ? score - 100 : score,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
