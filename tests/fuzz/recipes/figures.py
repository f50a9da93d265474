"""Right calls of byhand.figures."""

from tests.fuzz.engine import call, recipe

PART = "byhand.figures"
RESULTS: set[str] = set()

RECIPES = {
    "subplots": recipe(
        lambda: call(1, 2, height=2.0, width=3.0),
        share=0.02,
    )
}
