"""Right calls of byhand.figures."""

from tests.fuzz.engine import call, recipe

PART = "byhand.figures"
RESULTS: set[str] = set()

RECIPES = {
    "moving": recipe(
        lambda: call(None, losses=[0.5, None], rows={"QR": (1, 2)}),
        free=("still",),
    ),
    "subplots": recipe(
        lambda: call(1, 2, height=2.0, width=3.0),
        share=0.02,
    ),
}
