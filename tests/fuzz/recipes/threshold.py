"""Right calls of byhand.threshold."""

from fractions import Fraction

import numpy as np
from byhand.threshold import (
    HEAVISIDE,
    INTERVAL,
    RELU,
    Condition,
    Layer,
    Network,
    is_member,
    is_member_formula,
    membership_heaviside,
    membership_interval,
    small_units,
)

from tests.fuzz.engine import call, recipe

PART = "byhand.threshold"
#: Made by other functions.
RESULTS = {"Condition", "Counterexample", "Report", "Training"}
SAME = Network(Layer([[1, -1]], [0], "interval"))
SMALL = Network(
    Layer([[1, 1, -2]], [0], INTERVAL), Layer([[1]], [0], INTERVAL)
)
BITS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def unit(name):
    return recipe(lambda: call([1, 2, -3]), lambda: call(4), says={"z": name})


def construction(*calls, **options):
    says = {"n": "units"} | options.pop("says", {})
    return recipe(
        *(calls or (lambda: call(3),)), share=0.3, says=says, **options
    )


RECIPES = {
    "HEAVISIDE": unit("heaviside"),
    "IDENTITY": unit("identity"),
    "INTERVAL": unit("interval"),
    "RELU": unit("relu"),
    "Condition.text": recipe(
        lambda: call(Condition((1, 1), 1, 3), ["g", "h"], bits=[True, True])
    ),
    "Layer": recipe(
        lambda: call([[1, 2], [3, Fraction(1, 2)]], [1, 0], "relu"),
        lambda: call([[1, 2]], [1], [INTERVAL]),
        says={"unit": "units"},
    ),
    "Layer.__call__": recipe(lambda: call(Layer([[1, 2]], [0], "relu"), BITS)),
    "Network": recipe(
        lambda: call(Layer([[1, 2]], [1], "relu"), names=["a", "b"]),
        says={"layers": "layer|network"},
    ),
    "Network.__call__": recipe(lambda: call(SAME, BITS)),
    "Network.float64": recipe(lambda: call(SAME, [[0.5, 1.0]])),
    "Network.rewired": recipe(
        lambda: call(SAME, [2, 0], 3, names=["a", "b", "c"]),
        says={"wires": "wire", "inputs": "wires"},
    ),
    "Network.unit_names": recipe(lambda: call(SAME, 1)),
    "Network.formulas": recipe(lambda: call(SAME, 1)),
    "Network.meanings": recipe(lambda: call(SAME, 1)),
    "Obstruction": recipe(
        lambda: call(
            ((0, 0), (0, 1), (1, 0), (1, 1)), (0, 1, 1, 0), (1, 1, 1, 1)
        ),
        says={
            "points": "point",
            "labels": "label",
            "coefficients": "coefficient",
        },
    ),
    "Separation": recipe(
        lambda: call(((0,), (1,)), (0, 1), (2,), -1),
        says={"points": "point", "labels": "label", "w": "weights"},
    ),
    "Unit": recipe(
        lambda: call("three or four", 3, 4),
        lambda: call("relu"),
        says={"low": "bounds", "high": "bounds"},
    ),
    "Unit.__call__": recipe(
        lambda: call(INTERVAL, [1, 2, -3]),
        lambda: call(RELU, [1.5, -3.0]),
        lambda: call(HEAVISIDE, 1),
    ),
    "Unit.formula": recipe(lambda: call(INTERVAL, "x1 - x2")),
    "batcher_comparators": construction(),
    "bell": recipe(lambda: call(5)),
    "bits": recipe(lambda: call(3)),
    "compare_and_swap": construction(
        lambda: call(4, [(0, 1), (2, 3)]),
        says={"comparators": "comparator", "n": "comparator|units"},
    ),
    "condition": recipe(
        lambda: call([-2, 2], 0, INTERVAL),
        lambda: call([1, Fraction(1, 2)], 3, "heaviside"),
    ),
    "count_dichotomies": recipe(
        lambda: call(BITS), says={"points": "point"}, share=0.2
    ),
    "count_threshold_functions": recipe(lambda: call(2), share=0.2),
    "cover_count": recipe(lambda: call(4, 3)),
    "equality": recipe(lambda: call(3)),
    "equality_patterns": recipe(lambda: call(3)),
    "find_counterexample": recipe(
        lambda: call(membership_interval(2), is_member_formula),
        share=0.1,
        says={"formula": "formula"},
    ),
    "fubini": recipe(lambda: call(5)),
    "insertion_comparators": construction(),
    "is_member": recipe(
        lambda: call([1, 2, 2]),
        lambda: call([[1, 2, 3]] * 2),
        says={"x": "the last axis"},
    ),
    "is_member_formula": recipe(lambda: call([1, 2, 2]), share=0.2),
    "is_odd": recipe(lambda: call([1, 0, 1]), lambda: call([[1, 0]] * 2)),
    "is_permutation": recipe(
        lambda: call([1, 2, 2, 1]),
        lambda: call([[1, 2, 3, 1]] * 2),
        says={"x": "the last axis"},
    ),
    "is_permutation_formula": recipe(lambda: call([1, 2, 2, 1]), share=0.2),
    "membership_heaviside": construction(),
    "membership_interval": construction(lambda: call(3, w=-2, b=2)),
    "parallel": construction(
        lambda: call(SAME, SAME, names=["a", "b", "c", "d"]),
        says={"networks": "network"},
    ),
    "parity_deep": construction(),
    "parity_shallow": construction(),
    "perceptron": recipe(
        lambda: call(BITS, [0, 0, 0, 1], most=100),
        says={"points": "point", "labels": "label"},
        share=0.3,
    ),
    "permutation_counting": construction(lambda: call(2)),
    "permutation_enumeration": construction(lambda: call(2, output=HEAVISIDE)),
    "permutation_gram": construction(
        lambda: call(2, "heaviside"), lambda: call(2, "interval")
    ),
    "permutation_of_two": construction(call),
    "permutation_sizes": recipe(lambda: call(3)),
    "pointwise": recipe(lambda: call(lambda x: x[2] in x[:2])),
    "prove": recipe(
        lambda: call(
            membership_heaviside(2),
            is_member,
            by="order",
            where=is_member,
            count_wrong=True,
            limit=1000,
            rng=0,
            progress=False,
        ),
        lambda: call(membership_interval(2), is_member, by="equality"),
        share=0.2,
        says={"network": "layer"},
    ),
    "refute_first_layer": recipe(lambda: call(SMALL)),
    "separate": recipe(
        lambda: call(BITS, [0, 1, 1, 0]),
        says={"points": "point", "labels": "label"},
    ),
    "series": construction(
        lambda: call(SAME, Network(Layer([[1]], [0], "relu"))),
        says={"networks": "network"},
    ),
    "small_units": recipe(
        lambda: call(2, "interval", weight=2, bias=1),
        share=0.1,
        says={"inputs": "units", "weight": "units", "bias": "units"},
    ),
    "smallest_first_layer": recipe(
        lambda: call(
            is_member,
            small_units(2, "heaviside", weight=1, bias=1),
            [[a, b] for a in range(2) for b in range(2)],
            most=2,
        ),
        share=0.1,
    ),
    "sorting_network": construction(
        lambda: call(3, [(0, 1), (1, 2), (0, 1)]),
        lambda: call(3),
        says={"comparators": "comparator", "n": "comparator|units"},
    ),
    "sorts": construction(
        lambda: call(3, [(0, 1), (1, 2), (0, 1)]),
        says={"comparators": "comparator", "n": "comparator|units"},
    ),
    "stages": recipe(
        lambda: call([(0, 1), (1, 2)]), says={"comparators": "comparator"}
    ),
    "staircase": construction(
        lambda: call(np.sin, 0, 2, 4),
        lambda: call(lambda x: x, Fraction(1, 2), 2, 4),
    ),
    "verify": recipe(
        lambda: call(
            SAME,
            lambda x: x[:, 0] == x[:, 1],
            range(3),
            where=lambda x: x[:, 0] > -1,
            count_wrong=True,
            progress=False,
        ),
        lambda: call(SAME, lambda x: x[:, 0] == x[:, 1], [[0, 1], [1, 2]]),
    ),
    "weak_orderings": recipe(lambda: call(3)),
}
