"""Right calls of byhand.glue."""

from tests.fuzz.engine import call, recipe

PART = "byhand.glue"
RESULTS: set[str] = set()

RECIPES = {"glue": recipe(lambda: call("loss", 0.25), free=("value",))}
