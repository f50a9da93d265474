"""Right calls of byhand.figures.cost."""

import byhand.figures.cost  # noqa: F401 - a fork drops both
import matplotlib.pyplot as plt
from byhand.cost import Product, region_map, schedule

from tests.fuzz.engine import call, recipe

PART = "byhand.figures.cost"
RESULTS: set[str] = set()
ORDERS = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m").orders()
REGIONS = region_map(ORDERS, {"n": [2, 3]}, {"m": [2]})

RECIPES = {
    "draw_region_map": recipe(
        lambda: call(REGIONS, plt.figure(num=1, clear=True).gca(), size=5.0),
        share=0.02,
    ),
    "draw_schedule": recipe(
        lambda: call(
            schedule(3, budget=2), plt.figure(num=1, clear=True).gca()
        ),
        share=0.02,
    ),
}
