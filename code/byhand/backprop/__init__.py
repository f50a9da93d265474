"""The gated network, forwards and backwards, derived by hand and checked.

ReLU, sigmoid, softmax and cross-entropy are those of `byhand.tape`.  What
does not fit raises TypeError or ValueError, which says what came and what
was wanted.
"""

from byhand.backprop.activations import relu_derivative, sigmoid_derivative
from byhand.backprop.adjoint import AdjointVerdict, compare_adjoint
from byhand.backprop.cross_entropy import (
    cross_entropy_gradient,
    cross_entropy_gradient_unfused,
    softmax_jacobian,
)
from byhand.backprop.depth import (
    layer_jacobians,
    mean_log_growth,
    mean_square_growth,
    random_layers,
    singular_values_of_products,
)
from byhand.backprop.differences import (
    DEFAULT_STEP,
    central_difference,
    complex_step,
    gradient_by,
)
from byhand.backprop.gated import Bars, Parameters, Values, backward, forward
from byhand.backprop.gradient_check import (
    DEFAULT_TOLERANCE,
    GradientVerdict,
    compare_gradient,
)
from byhand.backprop.published import PUBLISHED_STEPS
from byhand.backprop.scaled import ScaledDifference, scaled_difference
from byhand.backprop.step_error import (
    measured_error,
    optimal_step,
    predicted_error,
)

__all__ = [
    "DEFAULT_STEP",
    "DEFAULT_TOLERANCE",
    "PUBLISHED_STEPS",
    "AdjointVerdict",
    "Bars",
    "GradientVerdict",
    "Parameters",
    "ScaledDifference",
    "Values",
    "backward",
    "central_difference",
    "compare_adjoint",
    "compare_gradient",
    "complex_step",
    "cross_entropy_gradient",
    "cross_entropy_gradient_unfused",
    "forward",
    "gradient_by",
    "layer_jacobians",
    "mean_log_growth",
    "mean_square_growth",
    "measured_error",
    "optimal_step",
    "predicted_error",
    "random_layers",
    "relu_derivative",
    "scaled_difference",
    "sigmoid_derivative",
    "singular_values_of_products",
    "softmax_jacobian",
]
