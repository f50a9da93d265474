"""Hold counted operations of byhand.cost against the clock.

Each table gives for two programs the ratio of their counted multiplications
and the ratio of their times: where they part, memory traffic, BLAS or
Python's own overhead has taken over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from byhand.cost import (
    Product,
    chain_of,
    count,
    evaluate,
    gradient_ways,
    jacobian_ways,
    random_inputs,
    reverse_chain,
    schedule,
)
from byhand.cost.modes import Way
from byhand.tape import (
    Tape,
    cross_entropy,
    gradient,
    index,
    record,
    relu,
    sigmoid,
    tanh,
)
from timing import medians


def main() -> None:
    """Print the tables."""
    association_orders()
    cheap_gradient()
    tall_and_wide()
    checkpointing()


def table(
    title: str, base: str, rows: Mapping[str, tuple[float, float]]
) -> None:
    """Print counted and timed ratios to the row ``base``."""
    print(f"\n{title}")
    print(f"  {'':<40}{'counted':>10}{'clock':>10}{'clock/counted':>15}")
    counts, seconds = rows[base]
    for name, (number, time) in rows.items():
        by_count, by_clock = number / counts, time / seconds
        print(
            f"  {name:<40}{by_count:10.2f}{by_clock:10.2f}"
            f"{by_clock / by_count:15.2f}"
        )


def association_orders() -> None:
    """Compare v(vᵀy) with (vvᵀ)y, and five orders of v vᵀ y1 y2ᵀ."""
    rng = np.random.default_rng(1)
    z = Product("v vᵀ y", v="n", y="n")
    for n in (16, 128, 1024, 4096):
        arrays = {name: rng.normal(size=n) for name in ("v", "y")}
        orders(f"z = v vᵀ y, n = {n}", z, arrays, {"n": n})
    z = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m")
    for n, m in ((64, 64), (1000, 250), (250, 1000)):
        arrays = {
            "v": rng.normal(size=n),
            "y1": rng.normal(size=n),
            "y2": rng.normal(size=m),
        }
        sizes = {"n": n, "m": m}
        orders(f"Z = v vᵀ y1 y2ᵀ, n = {n}, m = {m}", z, arrays, sizes)


def orders(
    title: str,
    product: Product,
    arrays: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
) -> None:
    """Print one table of association orders."""
    every = {str(order): order for order in product.orders()}
    seconds = medians(
        {
            name: lambda order=order: order(**arrays)
            for name, order in every.items()
        },
        rounds=7,
    )
    rows = {
        name: (evaluate(order.multiplications, sizes), seconds[name])
        for name, order in every.items()
    }
    table(title, str(product.optimum(sizes)), rows)


def gated_network() -> Tape:
    """Record the gated network on a batch."""

    def gated(
        x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any
    ) -> Any:
        h = relu(x @ W1.T + b1)
        g1 = sigmoid(x @ W2.T + b2)
        y = (h * g1) @ W3.T + b3
        return cross_entropy(y, t).sum()

    return record(
        gated,
        x=("B", "d"),
        t=index("K", "B"),
        W1=("H", "d"),
        b1="H",
        W2=("H", "d"),
        b2="H",
        W3=("K", "H"),
        b3="K",
    )


def timed(
    tapes: Mapping[str, Tape], sizes: Mapping[str, int]
) -> dict[str, float]:
    """Return the median seconds of compiled tapes."""
    calls: dict[str, Callable[[], object]] = {}
    for name, tape in tapes.items():
        arrays = list(random_inputs(tape, sizes).values())
        function = tape.compile().function
        calls[name] = lambda f=function, a=arrays: f(*a)
    return medians(calls, rounds=9)


def cheap_gradient() -> None:
    """Compare the gated network's gradient with its value."""
    network = gated_network()
    tapes = {
        "value": network,
        "value and gradient, x alone": gradient(network, "x", value=True),
        "value and gradient, everything": gradient(network, value=True),
    }
    for B, H in ((1, 64), (64, 64), (64, 512), (1024, 256)):
        sizes = {"B": B, "H": H, "d": 64, "K": 10}
        seconds = timed(tapes, sizes)
        rows = {
            name: (
                evaluate(count(tape).multiplications, sizes),
                seconds[name],
            )
            for name, tape in tapes.items()
        }
        table(
            f"Gated network, d = 64, K = 10, B = {B}, H = {H}", "value", rows
        )


def tall_and_wide() -> None:
    """Compare Jacobians, and gradients, forward and reverse."""

    def layers(V: Any, W: Any, x: Any) -> Any:
        return tanh(V @ tanh(W @ x))

    shapes = {"V": ("m", "h"), "W": ("h", "n"), "x": "n"}
    tape = record(layers, **shapes)
    for m, n in ((8, 512), (128, 128), (512, 8)):
        passes(
            f"Jacobian, m = {m}, n = {n}, h = 64",
            jacobian_ways(tape, "x"),
            m,
            n,
        )
    loss = record(lambda V, W, x: layers(V, W, x).sum(), **shapes)
    passes("Gradient, n = 512, h = m = 64", gradient_ways(loss, "x"), 64, 512)


def passes(title: str, ways: Mapping[str, Way], m: int, n: int) -> None:
    """Print one table of ways, each pass timed once and multiplied."""
    sizes = {"m": m, "n": n, "h": 64}
    seconds = timed({name: way.tape for name, way in ways.items()}, sizes)
    rows = {
        name: (
            evaluate(way.operations.multiplications, sizes),
            seconds[name] * evaluate(way.passes, sizes),
        )
        for name, way in ways.items()
    }
    table(title, "reverse", rows)


def checkpointing() -> None:
    """Compare schedules on a chain of 100 layers, in steps and in time."""
    length, n, batch = 100, 64, 64
    rng = np.random.default_rng(2)
    layer = record(lambda W, x: tanh(x @ W.T), W=("n", "n"), x=("batch", "n"))
    weights = rng.normal(size=(length, n, n)) / np.sqrt(n)
    chain = chain_of(layer, "x", [{"W": W} for W in weights])
    x0 = rng.normal(size=(batch, n))
    plans = {"store all": schedule(length, "store all")}
    segments = schedule(length, "segments")
    plans[f"segments, {segments.checkpoints} checkpoints"] = segments
    for budget in (18, 10, 5, 3, 1):
        plans[f"binomial, {budget} checkpoints"] = schedule(
            length, budget=budget
        )
    seconds = medians(
        {
            name: lambda plan=plan: reverse_chain(
                chain, x0, np.ones_like, plan
            )
            for name, plan in plans.items()
        },
        rounds=5,
        target=0.001,
    )
    # A VJP repeats its layer and adds a product: two products to one.
    rows = {
        name: (plan.forward_steps + 2 * length, seconds[name])
        for name, plan in plans.items()
    }
    table(f"Gradient of a chain of {length} layers", "store all", rows)


if __name__ == "__main__":
    main()
