"""Random programs against HIPS autograd; modes against each other."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_jvp, make_vjp
from byhand.tape import (
    TABLE,
    concatenate,
    elementwise,
    exp,
    gradient,
    hvp,
    index,
    jacobian,
    jvp,
    log,
    log_softmax,
    maximum,
    named,
    outer,
    record,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    tanh,
    vjp,
)

N, M = 3, 4


class Ours:
    exp, log, sqrt, tanh, relu = exp, log, sqrt, tanh, relu
    sigmoid, softplus, softmax = sigmoid, softplus, softmax
    log_softmax, maximum, outer = log_softmax, maximum, outer

    @staticmethod
    def concatenate(a, b):
        return concatenate((a, b))


class Theirs:
    """The same functions, written for autograd."""

    exp, log, sqrt, tanh = anp.exp, anp.log, anp.sqrt, anp.tanh
    maximum, outer = anp.maximum, anp.outer

    @staticmethod
    def relu(x):
        return anp.where(x > 0, x, 0.0)

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + anp.exp(-x))

    @staticmethod
    def softplus(x):
        return anp.log(1 + anp.exp(x))

    @staticmethod
    def softmax(x):
        e = anp.exp(x - anp.max(x, axis=-1, keepdims=True))
        return e / anp.sum(e, axis=-1, keepdims=True)

    @staticmethod
    def log_softmax(x):
        x = x - anp.max(x, axis=-1, keepdims=True)
        return x - anp.log(anp.sum(anp.exp(x), axis=-1, keepdims=True))

    @staticmethod
    def concatenate(a, b):
        return anp.concatenate((a, b))


STEPS = {
    # Kinds of values: v in R^N, w in R^M, A in R^(M×N), s a scalar.
    "v": [
        lambda F, p, k: p("v") + p("v"),
        lambda F, p, k: p("v") - p("v") * 0.5,
        lambda F, p, k: p("v") * p("v"),
        lambda F, p, k: p("v") / (1 + p("v") ** 2),
        lambda F, p, k: p("s") * p("v"),
        lambda F, p, k: -p("v") + p("s"),
        lambda F, p, k: F.tanh(p("v")),
        lambda F, p, k: F.sigmoid(p("v")),
        lambda F, p, k: F.softplus(p("v")),
        lambda F, p, k: F.relu(p("v") + 0.1),
        lambda F, p, k: F.exp(F.tanh(p("v"))),
        lambda F, p, k: F.log(1 + p("v") ** 2),
        lambda F, p, k: F.sqrt(2 + F.tanh(p("v"))),
        lambda F, p, k: F.maximum(p("v"), p("v")),
        lambda F, p, k: F.softmax(p("v")),
        lambda F, p, k: F.log_softmax(p("v")),
        lambda F, p, k: F.tanh(p("w") @ p("A")),
        lambda F, p, k: p("A").sum(axis=0) / 4,
        lambda F, p, k: F.concatenate(p("v"), p("v"))[k : k + N],
    ],
    "w": [
        lambda F, p, k: F.tanh(p("A") @ p("v")),
        lambda F, p, k: F.softmax(p("w") * p("w")),
        lambda F, p, k: p("A").sum(axis=1) - p("w"),
    ],
    "A": [
        lambda F, p, k: F.tanh(F.outer(p("w"), p("v"))),
        lambda F, p, k: p("A") * p("v"),
        lambda F, p, k: p("A") - p("s"),
        lambda F, p, k: F.softmax(p("A")),
        lambda F, p, k: F.log_softmax(p("A")),
        lambda F, p, k: F.tanh(p("A") @ p("A").T @ p("A")),
        lambda F, p, k: p("A").reshape((N, M)).T / 2,
        lambda F, p, k: F.relu(p("A")) + p("A"),
    ],
    "s": [
        lambda F, p, k: F.tanh(p("v") @ p("v")),
        lambda F, p, k: F.sigmoid(p("A").sum()),
        lambda F, p, k: p("v")[k] * p("s"),
        lambda F, p, k: F.tanh(p("w") @ (p("A") @ p("v"))),
    ],
}


def program(seed, steps, F):
    """Return a function of v, w, A, s that takes ``steps`` random steps."""

    def run(v, w, A, s):
        rng = np.random.default_rng(seed)
        values = {"v": [v], "w": [w], "A": [A], "s": [s]}

        def p(kind):
            options = values[kind]
            return options[rng.integers(len(options))]

        for _ in range(steps):
            kind = "vwAs"[rng.choice(4, p=[0.4, 0.2, 0.25, 0.15])]
            step = STEPS[kind][rng.integers(len(STEPS[kind]))]
            values[kind].append(step(F, p, int(rng.integers(N))))
        return sum(
            ((k + 1) * values[kind][-1]).sum()
            if kind != "s"
            else values[kind][-1]
            for k, kind in enumerate("vwAs")
        )

    return run


SHAPES = {"v": "N", "w": "M", "A": ("M", "N"), "s": ()}


def inputs(seed):
    rng = np.random.default_rng([seed, 1])
    return {
        "v": rng.normal(size=N),
        "w": rng.normal(size=M),
        "A": rng.normal(size=(M, N)),
        "s": np.asarray(rng.normal()),
    }


def fixed(seed, steps):
    """Record with integer sizes: the random slices need numbers."""
    shapes = {"v": N, "w": M, "A": (M, N), "s": ()}
    return record(program(seed, steps, Ours), **shapes)


def assert_close(got, wanted):
    scale = max(1e-3, float(np.max(np.abs(wanted))))
    np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-10 * scale)


@pytest.mark.parametrize("seed", range(60))
def test_random_programs(seed):
    steps = 1 + seed % 30
    tape, values = fixed(seed, steps), inputs(seed)
    theirs = program(seed, steps, Theirs)
    pull, wanted = make_vjp(lambda args: theirs(*args))(tuple(values.values()))
    assert_close(tape(**values), wanted)

    both = gradient(tape, value=True)
    got = both.run(values)
    bars = pull(1.0)
    for name, bar in zip("vwAs", bars, strict=True):
        assert_close(got[f"{name}_bar"], bar)
    compiled = both.compile()(**values)
    for name, value in got.items():
        assert_close(compiled[name], value)

    rng = np.random.default_rng([seed, 2])
    dots = {k: np.asarray(rng.normal(size=x.shape)) for k, x in values.items()}
    seeds = {f"{k}_dot": dot for k, dot in dots.items()}
    (y_dot,) = jvp(tape, value=False).run(values | seeds).values()
    _, slope = make_jvp(lambda args: theirs(*args))(tuple(values.values()))(
        tuple(dots.values())
    )
    assert_close(y_dot, slope)
    adjoint = sum(np.sum(got[f"{k}_bar"] * dot) for k, dot in dots.items())
    assert_close(y_dot, adjoint)


@pytest.mark.parametrize("seed", range(0, 60, 5))
def test_hessians_of_random_programs_agree(seed):
    tape, values = fixed(seed, 1 + seed % 30), inputs(seed)
    rng = np.random.default_rng([seed, 3])
    dots = {
        f"{k}_dot": np.asarray(rng.normal(size=x.shape))
        for k, x in values.items()
    }
    h = 1e-30
    moved = {k: x + 1j * h * dots[f"{k}_dot"] for k, x in values.items()}
    step = gradient(tape).run(moved)
    for mode in (
        "forward-over-reverse",
        "reverse-over-reverse",
        "reverse-over-forward",
    ):
        products = hvp(tape, mode=mode).run(values | dots)
        for k in values:
            assert_close(products[f"{k}_bar_dot"], step[f"{k}_bar"].imag / h)


def test_second_derivatives_are_those_of_sympy():
    sympy = pytest.importorskip("sympy")
    x = sympy.symbols("x0:2")
    functions = {
        "tanh": (sympy.tanh, tanh),
        "exp": (sympy.exp, exp),
        "log": (lambda u: sympy.log(1 + u**2), lambda u: log(1 + u**2)),
        "sqrt": (lambda u: sympy.sqrt(1 + u**2), lambda u: sqrt(1 + u**2)),
        "sigmoid": (lambda u: 1 / (1 + sympy.exp(-u)), sigmoid),
        "softplus": (lambda u: sympy.log(1 + sympy.exp(u)), softplus),
        "power": (lambda u: u**3 / (2 + u**2), lambda u: u**3 / (2 + u**2)),
    }
    W = np.array([[1.0, -2.0], [0.25, 1.0]])
    at = np.array([0.3, -0.7])
    for name, (theirs, ours) in functions.items():
        z = [sum(a * b for a, b in zip(r, x, strict=True)) for r in W.tolist()]
        f = sum((k + 1) * theirs(u) for k, u in enumerate(z)) ** 2
        exact = sympy.lambdify(x, sympy.hessian(f, x), "numpy")(*at)

        def g(x, W, c, ours=ours):
            return (c @ ours(W @ x)) ** 2

        tape = record(g, x=2, W=(2, 2), c=2)
        values = {"x": at, "W": W, "c": np.array([1.0, 2.0])}
        for mode in ("forward", "reverse"):
            H = jacobian(gradient(tape, "x"), "x", values, mode=mode)
            np.testing.assert_allclose(
                H,
                exact,
                rtol=1e-12,
                err_msg=name,
            )


def test_jacobian_by_rows_and_by_columns():
    tape = record(lambda x, W: softmax(tanh(W @ x)), x="n", W=("m", "n"))
    rng = np.random.default_rng(0)
    values = {"x": rng.normal(size=3), "W": rng.normal(size=(4, 3))}
    rows = jacobian(tape, "x", values, mode="reverse")
    columns = jacobian(tape, "x", values, mode="forward")
    assert rows.shape == (4, 3)
    np.testing.assert_allclose(rows, columns, rtol=1e-12, atol=1e-15)
    big = jacobian(tape, "W", values, mode="forward")
    assert big.shape == (4, 4, 3)


def test_a_jacobian_takes_a_run_a_row_or_a_run_a_column():
    runs = []

    def value(x):
        runs.append(x)
        return np.exp(x)

    watched = elementwise("watched", value, lambda y, x: y, cost={"exp": 1})
    try:
        tape = record(lambda x, W: W @ watched(x), x="n", W=("m", "n"))
        x, W = np.array([0.5, -1.0]), np.arange(10.0).reshape(5, 2)
        values = {"x": x, "W": W}
        for mode, needed in (("reverse", 5), ("forward", 2)):
            runs.clear()
            rows = jacobian(tape, "x", values, mode=mode)
            np.testing.assert_allclose(rows, W * np.exp(x))
            assert len(runs) == 1 + needed  # one for the output
        runs.clear()
        jacobian(tape, "x", values)
        assert len(runs) == 1 + 5
    finally:
        del TABLE["watched"]


def test_numbers_among_themselves_are_computed_at_once():
    slope = gradient(record(lambda s: 3 - 2 * (-s) / 4, s=()))
    assert slope.lines() == ["s_bar = 0.5"]
    assert slope(1.0) == 0.5
    n = record(lambda x: -x.sum() / x.shape[0], x="n")
    assert gradient(n)(np.ones(4)).tolist() == [-0.25] * 4


def test_marks_are_counted():
    tape = record(lambda x: {"y": x**4}, x=())
    for name in ("x_dot", "x_dot2", "x_dot3"):
        tape = jvp(tape, "x", value=False)
        assert tape.inputs[-1].name == name
    assert list(tape.outputs) == ["y_dot_dot2_dot3"]
    assert tape(2.0, 1.0, 1.0, 1.0) == 48


def test_values_stay_outputs_where_they_are_wanted():
    tape = record(lambda x: {"y": exp(x)}, x=())
    assert list(jvp(tape).outputs) == ["y", "y_dot"]
    assert list(jvp(tape, value=False).outputs) == ["y_dot"]
    assert list(vjp(tape).outputs) == ["y", "x_bar"]
    assert list(vjp(tape, value=False).outputs) == ["x_bar"]
    assert list(gradient(tape).outputs) == ["x_bar"]
    assert list(gradient(tape, value=True).outputs) == ["y", "x_bar"]


def test_third_derivative_by_nesting():
    tape = record(lambda x: x**5, x=())
    for order in range(1, 6):
        even = order % 2 == 0
        tape = jvp(tape, "x", value=False) if even else gradient(tape, "x")
        names = [v.name for v in tape.inputs]
        value = tape(**dict.fromkeys(names, np.float64(1.0)) | {"x": 2.0})
        exact = np.prod([5 - i for i in range(order)]) * 2.0 ** (5 - order)
        assert value == exact


def test_values_used_twice_accumulate():
    def f(x):
        a = x * x
        b = a + x
        return b @ a + b @ x

    slope = gradient(record(f, x="n"))
    x = np.array([0.5, -2.0])
    np.testing.assert_allclose(slope(x), 4 * x**3 + 6 * x**2 + 2 * x)


def test_what_no_output_needs_is_dropped():
    tape = record(lambda x, y: exp(x) @ y, x="n", y="n")
    slope = gradient(tape, "y")
    assert [e.primitive.name for e in slope.equations] == ["exp"]
    zero = gradient(record(lambda x, y: (x + 0 * y) @ x, x="n", y="n"), "y")
    np.testing.assert_array_equal(zero(np.ones(2), np.ones(2)), np.zeros(2))
    unused = gradient(record(lambda x, y: x.sum(), x="n", y="m"), "y")
    np.testing.assert_array_equal(unused(np.ones(2), np.ones(3)), np.zeros(3))


def test_a_sum_over_no_axis_is_the_value():
    for f in (lambda x: x.sum(axis=()), lambda x: exp(x).sum(()).sum(0)):
        tape = record(f, x="n")
        x, bar = np.array([0.5, -1.0]), np.array([2.0, 3.0])
        derived = vjp(tape, value=False)
        if tape(x).shape:
            np.testing.assert_array_equal(tape(x), x)
            np.testing.assert_array_equal(derived(x, bar), bar)
        else:
            assert tape(x) == np.exp(x).sum()
            np.testing.assert_array_equal(derived(x, 2.0), 2 * np.exp(x))
    assert record(lambda s: s.sum() + s.mean(), s=())(1.5) == 3


def test_an_output_that_is_an_input():
    tape = record(lambda x: (x, x * x), x="n")
    derived = vjp(tape, value=False)
    a, b = (v.name for v in derived.inputs[1:])
    x = np.array([3.0])
    assert derived.run({"x": x, a: [10.0], b: [1.0]})["x_bar"] == 16.0


def test_tapes_compose():
    inner = record(tanh, x="n")

    def f(x):
        h = inner(x=x)
        y = inner(x=h)
        return y.sum()

    tape = record(f, x="n")
    assert tape.lines() == ["h = tanh(x)", "y = tanh(h)", "f = sum(y)"]
    x = np.array([0.5, 1.0])
    assert tape(x) == pytest.approx(np.tanh(np.tanh(x)).sum())
    with pytest.raises(ValueError, match="recorded with x of shape n"):
        record(lambda x: inner(x=x), x="m")


def test_a_deep_chain_with_names_from_a_loop():
    def f(x):
        h = x
        for k in range(300):
            h = named(tanh(h), f"h{k}")
        return h.sum()

    slope = gradient(record(f, x="n"))
    x = np.array([0.1, -0.2])
    assert "h17 = tanh(h16)" in slope.lines()
    np.testing.assert_allclose(slope.compile()(x), slope(x), rtol=1e-13)

    def unnamed(x):
        for _ in range(300):
            x = tanh(x) + 0.5 * x
        return x.sum()

    tape = record(unnamed, x="n")
    assert tape.compile()(x) == tape(x)


def test_wrong_requests():
    tape = record(lambda x, t: x[t], x="n", t=index("n"))
    for make in (jvp, vjp, gradient, hvp):
        with pytest.raises(ValueError, match="has no input 't' to diff"):
            make(tape, "t")
        with pytest.raises(ValueError, match="at least one input, each once"):
            make(tape, ["x", "x"])
        with pytest.raises(TypeError, match="a tape is wanted"):
            make(lambda x: x)
    with pytest.raises(ValueError, match="one scalar output; out has y of"):
        gradient(record(lambda x: {"y": x + 1}, x="n"))
    with pytest.raises(ValueError, match="mode must be one of"):
        hvp(tape, "x", mode="sideways")
    with pytest.raises(ValueError, match="a Jacobian needs one output"):
        jacobian(record(lambda x: (x, x), x="n"), "x", {"x": [1.0]})
    with pytest.raises(TypeError, match="wrt must be the name of one input"):
        jacobian(tape, ["x"], {"x": [1.0], "t": 0})
    with pytest.raises(TypeError, match="wrt must hold names, got 3"):
        gradient(tape, 3)
