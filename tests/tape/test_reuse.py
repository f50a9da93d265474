"""Tapes compiled with ``reuse=True``: the same numbers in planned memory."""

import gc
import re
import textwrap
import threading
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from byhand.cost import evaluate, peak, random_inputs
from byhand.tape import (
    TABLE,
    concatenate,
    cross_entropy,
    elementwise,
    exp,
    gradient,
    hvp,
    index,
    into,
    jvp,
    maximum,
    record,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    tanh,
    vjp,
)
from byhand.tape.plan import Block, blocks_of, counted_live, place
from byhand.tape.shapes import resolve
from byhand.tape.steps import steps_of
from byhand.tape.values import Literal, Var
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tape.test_programs import fixed, inputs
from tests.tape.test_table import SIZES as TABLE_SIZES
from tests.tape.test_table import draw, every_program, record_case


def gated(X, W1, b1, W2, b2, W3, b3, t):
    Z1 = X @ W1.T + b1
    H = relu(Z1)
    Z2 = X @ W2.T + b2
    G1 = sigmoid(Z2)
    G2 = H * G1
    Y = G2 @ W3.T + b3
    J = cross_entropy(Y, t).sum()
    return J


def gated_tape():
    weights = {"W1": ("N", "d"), "b1": "N", "W2": ("N", "d"), "b2": "N"}
    weights |= {"W3": ("K", "N"), "b3": "K"}
    tape = record(gated, X=("B", "d"), **weights, t=index("K", "B"))
    return gradient(tape, value=True)


SIZES = {"B": 5, "d": 4, "N": 7, "K": 3}


def several(result):
    return result if isinstance(result, dict) else {"": result}


def assert_like_plain(tape, values, *, calls=2):
    """Compare with the plain tape, call after call; all results are kept."""
    wanted = several(tape.compile()(**values))
    compiled = tape.compile(reuse=True)
    before = {k: np.array(v) for k, v in values.items()}
    results = [several(compiled(**values)) for _ in range(calls)]
    for got in results:
        assert got.keys() == wanted.keys()
        for name, value in wanted.items():
            scale = max(1e-3, float(np.max(np.abs(value))))
            np.testing.assert_allclose(
                got[name], value, rtol=1e-11, atol=1e-12 * scale, err_msg=name
            )
            assert np.shape(got[name]) == np.shape(value)
    for name, value in before.items():
        np.testing.assert_array_equal(values[name], value)
    return compiled


def assert_no_overlap(plan):
    for i, a in enumerate(plan.slots):
        assert 0 <= a.first <= a.last
        assert 0 <= a.offset < a.stop <= plan.size
        for b in plan.slots[:i]:
            apart = a.stop <= b.offset or b.stop <= a.offset
            assert apart or a.last < b.first or b.last < a.first


# ---- The same numbers ----------------------------------------------------


@every_program
def test_every_row(name, f, shapes):
    tape = record_case(f, shapes)
    rng = np.random.default_rng(8)
    values = draw(tape, rng)
    assert_like_plain(tape, values)
    reverse = vjp(tape)
    seed = reverse.inputs[-1]
    given = values | {seed.name: rng.normal(size=np.shape(tape(**values)))}
    assert_like_plain(reverse, given)
    forward = jvp(tape)
    dots = {
        x.name: np.asarray(rng.normal(size=values[x.name[:-4]].shape))
        for x in forward.inputs[len(tape.inputs) :]
    }
    assert_like_plain(forward, values | dots)


@every_program
def test_every_step_has_the_shape_that_numpy_gives(name, f, shapes):
    tape = record_case(f, shapes)
    values = draw(tape, np.random.default_rng(9))
    reverse = vjp(tape)
    values[reverse.inputs[-1].name] = np.ones(np.shape(tape(**values)))
    env = {x.key: values[x.name] for x in reverse.inputs}
    scope = {"np": np, **TABLE, **vars(into), **TABLE_SIZES}
    steps, _ = steps_of(reverse.equations, reverse.outputs)
    for step in steps:
        shape = resolve(step.output.shape, TABLE_SIZES)
        xs = [
            resolve(x.value, TABLE_SIZES)
            if isinstance(x, Literal)
            else env[x.key]
            for x in step.operands
        ]
        words = [f"xs[{i}]" for i in range(len(xs))]
        made = (
            np.ones(shape)
            if step.kind == "ones"
            else eval(step.template.format(*words), {**scope, "xs": xs})
        )
        assert np.shape(made) == shape, step.template
        env[step.output.key] = made


@given(st.integers(0, 10**6), st.integers(1, 30))
@settings(max_examples=60)
def test_random_programs(seed, steps):
    tape, values = fixed(seed, steps), inputs(seed)
    for derived in (tape, gradient(tape, value=True)):
        plan = assert_like_plain(derived, values).plan()
        assert_no_overlap(plan)
        assert plan.counted == peak(derived, reuse=True) <= plan.size


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_random_products_with_hessians(seed):
    tape, values = fixed(seed, 1 + seed % 20), inputs(seed)
    rng = np.random.default_rng(seed)
    dots = {f"{k}_dot": rng.normal(size=x.shape) for k, x in values.items()}
    assert_like_plain(hvp(tape), values | dots)


def test_what_is_left_in_the_workspace_does_not_matter():
    tape = gated_tape()
    values = random_inputs(tape, **SIZES)
    compiled = tape.compile(reuse=True)
    plan = compiled.plan(**SIZES)
    work = plan.arrays()
    names = [name for slot in plan.slots for name in slot.names]
    for name, array in zip(names, work, strict=True):
        if not name.startswith("ones"):
            array[...] = np.nan
    for array in work:  # what overlaps constants is whole again
        if np.isnan(array).any():
            continue
        assert (array == 1).all()
    wanted = tape.compile()(**values)
    got = compiled.function(*values.values(), work)
    for name, value in wanted.items():
        np.testing.assert_allclose(got[name], value, rtol=1e-12, atol=1e-14)


def test_functions_at_their_limits():
    x = np.array([-np.inf, -800.0, -745.0, -700.0, 0.0, 40.0, 750.0, np.inf])
    for f in (sigmoid, softplus, tanh, relu):
        tape = record(lambda x, f=f: f(x) * 1.5, x="n")
        got, wanted = tape.compile(reuse=True)(x), tape.compile()(x)
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-323)
        nan = tape.compile(reuse=True)(np.array([np.nan, 1.0]))
        assert np.isnan(nan[0])
        assert np.isfinite(nan[1])
    rows = np.array([[1e308, -1e308, 0.0], [-800.0, 0.0, 800.0]])
    tape = record(softmax, x=("B", "K"))
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(
            tape.compile(reuse=True)(rows), tape.compile()(rows), rtol=1e-12
        )


# ---- Whose memory it is --------------------------------------------------


def test_results_belong_to_the_caller():
    tape = gated_tape()
    compiled = tape.compile(reuse=True)
    values = random_inputs(tape, **SIZES)
    first = compiled(**values)
    kept = {k: np.array(v) for k, v in first.items()}
    for v in first.values():
        assert not any(np.shares_memory(v, x) for x in values.values())
    others = random_inputs(tape, **SIZES, rng=1)
    second = compiled(**others)
    for name, value in kept.items():
        np.testing.assert_array_equal(first[name], value)
        assert not np.shares_memory(first[name], second[name])
    for v in values.values():
        v[...] = 1
    for name, v in first.items():
        np.testing.assert_array_equal(v, kept[name])
        if np.ndim(v):
            v[...] = np.nan  # what the caller does to them does no harm
    again = compiled(**others)
    for name, v in second.items():
        np.testing.assert_array_equal(again[name], v)


def test_results_that_are_views_or_are_used_again():
    def f(x, A):
        B = tanh(A)
        C = B.T
        z = x * 2
        w = z.reshape(1, 3)
        y = exp(z)
        s = z[1:]
        return {"B": B, "C": C, "w": w, "y": y, "s": s, "n": 2.0}

    tape = record(f, x=3, A=("m", "n"))
    rng = np.random.default_rng(0)
    values = {"x": rng.normal(size=3), "A": rng.normal(size=(2, 4))}
    compiled = assert_like_plain(tape, values)
    first = compiled(**values)
    kept = {k: np.array(v) for k, v in first.items()}
    compiled(x=rng.normal(size=3), A=rng.normal(size=(2, 4)))
    for name, v in kept.items():
        np.testing.assert_array_equal(first[name], v)


def test_sizes_in_turn():
    tape = gated_tape()
    compiled, plain = tape.compile(reuse=True), tape.compile()
    for turn in range(12):  # more sizes than are remembered
        sizes = SIZES | {"B": 1 + turn % 6, "N": 2 + turn % 5}
        values = random_inputs(tape, **sizes, rng=turn)
        got, wanted = compiled(**values), plain(**values)
        for name, v in wanted.items():
            np.testing.assert_allclose(got[name], v, rtol=1e-12, atol=1e-14)
        again = compiled(*values.values())
        for name, v in got.items():
            np.testing.assert_array_equal(again[name], v)
    assert len(compiled._known) == len(plain._known) == 4


def assert_threads_do_not_meet(compiled, tape, sizes, *, calls):
    """Call from four threads at a time, and compare with calls alone."""
    samples = [random_inputs(tape, **sizes, rng=k) for k in range(4)]
    wanted = [compiled(**values) for values in samples]
    wrong = []

    def run(k):
        for _ in range(calls):
            got = compiled(*samples[k].values())
            wrong.extend(
                name
                for name, v in wanted[k].items()
                if not np.array_equal(got[name], v)
            )

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_threads_do_not_meet():
    tape, sizes = gated_tape(), SIZES | {"B": 60, "N": 50}
    compiled = tape.compile(reuse=True)
    assert_threads_do_not_meet(compiled, tape, sizes, calls=200)


def test_a_call_inside_a_call_takes_another_workspace():
    inner = record(lambda x: exp(tanh(x) * 2).sum(), x="n")
    compiled = inner.compile(reuse=True)
    x = np.array([0.5, -1.0])
    alone = compiled(x)

    def value(v):
        assert compiled(x) == alone
        return v + 1

    again = elementwise("again_and", value, lambda y, v: 1, cost={"add": 1})
    try:
        tape = record(lambda x: (again(tanh(x)) * x).sum(), x="n")
        got = tape.compile(reuse=True)(x)
        assert got == pytest.approx(((np.tanh(x) + 1) * x).sum())
    finally:
        del TABLE["again_and"]


# ---- How much memory it is -----------------------------------------------


@pytest.mark.parametrize(
    "sizes",
    [
        SIZES,
        {"B": 1, "d": 64, "N": 512, "K": 10},
        {"B": 64, "d": 64, "N": 256, "K": 10},
        {"B": 1024, "d": 64, "N": 64, "K": 10},
        {"B": 3, "d": 50, "N": 2, "K": 7},
        {"B": 2, "d": 1, "N": 1, "K": 40},
    ],
)
def test_the_workspace_is_the_counted_peak(sizes):
    tape = gated_tape()
    plan = tape.compile(reuse=True).plan(**sizes)
    assert plan.size == plan.counted == evaluate(peak(tape, reuse=True), sizes)
    assert_no_overlap(plan)
    whole = {id(a.base): a.base for a in plan.arrays()}
    (memory,) = whole.values()
    assert plan.size <= memory.size < plan.size + 8
    for slot in plan.slots:
        assert slot.size == np.prod(slot.shape)


def test_it_is_at_most_the_peak_of_the_plain_tape():
    tape = gated_tape()
    for n in (1, 2, 16):
        sizes = {"B": 8 * n, "d": 4, "N": 16 * n, "K": 3}
        held = sum(x.size for x in random_inputs(tape, **sizes).values())
        plain = evaluate(peak(tape, scratch=True), sizes) - held
        assert evaluate(peak(tape, reuse=True), sizes) <= plain


def test_nearly_all_plans_reach_the_count():
    missed = lost = 0
    for seed in range(60):
        tape = gradient(fixed(seed, 1 + seed % 30), value=True)
        plan = tape.compile(reuse=True).plan()
        assert_no_overlap(plan)
        missed += plan.size > plan.counted
        lost += plan.size - plan.counted
    assert missed <= 2
    assert lost <= 3


def test_a_workspace_larger_than_the_count():
    lives = [
        (0, 9, 12), (1, 14, 3), (2, 18, 3), (3, 11, 3), (4, 5, 12), (6, 18, 4),
        (7, 13, 4), (8, 12, 4), (9, 10, 3), (15, 16, 16), (16, 17, 12),
    ]  # fmt: skip
    blocks = [
        Block([Var(f"v{i}", (size,))], first, last)
        for i, (first, last, size) in enumerate(lives)
    ]
    names = {b.values[0].key: b.values[0].name for b in blocks}
    plan = place(blocks, names, {})
    assert_no_overlap(plan)
    live = [sum(n for a, b, n in lives if a <= at <= b) for at in range(19)]
    assert counted_live(blocks) == live
    assert counted_live(blocks[:1]) == [12] * 10
    assert counted_live([]) == []
    assert plan.counted == max(live) < plan.size
    assert f"{plan.size} numbers, counted: {plan.counted}" in repr(plan)
    assert re.search(r"^v0 +12 +\d+:\d+ +1-10$", repr(plan), re.MULTILINE)


def test_nothing_is_allocated_but_results():
    tape = gated_tape()
    sizes = {"B": 1000, "d": 20, "N": 150, "K": 5}
    values = list(random_inputs(tape, **sizes).values())
    compiled = tape.compile(reuse=True)
    results = sum(np.asarray(v).nbytes for v in compiled(*values).values())
    gc.collect()
    tracemalloc.start()
    try:
        kept = compiled(*values)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # NumPy holds indices of B rows, and 64 KiB to turn masks into numbers.
    assert results <= most < results + 8 * 4 * sizes["B"] + 2**17
    assert most < 1.5 * 8 * sizes["B"] * sizes["N"]
    del kept


@pytest.mark.parametrize("reuse", [False, True])
def test_inputs_of_a_known_kind_are_not_bound_again(reuse):
    tape = record(lambda x, y: (exp(x) * y).sum(), x="n", y="n")
    compiled = tape.compile(reuse=reuse)
    x = np.linspace(0, 1, 50_000)
    wanted = compiled(x, x)

    def spent(*args, **kwargs):
        tracemalloc.start()
        try:
            assert compiled(*args, **kwargs) == wanted
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # However they come, the workspace is there already.
    most = 1.1 * x.nbytes if not reuse else 0.1 * x.nbytes
    assert spent(x, x) < most
    assert spent(x=x, y=x) < most
    assert spent(x, y=x) < most

    def refuse(*_):
        raise AssertionError

    compiled.check = refuse
    assert compiled(x, x) == wanted
    with pytest.raises(AssertionError):
        compiled(x, x[:-1])


# ---- What it takes -------------------------------------------------------


def test_other_numbers_go_through_the_plain_source():
    tape = record(lambda x, W: softmax(W @ tanh(x)), x="n", W=("m", "n"))
    compiled, plain = tape.compile(reuse=True), tape.compile()
    assert compiled.plan(m=2, n=3).size > 0
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=3), rng.normal(size=(2, 3))
    for kind in (np.float32, complex, np.longdouble, float, ">f8"):
        for _ in range(2):
            a, b = x.astype(kind), W.astype(kind)
            got, wanted = compiled(a, b), plain(a, b)
            assert got.dtype == wanted.dtype or kind is float
            np.testing.assert_allclose(got, wanted, rtol=1e-6)
            if kind is np.float32:  # to the last bit, by no detour
                np.testing.assert_array_equal(got, wanted)
            mixed = compiled(x, b)
            np.testing.assert_allclose(mixed, plain(x, b), rtol=1e-6)
    tape = record(lambda x: x * x + 1, x="n")
    exact = tape.compile(reuse=True)([Fraction(1, 3), Fraction(2)])
    assert exact.tolist() == [Fraction(10, 9), Fraction(5)]


def test_arrays_of_any_layout():
    tape = gated_tape()
    values = random_inputs(tape, **SIZES)
    compiled = tape.compile(reuse=True)
    wanted = compiled(**values)
    strange = {
        k: np.asfortranarray(v) if k != "t" else np.repeat(v, 2)[::2]
        for k, v in values.items()
    }
    strange["X"] = np.repeat(values["X"], 2, axis=1)[:, ::2]
    strange["b1"] = values["b1"][::-1][::-1]
    got = compiled(*strange.values())
    for name, v in wanted.items():
        np.testing.assert_allclose(got[name], v, rtol=1e-12, atol=1e-14)
    read_only = {k: v.copy() for k, v in values.items()}
    for v in read_only.values():
        v.flags.writeable = False
    assert compiled(**read_only)["J"] == pytest.approx(wanted["J"])


def test_bad_inputs_after_good_ones():
    tape = gated_tape()
    for compiled in (tape.compile(), tape.compile(reuse=True)):
        values = random_inputs(tape, **SIZES)
        good = compiled(*values.values())
        t = values["t"]
        for wrong in (-1, 3, -(2**62), 2**62):
            for dtype in (np.int64, np.int32, np.int8):
                if abs(wrong) > np.iinfo(dtype).max:
                    continue
                bad = t.astype(dtype)
                for _ in range(2):
                    compiled(*(values | {"t": bad}).values())
                worse = bad.copy()
                worse[2] = wrong
                with pytest.raises(ValueError, match=rf"0..2, got {wrong}"):
                    compiled(*(values | {"t": worse}).values())
        with pytest.raises(ValueError, match="so d = 4, but X has d = 2"):
            compiled(*(values | {"X": values["X"][:, :2]}).values())
        with pytest.raises(TypeError, match="t is a class index"):
            compiled(*(values | {"t": t.astype(float)}).values())
        with pytest.raises(TypeError, match="X must hold real numbers, got i"):
            compiled(*(values | {"X": np.ones((5, 4), int)}).values())
        with pytest.raises(TypeError, match="also needs b3, t"):
            compiled(*list(values.values())[:-2])
        with pytest.raises(TypeError, match="takes 8 inputs"):
            compiled(*values.values(), t)
        with pytest.raises(TypeError, match="t is given twice"):
            compiled(*values.values(), t=t)
        assert compiled(*values.values())["J"] == good["J"]


def test_small_integers_and_many_classes():
    tape = record(lambda y, t: y[t], y="K", t=index("K"))
    y = np.arange(300.0)
    for compiled in (tape.compile(), tape.compile(reuse=True)):
        for _ in range(2):
            assert compiled(y, np.asarray(127, np.int8)) == 127
            assert compiled(y, np.asarray(255, np.uint8)) == 255
        for _ in range(2):
            with pytest.raises(ValueError, match=r"0..299, got -1"):
                compiled(y, np.asarray(-1, np.int8))


def test_an_error_inside_leaves_it_usable():
    tape = record(lambda x: exp(x * 2) + 1, x="n")
    compiled = tape.compile(reuse=True)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        compiled(np.array([1e3]))
    np.testing.assert_allclose(compiled(np.zeros(1)), [2.0])


# ---- Rows of your own ----------------------------------------------------


@pytest.mark.usefixtures("own_rows")
def test_rows_of_your_own():
    cube = elementwise(
        "cube", lambda x: x * x * x, lambda y, x: 3 * x * x, cost={"mul": 2}
    )
    cosh = elementwise(
        "cosh",
        np.cosh,
        lambda y, x: exp(x) - y,
        cost={"exp": 1},
    )
    fourth = elementwise(
        "fourth",
        lambda x: (x * x) ** 2,
        lambda y, x: 4 * x * x * x,
        cost={"mul": 2},
        steps=lambda write, y, x: write(
            "np.square({})",
            write("np.square({})", x, shape=y.shape, over=(0,)),
            shape=y.shape,
            over=(0,),
        ),
    )

    def f(x):
        a = cube(tanh(x))
        b = cosh(a)
        c = fourth(b - a)
        return (a * c).sum()

    tape = record(f, x=("m", "n"))
    x = np.random.default_rng(0).normal(size=(3, 4))
    for derived in (tape, gradient(tape, value=True)):
        assert_like_plain(derived, {"x": x})
    source = tape.compile(reuse=True).source
    assert "a = np.array(cube(w" in source  # new at every call
    assert "np.cosh(a, out=b)" in source
    assert source.count("np.square(") == 2
    # The plain row's array is not in the workspace, and is not counted.
    assert str(peak(tape, reuse=True)) == "m*n"


@pytest.mark.usefixtures("own_rows")
def test_a_row_whose_steps_are_none_gives_its_operand():
    same = elementwise(
        "same_as",
        lambda x: x,
        lambda y, x: 1,
        cost={},
        steps=lambda write, y, x: x,
    )

    def f(x):
        a = same(x)
        b = tanh(a)
        c = same(b)
        return {"c": c, "d": c * a}

    tape = record(f, x="n")
    assert_like_plain(tape, {"x": np.array([0.5, -1.0])})
    assert [x.name for x in tape.inputs] == ["x"]


def test_one_call_that_two_rows_make_is_made_once():
    def f(x):
        a = sqrt(x)
        b = x**0.5
        return {"a": a, "b": b, "c": a * b}

    compiled = assert_like_plain(record(f, x="n"), {"x": np.array([2.0, 9.0])})
    assert compiled.source.count("np.sqrt(x)") == 1
    assert "a = np.sqrt(x)" in compiled.source


@pytest.mark.usefixtures("own_rows")
def test_a_scalar_of_a_row_of_your_own_is_a_scalar():
    cube = elementwise(
        "cube", lambda x: x * x * x, lambda y, x: 3 * x * x, cost={"mul": 2}
    )
    compiled = record(lambda x: cube(x @ x), x="n").compile(reuse=True)
    got = compiled(np.array([1.0, 1.0]))
    assert type(got) is np.float64
    assert got == 8


@pytest.mark.usefixtures("own_rows")
def test_a_row_that_returns_its_operand():
    same = elementwise("same_as", lambda x: x, lambda y, x: 1, cost={})
    flip = elementwise("flipped", lambda x: x[::-1], lambda y, x: 1, cost={})

    def f(x):
        a = tanh(x)
        b = same(a)
        c = flip(a)
        d = exp(a * 2) + 1
        e = exp(d) * 2
        return {"b": b, "c": c, "e": e * b * c, "s": same(x)}

    tape = record(f, x="n")
    values = {"x": np.array([0.5, -1.0, 0.25])}
    compiled = assert_like_plain(tape, values)
    first = compiled(**values)
    kept = {k: np.array(v) for k, v in first.items()}
    values["x"][...] = 0
    compiled(**values)
    for name, v in kept.items():
        np.testing.assert_array_equal(first[name], v)


# ---- What is printed -----------------------------------------------------


def test_the_source():
    def f(x, W, b):
        z = W @ x + b
        h = tanh(z)
        y = h * z
        return {"y": y, "s": (y * h).sum(), "m": maximum(x, 0)}

    compiled = record(f, x="d", W=("H", "d"), b="H").compile(reuse=True)
    assert repr(compiled) == compiled.source.rstrip()
    assert compiled.source == textwrap.dedent(
        """\
        import numpy as np


        def f(x, W, b, work):
            h, w1 = work
            z = np.matmul(W, x)
            z += b
            np.tanh(z, out=h)
            y = z
            y *= h
            np.multiply(y, h, out=w1)
            s = np.add.reduce(w1, axis=0)
            m = np.maximum(x, 0)
            return {
                "y": y,
                "s": s,
                "m": m,
            }
        """
    )


def test_powers_are_written_as_numpy_computes_them_fastest():
    def f(p):
        a, b, c, d = p**2, p**0.5, p**-1, p**1.5
        return {"a": a, "b": b, "c": c, "d": d, "e": p**3}

    compiled = assert_like_plain(record(f, p="n"), {"p": np.array([2.0, 3])})
    for line in (
        "a = np.square(p)", "b = np.sqrt(p)", "c = np.reciprocal(p)",
        "d = np.power(p, 1.5)", "e = np.power(p, 3)",
    ):  # fmt: skip
        assert f"    {line}\n" in compiled.source


def test_the_source_runs_by_itself():
    tape = gated_tape()
    compiled = tape.compile(reuse=True)
    scope = {}
    exec(compiled.source, scope)
    values = random_inputs(tape, **SIZES)
    got = scope["gated"](*values.values(), compiled.plan(**SIZES).arrays())
    for name, v in tape.compile()(**values).items():
        np.testing.assert_allclose(got[name], v, rtol=1e-12, atol=1e-14)
    assert max(map(len, compiled.source.splitlines())) < 80
    assert "cross_entropy" not in compiled.source
    assert compiled.source.count("np.exp(") == 2  # softmax shares its own


def test_names_do_not_clash():
    def f(work, w1, ones1):
        w2 = tanh(work) * w1
        return (exp(w2 @ ones1) + exp(w2).sum(axis=0)).sum()

    square = dict.fromkeys(("work", "w1", "ones1"), ("n", "n"))
    rng = np.random.default_rng(0)
    compiled = assert_like_plain(
        record(f, **square), {k: rng.normal(size=(3, 3)) for k in square}
    )
    assert {"w2", "w3", "work2"} < set(re.findall(r"\w+", compiled.source))


def test_the_plan():
    tape = record(lambda x, y: exp(tanh(x) * y) + y, x="n", y="n")
    plan = tape.compile(reuse=True).plan(n=5)
    assert plan.size == plan.counted == 0  # all in the place of the result
    assert "workspace: 0 numbers" in repr(plan)
    tape = record(lambda x, A: exp(A @ tanh(A @ x)), x="n", A=("n", "n"))
    plan = tape.compile(reuse=True).plan({"n": 5})
    assert repr(plan) == (
        "values  shape  numbers  steps\n"
        "w1      5      0:5      1-3\n"
        "workspace: 5 numbers, counted: 5"
    )
    with pytest.raises(ValueError, match="needs a value for n"):
        tape.compile(reuse=True).plan()
    sizes = record(lambda x: concatenate((x, x)) * 2, x="n")
    assert sizes.compile(reuse=True).plan(n=3).size == 0


def test_ones_are_kept_for_the_whole_run():
    tape = gated_tape()
    steps, outputs = steps_of(tape.equations, tape.outputs)
    calls = sum(step.kind not in {"view", "ones"} for step in steps)
    ones = [b for b in blocks_of(steps, outputs.values()) if b.is_ones]
    assert ones
    assert {(b.first, b.last) for b in ones} == {(0, calls - 1)}


def test_a_workspace_begins_at_a_multiple_of_64_bytes():
    tape = record(lambda x, A: exp(A @ tanh(A @ x)), x="n", A=("n", "n"))
    compiled = tape.compile(reuse=True)
    plans = [compiled.plan(n=n).arrays() for n in range(1, 40)]
    assert {w1.ctypes.data % 64 for (w1,) in plans} == {0}
    assert [len(w1) for (w1,) in plans] == list(range(1, 40))


def test_without_a_workspace_the_plan_is_empty():
    plan = record(lambda x: x @ x, x="n").compile(reuse=True).plan(n=3)
    assert (plan.slots, plan.size, plan.counted) == ((), 0, 0)
    assert plan.arrays() == ()


def test_helpers_write_every_number_or_make_an_array():
    y, at = np.arange(6.0).reshape(2, 3), np.array([2, 3])
    cases = [
        (into.full, ((2, 3), 5), {}, np.full((2, 3), 5.0)),
        (into.full, ((2, 2), np.arange(2.0)), {}, [[0.0, 1.0]] * 2),
        (into.pad, (y,), {"axis": 1, "before": 2, "after": 1},
         [[0, 0, 0, 1, 2, 0], [0, 0, 3, 4, 5, 0]]),
        (into.place, (7.0, 1), {"size": 3}, [0, 7, 0]),
        (into.place, (7.0, at), {"size": 3}, [[0, 0, 7], [7, 0, 0]]),
        (into.place, (y[0, 1:], at), {"size": 3}, [[0, 0, 1], [2, 0, 0]]),
    ]  # fmt: skip
    for helper, args, sizes, wanted in cases:
        new = helper(*args, **sizes)
        assert new.dtype == np.float64
        out = np.full(np.shape(wanted), np.nan)
        assert helper(*args, **sizes, out=out) is out
        for got in (new, out):
            np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("kind", ["i1", "u1", "i8", "u8", ">i8", "intp"])
def test_a_class_has_its_place_among_all_entries(kind):
    t = np.array([200, 0, 99]) % (100 if kind == "i1" else 256)
    t = t.astype(kind)
    at = into.flat(t, size=300)
    assert at.dtype == np.intp
    assert at.tolist() == [int(t[0]), 300, 699]


def test_padding_writes_every_number():
    x = np.arange(6.0).reshape(2, 3)
    for axis, width in [(0, [(2, 1), (0, 0)]), (1, [(0, 0), (2, 1)])]:
        wanted = np.pad(x, width)
        out = np.full(wanted.shape, np.nan)
        assert into.pad(x, axis=axis, before=2, after=1, out=out) is out
        np.testing.assert_array_equal(out, wanted)


def test_blocks_are_written_over_only_when_nobody_reads_again():
    def f(x):
        a = exp(x)
        b = a.T
        c = a + b  # written over a, b would change on the way
        return (c @ a).sum()

    tape = record(f, x=("n", "n"))
    steps, outputs = steps_of(tape.equations, tape.outputs)
    for block in blocks_of(steps, outputs.values()):
        assert len(block.values) == 1
    x = np.random.default_rng(0).normal(size=(4, 4))
    assert_like_plain(tape, {"x": x})

    def g(x):
        a = exp(x)
        return a + a.T

    assert_like_plain(record(g, x=("n", "n")), {"x": x})
    assert_like_plain(record(lambda x: exp(x) * exp(x), x="n"), {"x": x[0]})
