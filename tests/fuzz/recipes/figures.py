"""Right calls of byhand.figures."""

from byhand.tables import table

from tests.fuzz.engine import call, recipe

PART = "byhand.figures"
RESULTS: set[str] = set()

RECIPES = {
    "moving": recipe(
        lambda: call(
            table({"x": [1]}), losses=[0.5, None], rows={"QR": (1, 2)}
        ),
    ),
    "subplots": recipe(
        lambda: call(1, 2, height=2.0, width=3.0),
        share=0.02,
    ),
}
