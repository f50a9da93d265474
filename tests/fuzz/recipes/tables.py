"""Right calls of byhand.tables."""

from tests.fuzz.engine import call, recipe

PART = "byhand.tables"
#: Made by table().
RESULTS = {"Table"}

RECIPES = {
    "table": recipe(
        lambda: call(
            {"method": ["QR", "SVD"], "digits": [1.5, 2.5]},
            formats={"digits": ".1f"},
            wrong=[0],
            best=[1],
            caption="Two methods.",
        ),
        # A cell is written as str() writes it, whatever it is.
        free=("columns",),
        like_numpy=True,
        says={
            "columns": "column",
            "wrong": "row",
            "best": "row",
            "formats": "format",
        },
    )
}
