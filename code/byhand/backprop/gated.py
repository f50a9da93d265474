"""The gated network, forwards and backwards, every step derived by hand.

The network of the page, for one sample::

    z1 = W1 x + b1         h  = ReLU(z1)
    z2 = W2 x + b2         g1 = sigmoid(z2)
    g2 = h * g1            y  = W3 g2 + b3   (with a skip: + W4 x)
    y' = softmax(y)        S  = log y'_t           J = -S

A name with ``_bar`` is the gradient of J with respect to that value.  A
batch holds its samples as rows, and its loss J is the **sum** of the
samples' losses, so that the gradients of the parameters are the sums of
the samples' gradients; divide both by B for the mean.

Arrays that do not fit or are not finite, and values that overflow, raise
TypeError or ValueError, which names the array.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import (
    as_classes,
    as_flag,
    as_integer,
    as_numbers,
    as_rng,
    as_vectors,
    shown,
)
from byhand.backprop.activations import (
    as_convention,
    relu_derivative,
    sigmoid_derivative,
)
from byhand.tape import log_softmax, relu, sigmoid

Array = NDArray[Any]

# Of random parameters: a gigabyte.
_MOST_ENTRIES = 10**8


class _Named:
    """A record of named arrays that prints one line a name."""

    def as_dict(self) -> dict[str, Any]:
        """Return the names and what they stand for, without the absent."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not None
        }

    def __str__(self) -> str:
        """Return the names, the shapes and the entries to four digits."""
        rows = [
            (name, str(np.shape(value)), _entries(value))
            for name, value in self.as_dict().items()
        ]
        wide = max(len(name) for name, _, _ in rows)
        shaped = max(len(shape) for _, shape, _ in rows)
        return "\n".join(
            f"{name:<{wide}}  {shape:<{shaped}}  "
            + entries.replace("\n", "\n" + " " * (wide + shaped + 4))
            for name, shape, entries in rows
        )


@dataclass(frozen=True, eq=False)
class Parameters(_Named):
    """The parameters of a gated network: an immutable value.

    The arrays are copied and read-only; `dataclasses.replace` makes a
    changed copy.

    Parameters
    ----------
    W1, b1
        The layer below the ReLU, shapes (H, d) and (H,).
    W2, b2
        The gate, shapes (H, d) and (H,).
    W3, b3
        The layer that reads the gated units, shapes (K, H) and (K,).
    W4
        The skip connection from x to y, shape (K, d), or None for none.
        Entries of every array may be complex, for the complex step.

    Examples
    --------
    >>> parameters = Parameters.random(3, 4, 2, rng=0)
    >>> parameters
    Parameters(d=3, H=4, K=2, skip=False)
    >>> parameters.W1.shape
    (4, 3)
    """

    W1: Array
    b1: Array
    W2: Array
    b2: Array
    W3: Array
    b3: Array
    W4: Array | None = None

    def __post_init__(self) -> None:
        for name, value in vars(self).copy().items():
            if name == "W4" and value is None:
                continue
            ndim = 1 if name.startswith("b") else 2
            array = as_numbers(value, name, ndim=ndim)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        H, d, K = self.H, self.d, self.K
        wanted = {
            "b1": (H,),
            "W2": (H, d),
            "b2": (H,),
            "W3": (K, H),
            "b3": (K,),
            "W4": (K, d),
        }
        for name, shape in wanted.items():
            value = getattr(self, name)
            if value is not None and value.shape != shape:
                raise ValueError(
                    f"{name} must have shape {shape}, since W1 is {H}×{d} "
                    f"and W3 has {K} rows; got {value.shape}"
                )

    @property
    def d(self) -> int:
        """The number of inputs."""
        return int(self.W1.shape[1])

    @property
    def H(self) -> int:
        """The number of hidden units, each with its gate."""
        return int(self.W1.shape[0])

    @property
    def K(self) -> int:
        """The number of classes."""
        return int(self.W3.shape[0])

    @classmethod
    def random(
        cls,
        d: int,
        H: int,
        K: int,
        *,
        rng: np.random.Generator | int,
        skip: bool = False,
    ) -> Self:
        """Draw parameters that keep the values at the size of the input.

        Weights are normal with variance 2 / (columns) below the ReLU
        and 1 / (columns) elsewhere.  Biases are normal with standard
        deviation 0.1, not 0, so that a gradient check sees them.

        Parameters
        ----------
        d, H, K
            The numbers of inputs, hidden units and classes.
        rng
            A generator, or the seed of one.
        skip
            Whether there is a skip connection.

        Returns
        -------
        network : Parameters

        References
        ----------
        K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers",
        ICCV 2015.

        Examples
        --------
        >>> Parameters.random(3, 4, 2, rng=0, skip=True).W4.shape
        (2, 3)
        """
        d = as_integer(d, "d", minimum=1)
        H = as_integer(H, "H", minimum=1)
        K = as_integer(K, "K", minimum=1)
        entries = (2 * H + K) * (d + 1) + K * H
        if entries > _MOST_ENTRIES:
            raise ValueError(
                f"d = {shown(d)}, H = {shown(H)} and K = {shown(K)} make "
                f"more than {_MOST_ENTRIES:,} parameters, too many to draw"
            )
        rng, skip = as_rng(rng), as_flag(skip, "skip")
        return cls(
            W1=rng.normal(0, np.sqrt(2 / d), (H, d)),
            b1=rng.normal(0, 0.1, H),
            W2=rng.normal(0, np.sqrt(1 / d), (H, d)),
            b2=rng.normal(0, 0.1, H),
            W3=rng.normal(0, np.sqrt(1 / H), (K, H)),
            b3=rng.normal(0, 0.1, K),
            W4=rng.normal(0, np.sqrt(1 / d), (K, d)) if skip else None,
        )

    def __repr__(self) -> str:
        skip = self.W4 is not None
        return f"Parameters(d={self.d}, H={self.H}, K={self.K}, skip={skip})"


@dataclass(frozen=True, eq=False)
class Values(_Named):
    """What the forward pass computes, by the names of the page.

    For one sample, x has shape (d,); z1, h, z2, g1 and g2 (H,); y and
    y_prime (K,); t, S and J are scalars.  For a batch each has B rows in
    front, S has shape (B,), and J stays a scalar.
    """

    x: Array
    t: Array
    z1: Array
    h: Array
    z2: Array
    g1: Array
    g2: Array
    y: Array
    y_prime: Array
    S: Array
    J: float | complex


@dataclass(frozen=True, eq=False)
class Bars(_Named):
    """The gradients of J, in the order in which they are found.

    ``z1_bar`` has the shape of z1, and so on; W4_bar is None without a
    skip connection.
    """

    J_bar: float
    S_bar: Array
    y_prime_bar: Array
    y_bar: Array
    g2_bar: Array
    h_bar: Array
    g1_bar: Array
    z2_bar: Array
    z1_bar: Array
    x_bar: Array
    W1_bar: Array
    b1_bar: Array
    W2_bar: Array
    b2_bar: Array
    W3_bar: Array
    b3_bar: Array
    W4_bar: Array | None = None

    def of_parameters(self) -> dict[str, Array]:
        """Return the parameters' gradients under the parameters' names.

        The keys are those of ``Parameters.as_dict()``, as `compare_gradient`
        wants them.
        """
        return {
            name.removesuffix("_bar"): value
            for name, value in self.as_dict().items()
            if name[0] in "Wb"
        }


def forward(parameters: Parameters, x: ArrayLike, t: ArrayLike) -> Values:
    """Run the gated network on one sample or on a batch.

    Parameters
    ----------
    parameters
        The network.
    x
        One input of shape (d,), or a batch of shape (B, d).
    t
        The class of the sample, an integer from 0 to K - 1; for a batch,
        shape (B,).

    Returns
    -------
    Values
        Every value on the way; ``J`` is the loss, summed over the batch.

    Examples
    --------
    >>> parameters = Parameters.random(3, 4, 2, rng=0)
    >>> values = forward(parameters, [1.0, -1.0, 0.5], 1)
    >>> values.y_prime.shape, round(values.J, 4)
    ((2,), 0.6512)
    """
    x, t = _as_sample(parameters, x, t)
    with np.errstate(over="ignore", invalid="ignore"):
        z1 = x @ parameters.W1.T + parameters.b1
        z2 = x @ parameters.W2.T + parameters.b2
        _refuse_overflow(z1=z1, z2=z2)
        h = relu(z1)
        g1 = sigmoid(z2)
        g2 = h * g1
        y = g2 @ parameters.W3.T + parameters.b3
        if parameters.W4 is not None:
            y = y + x @ parameters.W4.T
        _refuse_overflow(y=y)
    log_y_prime = log_softmax(y)
    S = np.take_along_axis(log_y_prime, t[..., None], axis=-1)[..., 0]
    return Values(
        x=x,
        t=t,
        z1=z1,
        h=h,
        z2=z2,
        g1=g1,
        g2=g2,
        y=y,
        y_prime=np.exp(log_y_prime),
        S=S,
        J=(-S.sum()).item(),
    )


def backward(
    parameters: Parameters, values: Values, *, relu_at_zero: float = 0.0
) -> Bars:
    """Go back through the gated network, line by line as on the page.

    Parameters
    ----------
    parameters
        The network.
    values
        What `forward` returned for it.
    relu_at_zero
        The convention for ReLU'(0), from 0 to 1; the book takes 0.

    Returns
    -------
    Bars
        The gradient of J with respect to every value and parameter.

    Examples
    --------
    >>> parameters = Parameters.random(3, 4, 2, rng=0)
    >>> values = forward(parameters, [1.0, -1.0, 0.5], 1)
    >>> bars = backward(parameters, values)
    >>> bars.x_bar.shape, bars.W1_bar.shape
    ((3,), (4, 3))
    """
    _require_real(parameters, values)
    W1, W2, W3, W4 = (getattr(parameters, f"W{i}") for i in range(1, 5))
    x, z1, h, z2, g1, g2 = (
        getattr(values, name) for name in ("x", "z1", "h", "z2", "g1", "g2")
    )
    e_t = np.eye(parameters.K)[values.t]

    J_bar = 1.0
    S_bar = np.full(values.S.shape, -J_bar)
    # 1 / y'_t as exp(-S): it keeps its digits where y'_t is subnormal.
    with np.errstate(over="ignore"):
        y_prime_bar = np.where(
            e_t == 1, (S_bar * np.exp(-values.S))[..., None], 0.0
        )
    y_bar = values.y_prime - e_t
    g2_bar = y_bar @ W3
    h_bar = g2_bar * g1
    g1_bar = g2_bar * h
    z2_bar = sigmoid_derivative(z2) * g1_bar
    at_zero = as_convention(relu_at_zero, "relu_at_zero")
    z1_bar = relu_derivative(z1, at_zero=at_zero) * h_bar
    x_bar = z1_bar @ W1 + z2_bar @ W2
    if W4 is not None:
        x_bar = x_bar + y_bar @ W4
    return Bars(
        J_bar=J_bar,
        S_bar=S_bar,
        y_prime_bar=y_prime_bar,
        y_bar=y_bar,
        g2_bar=g2_bar,
        h_bar=h_bar,
        g1_bar=g1_bar,
        z2_bar=z2_bar,
        z1_bar=z1_bar,
        x_bar=x_bar,
        W1_bar=_outer(z1_bar, x),
        b1_bar=_summed(z1_bar),
        W2_bar=_outer(z2_bar, x),
        b2_bar=_summed(z2_bar),
        W3_bar=_outer(y_bar, g2),
        b3_bar=_summed(y_bar),
        W4_bar=None if W4 is None else _outer(y_bar, x),
    )


def _outer(bar: Array, value: Array) -> Array:
    """Return bar value^T, summed over the batch if there is one."""
    product: Array = np.atleast_2d(bar).T @ np.atleast_2d(value)
    return product


def _summed(bar: Array) -> Array:
    total: Array = np.atleast_2d(bar).sum(axis=0)
    return total


def _as_sample(
    parameters: Parameters, x: ArrayLike, t: ArrayLike
) -> tuple[Array, Array]:
    """Return a sample or a batch that fits the network, checked."""
    _require_parameters(parameters)
    x = as_vectors(x, "x")
    if x.shape[-1] != parameters.d:
        raise ValueError(
            f"x must have {parameters.d} entries a sample, the columns of "
            f"W1, got shape {x.shape}"
        )
    t = as_classes(t, "t", classes=parameters.K, shape=x.shape[:-1])
    return x, t


def _require_parameters(parameters: Any) -> None:
    if not isinstance(parameters, Parameters):
        raise TypeError(
            "parameters must be Parameters, got "
            f"{type(parameters).__name__}; build them with "
            "Parameters(W1, b1, W2, b2, W3, b3)"
        )


def _require_real(parameters: Parameters, values: Values) -> None:
    _require_parameters(parameters)
    if not isinstance(values, Values):
        raise TypeError(
            f"values must be what forward returned, got "
            f"{type(values).__name__}"
        )
    if np.iscomplexobj(values.y):
        raise TypeError("the backward pass is for real values, got complex")
    rows = values.x.shape[:-1]
    for name, size in (("x", "d"), ("h", "H"), ("y", "K")):
        shape = (*rows, getattr(parameters, size))
        if getattr(values, name).shape != shape:
            raise ValueError(
                f"values must come from these parameters: {name} must have "
                f"shape {shape}, got {getattr(values, name).shape}"
            )


def _refuse_overflow(**values: Array) -> None:
    for name, value in values.items():
        if not np.all(np.isfinite(value)):
            raise ValueError(
                f"{name} overflows float64; scale x or the weights down"
            )


def _entries(value: Any) -> str:
    array = np.asarray(value)
    if array.dtype.kind == "f":
        # Adding 0 turns -0.0 into 0.0.
        array = array.round(4) + 0.0
    return np.array2string(array, suppress_small=True)
