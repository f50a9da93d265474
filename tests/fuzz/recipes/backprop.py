"""Right calls of byhand.backprop."""

import numpy as np
from byhand.backprop import Parameters, backward, forward

from tests.fuzz.engine import call, recipe

PART = "byhand.backprop"
#: Records of what functions return: they are not made by hand.
RESULTS = {
    "AdjointVerdict",
    "Bars",
    "GradientVerdict",
    "ScaledDifference",
    "Values",
}


def parameters(skip=False):
    return Parameters.random(2, 3, 2, rng=0, skip=skip)


def values():
    return forward(parameters(), [1.0, 2.0], 1)


def square(x):
    return np.sum(x * x)


RECIPES = {
    "Bars.of_parameters": recipe(
        lambda: call(backward(parameters(), values())), share=0.01
    ),
    "Parameters": recipe(
        lambda: call(
            [[1.0, 2.0]],
            [1.0],
            [[1.0, 2.0]],
            [1.0],
            [[1.0], [2.0]],
            [1.0, 1.0],
        ),
        lambda: call(
            [[1.0, 2.0]],
            [1.0],
            [[1.0, 2.0]],
            [1.0],
            [[1.0], [2.0]],
            [1.0, 1.0],
            [[1.0, 2.0], [3.0, 4.0]],
        ),
    ),
    "Parameters.random": recipe(lambda: call(2, 3, 2, rng=0, skip=True)),
    "backward": recipe(lambda: call(parameters(), values(), relu_at_zero=0.5)),
    "central_difference": recipe(
        lambda: call(square, [1.0, 2.0], step=1e-5),
        lambda: call(lambda p: square(p["a"]), {"a": np.array([1.0])}),
        says={"step": "f"},
    ),
    "compare_adjoint": recipe(
        lambda: call(
            lambda v: 2 * v,
            lambda u: 2 * u,
            3,
            3,
            rng=0,
            trials=2,
            tolerance=1e-9,
        ),
        lambda: call(lambda v: v, lambda u: u, (2, 2), (2, 2), rng=0),
        says={"n": "vjp(u)|jvp(v)", "m": "vjp(u)|jvp(v)"},
    ),
    "compare_gradient": recipe(
        lambda: call(
            square, [2.0, 4.0], [1.0, 2.0], step=1e-5, tolerance=1e-4
        ),
        lambda: call(square, lambda x: 2 * x, [1.0, 2.0], method="complex"),
        lambda: call(
            lambda p: square(p["a"]),
            {"a": [2.0]},
            {"a": [1.0]},
            method="forward",
        ),
        says={"step": "f"},
    ),
    "complex_step": recipe(
        lambda: call(square, [1.0, 2.0], step=1e-20), says={"step": "f"}
    ),
    "cross_entropy_gradient": recipe(
        lambda: call([1.0, 2.0], 1),
        lambda: call([[1.0, 2.0], [3.0, 4.0]], [0, 1]),
        says={"y": "t"},  # too few classes
    ),
    "cross_entropy_gradient_unfused": recipe(
        lambda: call([1.0, 2.0], 1),
        lambda: call([[1.0, 2.0], [3.0, 4.0]], [0, 1]),
        says={"y": "t"},  # too few classes
    ),
    "forward": recipe(
        lambda: call(parameters(skip=True), [1.0, 2.0], 1),
        lambda: call(parameters(), [[1.0, 2.0], [3.0, 4.0]], [1, 0]),
        says={"x": "t"},  # whose number it sets
    ),
    "gradient_by": recipe(
        lambda: call(square, [1.0, 2.0], method="central", step=1e-5),
        lambda: call(square, 1.0, method="complex"),
        says={"step": "f"},
    ),
    "layer_jacobians": recipe(
        lambda: call(np.ones((2, 2, 2)), [1.0, 2.0], activation="tanh"),
        says={"x": "layer", "layers": "layer"},
    ),
    "mean_log_growth": recipe(lambda: call(3, 4, gain=1.5)),
    "mean_square_growth": recipe(
        lambda: call(3, gain=1.5, activation="relu"),
        says={"depth": "layers"},
    ),
    "measured_error": recipe(
        lambda: call(np.exp, 1.0, 0.0, [1e-3, 1e-5], method="central"),
        lambda: call(np.exp, 1.0, 0.0, [1e-3, 1e-5], method="complex"),
        says={"steps": "step|f"},
    ),
    "optimal_step": recipe(
        lambda: call(method="central", f=1.0, f1=1.0, f2=1.0, f3=1.0)
    ),
    "predicted_error": recipe(
        lambda: call(
            [1e-3, 1e-5], method="forward", f=1.0, f1=1.0, f2=1.0, f3=1.0
        )
    ),
    "random_layers": recipe(lambda: call(2, 3, gain=1.0, rng=0)),
    "relu_derivative": recipe(lambda: call([1.0, 0.0, -1.0], at_zero=0.5)),
    "scaled_difference": recipe(
        lambda: call(np.exp, 1.0, reach=0.5, noise=1e-15),
        says={"noise": "step|f", "reach": "f"},
    ),
    "sigmoid_derivative": recipe(lambda: call([1.0, 0.0, -1.0])),
    "singular_values_of_products": recipe(lambda: call(np.ones((2, 3, 3)))),
    "softmax_jacobian": recipe(lambda: call([0.25, 0.75])),
}
