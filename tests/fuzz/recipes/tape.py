"""Right calls of byhand.tape."""

import numpy as np
from byhand.tape import (
    cross_entropy,
    exp,
    gradient,
    index,
    record,
    relu,
    tanh,
)

from tests.fuzz.engine import call, recipe

PART = "byhand.tape"
#: A tape is made by record() and the transformations; a row is made of rules
#: that tests/tape/test_table.py tries one by one.
RESULTS = {
    "Primitive",
    "Tape",
    "Primitive.is_like",
    "Primitive.in_place",
    "Primitive.scratch",
    "Primitive.by_rows",
}


def layer(W, x):
    z = W @ x
    return tanh(z)


LAYER = record(layer, W=("m", "n"), x="n")
LOSS = record(lambda W, x: exp(W @ x).sum(), W=("m", "n"), x="n")
CLASSES = record(
    lambda W, x, t: cross_entropy(W @ x, t), W=("K", "n"), x="n", t=index("K")
)
BATCH = record(lambda X, W: exp(X @ W).sum(), X=("B", "n"), W=("n", "m"))
W, X = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5])
ARRAY = [[1.0, 2.0], [3.0, 4.0]]


def entrywise(name):
    """Infinities and NaN go through, as through NumPy's functions."""
    return recipe(
        lambda: call(ARRAY),
        lambda: call([1.0, 2.0]),
        like_numpy=True,
        says={"inputs": name},
    )


RECIPES = {
    "Primitive.__call__": recipe(
        lambda: call(relu, ARRAY), like_numpy=True, says={"inputs": "relu"}
    ),
    "Tape.lines": recipe(lambda: call(LAYER, "latex")),
    "Tape.steps": recipe(
        lambda: call(LAYER, W, X, digits=3),
        lambda: call(LAYER, W=W, x=X),
        says={"args": "W|x|objects", "W": "objects", "x": "objects"},
        like_numpy=True,
    ),
    "Tape.__call__": recipe(
        lambda: call(LAYER, W, X),
        lambda: call(CLASSES, W=W, x=X, t=1),
        says={"args": "W|x|objects", "W": "objects|t", "x": "objects"},
        like_numpy=True,
    ),
    "Tape.run": recipe(
        lambda: call(LAYER, {"W": W, "x": X}),
        lambda: call(CLASSES, {"W": W, "x": X, "t": 1}, lift=np.array),
        says={"values": "W|x|t|layer|objects", "lift": "W|x|t|objects"},
        like_numpy=True,
    ),
    "Tape.values": recipe(
        lambda: call(LAYER, W, X),
        says={"args": "W|x|objects"},
        like_numpy=True,
    ),
    "Tape.compile": recipe(lambda: call(LAYER, reuse=True), share=0.2),
    "by_rows": recipe(
        lambda: call(BATCH, "B"),
        lambda: call(gradient(BATCH, "W"), "B"),
        share=0.3,
    ),
    "concatenate": recipe(
        lambda: call([ARRAY, ARRAY], 1),
        lambda: call([[1.0], [2.0]], axis=0),
        like_numpy=True,
        says={"arrays": "concatenate"},
    ),
    "cross_entropy": recipe(
        lambda: call([1.0, 2.0], 1),
        lambda: call(ARRAY, [0, 1]),
        like_numpy=True,
        says={"inputs": "cross_entropy"},
    ),
    "einsum": recipe(
        lambda: call("ij,jk->ik", ARRAY, ARRAY),
        like_numpy=True,
        says={
            "a": "einsum|contract|spec|ij,jk->ik",
            "b": "einsum|contract|ij,jk->ik",
            "spec": "einsum",
        },
    ),
    "elementwise": recipe(
        lambda: call(
            "cube", lambda x: x**3, lambda x, y: 3 * x**2, cost={"mul": 2}
        )
    ),
    "exp": entrywise("exp"),
    "gradient": recipe(
        lambda: call(LOSS, "W", value=True),
        lambda: call(LOSS, ["W", "x"]),
        share=0.3,
    ),
    "hvp": recipe(
        lambda: call(LOSS, "x", mode="reverse-over-forward"),
        lambda: call(LOSS, ["x"]),
        share=0.2,
    ),
    "index": recipe(
        lambda: call("K", "B"),
        lambda: call(3),
        says={"size": "index", "shape": "index|size"},
    ),
    "jacobian": recipe(
        lambda: call(LAYER, "x", {"W": W, "x": X}, mode="forward"),
        like_numpy=True,
        share=0.2,
        says={"values": "W|x"},
    ),
    "jvp": recipe(
        lambda: call(LAYER, "x", value=False),
        lambda: call(LAYER, ["W", "x"]),
        share=0.3,
    ),
    "log": entrywise("log"),
    "log_softmax": entrywise("log_softmax"),
    "maximum": recipe(
        lambda: call(ARRAY, 0.0),
        lambda: call([1.0], [2.0]),
        like_numpy=True,
        says={"inputs": "maximum"},
    ),
    # Computing on arrays, a recorded function may name anything.
    "named": recipe(lambda: call(1.0, "z1"), free=("value",), like_numpy=True),
    "one_hot": recipe(
        lambda: call(1, 3),
        lambda: call([1, 2], 3),
        says={"t": "place", "size": "one_hot|place"},
    ),
    "outer": recipe(
        lambda: call([1.0, 2.0], [3.0]),
        like_numpy=True,
        says={"a": "outer|contract", "b": "outer|contract"},
    ),
    "pad": recipe(
        lambda: call([1.0, 2.0], axis=0, before=1, after=2),
        like_numpy=True,
        says={"inputs": "pad"},
    ),
    "pick": recipe(
        lambda: call([1.0, 2.0], 1),
        lambda: call(ARRAY, [0, 1]),
        like_numpy=True,
        says={"inputs": "pick"},
    ),
    "place": recipe(
        lambda: call(1.0, 1, size=3),
        lambda: call([1.0, 2.0], [0, 1], size=3),
        like_numpy=True,
        says={"inputs": "place", "size": "place"},
    ),
    "record": recipe(
        lambda: call(layer, W=("m", "n"), x="n"),
        lambda: call(layer, W=(2, 3), x=3),
        says={"function": "recorded|layer|operand", "W": "name", "x": "name"},
        share=0.5,
    ),
    "relu": entrywise("relu"),
    "sigmoid": entrywise("sigmoid"),
    "softmax": entrywise("softmax"),
    "softplus": entrywise("softplus"),
    "sqrt": entrywise("sqrt"),
    "tanh": entrywise("tanh"),
    "vjp": recipe(
        lambda: call(LAYER, "x", value=False),
        lambda: call(LAYER, ["W", "x"]),
        share=0.3,
    ),
}
