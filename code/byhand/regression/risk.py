"""Expected risk of least squares on isotropic Gaussian data."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from byhand._validate import as_integer, as_real, as_rng, shown

# Entries of the Gaussian matrices that are held in memory at a time.
_BLOCK = 2_000_000
_MOST_ENTRIES = 10**8


def excess_risk(
    n: int, d: int, *, signal: float = 1.0, noise: float = 1.0
) -> float:
    r"""Return the expected excess risk of minimum-norm least squares.

    The rows of X, shape (n, d), are independent N(0, I); t = Xβ + ε with
    independent ε ~ N(0, noise). The excess risk of ŵ is the expected
    squared error of the prediction at a fresh point, less the noise:
    :math:`\|\hat w - \beta\|^2`, averaged here over X and ε.

    Parameters
    ----------
    n
        The number of samples, at least 1.
    d
        The number of parameters, at least 1.
    signal
        The squared norm ‖β‖², at least 0.
    noise
        The variance σ² of the noise, at least 0.

    Returns
    -------
    float
        Infinite for n − 1 ≤ d ≤ n + 1, unless the noise is 0.

    Notes
    -----
    For d < n − 1 it is :math:`\sigma^2 d/(n-d-1)`: the trace of the mean of
    an inverse Wishart matrix.  For d > n + 1 it is
    :math:`(1 - n/d)\|\beta\|^2 + \sigma^2 n/(d-n-1)`: a random row space of
    dimension n misses the share 1 − n/d of β, and the noise passes through
    :math:`(XX^T)^{-1}` (Breiman and Freedman, 1983, for d < n; Belkin, Hsu
    and Xu, 2020, for both; Hastie et al., 2022, for the limit of large n
    and d).

    Examples
    --------
    >>> excess_risk(40, 19), excess_risk(40, 80, signal=2)
    (0.95, 2.0256410256410255)
    >>> excess_risk(40, 40)
    inf
    """
    n, d, signal, noise = _as_model(n, d, signal, noise)
    bias = signal * (d - n) / d if d > n else 0.0
    if noise == 0:
        return bias
    gap = abs(d - n) - 1
    return bias + noise * min(n, d) / gap if gap > 0 else math.inf


def simulate_excess_risk(
    n: int,
    d: int,
    draws: int,
    *,
    rng: np.random.Generator | int,
    signal: float = 1.0,
    noise: float = 1.0,
) -> NDArray[np.float64]:
    """Draw samples, fit each, and return each fit's excess risk.

    Parameters
    ----------
    n, d, signal, noise
        The model, as in :func:`excess_risk`.
    draws
        The number of samples, at least 1.
    rng
        A generator, or the seed of one.

    Returns
    -------
    ndarray, shape (draws,)
        ‖ŵ − β‖² for each sample.  Their mean estimates
        :func:`excess_risk`; near d = n its own variance is infinite, so that
        it converges slowly or, where the risk is infinite, not at all.

    Notes
    -----
    The rows are isotropic, so that only the norm of β matters; it is drawn
    once, in a uniformly random direction.

    Examples
    --------
    >>> risks = simulate_excess_risk(40, 19, 1000, rng=0)
    >>> round(float(risks.mean()), 1), excess_risk(40, 19)
    (1.0, 0.95)
    """
    n, d, signal, noise = _as_model(n, d, signal, noise)
    draws = as_integer(draws, "draws", minimum=1, maximum=10**8)
    if n * d > _MOST_ENTRIES:
        raise ValueError(
            f"n × d = {shown(n * d)} numbers make a sample; at most "
            f"{_MOST_ENTRIES:,} are drawn"
        )
    rng = as_rng(rng)
    beta = rng.standard_normal(d)
    beta *= math.sqrt(signal) / np.linalg.norm(beta)
    risks = np.empty(draws)
    block = max(1, _BLOCK // (n * d))
    for first in range(0, draws, block):
        size = min(block, draws - first)
        X = rng.standard_normal((size, n, d))
        noises = math.sqrt(noise) * rng.standard_normal((size, n, 1))
        t = X @ beta[:, np.newaxis] + noises
        w = _minimum_norm(X, t)[..., 0]
        with np.errstate(over="ignore", invalid="ignore"):
            risks[first : first + size] = ((w - beta) ** 2).sum(axis=1)
    if not np.isfinite(risks).all():
        raise ValueError("the risk overflows float64; scale signal or noise")
    return risks


def _minimum_norm(
    X: NDArray[np.float64], t: NDArray[np.float64]
) -> NDArray[np.float64]:
    # Away from d = n a Gaussian matrix is so well conditioned that its Gram
    # matrix may be formed, which is faster than a QR factorization.
    n, d = X.shape[1:]
    XT = X.swapaxes(1, 2)
    if d == n:
        return _solve(X, t)
    if d < n:
        return _solve(XT @ X, XT @ t)
    w: NDArray[np.float64] = XT @ _solve(X @ XT, t)
    return w


def _solve(
    A: NDArray[np.float64], B: NDArray[np.float64]
) -> NDArray[np.float64]:
    # NumPy's stubs do not say that float64 stays float64.
    return np.asarray(np.linalg.solve(A, B), dtype=np.float64)


def _as_model(
    n: int, d: int, signal: float, noise: float
) -> tuple[int, int, float, float]:
    n = as_integer(n, "n", minimum=1, maximum=10**15)
    d = as_integer(d, "d", minimum=1, maximum=10**15)
    signal, noise = as_real(signal, "signal"), as_real(noise, "noise")
    if signal < 0 or noise < 0:
        raise ValueError(
            "signal and noise, a squared norm and a variance, must be at "
            f"least 0, got signal={signal} and noise={noise}"
        )
    return n, d, signal, noise
