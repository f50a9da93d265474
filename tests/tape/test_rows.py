"""Tapes taken apart by the rows of a batch, and run by chunks of them."""

import gc
import re
import tracemalloc
from bisect import bisect_right
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from byhand.cost import evaluate, peak, random_inputs
from byhand.tape import (
    Primitive,
    by_rows,
    concatenate,
    cross_entropy,
    einsum,
    elementwise,
    exp,
    gradient,
    hvp,
    index,
    jvp,
    log_softmax,
    maximum,
    one_hot,
    pad,
    pick,
    record,
    relu,
    sigmoid,
    softmax,
    tanh,
    vjp,
)
from byhand.tape.primitives import full
from byhand.tape.shapes import Size, size_names
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tape.test_reuse import (
    assert_no_overlap,
    assert_threads_do_not_meet,
    gated_tape,
    several,
)
from tests.tape.test_table import SIZES as TABLE_SIZES
from tests.tape.test_table import every_program, record_case

GATED = gated_tape()
B = Size.named("B")
SIZES = {"B": 7, "d": 4, "N": 5, "K": 3}


def assert_like_whole(tape, batch="B", *, rows=(1, 2, 3, 7, 100), **sizes):
    """Compare with the whole tape, at chunks of several lengths."""
    values = random_inputs(tape, sizes or SIZES, rng=1)
    wanted = several(tape.compile()(**values))
    parts = by_rows(tape, batch)
    before = {k: np.array(v) for k, v in values.items()}
    for most in rows:
        compiled = parts.compile(most)
        for _ in range(2):
            got = several(compiled(**values))
            assert list(got) == list(wanted)
            for name, value in wanted.items():
                assert type(got[name]) is type(value)
                scale = max(1e-3, float(np.max(np.abs(value))))
                np.testing.assert_allclose(
                    got[name], value, rtol=1e-11, atol=1e-12 * scale
                )
                assert np.shape(got[name]) == np.shape(value)
    for name, value in before.items():
        np.testing.assert_array_equal(values[name], value)
    return parts


# ---- The same numbers ----------------------------------------------------


def test_the_gated_network():
    parts = assert_like_whole(GATED)
    assert parts.before is parts.after is None
    assert {parts: 1}[parts] == 1
    assert [x.name for x in parts.rows.inputs] == [
        x.name for x in parts.tape.inputs
    ]


@given(st.integers(1, 12), st.integers(1, 13))
@settings(max_examples=40, deadline=None)
def test_batches_and_chunks_of_all_lengths(batch, rows):
    assert_like_whole(GATED, rows=(rows,), **(SIZES | {"B": batch}))


@every_program
def test_what_is_taken_apart_gives_the_same(name, f, shapes):
    tape = record_case(f, shapes)
    for derived in (tape, vjp(tape), jvp(tape)):
        for batch in size_names(tuple(x.shape for x in tape.inputs)):
            try:
                by_rows(derived, batch)
            except ValueError:
                continue
            sizes = TABLE_SIZES | {batch: 5}
            assert_like_whole(derived, batch, rows=(1, 2, 3), **sizes)


def several_rows(X, v, Z, t):
    """Every row of the table that keeps rows apart, and both sums."""
    Y = relu(X * v + 1) - maximum(Z, X) / 2
    Y = exp(-(Y**2)) + sigmoid(Y) * full(v, shape=X.shape)
    Y = concatenate((Y, Z), axis=1)
    Y = pad(Y, axis=1, before=1, after=0)
    P = softmax(Y) - one_hot(t, Y.shape[1])
    L = log_softmax(P)
    G = einsum("ij,ik->ijk", L, X)
    H = einsum("ijk,ik->ij", G, Z)
    q = pick(H, t) + cross_entropy(H, t) + H.sum(axis=1)
    r = q.reshape(X.shape[0], 1) * H
    return {
        "rows": r,
        "sums": r.sum(axis=0),
        "total": (r * r).sum(),
        "kept": r.sum(axis=0, keepdims=True),
        "product": X.T @ H,
        "weighed": q @ X,
    }


def test_every_row_that_keeps_rows_apart():
    shapes = {"X": ("B", 4), "v": 4, "Z": ("B", 4), "t": index(9, "B")}
    tape = record(several_rows, **shapes)
    parts = assert_like_whole(tape, B=7)
    assert parts.before is parts.after is None
    rows = [y.shape[:1] == (parts.batch,) for y in parts.rows.outputs.values()]
    assert rows == [True, False, False, False, False, False]


@pytest.mark.parametrize(
    "f",
    [
        lambda X: X @ X.T,
        lambda X: softmax(X.sum(axis=1)),
        lambda X: X.T,
        lambda X: X[1:],
        lambda X: X.sum(axis=1)[0],
        lambda X: concatenate((X, X)),
        lambda X: pad(X, axis=0, before=1, after=0),
        lambda X: X.reshape(X.shape[0] * 3),
        lambda X: X.reshape(X.shape[0] * 3).reshape(X.shape[0], 3),
        lambda X: X + X.T.T.sum(axis=0),
        lambda X: X - X.mean(axis=0),
        lambda X: full(X.sum(axis=0), shape=X.shape),
        lambda X: full(X.sum(), shape=(X.shape[0],)),
        lambda X: X @ full(X.sum(axis=1), shape=(3, X.shape[0])),
        lambda X: einsum("i,jk->jik", X.sum(axis=1), X),
        lambda X: einsum("i,jk->jki", X.sum(axis=1), X).sum(axis=(0, 2)),
        lambda X: pad(X, axis=1, before=0, after=X.shape[0]),
    ],
)
def test_rows_that_meet(f):
    tape = record(f, X=("B", 3))
    with pytest.raises(
        ValueError, match=r"does not go by rows of B: .*(row|first)"
    ):
        by_rows(tape, "B")


def test_two_axes_of_the_batch():
    def f(X, s):
        A = full(s, shape=(X.shape[0], X.shape[0]))
        return A.sum() + X.sum()

    with pytest.raises(
        ValueError, match=r"B: A = full\(.*\) has B as another"
    ):
        by_rows(record(f, X=("B", 3), s=()), "B")


def test_the_line_that_is_in_the_way_is_named():
    def normalized(X, w):
        m = X.mean(axis=0)
        Z = X - m
        y = tanh(Z @ w)
        return y

    tape = record(normalized, X=("B", "d"), w="d")
    with pytest.raises(
        ValueError,
        match=r"^normalized does not go by rows of B: Z = X - m needs a sum "
        r"over all rows in each row$",
    ):
        by_rows(tape, "B")

    def gram(X):
        A = X @ X.T
        return exp(A)

    with pytest.raises(
        ValueError, match=r"of B: A = X Xᵀ has B as another size "
    ):
        by_rows(record(gram, X=("B", "d")), "B")


def test_what_the_reader_wrote_is_kept():
    tape = record(lambda X: (1 * X + 0).sum(), X=("B", "d"))
    assert by_rows(tape, "B").rows.lines() == tape.lines()
    assert tape.lines() == ["out = sum(1 X + 0)"]


def test_samples_that_are_no_rows():
    shapes = {"X": ("B", "d"), "W": ("K", "d")}
    for f in (lambda X, W: W @ X.T, lambda X, W: tanh(W @ X.T).sum()):
        with pytest.raises(
            ValueError, match=r"W Xᵀ has B as another size than the first$"
        ):
            by_rows(record(f, **shapes), "B")
    for f in (lambda X, W: X @ W.T, lambda X, W: tanh(X @ W.T).sum()):
        assert_like_whole(record(f, **shapes))


def test_a_sum_in_the_cotangent_is_in_each_row():
    tape = record(lambda X, w: ((X @ w) ** 2).mean() ** 0.5, X=("B", 3), w=3)
    assert_like_whole(tape)
    with pytest.raises(ValueError, match="needs a sum over all rows in each"):
        by_rows(gradient(tape, "w"), "B")

    def masked(X, w, m):
        return (m * (X @ w)).sum() / m.sum()

    tape = record(masked, X=("B", 3), w=3, m="B")
    assert_like_whole(tape)
    with pytest.raises(ValueError, match="needs a sum over all rows in each"):
        by_rows(gradient(tape, "w"), "B")


def test_a_normalization_goes_in_two_passes():
    mean = record(lambda X: X.mean(axis=0), X=("B", "d"))
    rest = record(lambda X, m: tanh(X - m), X=("B", "d"), m="d")
    assert_like_whole(mean)
    assert_like_whole(rest)


def test_what_no_output_needs_is_in_nobodys_way():
    def f(X):
        A = X @ X.T
        del A
        return (X * X).sum()

    assert_like_whole(record(f, X=("B", "d")))


# ---- Before the rows, and after them -------------------------------------


def mean_with_penalty(X, W, t, lam):
    Y = X @ W.T
    J = cross_entropy(Y, t).mean() + lam / 2 * (W * W).sum()
    return J


def test_means_and_penalties():
    shapes = {"X": ("B", "d"), "W": ("K", "d"), "t": index("K", "B")}
    tape = record(mean_with_penalty, **shapes, lam=())
    assert_like_whole(tape)
    assert_like_whole(hvp(tape, "W"))
    parts = assert_like_whole(gradient(tape, value=True))
    lines = [part.lines() for part in (parts.before, parts.rows, parts.after)]
    before, rows, after = map(" ; ".join, lines)
    assert "= 1 / B" in before
    assert "W * W" in before
    assert "B" not in rows.replace("Y_bar", "")
    assert "W * W" not in rows + after
    assert after.count(" / B") == 1
    # One sum with W is all that the rows and the rest say to each other.
    assert len(parts.rows.outputs) == 3


def test_a_batch_in_numbers_is_that_of_the_whole():
    def f(X):
        n = X.shape[0]
        return {"a": (X / n).sum(), "b": X * (2 * n), "c": X.sum() * n}

    parts = assert_like_whole(record(f, X=("B", "d")))
    assert parts.before.lines() == ["part1 = B", "part2 = 2·B"]


def test_results_of_every_part():
    def f(X, w, s):
        u = exp(w)
        y = X @ u
        q = (y * y).sum()
        return {"u": u, "w2": w, "X2": X, "y": y, "q": q, "r": q * s, "n": 2.0}

    parts = assert_like_whole(record(f, X=("B", "d"), w="d", s=()))
    assert list(parts.results) == ["u", "w2", "X2", "y", "q", "r", "n"]
    X = np.ones((5, 2))
    got = parts.compile(2)(X, np.zeros(2), np.array(3.0))
    assert got["X2"] is X  # as in the whole


def test_one_value_under_two_names():
    def f(X):
        a = (X * X).sum(axis=0)
        return {"a": a, "b": a, "c": a + 1}

    assert_like_whole(record(f, X=("B", "d")))


def test_rows_that_come_from_shapes_alone():
    def f(X, v):
        return {"ones": full(v, shape=X.shape), "sum": X.sum(axis=0)}

    assert_like_whole(record(f, X=("B", 3), v=3))


@pytest.mark.parametrize("names", ["part1 d K", "B part1 K", "B d part1"])
def test_sizes_may_be_called_like_what_is_handed_over(names):
    B, d, K = names.split()

    def f(X, Y, t):
        n = X.shape[0]
        return {
            "a": X * n - one_hot(t, X.shape[1]) * n + Y * n,
            "m": X.mean(axis=0),
        }

    tape = record(f, X=(B, d), Y=(B, d), t=index(d, B))
    assert_like_whole(tape, B, rows=(1, 2, 3), **{B: 7, d: 3})
    tape = record(lambda y, w: y * y.shape[0] + w.sum(), y=B, w=(d, K))
    assert_like_whole(tape, B, **{B: 7, d: 3, K: 2})
    assert list(by_rows(tape, B).before.outputs) == ["part2", "part3"]


def test_names_do_not_clash():
    def f(X, part1):
        part2 = (X * X).sum() / X.shape[0]
        part3 = exp(part1).sum()
        return part2 * part3 + X.shape[0]

    parts = assert_like_whole(record(f, X=("B", "d"), part1="d"))
    names = [x.name for x in parts.after.inputs]
    assert len(set(names)) == len(names)


def test_symbols_and_other_letters():
    n, d = sp.symbols("n d", positive=True, integer=True)
    tape = record(lambda A, c: (A @ c).sum(), A=(n, d), c=d)
    parts = assert_like_whole(tape, n, n=7, d=2)
    assert str(parts.batch) == "n"
    compiled = parts.compile(2)
    assert compiled.length({n: 7, d: 2}) == compiled.length(n=7, d=2) == 2
    assert compiled.plan({n: 7, d: 2}).size == compiled.plan(n=7, d=2).size


@pytest.mark.parametrize(
    ("batch", "text"),
    [
        ("C", r"batch must be one of the sizes B, d of f, got 'C'"),
        ("d", r"X of f has shape B×d; a batch is the first size, and no"),
        (7, r"batch must be one of the sizes B, d of f, got 7"),
        ("two words", r"batch: a size is called like a variable"),
    ],
)
def test_what_is_no_batch(batch, text):
    def f(X, w):
        return (X @ w).sum()

    with pytest.raises(ValueError, match=text):
        by_rows(record(f, X=("B", "d"), w="d"), batch)


def test_more_that_is_no_batch():
    square = record(lambda X: X.sum(), X=("B", "B"))
    with pytest.raises(ValueError, match="X of out has shape B×B"):
        by_rows(square, "B")
    choice = record(lambda y, t: y[t], y="B", t=index("B"))
    with pytest.raises(ValueError, match="t of out has shape 1 of B classes"):
        by_rows(choice, "B")
    longer = record(lambda x, y: x.sum() + y.sum(), x="B", y=B + 1)
    with pytest.raises(
        ValueError, match=r"y of out has shape B \+ 1; a batch"
    ):
        by_rows(longer, "B")
    with pytest.raises(ValueError, match="no output of out needs the rows"):
        by_rows(record(lambda X, w: w * 2, X=("B", "d"), w="d"), "B")
    with pytest.raises(TypeError, match="a tape is wanted, got 3"):
        by_rows(3, "B")
    with pytest.raises(TypeError, match="batch: a size is a positive integer"):
        by_rows(square, None)
    counted = record(lambda X: X.sum(), X=(8, 3))
    with pytest.raises(ValueError, match="out was recorded with numbers for"):
        by_rows(counted, 8)
    for rows, error in ((0, ValueError), (1.5, TypeError), ("2", TypeError)):
        with pytest.raises(error, match="most must be"):
            by_rows(GATED, "B").compile(rows)


# ---- Memory --------------------------------------------------------------


def test_the_workspace_is_that_of_a_chunk():
    sizes = {"d": 64, "N": 256, "K": 10}
    compiled = by_rows(GATED, "B").compile(100)
    plans = [compiled.plan(sizes | {"B": b}) for b in (200, 1000, 10_000)]
    assert len({plan.size for plan in plans}) == 1
    for plan in plans:
        assert_no_overlap(plan)
        assert plan.size == plan.counted
    whole = evaluate(peak(GATED, reuse=True), sizes | {"B": 10_000})
    assert plans[0].size < whole / 50
    # One chunk needs no chunks.
    assert compiled.plan(sizes | {"B": 100}).size == evaluate(
        peak(GATED, reuse=True), sizes | {"B": 100}
    )


def test_chunks_fit_the_cache_as_long_as_they_have_96_rows():
    parts = by_rows(GATED, "B")
    compiled = parts.compile()
    sizes = {"d": 64, "N": 64, "K": 10}

    def room(rows):
        cut = parts.compile(rows)
        return cut.plan(sizes | {"B": 2 * rows}).size

    fitting = bisect_right(range(1000), 2**16, lo=1, key=room) - 1
    assert 150 < fitting < 250
    wide = {"d": 64, "N": 2000, "K": 10}
    for batch in (1, 95, 96, 97, 191, 192, 300, 1000, 1024, 5000):
        least, most = min(batch, 96), -(-batch // max(batch // 96, 1))
        length = compiled.length(sizes | {"B": batch})
        assert least <= length <= max(most, fitting)
        chunks = -(-batch // length)
        assert length == -(-batch // chunks)  # of nearly the same length
        assert compiled.length(wide | {"B": batch}) == most
    # The longest that fits is one chunk, and so is what is too short for two.
    for batch in (fitting - 1, fitting):
        assert compiled.length(sizes | {"B": batch}) == batch
    assert compiled.length(sizes | {"B": fitting + 1}) == (fitting + 2) // 2
    assert compiled.length(wide | {"B": 191}) == 191
    assert compiled.length(wide | {"B": 192}) == 96
    assert parts.compile(300).length(sizes | {"B": 1000}) == 250


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        ({"d": 3, "N": 2, "K": 2}, "the size B needs a value for B"),
        ({"B": 0, "d": 3, "N": 2, "K": 2}, "B must be at least 1, got 0"),
        ({"B": 2.5, "d": 3, "N": 2, "K": 2}, "B must be an integer, got 2.5"),
        ({"B": 999}, "needs a value for"),
        (5000, "the sizes must be a dictionary, got 5000"),
    ],
)
def test_what_are_no_sizes(sizes, text):
    compiled = by_rows(GATED, "B").compile()
    for ask in (compiled.length, compiled.plan):
        with pytest.raises((TypeError, ValueError), match=text):
            ask(sizes)


def allocated(function, values):
    """Return the most bytes that a call allocates, and those of results."""
    gc.collect()
    tracemalloc.start()
    try:
        results = several(function(*values))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return most, sum(np.asarray(v).nbytes for v in results.values())


@pytest.mark.parametrize("rows", [100, 600, 2000])
def test_nothing_is_allocated_but_results_and_one_chunk(rows):
    sizes = {"B": 2000, "d": 20, "N": 150, "K": 5}
    values = list(random_inputs(GATED, **sizes).values())
    compiled = by_rows(GATED, "B").compile(rows)
    work = 8 * compiled.plan(sizes).size
    compiled.bind(compiled.check(values, {}))  # what is bound is kept
    # NumPy takes 64 KiB to turn masks into numbers.
    most, results = allocated(compiled, values)
    assert results + work <= most < results + work + 2**17
    most, results = allocated(compiled, values)
    assert results <= most < results + 2**17


def test_what_a_chunk_gives_lies_in_the_workspace():
    compiled = by_rows(GATED, "B").compile(3)
    names = {
        name for slot in compiled.plan(SIZES).slots for name in slot.names
    }
    assert {name for name in GATED.outputs if name != "J"} <= names
    # A batch of one chunk is like any tape with a workspace, to the bit.
    whole = GATED.compile(reuse=True)
    assert repr(compiled.plan(SIZES | {"B": 3})) == repr(
        whole.plan(SIZES | {"B": 3})
    )


def test_results_belong_to_the_caller():
    compiled = by_rows(GATED, "B").compile(2)
    values = random_inputs(GATED, **SIZES)
    first = compiled(**values)
    kept = {k: np.array(v) for k, v in first.items()}
    second = compiled(**random_inputs(GATED, **SIZES, rng=1))
    for name, value in kept.items():
        np.testing.assert_array_equal(first[name], value)
        assert not np.shares_memory(first[name], second[name])
        if np.ndim(first[name]):
            first[name][...] = np.nan
    again = compiled(**values)
    for name, value in kept.items():
        np.testing.assert_array_equal(again[name], value)


def test_threads_do_not_meet():
    compiled, sizes = (
        by_rows(GATED, "B").compile(16),
        SIZES | {"B": 60, "N": 50},
    )
    assert_threads_do_not_meet(compiled, GATED, sizes, calls=60)


# ---- What it takes, and what it prints -----------------------------------


def test_results_that_need_no_row_are_as_in_the_whole():
    def f(X, w):
        v = w.reshape(2, 1)
        return {"v": v, "Y": X.reshape(X.shape[0], 2, 2), "X2": X}

    tape = record(f, X=("B", 4), w=2)
    X, w = np.ones((7, 4)), np.ones(2)
    got = by_rows(tape, "B").compile(3)(X, w)
    assert got["X2"] is X
    assert np.shares_memory(got["v"], w)
    assert not np.shares_memory(got["Y"], X)


def test_other_numbers_go_through_the_plain_source():
    tape = record(lambda X, w: tanh(X @ w).sum(), X=("B", "d"), w="d")
    compiled, plain = by_rows(tape, "B").compile(2), tape.compile()
    rng = np.random.default_rng(0)
    X, w = rng.normal(size=(7, 3)), rng.normal(size=3)
    for kind in (np.float32, complex, float):
        got = compiled(X.astype(kind), w.astype(kind))
        wanted = plain(X.astype(kind), w.astype(kind))
        assert got.dtype == wanted.dtype
        np.testing.assert_allclose(got, wanted, rtol=1e-6)
    tape = record(lambda x: (x * x).sum(), x="n")
    thirds = [Fraction(1, 3)] * 5
    assert by_rows(tape, "n").compile(2)(thirds) == Fraction(5, 9)


def test_bad_inputs_after_good_ones():
    compiled = by_rows(GATED, "B").compile(2)
    values = random_inputs(GATED, **SIZES)
    good = compiled(*values.values())
    worse = values["t"].copy()
    worse[-1] = 3
    with pytest.raises(ValueError, match=r"t must lie in 0..2, got 3"):
        compiled(*(values | {"t": worse}).values())
    with pytest.raises(ValueError, match="so B = 6, but X has B = 7"):
        compiled(*(values | {"t": worse[:-1]}).values())
    assert compiled(*values.values())["J"] == good["J"]
    tape = record(lambda x: exp(x).sum(), x="n")
    compiled = by_rows(tape, "n").compile(1)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        compiled(np.array([0.0, 1e3, 0.0]))
    assert compiled(np.zeros(3)) == 3


def test_the_source_of_each_part_runs():
    shapes = {"X": ("B", "d"), "W": ("K", "d"), "t": index("K", "B")}
    tape = gradient(record(mean_with_penalty, **shapes, lam=()), value=True)
    parts = by_rows(tape, "B")
    compiled = parts.compile(2)
    assert repr(compiled) == compiled.source.rstrip()
    scope = {}
    exec(compiled.source, scope)
    names = re.findall(r"^def (\w+)", compiled.source, re.MULTILINE)
    assert names == [
        f"mean_with_penalty_{part}" for part in ("before", "rows", "after")
    ]
    values = random_inputs(tape, **SIZES)
    before = scope[names[0]](*values.values())
    whole = tape(**values)
    np.testing.assert_allclose(before["lam_bar"], whole["lam_bar"])
    assert max(map(len, compiled.source.splitlines())) < 80


def test_printing_shows_the_three():
    def f(X, w):
        y = tanh(X @ w)
        return (y * y).mean() + w.sum()

    text = repr(by_rows(record(f, X=("B", "d"), w="d"), "B"))
    heads = [part.splitlines()[0] for part in text.split("\n\n")]
    assert heads == ["f_before", "f_rows", "f_after"]
    text = repr(by_rows(GATED, "B"))
    assert text.startswith("gated_rows\nX: B×d")
    assert "\n\n" not in text


# ---- Rows of your own ----------------------------------------------------


@pytest.mark.usefixtures("own_rows")
def test_rows_of_your_own():
    cube = elementwise(
        "cube", lambda x: x * x * x, lambda y, x: 3 * x * x, cost={"mul": 2}
    )
    tape = record(lambda X: cube(X).sum(), X=("B", "d"))
    assert_like_whole(gradient(tape, value=True))
    phase = elementwise(
        "phase", lambda x: np.exp(1j * x), lambda y, x: 1j * y, cost={"exp": 1}
    )

    assert_like_whole(record(phase, X=("B", "d")))
    wrong = elementwise("wrong", np.cbrt, lambda y, x: y, cost={})
    object.__setattr__(wrong, "by_rows", lambda *_: "row")
    with pytest.raises(
        ValueError,
        match="rule by_rows of wrong must give 'rows', 'sum' or None, got 'ro",
    ):
        by_rows(record(wrong, X=("B", "d")), "B")
    reverse = Primitive(
        name="upside_down",
        value=lambda x: x[::-1],
        shape=lambda x: x.shape,
        cost=lambda y, x: {},
        jvp=lambda t, y, x: reverse(t[0]),
        vjp=lambda i, g, y, x: reverse(g),
        notation=lambda style, pieces: pieces[0],
    )
    tape = record(lambda X: (reverse(X) * X).sum(), X=("B", "d"))
    with pytest.raises(ValueError, match="mixes the rows"):
        by_rows(tape, "B")
    # What a rule says is not believed if the shape says otherwise.
    turned = Primitive(
        name="turned",
        value=np.transpose,
        shape=lambda x: x.shape[::-1],
        cost=lambda y, x: {},
        jvp=lambda t, y, x: turned(t[0]),
        vjp=lambda i, g, y, x: turned(g),
        notation=lambda style, pieces: pieces[0],
        by_rows=lambda batch, y, x: "sum" if x.shape[1] == 3 else "rows",
    )
    column = Primitive(
        name="first_row",
        value=lambda x: x[0],
        shape=lambda x: x.shape[1:],
        cost=lambda y, x: {},
        jvp=lambda t, y, x: column(t[0]),
        vjp=lambda i, g, y, x: None,
        notation=lambda style, pieces: pieces[0],
        by_rows=lambda batch, y, x: "rows",
    )
    for row, width in ((turned, 3), (turned, 4), (column, 3)):
        tape = record(lambda X, row=row: row(X).sum(), X=("B", width))
        with pytest.raises(ValueError, match=r"mixes the rows|has B as an"):
            by_rows(tape, "B")
