"""Right calls of byhand.cost."""

import numpy as np
from byhand.cost import (
    Operations,
    Product,
    Tally,
    chain_of,
    schedule,
    sizes,
)
from byhand.tape import record, tanh

from tests.fuzz.engine import call, recipe

PART = "byhand.cost"
#: Made by other functions.
RESULTS = {"Order"}
TAPE = record(lambda W, x: tanh(W @ x).sum(), W=("m", "n"), x="n")
LAYER = record(lambda W, x: tanh(W @ x), W=("n", "n"), x="n")
VVY = Product("v vᵀ y", v="n", y="n")
ABC = Product("A B C", A=("n", "m"), B=("m", "n"), C=("n", "m"))
WEIGHTS = [{"W": np.eye(2)}, {"W": np.eye(2)}]


def square():
    return (lambda x: x**2, lambda x, x_bar: 2 * x * x_bar)


AT = {"n": 2, "m": 3}

RECIPES = {
    "Operations": recipe(lambda: call({"mul": 2, "add": sizes("n")})),
    "Operations.at": recipe(
        lambda: call(Operations({"mul": sizes("n")}), n=3),
        lambda: call(Operations({"mul": sizes("n")}), {"n": 3}),
        says={"sizes": "value"},
    ),
    "Order.count": recipe(lambda: call(VVY.order("v(vᵀy)"), "memory")),
    "Order.__call__": recipe(
        lambda: call(VVY.order("v(vᵀy)"), v=[1.0, 2.0], y=[1.0, 2.0]),
        like_numpy=True,
        says={"v": "n", "y": "n"},
    ),
    "Product": recipe(
        lambda: call("v vᵀ y", v="n", y="n"),
        lambda: call("A B", A=("n", 2), B=(2, "m")),
        share=0.3,
        says={"text": "product|shape", "v": "vᵀ"},
    ),
    "Product.orders": recipe(lambda: call(ABC), share=0.01),
    "Product.order": recipe(
        lambda: call(VVY, "v(vᵀy)"), says={"text": "order|factor"}
    ),
    "Product.optimum": recipe(
        lambda: call(ABC, n=2, m=3),
        lambda: call(ABC, {"n": 2, "m": 3}),
        says={"sizes": "value"},
    ),
    "Product.optimum_by_region": recipe(lambda: call(VVY), share=0.01),
    "Product.table": recipe(lambda: call(VVY), share=0.01),
    "Schedule": recipe(
        lambda: call(
            2,
            [
                ("store", 0),
                ("advance", 0),
                ("reverse", 1),
                ("restore", 0),
                ("reverse", 0),
            ],
        ),
        says={"actions": "action|step", "steps": "step|state"},
    ),
    "Tally": recipe(call, share=0.01),
    "Tally.numbers": recipe(
        lambda: call(Tally(), [1.0, 2.0]), like_numpy=True
    ),
    "chain_of": recipe(lambda: call(LAYER, "x", WEIGHTS), share=0.1),
    "compare": recipe(
        lambda: call(
            VVY.order("v(vᵀy)"), VVY.order("(vvᵀ)y"), "multiplications"
        ),
        share=0.1,
    ),
    "count": recipe(lambda: call(TAPE)),
    "count_by_running": recipe(
        lambda: call(TAPE, m=2, n=3, rng=0),
        lambda: call(TAPE, AT),
        says={"sizes": "size"},
    ),
    "count_lines": recipe(lambda: call(TAPE)),
    "evaluate": recipe(
        lambda: call(sizes("n") ** 2, n=3),
        lambda: call(2 * sizes("n"), {"n": 3}),
        says={"values": "sizes|value"},
        share=0.3,
    ),
    "gradient_ratio": recipe(
        lambda: call(TAPE, "W", what="multiplications"),
        lambda: call(TAPE, ["W", "x"]),
        share=0.1,
    ),
    "gradient_ways": recipe(lambda: call(TAPE, "x"), share=0.2),
    "hvp_ways": recipe(lambda: call(TAPE, "x"), share=0.1),
    "jacobian_ways": recipe(lambda: call(LAYER, "x"), share=0.2),
    "measured_peak": recipe(
        lambda: call(TAPE, m=2, n=3, rng=0),
        lambda: call(TAPE, AT),
        says={"sizes": "size"},
    ),
    "number_of_orders": recipe(lambda: call(5)),
    "peak": recipe(
        lambda: call(TAPE, scratch=True),
        lambda: call(TAPE, reuse=True),
        share=0.2,
    ),
    "profile": recipe(lambda: call(TAPE, scratch=True), share=0.2),
    "random_inputs": recipe(
        lambda: call(TAPE, m=2, n=3, rng=0),
        lambda: call(TAPE, AT),
        says={"sizes": "size"},
    ),
    "reach": recipe(lambda: call(3, 4)),
    "recomputation_table": recipe(lambda: call(6, 3)),
    "recomputations": recipe(lambda: call(10, 3)),
    "region_map": recipe(
        lambda: call(
            VVY.orders(),
            {"n": [2, 3]},
            {"m": [2]},
            what="additions",
            fixed={"k": 2},
        ),
        share=0.1,
        says={"x": "n", "y": "m", "fixed": "sizes"},
    ),
    "reverse_chain": recipe(
        lambda: call(
            [square()] * 3,
            np.array([1.5]),
            np.ones_like,
            schedule(3, budget=2),
        ),
        lambda: call(
            chain_of(LAYER, "x", WEIGHTS),
            np.array([1.0, 2.0]),
            np.ones_like,
            schedule(2, budget=1),
        ),
        # The steps themselves say what they were given.
        says={
            "x0": "x|state",
            "seed": "out_bar",
            "chain": "out_bar|state|x|seed|adjoint",
        },
        like_numpy=True,
    ),
    "schedule": recipe(
        lambda: call(10, "binomial", budget=3),
        lambda: call(10, "segments", budget=9),
        lambda: call(10, "store all"),
    ),
    "sign_of": recipe(
        lambda: call(sizes("n") ** 2 - 2), lambda: call(3), share=0.1
    ),
    "sizes": recipe(lambda: call("n m"), says={"names": "name"}),
}
