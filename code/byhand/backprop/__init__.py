"""The gated network, forwards and backwards, derived by hand and checked."""

from byhand.backprop.activations import (
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    softplus,
)
from byhand.backprop.adjoint import (
    AdjointVerdict,
    check_adjoint,
    jacobian_by_columns,
    jacobian_by_rows,
)
from byhand.backprop.cross_entropy import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_gradient_unfused,
    log_softmax,
    softmax,
    softmax_jacobian,
    softmax_vjp,
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
    forward_difference,
    gradient_by,
)
from byhand.backprop.gated import (
    Bars,
    Parameters,
    Values,
    backward,
    forward,
    jvp,
    vjp,
)
from byhand.backprop.gradient_check import (
    DEFAULT_TOLERANCE,
    GradientVerdict,
    check_gradient,
)
from byhand.backprop.published import (
    PUBLISHED_STEPS,
    PublishedStep,
    published_sigmoid_derivative,
)
from byhand.backprop.scaled import ScaledDifference, scaled_difference
from byhand.backprop.step_error import (
    measured_error,
    optimal_step,
    predicted_error,
)
from byhand.backprop.straight_line import straight_line, value_and_gradient

__all__ = [
    "DEFAULT_STEP",
    "DEFAULT_TOLERANCE",
    "PUBLISHED_STEPS",
    "AdjointVerdict",
    "Bars",
    "GradientVerdict",
    "Parameters",
    "PublishedStep",
    "ScaledDifference",
    "Values",
    "backward",
    "central_difference",
    "check_adjoint",
    "check_gradient",
    "complex_step",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_gradient_unfused",
    "forward",
    "forward_difference",
    "gradient_by",
    "jacobian_by_columns",
    "jacobian_by_rows",
    "jvp",
    "layer_jacobians",
    "log_softmax",
    "mean_log_growth",
    "mean_square_growth",
    "measured_error",
    "optimal_step",
    "predicted_error",
    "published_sigmoid_derivative",
    "random_layers",
    "relu",
    "relu_derivative",
    "scaled_difference",
    "sigmoid",
    "sigmoid_derivative",
    "singular_values_of_products",
    "softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "softplus",
    "straight_line",
    "value_and_gradient",
    "vjp",
]
