"""Every row of the table: value, shape, cost, JVP, VJP, notation."""

import warnings
from collections import Counter

import numpy as np
import pytest
import sympy as sp
from byhand.cost import (
    Tally,
    count,
    count_by_running,
    evaluate,
    measured_peak,
    peak,
    profile,
    random_inputs,
)
from byhand.figures.tape import draw_tape
from byhand.tape import (
    TABLE,
    Primitive,
    concatenate,
    cross_entropy,
    einsum,
    elementwise,
    exp,
    gradient,
    hvp,
    index,
    jvp,
    log,
    log_softmax,
    maximum,
    named,
    one_hot,
    outer,
    pad,
    pick,
    place,
    record,
    relu,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    tanh,
    vjp,
)
from byhand.tape.notation import ATOM, Piece, call
from byhand.tape.primitives import full, select, transpose
from byhand.tape.recorder import Recorder
from byhand.tape.shapes import Size, as_shape, entries, resolve
from byhand.tape.values import BUILT_IN

SIZES = {"n": 4, "m": 3, "B": 2, "K": 4}
MATRIX = ("m", "n")
ROWS = ("B", "K")

# Row: programs that record it, each with the shapes of its arguments.
CASES = {
    "neg": [(lambda x: -x, {"x": MATRIX})],
    "add": [
        (lambda x, b: x + b, {"x": MATRIX, "b": "n"}),
        (lambda x, b: x + b, {"x": MATRIX, "b": ("m", 1)}),
        (lambda x, s: x + s, {"x": "n", "s": ()}),
        (lambda x: x + 2, {"x": "n"}),
        (lambda x: x + x, {"x": "n"}),
    ],
    "sub": [
        (lambda x, b: x - b, {"x": MATRIX, "b": "n"}),
        (lambda x, b: b - x, {"x": MATRIX, "b": ("m", 1)}),
        (lambda x: 1 - x, {"x": "n"}),
    ],
    "mul": [
        (lambda x, b: x * b, {"x": MATRIX, "b": "n"}),
        (lambda x, b: x * b, {"x": MATRIX, "b": ("m", 1)}),
        (lambda a, b: a * b, {"a": ("m", 1), "b": (1, "n")}),
        (lambda x, s: s * x, {"x": MATRIX, "s": ()}),
        (lambda x: x * x, {"x": "n"}),
        (lambda x: 2 * x, {"x": "n"}),
    ],
    "div": [
        (lambda x, p: x / p, {"x": MATRIX, "p": "n"}),
        (lambda x, p: x / p, {"x": "n", "p": ()}),
        (lambda p: 1 / p, {"p": MATRIX}),
        (lambda x: x / x.shape[0], {"x": "n"}),
    ],
    "power": [
        (lambda x: x**2, {"x": "n"}),
        (lambda x: x**3, {"x": MATRIX}),
        (lambda p: p**-1.5, {"p": "n"}),
        (lambda p: p**-1, {"p": MATRIX}),
        (lambda p: p**0.5, {"p": MATRIX}),
    ],
    "exp": [(exp, {"x": MATRIX})],
    "log": [(log, {"p": MATRIX})],
    "sqrt": [(sqrt, {"p": MATRIX})],
    "tanh": [(tanh, {"x": MATRIX})],
    "sigmoid": [(sigmoid, {"x": MATRIX})],
    "softplus": [(softplus, {"x": MATRIX})],
    "relu": [(relu, {"x": MATRIX})],
    "maximum": [
        (maximum, {"a": MATRIX, "b": "n"}),
        (lambda x: maximum(x, 0.25), {"x": "n"}),
    ],
    "select": [
        (
            lambda a, b, g: select(a, b, g, sign=">"),
            {"a": MATRIX, "b": "n", "g": MATRIX},
        ),
        (
            lambda a, b, g: select(a, b, g, sign="<="),
            {"a": MATRIX, "b": "n", "g": "n"},
        ),
    ],
    "sum": [
        (lambda x: x.sum(), {"x": MATRIX}),
        (lambda x: x.sum(axis=0), {"x": MATRIX}),
        (lambda x: x.sum(axis=-1), {"x": MATRIX}),
        (lambda x: x.sum(axis=1, keepdims=True), {"x": MATRIX}),
        (lambda x: x.sum(axis=(0, 2)), {"x": ("B", "m", "n")}),
        (lambda x: x.sum(axis=0), {"x": ("B", "m", "n")}),
        (lambda x: x.sum(axis=1), {"x": ("B", "m", "n")}),
        (lambda x: x.sum(axis=0, keepdims=True), {"x": MATRIX}),
        (lambda x: x.mean(), {"x": MATRIX}),
    ],
    "full": [
        (lambda x: full(x, shape=(2, 4)), {"x": 4}),
        (lambda s: full(s, shape=(2, 4)), {"s": ()}),
    ],
    "reshape": [(lambda x: x.reshape(3, 2), {"x": (2, 3)})],
    "transpose": [
        (transpose, {"x": MATRIX}),
        (lambda x, y: x.T + y, {"x": MATRIX, "y": ("n", "m")}),
    ],
    "contract": [
        (lambda a, b: a @ b, {"a": MATRIX, "b": "n"}),
        (lambda a, b: a @ b, {"a": "m", "b": MATRIX}),
        (lambda a, b: a @ b, {"a": "n", "b": "n"}),
        (lambda a, b: a @ b, {"a": MATRIX, "b": ("n", "B")}),
        (lambda a, b: a.T @ b.T, {"a": ("n", "m"), "b": ("B", "n")}),
        (lambda a: a @ a.T, {"a": MATRIX}),
        (outer, {"a": "n", "b": "m"}),
        (lambda a, b: einsum("ij,ij->", a, b), {"a": MATRIX, "b": MATRIX}),
        (lambda a, b: einsum("ij,ji->", a, b), {"a": MATRIX, "b": ("n", "m")}),
        (lambda a, b: einsum("ij,j->ij", a, b), {"a": MATRIX, "b": "n"}),
        (lambda a, b: einsum("bij,bj->bi", a, b),
         {"a": ("B", "m", "n"), "b": ("B", "n")}),
        (lambda a, b: einsum("j,i->ij", a, b), {"a": "n", "b": "m"}),
        (lambda a, b: einsum("ij,k->ijk", a, b), {"a": MATRIX, "b": "B"}),
        (lambda s, a: einsum(",ij->ji", s, a), {"s": (), "a": MATRIX}),
        (lambda s, a: einsum(",bij->jbi", s, a),
         {"s": (), "a": ("B", "m", "n")}),
    ],
    "slice": [
        (lambda x: x[1:3], {"x": "n"}),
        (lambda x: x[1:], {"x": MATRIX}),
    ],
    "pad": [
        (lambda x: pad(x, axis=0, before=1, after=2), {"x": "n"}),
        (lambda x: pad(x, axis=1, before=0, after=1), {"x": MATRIX}),
    ],
    "concatenate": [
        (lambda a, b: concatenate((a, b, a)), {"a": "n", "b": "m"}),
        (lambda a, b: concatenate((a, b), axis=1),
         {"a": MATRIX, "b": ("m", "B")}),
    ],
    "pick": [
        (lambda y, t: y[t], {"y": "K", "t": index("K")}),
        (lambda y: y[1], {"y": "K"}),
        (pick, {"y": ROWS, "t": index("K", "B")}),
    ],
    "place": [
        (lambda g, t: place(g, t, size=4), {"g": (), "t": index(4)}),
        (lambda g, t: place(g, t, size=4), {"g": (), "t": index(4, "B")}),
        (lambda g, t: place(g, t, size=4), {"g": "B", "t": index(4, "B")}),
        (lambda g, t: g - one_hot(t, 4), {"g": 4, "t": index(4)}),
    ],
    "softmax": [(softmax, {"x": "K"}), (softmax, {"x": ROWS})],
    "log_softmax": [(log_softmax, {"x": "K"}), (log_softmax, {"x": ROWS})],
    "cross_entropy": [
        (cross_entropy, {"y": "K", "t": index("K")}),
        (cross_entropy, {"y": ROWS, "t": index("K", "B")}),
    ],
}  # fmt: skip
PROGRAMS = [
    pytest.param(name, f, shapes, id=f"{name}-{i}")
    for name, cases in CASES.items()
    for i, (f, shapes) in enumerate(cases)
]
every_program = pytest.mark.parametrize(("name", "f", "shapes"), PROGRAMS)


def record_case(f, shapes):
    """Record, with the arguments named as in ``shapes``."""
    names = list(shapes)
    scope = {"f": f}
    exec(f"def g({', '.join(names)}): return f({', '.join(names)})", scope)
    return record(scope["g"], **shapes)


def draw(tape, rng):
    values = {}
    for x in tape.inputs:
        shape = resolve(x.shape, SIZES)
        if x.classes is not None:
            values[x.name] = rng.integers(
                resolve(x.classes, SIZES), size=shape
            )
        else:
            value = np.asarray(rng.normal(size=shape))
            positive = x.name == "p"
            values[x.name] = np.abs(value) + 0.5 if positive else value
    return values


def out(tape, values):
    (value,) = tape.run(values).values()
    return np.asarray(value)


def directions(tape, values, rng):
    return {
        x.name: np.asarray(rng.normal(size=np.shape(values[x.name])))
        for x in tape.inputs
        if x.classes is None
    }


def complex_step(tape, values, dots, h=1e-40):
    moved = {
        k: v + 1j * h * dots[k] if k in dots else v for k, v in values.items()
    }
    return {k: np.imag(v) / h for k, v in tape.run(moved).items()}


def test_every_row_has_a_program():
    assert set(CASES) == BUILT_IN


@every_program
def test_program_records_the_row(name, f, shapes):
    tape = record_case(f, shapes)
    assert name in {e.primitive.name for e in tape.equations}
    assert all(e.primitive is TABLE[e.primitive.name] for e in tape.equations)


@every_program
def test_value_and_shape(name, f, shapes):
    tape = record_case(f, shapes)
    values = draw(tape, np.random.default_rng(1))
    value = out(tape, values)
    (y,) = tape.outputs.values()
    assert value.shape == resolve(y.shape, SIZES)
    np.testing.assert_array_equal(value, f(*values.values()))


@every_program
def test_jvp_is_the_complex_step(name, f, shapes):
    tape = record_case(f, shapes)
    rng = np.random.default_rng(2)
    values = draw(tape, rng)
    dots = directions(tape, values, rng)
    seeds = {f"{k}_dot": v for k, v in dots.items()}
    got = out(jvp(tape, value=False), values | seeds)
    (wanted,) = complex_step(tape, values, dots).values()
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)


@every_program
def test_vjp_is_the_adjoint_of_jvp(name, f, shapes):
    tape = record_case(f, shapes)
    rng = np.random.default_rng(3)
    values = draw(tape, rng)
    dots = directions(tape, values, rng)
    seeds = {f"{k}_dot": v for k, v in dots.items()}
    y_dot = out(jvp(tape, value=False), values | seeds)
    (y,) = tape.outputs
    y_bar = np.asarray(rng.normal(size=y_dot.shape))
    bars = vjp(tape, value=False).run(values | {f"{y}_bar": y_bar})
    left = np.sum(y_bar * y_dot)
    right = sum(np.sum(bars[f"{k}_bar"] * v) for k, v in dots.items())
    assert left == pytest.approx(right, rel=1e-12, abs=1e-13)
    for k, v in dots.items():
        assert np.shape(bars[f"{k}_bar"]) == v.shape


@every_program
def test_derivatives_of_the_derivatives(name, f, shapes):
    tape = record_case(f, shapes)
    rng = np.random.default_rng(4)
    values = draw(tape, rng)
    once = vjp(tape, value=False)
    values[once.inputs[-1].name] = rng.normal(size=out(tape, values).shape)
    dots = directions(once, values, rng)
    seeds = {f"{k}_dot": v for k, v in dots.items()}
    wanted = complex_step(once, values, dots)
    got = jvp(once, value=False).run(values | seeds)
    for k, v in wanted.items():
        np.testing.assert_allclose(got[f"{k}_dot"], v, rtol=1e-11, atol=1e-13)
    twice = vjp(once, value=False)
    bars = {k: rng.normal(size=v.shape) for k, v in wanted.items()}
    marks = [x.name for x in twice.inputs[len(once.inputs) :]]
    pulled = twice.run(values | dict(zip(marks, bars.values(), strict=True)))
    left = sum(np.sum(bars[k] * wanted[k]) for k in bars)
    right = sum(
        np.sum(p * dots[k]) for p, k in zip(pulled.values(), dots, strict=True)
    )
    assert left == pytest.approx(right, rel=1e-11, abs=1e-12)


@every_program
def test_compiled_is_interpreted(name, f, shapes):
    tape = record_case(f, shapes)
    rng = np.random.default_rng(5)
    values = draw(tape, rng)
    np.testing.assert_array_equal(tape.compile()(**values), out(tape, values))
    reverse = vjp(tape)
    seed = reverse.inputs[-1]
    values[seed.name] = np.asarray(rng.normal(size=out(tape, values).shape))
    wanted = reverse.run(values)
    got = reverse.compile()(*values.values())
    for k, v in wanted.items():
        np.testing.assert_allclose(got[k], v, rtol=1e-14, atol=1e-15)


@every_program
def test_notation_in_every_style(name, f, shapes):
    tape = record_case(f, shapes)
    for derived in (tape, vjp(tape), jvp(tape)):
        for style in ("text", "latex"):
            for line in derived.lines(style):
                assert " = " in line or " &= " in line
                for pair in ("()", "[]", "{}"):
                    assert line.count(pair[0]) == line.count(pair[1])


@every_program
def test_cost_is_what_numbers_count(name, f, shapes):
    tape = record_case(f, shapes)
    values = draw(tape, np.random.default_rng(6))
    reverse = vjp(tape)
    values[reverse.inputs[-1].name] = np.ones(out(tape, values).shape)
    numbers = Tally().numbers
    env = {
        x.key: values[x.name]
        if x.classes is not None
        else numbers(values[x.name])
        for x in reverse.inputs
    }
    for e in reverse.equations:
        tally = Tally()
        xs = [
            resolve(x.value, SIZES)
            if hasattr(x, "value")
            else env[x.key]
            if i in e.primitive.indices
            else tally.numbers(np.asarray(env[x.key], dtype=float))
            for i, x in enumerate(e.inputs)
        ]
        params = {k: resolve(v, SIZES) for k, v in e.params.items()}
        y = e.primitive.value(*xs, **params)
        predicted = {k: resolve(c, SIZES) for k, c in e.cost.items()}
        assert tally.seen == Counter(
            {k: c for k, c in predicted.items() if c}
        ), e
        env[e.output.key] = y


def to_n(x):
    return full(x, shape=as_shape("n", "x"))


def to_matrix(x):
    return full(x, shape=as_shape(MATRIX, "x"))


SIMPLER = {
    # What is written: what is recorded in a derivative.
    "x": [
        lambda x: x + 0,
        lambda x: 0 + x,
        lambda x: x - 0,
        lambda x: x * 1,
        lambda x: 1 * x,
        lambda x: x / 1,
        lambda x: 0 - (-x),
        lambda x: x**1,
        lambda x: x[0 : x.shape[0]],
        lambda x: full(x, shape=x.shape),
    ],
    "-x": [lambda x: 0 - x, lambda x: x * -1, lambda x: -1 * x],
    "x - y": [lambda x, y: x + (-y), lambda x, y: (-y) + x],
    "x + y": [lambda x, y: x - (-y)],
    "-x * y": [lambda x, y: (-x) * y, lambda x, y: x * (-y)],
    "x * y": [lambda x, y: (-x) * (-y)],
    "full(1, n)": [lambda x: x**0],
    "full(s * r, n)": [lambda s, r: to_n(s) * to_n(r)],
    "full(s - r, n)": [lambda s, r: to_n(s) - r],
    "full(s / r, n)": [lambda s, r: s / to_n(r)],
    "full(s + r, n)": [lambda s, r: to_n(s) + r],
    "full(-s, n)": [lambda s: -to_n(s)],
    "full(exp(s), n)": [lambda s: exp(to_n(s))],
    "full(log(s), n)": [lambda s: log(to_n(s))],
    "full(s, m×n)": [lambda s: to_matrix(to_n(s))],
    "full(s, m·n)": [
        lambda s: to_matrix(s).reshape(Size.named("n") * Size.named("m"))
    ],
    "s + x": [lambda s, x: to_n(s) + x],
    "A * c": [lambda A, c: A * to_matrix(c)],
    "A + x": [lambda A, x: A + to_matrix(x)],
    "s": [lambda s: s.sum()],
    "A": [lambda A: A.reshape(A.shape), lambda A: transpose(transpose(A))],
    "A x": [lambda A, x: einsum("ji,j->i", transpose(A), x)],
    "Bᵀ A": [lambda A, B: einsum("ij,jk->ik", transpose(B), A)],
    "B Aᵀ": [lambda A, B: einsum("ij,jk->ik", B, transpose(A))],
    "s A": [
        lambda s, A: einsum(",ij->ij", s, A),
        lambda s, A: einsum("ij,->ij", A, s),
    ],
    "s Aᵀ": [
        lambda s, A: einsum(",ij->ji", s, A),
        lambda s, A: einsum("ij,->ji", A, s),
    ],
    "s * r": [lambda s, r: einsum(",->", s, r)],
    "reshape(s, 1)": [lambda s: s.reshape(1)],
    # What stays.
    "x * 2": [lambda x: x * 2],
    "0 / x": [lambda x: 0 / x],
    "1 / x": [lambda x: 1 / x],
    "x + 1": [lambda x: x + 1],
    "x - 1": [lambda x: x - 1],
    "1 - x": [lambda x: 1 - x],
    "x^2": [lambda x: x**2],
    "(-x) / y": [lambda x, y: (-x) / y],
    "x[1:n]": [lambda x: x[1 : x.shape[0]]],
    "x[0:2]": [lambda x: x[0:2]],
    "reshape(full(x, m×n), n×m)": [
        lambda x: to_matrix(x).reshape(MATRIX[::-1])
    ],
}


@pytest.mark.parametrize("text", SIMPLER)
def test_what_a_rule_writes_is_simplified(text):
    shapes = {
        "x": "n", "y": "n", "s": (), "r": (), "A": MATRIX, "B": MATRIX,
        "c": ("m", 1),
    }  # fmt: skip
    for f in SIMPLER[text]:
        with Recorder() as recorder:
            inputs = [
                recorder.input(name, as_shape(shapes[name], name))
                for name in f.__code__.co_varnames
            ]
            tape = recorder.finish("out", {"out": f(*inputs)}, prune=True)
        assert tape.lines() == [f"out = {text}"]


def test_a_negative_that_has_a_name_keeps_it():
    def f(x, y):
        m = named(-x, "m")
        return y + m, m

    with Recorder() as recorder:
        x, y = (recorder.input(name, (2,)) for name in "xy")
        total, m = f(x, y)
        tape = recorder.finish("f", {"f": total, "m": m}, prune=True)
    assert tape.lines() == ["m = -x", "f = y + m"]


def test_the_cost_of_a_power():
    n = Size.named("n")

    def cost(exponent):
        (e,) = record(lambda x: x**exponent, x="n").equations
        return e.cost

    assert [cost(k) for k in range(4)] == [
        {}, {}, {"mul": n}, {"mul": 2 * n},
    ]  # fmt: skip
    for exponent in (-1, 0.5, 2.0, -0.0):
        assert cost(exponent) == {"power": n}


def test_rows_refuse_sizes_and_axes_that_are_none():
    A, t = np.ones((2, 3)), np.array([0, 1])
    assert concatenate((A, A), axis=-1).shape == (2, 6)
    assert concatenate((A, A), axis=-2).shape == (4, 3)
    for axis in (2, -3):
        with pytest.raises(
            ValueError, match=f"^concatenate: axis {axis} is out of range for"
        ):
            concatenate((A, A), axis=axis)
    with pytest.raises(ValueError, match="shapes must agree but for axis 1"):
        concatenate((A, A.T), axis=1)
    with pytest.raises(ValueError, match="shapes must agree but for axis 1"):
        concatenate((A, A[0]), axis=1)
    with pytest.raises(ValueError, match="no axis 2 among 2"):
        pad(A, axis=2, before=0, after=1)
    for name, before, after in (
        ("before", -1, 0), ("before", 10**9, 0), ("after", 0, -1),
        ("after", 0, 10**9),
    ):  # fmt: skip
        bound = "least 0" if -1 in (before, after) else "most 100,000,000"
        with pytest.raises(
            ValueError, match=f"{name} must be at {bound}, got"
        ):
            pad(A, axis=0, before=before, after=after)
    assert pad(A, axis=0, before=0, after=0).shape == (2, 3)
    assert place(1.0, 0, size=1).tolist() == [1.0]
    for size, bound in ((0, "least 1"), (10**9, "most 100,000,000")):
        with pytest.raises(ValueError, match=f"size must be at {bound}, got"):
            place(1.0, 0, size=size)
    with pytest.raises(ValueError, match="one value and one class of 3"):
        place(np.ones(3), t, size=3)
    with pytest.raises(ValueError, match="one value and one class of 2"):
        place(1.0, np.array([0, 2]), size=2)
    with pytest.raises(ValueError, match=r"classes are a vector, got .*2, 2"):
        place(1.0, np.zeros((2, 2), int), size=2)
    with pytest.raises(ValueError, match="picked from a vector or from each"):
        pick(np.ones((2, 2, 2)), t)
    with pytest.raises(ValueError, match="only a matrix has a transpose"):
        transpose(A[0])
    with pytest.raises(ValueError, match="cannot be repeated to 3"):
        full(A, shape=(3,))


def test_conventions_at_the_kink():
    zero = np.zeros(1)
    slope = gradient(record(lambda x: relu(x).sum(), x=1))
    assert slope(x=zero) == 0
    both = gradient(record(lambda a, b: maximum(a, b).sum(), a=1, b=1))
    bars = both(a=zero, b=zero)
    assert (bars["a_bar"], bars["b_bar"]) == (0, 1)


def swish_row():
    return elementwise(
        "swish",
        lambda x: x * sigmoid(x),
        lambda y, x: y + sigmoid(x) * (1 - y),
        cost={"exp": 1, "add": 1, "div": 1, "mul": 1},
        scratch=8,
    )


def test_a_row_from_outside():
    swish = swish_row()
    shapes = {"X": ("m", "n"), "x": "n"}
    tape = record(lambda X, x: {"y": swish(X * x).sum()}, **shapes)
    rng = np.random.default_rng(7)
    values = {"X": rng.normal(size=(3, 4)), "x": rng.normal(size=4)}
    z = values["X"] * values["x"]
    assert tape(**values) == pytest.approx((z / (1 + np.exp(-z))).sum())

    # Printed and drawn.
    assert tape.lines() == ["y = sum(swish(X * x))"]
    assert r"\operatorname{swish}(X \odot x)" in tape.latex
    labels = [text.get_text() for text in draw_tape(tape).texts]
    assert labels[:5] == ["$X$", r"$m\times n$", "$x$", "$n$", "$y$"]

    # Differentiated twice.
    product = hvp(tape, "x")
    dots = {"x": rng.normal(size=4)}
    (wanted,) = complex_step(gradient(tape, "x"), values, dots).values()
    got = product.run(values | {"x_dot": dots["x"]})["x_bar_dot"]
    np.testing.assert_allclose(got, wanted, rtol=1e-12)

    # Compiled, counted, its memory modelled.
    sizes = {"m": 300, "n": 400}
    for derived in (tape, gradient(tape, value=True), product):
        given = random_inputs(derived, m=3, n=4)
        wanted = derived.run(given)
        compiled = derived.compile().function(**given)
        compiled = compiled if isinstance(compiled, dict) else {"": compiled}
        for ours, theirs in zip(
            compiled.values(), wanted.values(), strict=True
        ):
            np.testing.assert_allclose(ours, theirs, rtol=1e-14)
        counted = count_by_running(derived, m=3, n=4)
        assert counted == count(derived).operations.at(m=3, n=4)
        assert "exp" in counted
        predicted = evaluate(peak(derived, scratch=True), sizes)
        measured = measured_peak(derived, sizes)
        assert abs(measured - predicted) < 0.02 * measured
    assert "import" not in tape.compile().source


def test_a_row_has_scratch_memory_and_writes_in_place():
    """A product by halves: twice the memory, and over its first operand."""
    half = Primitive(
        name="half",
        value=np.multiply,
        shape=lambda a, b: a.shape,
        cost=lambda y, *x: {"mul": entries(y.shape)},
        jvp=lambda t, y, a, b: (t[0] or 0) * b + a * (t[1] or 0),
        vjp=lambda i, g, y, a, b: g * (b, a)[i],
        notation=lambda style, pieces: Piece(f"half({pieces[0].text})", ATOM),
        in_place=lambda: (0,),
        scratch=lambda y, *x: 16 * entries(y.shape),
    )
    tape = record(lambda x, y: half(exp(x), y), x="n", y="n")
    n = sp.Symbol("n", positive=True, integer=True)
    assert [size for _, size in profile(tape)] == [3 * n, 3 * n]
    inside = [size for _, size in profile(tape, scratch=True)]
    assert inside == [3 * n, 5 * n]


def test_a_scalar_on_the_right_lets_a_product_write_in_place():
    """And on the left it does not: NumPy then makes a new array."""
    sizes = {"n": 100_000}
    for f, arrays in (
        (lambda x: exp(x) * (x @ x), 2),
        (lambda x: (x @ x) * exp(x), 3),
        (lambda x: exp(x) * 2, 2),
        (lambda x: 2 * exp(x), 2),
        (lambda x: exp(x) * x, 2),
        (lambda x: x * exp(x), 2),
        (lambda x: x - exp(x), 3),
    ):
        tape = record(f, x="n")
        predicted = evaluate(peak(tape, scratch=True), sizes)
        assert predicted == pytest.approx(arrays * sizes["n"], rel=1e-4)
        measured = measured_peak(tape, sizes)
        assert measured == pytest.approx(predicted, rel=0.02), str(tape)


@pytest.mark.parametrize(
    "row", [sigmoid, softplus, softmax, log_softmax, cross_entropy, select],
    ids=str,
)  # fmt: skip
def test_what_a_row_holds_inside_is_what_numpy_holds(row):
    shapes = dict.fromkeys("abg" if row is select else "x", MATRIX)
    if row is cross_entropy:
        shapes["t"] = index("n", "m")
    tape = record_case(
        (lambda *x: row(*x, sign=">")) if row is select else row, shapes
    )
    sizes = {"m": 200_000, "n": 2}
    predicted = evaluate(peak(tape, scratch=True), sizes)
    assert predicted > evaluate(peak(tape), sizes)
    assert measured_peak(tape, sizes) == pytest.approx(predicted, rel=0.01)


def test_a_row_that_says_nothing_holds_nothing_inside():
    tape = record(lambda W, x: exp(W @ x)[1:].sum(), W=("m", "n"), x="n")
    assert [e.scratch for e in tape.equations] == [0] * 4
    assert profile(tape, scratch=True) == profile(tape)


def test_a_scalar_is_a_new_object_each_time():
    for shape, over in (((), False), ("n", True), ((2, 3), True)):
        first, second = record(lambda x: exp(x) * 2, x=shape).equations
        assert first.overwritten is None
        assert (second.overwritten is first.output) == over


def test_narrow_integers_do_not_wrap_round():
    narrow = np.array([200, 100], np.uint8)
    assert outer(narrow, narrow)[0, 0] == 40_000
    assert maximum(narrow, 300).tolist() == [300, 300]
    assert maximum(narrow, narrow).dtype == np.int64
    assert maximum(np.array([2**63], np.uint64), 1).tolist() == [2**63]


def test_the_name_of_a_row_is_an_identifier():
    rules = dict.fromkeys(
        ("value", "shape", "cost", "jvp", "vjp", "notation"), abs
    )
    for name in ("two words", "", 3):
        with pytest.raises(ValueError, match="a primitive needs a name, got"):
            Primitive(name=name, **rules)


def test_a_row_that_replaces_another_is_warned_of_where_it_is_made():
    swish_row()
    with pytest.warns(UserWarning, match="swish replaces") as warned:
        elementwise("swish", np.exp, lambda y, x: y, cost={})
    assert warned[0].filename == __file__


def test_what_a_row_of_the_reader_is_made_of_is_checked():
    with pytest.raises(TypeError, match="value must be a function, got 3"):
        elementwise("own", 3, lambda y, x: y, cost={})
    with pytest.raises(TypeError, match="derivative must be a function, got"):
        elementwise("own", np.exp, 3, cost={})
    with pytest.raises(TypeError, match="cost must be a dictionary, got 3"):
        elementwise("own", np.exp, lambda y, x: y, cost=3)
    with pytest.raises(ValueError, match="the cost in 'exp' must be at least"):
        elementwise("own", np.exp, lambda y, x: y, cost={"exp": -1})
    assert "own" not in TABLE


def test_bounds_of_a_row_are_asked_again_when_sizes_are_numbers():
    def shape(x):
        (size,) = x.shape
        if not isinstance(size, Size) and size < 3:
            raise ValueError("three entries at least")
        return (3,)

    top = Primitive(
        name="top",
        value=lambda x: x[:3],
        shape=shape,
        cost=lambda y, x: {},
        jvp=lambda t, y, x: top(t[0]),
        vjp=lambda i, g, y, x: pad(g, axis=0, before=0, after=x.shape[0] - 3),
        notation=lambda style, pieces: Piece(
            f"{pieces[0].at(ATOM)}[:3]", ATOM
        ),
        view=True,
        bounds=True,
    )
    tape = record(lambda x: top(x).sum(), x="n")
    assert tape(np.arange(4.0)) == 3
    assert gradient(tape).compile()(np.ones(4)).tolist() == [1, 1, 1, 0]
    for run in (tape, tape.compile()):
        with pytest.raises(
            ValueError, match=r"x\[:3\]: three entries at least"
        ):
            run(np.ones(2))


def test_a_shape_without_bounds_is_asked_once():
    asked = []

    def shape(x):
        asked.append(x.shape)
        return x.shape

    kept = Primitive(
        name="kept",
        value=lambda x: x,
        shape=shape,
        cost=lambda y, x: {},
        jvp=lambda t, y, x: t[0],
        vjp=lambda i, g, y, x: g,
        notation=call("kept"),
    )
    tape = record(lambda x: kept(x), x="n")  # noqa: PLW0108 - named x
    for run in (tape, tape.compile()):
        assert run(np.ones(2)).tolist() == [1, 1]
    assert asked == [(Size.named("n"),)]


def test_rows_made_of_other_rows_differ_if_those_do():
    def twice(row):
        return elementwise(
            "twice", lambda x: row(row(x)), lambda y, x: y, cost={}
        )

    assert twice(exp).is_like(twice(exp))
    for a, b in ((exp, tanh), (tanh, exp)):
        with pytest.warns(UserWarning, match="twice replaces another row"):
            twice(a), twice(b)


def test_a_second_row_of_one_name():
    first = swish_row()
    tape = record(first, x="n")
    x = np.array([0.5, 2.0])
    again = swish_row()  # as when a cell runs twice
    assert TABLE["swish"] is again
    both = record(lambda x: first(x) + again(x), x="n")
    assert both(x).tolist() == (2 * tape(x)).tolist()
    with pytest.warns(UserWarning, match="swish replaces another row"):
        other = elementwise("swish", np.exp, lambda y, x: y, cost={"exp": 1})
    assert tape.compile()(x).tolist() == tape(x).tolist()  # keeps its row
    assert record(other, x="n").compile()(x)[0] == np.exp(x[0])
    with pytest.raises(ValueError, match="two different rows called swish"):
        record(lambda x: tape(x=x) + other(x), x="n")


def test_rows_of_one_code_differ_if_what_they_close_over_does():
    def scaled(by, name="scaled"):
        return elementwise(
            name, lambda x: by * x, lambda y, x: by, cost={"mul": 1}
        )

    closed_over = (2.0, np.array([1.0, 2.0]), Size.named("n"), (1.0, "a"))
    for i, by in enumerate(closed_over):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            first = scaled(by, f"scaled{i}")
            assert scaled(by, f"scaled{i}").is_like(first)
    first = scaled(np.array([1.0, 2.0]))
    for by in (np.array([1.0, 3.0]), np.array([1.0]), 2.0, 2, (2.0, 1.0)):
        with pytest.warns(UserWarning, match="scaled replaces another row"):
            other = scaled(by)
        assert not first.is_like(other)
        first = other


def test_a_cell_that_is_edited_and_run_again_says_nothing(recwarn):
    session = {"__name__": "__main__", "elementwise": elementwise}
    cell = "swish = elementwise('swish', lambda x: x / 2, {}, cost={{}})"
    for derivative in ("lambda y, x: y", "lambda y, x: y + 1"):
        exec(cell.format(derivative), session)
    assert TABLE["swish"] is session["swish"]
    assert not [w for w in recwarn if "replaces" in str(w.message)]


def test_the_rows_of_the_package_stay():
    with pytest.raises(ValueError, match="exp is in the table already"):
        elementwise("exp", np.exp, lambda y, x: y, cost={})
    with pytest.raises(ValueError, match="name must be an identifier"):
        elementwise("not a name", np.exp, lambda y, x: y, cost={})
    assert isinstance(TABLE["exp"], Primitive)


def test_a_negative_number_beside_integers_without_a_sign():
    for large in (2**63, np.uint64(2**63)):
        assert maximum(large, -1) == maximum(-1, large) == float(2**63)
    assert maximum(np.array([1, 2], np.uint64), -1).tolist() == [1, 2]
    assert maximum(np.array([1, 3], np.uint64), 2).dtype == np.uint64
