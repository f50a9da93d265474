"""Compiled code computes what the tape counts, each thing once."""

import ast
import re
from collections import Counter

import numpy as np
import pytest
from byhand.cost import Tally
from byhand.tape import einsum, exp, gradient, hvp, jvp, record, tanh, vjp

OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "power",
    ast.MatMult: "contract",
}


def operations_in(source):
    """Count the operations that are written in the source, by row."""
    seen = Counter()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp):
            seen[OPERATORS[type(node.op)]] += 1
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            product = called in {"einsum", "outer"}
            seen["contract" if product else called] += 1
    return seen


def assert_each_once(tape):
    """Assert that the source has each equation that costs something once."""
    source = tape.compile().source
    written = operations_in(source)
    rows = [e.primitive.name for e in tape.equations]
    costly = Counter(e.primitive.name for e in tape.equations if e.cost)
    for row, times in costly.items():
        # A sum over an axis of one entry costs nothing, but is written.
        assert times <= written[row] <= rows.count(row), source


def shared_views(seed):
    """Return a random function that uses views of unnamed values again."""

    def run(A, B, v):
        rng = np.random.default_rng(seed)
        # Not a list: its items would be named after it.
        held = {0: A, 1: B, 2: v}

        def p(fits=lambda x: True):
            choice = [x for x in held.values() if fits(x)]
            return choice[-1 - rng.integers(min(len(choice), 4))]

        def like(x):
            return p(lambda other: other.shape == x.shape)

        def matrix():
            return p(lambda x: x.ndim == 2)

        def step(kind):
            x = matrix() if kind in {"product", "row", "reshape"} else p()
            return {
                "transpose": lambda: matrix().T,
                "reshape": lambda: x.reshape(x.shape[::-1]),
                "slice": lambda: matrix()[:1],
                "entry": lambda: p(lambda x: x.ndim == 1)[0],
                "negative": lambda: -x,
                "product": lambda: x @ like(x).T,
                "scaled": lambda: v.sum() * x,
                "row": lambda: (x * like(x)).sum(axis=0),
                "add": lambda: x + like(x),
                "mul": lambda: x * like(x),
                "tanh": lambda: tanh(x),
            }[kind]()

        views = ["transpose", "reshape", "slice", "entry", "negative"]
        others = ["product", "scaled", "row", "add", "mul", "tanh"]
        for k in range(3 + seed % 15):
            held[3 + k] = step(rng.choice(views if k % 2 else others))
        a, b, c = (p(lambda x: x.ndim > 0).sum() for _ in range(3))
        return a + b * c

    return run


SHAPES = {"A": (2, 3), "B": (2, 3), "v": 3}


@pytest.mark.parametrize("seed", range(80))
def test_shared_views_of_unnamed_values(seed):
    tape = record(shared_views(seed), **SHAPES)
    for derived in (tape, gradient(tape), jvp(tape), hvp(tape, "A")):
        assert_each_once(derived)

    # The same as numbers see it.
    tally = Tally()
    rng = np.random.default_rng(seed)
    values = {k: rng.normal(size=shape) for k, shape in SHAPES.items()}
    numbers = {k: tally.numbers(x) for k, x in values.items()}
    result = tape.compile().function(**numbers)
    assert float(result) == pytest.approx(tape(**values))
    counted = Counter()
    for e in tape.equations:
        counted.update(e.cost)
    assert tally.seen == +counted


def test_a_change_of_sign_is_that_of_the_product():
    for f in (lambda W, x: -(W @ x), lambda W, x: -(W * x)):
        tape = record(f, W=("m", "n"), x="n")
        (line,) = re.findall(r"out = (.*)", tape.compile().source)
        assert re.fullmatch(r"-\(W . x\)", line)


TWICE = {
    "transpose": lambda X, Y: (X * Y).T @ (X + Y).T.T,
    "transpose of a product": lambda X, Y: (X @ Y.T).T + 2 * (X @ Y.T).T,
    "reshape": lambda X, Y: (
        einsum("ij,ij->i", X, Y).reshape((X.shape[0], 1)) * X
        + einsum("ij,ij->i", X, Y).reshape((X.shape[0], 1)) * Y
    ),
    "reshape of a transpose": lambda X, Y: (
        (X * Y).T.reshape(X.shape) * X + (X * Y).T.reshape(X.shape)
    ),
    "slice": lambda X, Y: exp(X)[:1] * exp(X)[:1] + Y,
    "entry": lambda X, Y: (
        exp(X[0:1].reshape(3))[1] * (Y + exp(X[0:1].reshape(3))[1])
    ),
    "negative scalar": lambda X, Y: -(X * Y).sum() * X - (X * Y).sum() * Y,
    "one view in another": lambda X, Y: (X * Y).T[:2].T * (X * Y).T[:2].T,
}


@pytest.mark.parametrize("name", TWICE)
def test_a_view_used_twice(name):
    sizes = (3, 3) if "entry" in name or "view" in name else ("n", "m")
    tape = record(TWICE[name], X=sizes, Y=sizes)
    for derived in (tape, vjp(tape), jvp(tape)):
        assert_each_once(derived)
