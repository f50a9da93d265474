"""The published experiment: its sample, its table and its test loss."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byhand._validate import as_array, as_integer, as_real, as_rng, shown
from byhand.regression._arithmetic import arithmetic, as_exact
from byhand.regression.polynomial import PolynomialFit


class PublishedRow(NamedTuple):
    """A row of the published table: the degree and the reported test loss."""

    degree: int
    loss: float


#: The test losses reported in a university homework on neural-network
#: foundations, winter 2021, for polynomials fitted to the sample of
#: :func:`published_sample`.
PUBLISHED_TABLE = (
    PublishedRow(2, 0.19386411705081336),
    PublishedRow(3, 0.193432748835684),
    PublishedRow(4, 0.10255222991025262),
    PublishedRow(5, 0.10915309162008865),
    PublishedRow(7, 0.177356881829107),
    PublishedRow(10, 17.094862480309498),
    PublishedRow(15, 1323020.060699293),
    PublishedRow(20, 15596274997.211277),
    PublishedRow(30, 317604.6227527557),
    PublishedRow(50, 0.7120003515525691),
    PublishedRow(70, 0.13281043237871068),
    PublishedRow(100, 0.1599430277105052),
    PublishedRow(150, 0.18800282052817618),
    PublishedRow(200, 0.19468029146824442),
)


#: The fourteen points and targets, as NumPy's legacy generator with seed 123
#: made them: ``uniform(0, 1, 14)`` and then ``sin(10x) + 0.1 normal(14)``.
#: They are stored because the sine and the logarithm behind them may differ
#: between machines in the last bit, and rounding is a subject of the book.
_PUBLISHED_SAMPLE = (
    (0.6964691855978616, 0.7791027238510921),
    (0.28613933495037946, 0.21265698568139135),
    (0.2268514535642031, 0.7219119691618963),
    (0.5513147690828912, -0.7395973708761908),
    (0.7194689697855631, 1.0110191675983846),
    (0.42310646012446096, -0.6677039654676644),
    (0.9807641983846155, -0.2731732716755528),
    (0.6848297385848633, 0.5741291129318506),
    (0.48093190148436094, -0.9215691035574983),
    (0.3921175181941505, -0.553909368862773),
    (0.3431780161508694, -0.3797152852319903),
    (0.7290497073840416, 0.9629819252402683),
    (0.4385722446796244, -1.0725053386482395),
    (0.05967789660956835, 0.498205964651458),
)


def target(x: ArrayLike) -> NDArray[np.float64]:
    """Return sin(10x), the function behind the noisy samples.

    Examples
    --------
    >>> target([0.0, 0.1]).round(4)
    array([0.    , 0.8415])
    """
    with np.errstate(over="ignore"):
        angle = 10 * as_array(x, "x")
    if not np.isfinite(angle).all():
        raise ValueError("10x overflows float64; x must be below 1.7e307")
    return np.sin(angle)


def draw_sample(
    n: int,
    *,
    rng: np.random.Generator | int,
    noise: float = 0.1,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw points uniform on [0, 1] and targets sin(10x) + noise · N(0, 1).

    Parameters
    ----------
    n
        The number of points, at least 1.
    rng
        A generator, or the seed of one.  All points are drawn first, then
        all of the noise.
    noise
        The standard deviation of the noise, at least 0.

    Returns
    -------
    x, t : ndarray, shape (n,)

    Examples
    --------
    >>> x, t = draw_sample(5, rng=0, noise=0)
    >>> bool((t == target(x)).all())
    True
    """
    n = as_integer(n, "n", minimum=1, maximum=10**8)
    noise = as_real(noise, "noise", minimum=0)
    generator = as_rng(rng)
    x = generator.uniform(0, 1, n)
    return x, target(x) + noise * generator.normal(size=n)


def published_sample() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the fourteen points and targets behind the published table.

    They were drawn by NumPy's legacy generator with seed 123 for a university
    homework on neural-network foundations, winter 2021, and are the same
    bits on every machine.

    Returns
    -------
    x, t : ndarray, shape (14,)

    Examples
    --------
    >>> x, t = published_sample()
    >>> x[:3].round(4), t[:3].round(4)
    (array([0.6965, 0.2861, 0.2269]), array([0.7791, 0.2127, 0.7219]))
    """
    x, t = np.array(_PUBLISHED_SAMPLE).T.copy()
    return x, t


def grid_loss(
    predict: Callable[[NDArray[np.float64]], ArrayLike], *, points: int = 1000
) -> float | Decimal:
    """Return ½ mean (prediction − sin(10x))² over a grid on [0, 1].

    This is the published test loss: half the mean squared error against the
    function without noise.

    Parameters
    ----------
    predict
        A function from points, shape (m,), to predictions, shape (m,): a
        :class:`PolynomialFit` or any other.
    points
        The number m of equally spaced points, both ends included, at
        least 2.

    Returns
    -------
    float or Decimal
        A Decimal, computed with as many digits, for a fit that has
        ``digits``.  Points and targets are the same float64 numbers as in
        the float computation, taken as exact binary fractions, since they
        are what the published values were measured against.

    Examples
    --------
    >>> round(grid_loss(lambda x: 0 * x), 4)
    0.2384
    >>> from byhand.regression import fit_polynomial
    >>> x, t = published_sample()
    >>> loss = grid_loss(fit_polynomial(x, t, 10, method="exact"))
    >>> print(round(loss, 8))
    2257.08957027
    """
    if not callable(predict):
        raise TypeError(
            f"predict must be a function of the points, got {shown(predict)}"
        )
    x = np.linspace(
        0, 1, as_integer(points, "points", minimum=2, maximum=10**8)
    )
    digits = predict.digits if isinstance(predict, PolynomialFit) else None
    y: NDArray[Any] = target(x)
    predictions: Any = predict(x)
    if digits is None:
        predictions = as_array(predictions, "the predictions", ndim=1)
    else:
        y = as_exact(y, "y", digits=digits)
    if predictions.shape != x.shape:
        raise ValueError(
            f"predict must return one value for each of the {len(x)} points, "
            f"got shape {predictions.shape}"
        )
    with arithmetic(digits):
        loss = ((predictions - y) ** 2).sum() / (2 * len(x))
    return loss if digits is not None else float(loss)
