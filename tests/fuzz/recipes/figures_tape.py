"""Right calls of byhand.figures.tape."""

import byhand.figures.tape  # noqa: F401 - a fork drops both
import matplotlib.pyplot as plt
from byhand.tape import record, tanh

from tests.fuzz.engine import call, recipe

PART = "byhand.figures.tape"
RESULTS: set[str] = set()
TAPE = record(lambda W, x: tanh(W @ x), W=("m", "n"), x="n")

RECIPES = {
    "draw_tape": recipe(
        lambda: call(TAPE, plt.figure(num=1, clear=True).gca(), hide=["W"]),
        lambda: call(TAPE, width=4.0, height=2.0),
        share=0.02,
    )
}
