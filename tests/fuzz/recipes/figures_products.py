"""Right calls of byhand.figures.products."""

import byhand.figures.products  # noqa: F401 - a fork drops both
import matplotlib.pyplot as plt
from byhand.cost import Product

from tests.fuzz.engine import call, recipe

PART = "byhand.figures.products"
RESULTS: set[str] = set()

RECIPES = {
    "draw_order": recipe(
        lambda: call(
            Product("v vᵀ y", v=3, y=3).order("v(vᵀy)"),
            plt.figure(num=1, clear=True).gca(),
            color="#0072b2",
        ),
        share=0.02,
    ),
    "draw_linear": recipe(
        lambda: call(
            {"z": {"x": 2, "y": 3}},
            plt.figure(num=1, clear=True).gca(),
            turned=True,
        ),
        share=0.02,
    ),
}
