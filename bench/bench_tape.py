"""The compiled tape against hand-written NumPy, autograd, torch and jax.

Value and gradient of the gated network in all its parameters and the input,
float64, d = 64, K = 10, on one core.  Two people wrote the NumPy:
``straight_line`` is tuned, works in place and knows the formulas by heart;
``as on the page`` writes one line for each line of the derivation.  Both
make their arrays anew at each call; neither keeps a workspace between calls,
as the tape compiled with ``reuse=True`` does, and neither checks its inputs,
as all compiled tapes do.  ``by_rows`` goes through the batch by chunks that
stay in the cache.  autograd, torch and jax take part if installed;
``pip install torch jax`` into the environment adds the last two.

The times are those of the processor, all threads together.  Each ratio is
the median of the ratios within a round, in which all take turns.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from byhand.tape import (
    Tape,
    by_rows,
    cross_entropy,
    gradient,
    index,
    record,
    relu,
    sigmoid,
)
from straight_line import straight_line
from timing import in_turns, medians, ratios, report

D, K = 64, 10
SIZES = [(B, H) for B in (1, 64, 1024) for H in (64, 256, 512)]


def gated(
    X: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any, t: Any
) -> Any:
    """Compute the loss of a batch."""
    Z1 = X @ W1.T + b1
    H = relu(Z1)
    Z2 = X @ W2.T + b2
    G1 = sigmoid(Z2)
    G2 = H * G1
    Y = G2 @ W3.T + b3
    J = cross_entropy(Y, t).sum()
    return J


def gated_tape() -> Tape:
    """Return the tape of the value and gradient."""
    tape = record(
        gated,
        X=("B", "d"),
        W1=("N", "d"),
        b1="N",
        W2=("N", "d"),
        b2="N",
        W3=("K", "N"),
        b3="K",
        t=index("K", "B"),
    )
    return gradient(tape, value=True)


def as_on_the_page(
    X: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any, t: Any
) -> tuple[Any, ...]:
    """Compute value and gradient, one line for each line of the page."""
    rows = np.arange(len(X))
    Z1 = X @ W1.T + b1
    H = np.maximum(Z1, 0)
    Z2 = X @ W2.T + b2
    with np.errstate(over="ignore"):
        G1 = 1 / (1 + np.exp(-Z2))
    G2 = H * G1
    Y = G2 @ W3.T + b3
    Y -= Y.max(axis=1, keepdims=True)
    E = np.exp(Y)
    total = E.sum(axis=1, keepdims=True)
    J = np.log(total).sum() - Y[rows, t].sum()
    Y_bar = E / total
    Y_bar[rows, t] -= 1
    G2_bar = Y_bar @ W3
    H_bar = G2_bar * G1
    G1_bar = G2_bar * H
    Z2_bar = G1 * (1 - G1) * G1_bar
    Z1_bar = (Z1 > 0) * H_bar
    X_bar = Z1_bar @ W1 + Z2_bar @ W2
    return (
        J,
        X_bar,
        Z1_bar.T @ X,
        Z1_bar.sum(axis=0),
        Z2_bar.T @ X,
        Z2_bar.sum(axis=0),
        Y_bar.T @ G2,
        Y_bar.sum(axis=0),
    )


def by_autograd(values: dict[str, Any]) -> Callable[[], Any]:
    """Return the same computation with HIPS autograd."""
    import autograd.numpy as anp  # noqa: PLC0415 (optional)
    from autograd import value_and_grad  # noqa: PLC0415

    t = values["t"]
    rows = np.arange(len(t))

    def loss(arguments: tuple[Any, ...]) -> Any:
        X, W1, b1, W2, b2, W3, b3 = arguments
        H = anp.maximum(X @ W1.T + b1, 0)
        G1 = 1 / (1 + anp.exp(-(X @ W2.T + b2)))
        Y = (H * G1) @ W3.T + b3
        Y = Y - anp.max(Y, axis=1, keepdims=True)
        total = anp.sum(anp.exp(Y), axis=1)
        return anp.sum(anp.log(total) - Y[rows, t])

    run = value_and_grad(loss)
    arguments = tuple(v for name, v in values.items() if name != "t")
    return lambda: run(arguments)


def by_torch(values: dict[str, Any]) -> Callable[[], Any]:
    """Return the same computation with torch."""
    import torch  # noqa: PLC0415 (optional)

    torch.set_num_threads(1)
    leaves = [
        torch.tensor(v, requires_grad=name != "t")
        for name, v in values.items()
    ]

    def run() -> Any:
        X, W1, b1, W2, b2, W3, b3, t = leaves
        H = torch.relu(X @ W1.T + b1)
        G1 = torch.sigmoid(X @ W2.T + b2)
        Y = (H * G1) @ W3.T + b3
        J = torch.nn.functional.cross_entropy(Y, t, reduction="sum")
        return J, torch.autograd.grad(J, leaves[:-1])

    return run


def by_jax(values: dict[str, Any]) -> Callable[[], Any]:
    """Return the same computation with jax.jit."""
    import jax  # noqa: PLC0415 (optional)
    import jax.numpy as jnp  # noqa: PLC0415

    jax.config.update("jax_enable_x64", val=True)
    rows = jnp.arange(len(values["t"]))

    def loss(leaves: tuple[Any, ...], t: Any) -> Any:
        X, W1, b1, W2, b2, W3, b3 = leaves
        H = jax.nn.relu(X @ W1.T + b1)
        G1 = jax.nn.sigmoid(X @ W2.T + b2)
        Y = (H * G1) @ W3.T + b3
        return -jax.nn.log_softmax(Y)[rows, t].sum()

    compiled = jax.jit(jax.value_and_grad(loss))
    leaves = tuple(jnp.asarray(v) for name, v in values.items() if name != "t")
    t = jnp.asarray(values["t"])
    return lambda: jax.block_until_ready(compiled(leaves, t))


def sample(B: int, H: int) -> dict[str, Any]:
    """Draw inputs by name."""
    rng = np.random.default_rng(0)
    return {
        "X": rng.normal(size=(B, D)),
        "W1": rng.normal(size=(H, D)) / np.sqrt(D),
        "b1": rng.normal(size=H),
        "W2": rng.normal(size=(H, D)) / np.sqrt(D),
        "b2": rng.normal(size=H),
        "W3": rng.normal(size=(K, H)) / np.sqrt(H),
        "b3": rng.normal(size=K),
        "t": rng.integers(K, size=B),
    }


HAND = "straight_line"
OTHERS = {"autograd": by_autograd, "torch": by_torch, "jax.jit": by_jax}


def main() -> None:
    """Print the ratios to the tuned NumPy, size by size."""
    if hasattr(os, "sched_setaffinity"):  # Linux: on one core
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    tape = gated_tape()
    plain, reusing = tape.compile(), tape.compile(reuse=True)
    chunked = by_rows(tape, "B").compile()
    names = [HAND, "page", "tape", "reuse", "by_rows"]
    missing = []
    for name, make in OTHERS.items():
        try:
            make(sample(1, 1))
        except ImportError:
            missing.append(name)
        else:
            names.append(name)
    print("value and gradient of the gated network; ratios to straight_line")
    print("    B    H   ms " + "".join(f"{name:>13}" for name in names))
    for B, H in SIZES:
        values = sample(B, H)
        arguments = tuple(values.values())
        page = as_on_the_page(*arguments)
        for compiled in (plain, reusing, chunked):
            assert all(
                np.allclose(a, b, rtol=1e-9)
                for a, b in zip(
                    page, compiled(*arguments).values(), strict=True
                )
            )
        candidates = {
            HAND: lambda v=values: straight_line(**v),
            "page": lambda a=arguments: as_on_the_page(*a),
            "tape": lambda a=arguments: plain(*a),
            "reuse": lambda a=arguments: reusing(*a),
            "by_rows": lambda a=arguments: chunked(*a),
        }
        candidates |= {
            name: OTHERS[name](values) for name in names if name in OTHERS
        }
        samples = in_turns(candidates, target=0.03, clock=time.process_time)
        shown = ratios(samples, HAND)
        ms = 1e3 * statistics.median(samples[HAND])
        row = "".join(f"{shown[name]:13.2f}" for name in names)
        print(f"{B:5}{H:5}{ms:7.2f}{row}", flush=True)
    if missing:
        print("not installed:", ", ".join(missing))
    report(
        "symbolic work, once for all sizes",
        medians(
            {
                "record and differentiate": gated_tape,
                "and compile": lambda: gated_tape().compile(),
                "and plan": lambda: gated_tape().compile(reuse=True),
                "and by rows": lambda: by_rows(gated_tape(), "B").compile(),
            }
        ),
        "record and differentiate",
    )


if __name__ == "__main__":
    main()
