"""Why gradients vanish or explode: products of the layers' Jacobians.

The Jacobian of a network of depth L is a product J_L ... J_1, and its
singular values say by how much a gradient can grow or shrink on its way
back.  For random layers W_l with independent normal entries of variance
gain^2 / width, two averages are known exactly at every width.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import (
    as_array,
    as_integer,
    as_real,
    as_rng,
    one_of,
    shown,
)
from byhand.backprop.activations import relu_derivative, sigmoid_derivative
from byhand.tape import relu

Array = NDArray[np.float64]

# A layer's numbers, and its steps, that are still worth waiting for.
_MOST = 10**8


def _tanh_derivative(z: Array) -> Array:
    # It is 0 in float64 long before z is 500, where 2z cannot overflow yet.
    return 4 * sigmoid_derivative(2 * np.clip(z, -500, 500))


_ACTIVATIONS: dict[
    str, tuple[Callable[[Array], Array], Callable[[Array], Array]]
] = {
    "linear": (lambda z: z, np.ones_like),
    "relu": (relu, relu_derivative),
    "tanh": (np.tanh, _tanh_derivative),
}


def random_layers(
    depth: int, width: int, *, gain: float, rng: np.random.Generator | int
) -> Array:
    """Draw square layers whose entries are normal, of variance gain^2 / width.

    Parameters
    ----------
    depth, width
        The number of layers and of units in each.
    gain
        Positive: 1 keeps the mean square of a signal through linear layers,
        2^(1/2) through layers with ReLU (He et al. 2015).  What a typical
        network does is another matter: `mean_log_growth`.
    rng
        A generator, or the seed of one.

    Returns
    -------
    numpy.ndarray
        Shape (depth, width, width); the first layer comes first.

    Examples
    --------
    >>> random_layers(3, 10, gain=1.0, rng=0).shape
    (3, 10, 10)
    """
    depth = as_integer(depth, "depth", minimum=1)
    width = as_integer(width, "width", minimum=1)
    if depth * width**2 > _MOST:
        raise ValueError(
            f"layers of this depth and width hold {shown(depth * width**2)} "
            f"entries; at most {_MOST:,} are drawn"
        )
    gain = as_real(gain, "gain", positive=True)
    rng = as_rng(rng)
    return rng.normal(0, gain / math.sqrt(width), (depth, width, width))


def layer_jacobians(
    layers: ArrayLike, x: ArrayLike, *, activation: str
) -> Array:
    """Return J_l = diag(phi'(z_l)) W_l along the way of one input.

    Layer l computes z_l = W_l x_(l-1) and x_l = phi(z_l), without a bias.
    The Jacobian of the first l layers is J_l ... J_1.

    Parameters
    ----------
    layers
        The weights, shape (depth, width, width).
    x
        The input, shape (width,).
    activation
        ``"linear"``, ``"relu"`` (with ReLU'(0) = 0) or ``"tanh"``.

    Returns
    -------
    numpy.ndarray
        Shape (depth, width, width).

    Examples
    --------
    >>> layers = [[[1.0, 0.0], [0.0, -1.0]]]
    >>> layer_jacobians(layers, [2.0, 3.0], activation="relu")
    array([[[ 1.,  0.],
            [ 0., -0.]]])
    """
    layers = _as_layers(layers, "layers")
    x = as_array(x, "x", ndim=1)
    if x.shape != layers.shape[2:]:
        raise ValueError(
            f"x must have {layers.shape[2]} entries, the width of the "
            f"layers, got {len(x)}"
        )
    one_of(activation, "activation", _ACTIVATIONS)
    phi, slope = _ACTIVATIONS[activation]
    jacobians = np.zeros_like(layers)
    for number, W in enumerate(layers):
        with np.errstate(over="ignore", invalid="ignore"):
            z = W @ x
            if np.all(np.isfinite(z)):
                jacobians[number] = slope(z)[:, None] * W
        if not (np.isfinite(z).all() and np.isfinite(jacobians[number]).all()):
            raise ValueError(
                f"layer {number + 1} overflows float64; scale the weights down"
            )
        x = phi(z)
    return jacobians


def singular_values_of_products(jacobians: ArrayLike) -> Array:
    """Return the singular values of J_l ... J_1 for l = 1, ..., L.

    The largest is the most by which a gradient can grow on its way back
    through l layers.  Values below about 1e-16 of the largest are rounding.

    Parameters
    ----------
    jacobians
        Shape (L, width, width), the first layer's first.

    Returns
    -------
    numpy.ndarray
        Shape (L, width), each row in descending order.

    Examples
    --------
    >>> J = np.diag([2.0, 0.5])
    >>> singular_values_of_products([J, J, J])
    array([[2.   , 0.5  ],
           [4.   , 0.25 ],
           [8.   , 0.125]])
    """
    jacobians = _as_layers(jacobians, "jacobians")
    product = np.eye(jacobians.shape[1])
    rows = []
    for depth, jacobian in enumerate(jacobians, start=1):
        with np.errstate(over="ignore", invalid="ignore"):
            product = jacobian @ product
        if not np.all(np.isfinite(product)):
            raise ValueError(
                f"the product of the first {depth} jacobians overflows float64"
            )
        rows.append(np.linalg.svd(product, compute_uv=False))
    return np.array(rows)


def mean_square_growth(
    depth: int, *, gain: float, activation: str = "linear"
) -> float:
    """Return E abs(J v)^2 / abs(v)^2 for random layers, exactly.

    It is gain^(2 depth) for linear layers and (gain^2 / 2)^depth for ReLU,
    for every width, every v, and every input but 0.  (With ReLU: given the
    layers below, a row w of the next keeps its unit alive with probability
    1/2, and since w and -w are equally likely, whether it does is
    independent of (w v)^2.)

    Parameters
    ----------
    depth
        The number of layers.
    gain
        Their gain, positive.
    activation
        ``"linear"`` or ``"relu"``.

    Returns
    -------
    float
        The mean over the random layers.

    Examples
    --------
    >>> mean_square_growth(10, gain=2.0)
    1048576.0
    >>> mean_square_growth(10, gain=2.0, activation="relu")
    1024.0
    """
    depth = as_integer(depth, "depth", minimum=1, maximum=_MOST)
    gain = as_real(gain, "gain", positive=True)
    one_of(activation, "activation", ["linear", "relu"])
    try:
        return (gain**2 / (2 if activation == "relu" else 1)) ** depth
    except OverflowError:
        raise ValueError(
            f"the growth over {shown(depth)} layers of gain {gain:g} "
            "overflows float64"
        ) from None


def mean_log_growth(depth: int, width: int, *, gain: float) -> float:
    """Return E log(abs(J v) / abs(v)) for random linear layers, exactly.

    abs(J v)^2 / abs(v)^2 is a product of ``depth`` independent factors
    gain^2 chi^2 / width with ``width`` degrees of freedom, so the mean is
    depth (log gain + (psi(width / 2) + log(2 / width)) / 2), psi the
    digamma function: close to depth (log gain - 1 / (2 width)).  At gain 1
    the mean square stays 1 and yet almost every gradient vanishes, once the
    depth is far above the width.

    Parameters
    ----------
    depth, width
        The number of layers and of units in each.
    gain
        Their gain, positive.

    Returns
    -------
    float
        The mean over the random layers.

    Examples
    --------
    >>> round(mean_log_growth(100, 10, gain=1.0), 4)
    -5.166
    """
    depth = as_integer(depth, "depth", minimum=1, maximum=_MOST)
    width = as_integer(width, "width", minimum=1, maximum=_MOST)
    log_gain = math.log(as_real(gain, "gain", positive=True))
    psi = _digamma_of_half(width)
    return depth * (log_gain + (psi + math.log(2 / width)) / 2)


def _digamma_of_half(n: int) -> float:
    """Return psi(n / 2), by psi(a + 1) = psi(a) + 1 / a from 1 or 1/2."""
    euler = float(np.euler_gamma)
    first, start = (1, -euler - 2 * math.log(2)) if n % 2 else (2, -euler)
    return start + math.fsum(2 / k for k in range(first, n, 2))


def _as_layers(value: ArrayLike, name: str) -> Array:
    layers = as_array(value, name, ndim=3)
    if layers.shape[1] != layers.shape[2]:
        raise ValueError(
            f"{name} must be square, of shape (depth, width, width), got "
            f"{layers.shape}"
        )
    return layers
