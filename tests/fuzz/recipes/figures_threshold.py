"""Right calls of byhand.figures.threshold."""

import byhand.figures.threshold  # noqa: F401 - a fork drops both
import matplotlib.pyplot as plt
from byhand.threshold import membership_interval

from tests.fuzz.engine import call, recipe

PART = "byhand.figures.threshold"
RESULTS: set[str] = set()

RECIPES = {
    "draw_network": recipe(
        lambda: call(
            membership_interval(2),
            plt.figure(num=1, clear=True).gca(),
            labels="name",
            say={1: ["a", "b"]},
            weights=True,
        ),
        share=0.02,
    ),
    "draw_comparators": recipe(
        lambda: call(
            3,
            [(0, 1), (1, 2)],
            plt.figure(num=1, clear=True).gca(),
            x=[3, 2, 1],
        ),
        share=0.02,
        says={"comparators": "comparator", "n": "comparator"},
    ),
}
