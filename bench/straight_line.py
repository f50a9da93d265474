"""The gated network once more, written for speed.

`byhand.backprop.forward` keeps every value, since the page looks at each.
Here is what an engineer writes who wants the loss and its gradient and
nothing else: one straight line of NumPy calls that reuse each other's memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def straight_line(
    X: Array,
    t: NDArray[np.intp],
    *,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    W3: Array,
    b3: Array,
    W4: Array | None = None,
) -> tuple[float, dict[str, Array]]:
    """Return the loss of a batch and its gradient, and trust the arguments.

    Nothing is checked, and exp(-z2) may overflow, with a warning, to an
    infinity whose inverse is the right 0.

    Parameters
    ----------
    X, t
        A batch, shape (B, d), and its classes, shape (B,).
    W1, b1, W2, b2, W3, b3, W4
        The arrays of `Parameters`, float64.

    Returns
    -------
    J : float
        The loss, summed over the batch.
    gradient : dict
        The gradients under the names W1, b1, W2, b2, W3, b3, W4 (with a
        skip connection) and x; the last has shape (B, d).
    """
    rows = np.arange(len(X))
    ones = np.ones(len(X))

    h = X @ W1.T
    h += b1
    np.maximum(h, 0, out=h)
    g1 = X @ W2.T
    g1 += b2
    np.negative(g1, out=g1)
    np.exp(g1, out=g1)
    g1 += 1
    np.divide(1, g1, out=g1)
    g2 = h * g1
    y = g2 @ W3.T
    y += b3
    if W4 is not None:
        y += X @ W4.T
    y -= np.maximum.reduce(y, axis=1, keepdims=True)
    y_t = np.add.reduce(y[rows, t])
    y_bar = np.exp(y, out=y)
    total = np.add.reduce(y_bar, axis=1, keepdims=True)
    y_bar /= total
    y_bar[rows, t] -= 1
    J = float(np.add.reduce(np.log(total, out=total), axis=None) - y_t)

    z2_bar = y_bar @ W3
    # g2_bar * g1 where h > 0: the mask of the ReLU is that of its value.
    z1_bar = z2_bar * g1
    z1_bar *= h > 0
    # sigmoid'(z2) h = g1 (1 - g1) h = g2 (1 - g1).
    z2_bar *= g2
    np.subtract(1, g1, out=g1)
    z2_bar *= g1
    x_bar = z1_bar @ W1
    x_bar += z2_bar @ W2
    gradient = {
        "W1": z1_bar.T @ X,
        "b1": ones @ z1_bar,
        "W2": z2_bar.T @ X,
        "b2": ones @ z2_bar,
        "W3": y_bar.T @ g2,
        "b3": ones @ y_bar,
    }
    if W4 is not None:
        gradient["W4"] = y_bar.T @ X
        x_bar += y_bar @ W4
    gradient["x"] = x_bar
    return J, gradient
