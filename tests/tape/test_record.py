"""Recording: names, sharing, sizes, and errors that say what to do."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from byhand.tape import (
    concatenate,
    cross_entropy,
    einsum,
    exp,
    index,
    log,
    maximum,
    named,
    outer,
    pad,
    pick,
    record,
    relu,
    softmax,
    sqrt,
    tanh,
)
from byhand.tape.lines import last_equations
from byhand.tape.recorder import ShapeError
from byhand.tape.shapes import Size


def names(tape):
    return [e.output.name for e in tape.equations]


def test_local_variables_name_the_values():
    def f(x, W):
        z = W @ x + 1
        h = relu(z)
        alias = h
        hs = [tanh(h), exp(h)]
        return alias + hs[0] * hs[1]

    tape = record(f, x="d", W=("H", "d"))
    assert tape.lines() == [
        "z = W x + 1",
        "h = ReLU(z)",
        "hs0 = tanh(h)",
        "hs1 = exp(h)",
        "f = h + hs0 * hs1",
    ]


def test_names_are_the_same_every_time():
    def f(x):
        a, b = exp(x), log(x)
        c = a * b
        return c + c

    texts = {str(record(f, x="n")) for _ in range(5)}
    assert texts == {
        "x: n → f: n\na = exp(x)\nb = log(x)\nc = a * b\nf = c + c"
    }


def test_names_survive_a_profiler_and_restore_it():
    calls = []

    def profiler(frame, event, arg):
        calls.append(event)

    def f(x):
        z = x * x
        return (z,)

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        tape = record(f, x="n")
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)
    assert tape.lines() == ["z = x * x"]


def test_an_unnamed_value_used_twice_gets_a_name():
    tape = record(lambda x: exp(x) * (1 - exp(x)), x="n")
    assert tape.lines() == ["u1 = exp(x)", "out = u1 * (1 - u1)"]


def test_a_variable_comes_before_a_place_in_a_list():
    def f(x):
        zs = [exp(x)]
        z = zs[-1]
        return z * 2

    assert record(f, x="n").lines() == ["z = exp(x)", "f = z * 2"]

    def twice(x):
        z = exp(x)
        return z, z

    assert list(record(twice, x="n").outputs) == ["z", "z_2"]

    def thrice(x):
        z = exp(x)
        return z, z, z, 2 * z

    names = ["z", "z_2", "z_3", "thrice4"]
    assert list(record(thrice, x="n").outputs) == names


def test_unnamed_values_are_numbered_and_lines_not_too_long():
    def f(u1, u3):
        return exp(u1) @ exp(u1) + (tanh(u1) @ tanh(u1)) * u3

    lines = record(f, u1="n", u3=()).lines()
    assert lines[:2] == ["u2 = exp(u1)", "u4 = tanh(u1)"]

    def chain(x):
        y = x
        for _ in range(40):
            y = tanh(y)
        return y

    body = record(chain, x="n").body
    assert [line.name for line in body] == ["u1", "u2", "u3", "u4", "y"]
    assert [len(line.equations) for line in body] == [9, 9, 9, 9, 4]


def test_names_that_are_taken():
    def f(x):
        exp = tanh(x)
        n = exp + 1
        return (n,)

    tape = record(f, x="n")
    assert tape.lines() == ["exp_2 = tanh(x)", "n_2 = exp_2 + 1"]

    def classes(x, t):
        K = x + 1
        return (K,)

    tape = record(classes, x="n", t=index("K"))
    assert tape.lines() == ["K_2 = x + 1"]
    with pytest.raises(ValueError, match="n is already the name of a size"):
        record(lambda n: n, n="n")
    with pytest.raises(ValueError, match="tanh is already the name of a func"):
        record(lambda tanh: tanh, tanh="n")
    for size in ("relu", "np", "lambda"):
        with pytest.raises(ValueError, match=f"{size} is already the name of"):
            record(lambda x: x, x=size)


def test_an_output_keeps_its_name_from_other_values():
    def f(x):
        a = x + 1
        b = 2 * a
        return {"a": b}

    tape = record(f, x="n")
    assert tape.lines() == ["a_2 = x + 1", "b = 2 a_2", "a = b"]
    assert tape([1.0]) == tape.compile()([1.0]) == 4
    tape = record(lambda x: {"exp_2": x, "exp": x + 1}, x="n")
    assert [*tape.run({"x": [1.0]}).values()] == [1, 2]


def test_named_is_for_loops_and_leaves_arrays_alone():
    array = np.ones(2)
    assert named(array, "z") is array
    with pytest.raises(ValueError, match="identifier such as z1"):
        named(array, "z 1")


def test_the_order_of_a_product_is_as_written():
    def outside(v, y):
        return outer(v, v) @ y

    def inside(v, y):
        return v @ (v @ y)

    assert record(outside, v="n", y="n").lines() == ["outside = (v vᵀ) y"]
    assert record(inside, v="n", y="n").lines() == ["inside = v (vᵀ y)"]
    n = Size.named("n")

    def count(f):
        return sum(
            e.cost.get("mul", 0) for e in record(f, v="n", y="n").equations
        )

    assert count(outside) == 2 * n * n
    assert count(inside) == 2 * n


def test_what_the_reader_writes_is_kept():
    def f(x):
        m = -x
        return (x + m) * 1 + 0

    assert record(f, x="n").lines() == ["m = -x", "f = (x + m) * 1 + 0"]


def test_transposes_cost_nothing_and_are_absorbed():
    def f(X, W):
        A = W.T
        return X @ A

    tape = record(f, X=("B", "d"), W=("H", "d"))
    assert tape.lines() == ["f = X Wᵀ"]


def test_sizes_are_numbers_names_or_symbols():
    sympy = pytest.importorskip("sympy")
    n = sympy.symbols("n", positive=True, integer=True)
    tape = record(outer, a=n, b=3)
    (e,) = tape.equations
    assert sympy.sympify(e.cost["mul"]) == 3 * n
    with pytest.raises(ValueError, match=r"symbols\('n', positive=True"):
        record(lambda x: x, x=sympy.symbols("n"))
    for wrong, error in ((0, ValueError), (-1, ValueError), (2.0, TypeError)):
        with pytest.raises(
            error, match=r"a size is positive|a size is a positive"
        ):
            record(lambda x: x, x=wrong)
    with pytest.raises(ValueError, match="called like a variable"):
        record(lambda x: x, x="n m")


def test_sizes_as_numbers():
    tapes = {
        "out = x / n": record(lambda x: x / x.shape[0], x="n"),
        "out = n - x": record(lambda x: x.shape[0] - x, x="n"),
        "out = x / sqrt(n)": record(lambda x: x / sqrt(x.shape[0]), x="n"),
    }
    x = np.array([1.0, 2.0, 3.0, 4.0])
    for (text, tape), y in zip(
        tapes.items(), (x / 4, 4 - x, x / 2), strict=True
    ):
        assert tape.lines() == [text]
        np.testing.assert_array_equal(tape(x), y)
        np.testing.assert_array_equal(tape.compile()(x), y)


def test_sympy_is_not_imported():
    code = "import sys, byhand.tape; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_shapes_that_do_not_fit_name_everything():
    def f(W1, x, b1):
        h = relu(x)
        return W1 @ h + b1

    with pytest.raises(ShapeError) as info:
        record(f, W1=("H", "d"), x="K", b1="H")
    text = str(info.value)
    for part in ("W1 h", "d and K must be", "W1 has shape H×d", "h has sh"):
        assert part in text
    with pytest.raises(ValueError, match=r"x \+ y: sizes must be equal"):
        record(lambda x, y: x + y, x="n", y="m")
    with pytest.raises(ValueError, match=r"use einsum"):
        record(lambda x, y: x @ y, x=("a", "b", "c"), y="c")
    with pytest.raises(ValueError, match="does not have as many entries"):
        record(lambda x: x.reshape(5), x=(2, 3))
    with pytest.raises(ValueError, match="must agree but for axis 0"):
        record(lambda x, y: concatenate((x, y)), x=("n", "a"), y=("n", "b"))
    with pytest.raises(ValueError, match="must lie within 0:3"):
        record(lambda x: x[1:5], x=3)
    with pytest.raises(ValueError, match="out of range"):
        record(lambda x: x.sum(axis=1), x=3)
    with pytest.raises(ValueError, match="one class of K is wanted"):
        record(cross_entropy, y="K", t=index("L"))
    with pytest.raises(ValueError, match=r"one class of 3 is wanted, in 0..2"):
        record(lambda y: y[3], y=3)
    with pytest.raises(ValueError, match="s is a scalar"):
        record(lambda x, s: concatenate((x, s)), x="n", s=())
    with pytest.raises(ValueError, match="must lie within 0:5, not empty"):
        record(lambda x: x[2:2], x=5)
    with pytest.raises(ValueError, match="s is a scalar and has no slices"):
        record(lambda s: s[:1], s=())
    with pytest.raises(ValueError, match="axis must be at least 0, got -1"):
        record(lambda x: pad(x, axis=-1, before=1, after=0), x="n")
    with pytest.raises(ValueError, match="before must be at least 0, got -1"):
        record(lambda x: pad(x, axis=0, before=-1, after=0), x="n")
    with pytest.raises(ValueError, match="has an axis twice"):
        record(lambda x: x.sum(axis=(0, -1)), x="n")
    for wrong in (lambda x: x[0.5:2], lambda x: x.sum(axis=0.0)):
        with pytest.raises(TypeError, match="interpreted as an integer"):
            record(wrong, x=3)


def test_numpy_integers_are_integers():
    k = np.int64(2)
    tape = record(lambda x: x[k - 2 : k].reshape(k, 1), x=3)
    assert tape.lines() == ["out = reshape(x[0:2], 2×1)"]


def test_a_python_if_on_a_value():
    def branch(x):
        return x if x.sum() > 0 else -x

    with pytest.raises(TypeError, match="cannot compare it or branch"):
        record(branch, x="n")
    for use in (
        lambda x: x if x[0] else -x,
        lambda x: x if x == 0 else -x,
        lambda x: float(x[0]),
        lambda x: 0 + sum(x),
    ):
        with pytest.raises(TypeError, match="is being recorded"):
            record(use, x=3)
    with pytest.raises(TypeError, match="cannot branch or loop"):
        record(lambda x: x if x.shape[0] else -x, x="n")


def test_constants_and_strangers():
    with pytest.raises(TypeError, match="make it an argument"):
        record(lambda x: x + np.ones(3), x=3)
    with pytest.raises(TypeError, match="make it an argument"):
        record(lambda x: np.ones((3, 3)) @ x, x=3)
    with pytest.raises(TypeError, match="recorded value or a real number"):
        record(lambda x: x + "a", x=3)
    with pytest.raises(ValueError, match="must be finite"):
        record(lambda x: x * float("nan"), x=3)
    with pytest.raises(TypeError, match=r"np\.sin is not in the table"):
        record(lambda x: -np.sin(x), x=3)
    with pytest.raises(
        TypeError, match=r"np\.dot is not recorded; use the op"
    ):
        record(lambda A, x: 2 * np.dot(A, x), A=("m", "n"), x="n")
    with pytest.raises(TypeError, match=r"x is being recorded and cannot bec"):
        record(lambda x: np.array([x, x]) * 2, x="n")
    with pytest.raises(TypeError, match=r"write exp\(y \* log\(x\)\)"):
        record(lambda x: x**x, x="n")
    with pytest.raises(TypeError, match=r"write exp\(log\(2\) \* x\)"):
        record(lambda x: 2**x, x="n")
    assert record(lambda x: -np.exp(x), x=3).lines() == ["out = -exp(x)"]
    kept = []
    record(lambda x: kept.append(x) or x + 1, x="n")
    with pytest.raises(RuntimeError, match="recording that has ended"):
        kept[0] + 1
    with pytest.raises(ValueError, match="another recording; pass it"):
        record(lambda y: y + kept[0], y="n")


def test_numbers_of_numpy_are_numbers():
    for two in (np.array(2.0), np.float64(2), np.int8(2), 2):
        tape = record(lambda x, two=two: two * x, x="n")
        assert tape([1.5]) == 3
    for wrong in (True, np.True_, np.array(1j), None):
        with pytest.raises(TypeError, match="a recorded value or a real numb"):
            record(lambda x, wrong=wrong: x * wrong, x="n")


def test_a_matrix_product_with_a_scalar_scales():
    def f(s, A):
        return s @ A, A @ s, s @ s, 2 @ s

    tape = record(f, s=(), A=("m", "n"))
    assert [line.partition(" = ")[2] for line in tape.lines()] == [
        "s A", "A s", "s * s", "2 s",
    ]  # fmt: skip


def test_the_two_zeros_are_two_numbers():
    tape = record(lambda x: (x / 0.0, x / -0.0, x / 0, x * 2, 2.0 * x), x=())
    for run in (tape, tape.compile()):
        with np.errstate(divide="ignore"):
            got = list(run(np.float64(1)).values())
        assert got == [np.inf, -np.inf, np.inf, 2, 2]
    assert len(tape.equations) == 4


def test_functions_of_numpy_are_recorded_if_they_are_rows():
    tape = record(lambda x, W: np.matmul(W, np.tanh(x)), x="n", W=("m", "n"))
    assert tape.lines() == ["out = W tanh(x)"]
    for wrong in (
        lambda x: np.exp(x, where=True),
        lambda x: np.add.reduce(x),  # noqa: PLW0108 - arguments by name
        lambda x: np.multiply.outer(x, x),
    ):
        with pytest.raises(TypeError, match=r"np\.\w+ is not in the table of"):
            record(wrong, x="n")


def test_slices_sums_and_shapes_by_python_s_rules():
    tape = record(
        lambda x, A: {
            "a": x[0:2:1],
            "b": A.sum(axis=(-2,)),
            "c": A.sum(axis=-1, keepdims=True),
            "d": A.reshape([3, 2]),
            "e": A.mean(axis=0),
        },
        x=3, A=(2, 3),
    )  # fmt: skip
    x, A = np.arange(3.0), np.arange(6.0).reshape(2, 3)
    got = tape(x, A)
    wanted = {
        "a": x[:2], "b": A.sum(0), "c": A.sum(1, keepdims=True),
        "d": A.reshape(3, 2), "e": A.mean(0),
    }  # fmt: skip
    for name, value in wanted.items():
        np.testing.assert_array_equal(got[name], value)
    with pytest.raises(ValueError, match="a slice has step 1, got 2"):
        record(lambda x: x[::2], x=4)
    for axis in (2, -3):
        with pytest.raises(ValueError, match=f"axis {axis} is out of range f"):
            record(lambda A, axis=axis: A.sum(axis=axis), A=(2, 3))
    with pytest.raises(ValueError, match="for vectors and matrices, got shap"):
        record(lambda x, A: x @ A, x="n", A=("n", "m", "k"))


def test_lines_are_compared_by_what_they_are():
    first, second = record(lambda x: (exp(x), tanh(x)), x="n").body
    assert first != second
    assert len({first, second}) == 2


def test_symbols_are_declared_whole_and_positive():
    sympy = pytest.importorskip("sympy")
    for given in ({"positive": True}, {"integer": True}):
        with pytest.raises(ValueError, match="integer=True"):
            record(lambda x: x, x=sympy.Symbol("n", **given))


def test_a_named_value_is_needed_to_the_end_of_the_line_that_reads_it():
    def f(x):
        a = exp(x)
        b = tanh(a) * 2
        c = b.T
        return {"b": b, "c": c @ x}

    tape = record(f, x="n")
    a, _, b, _ = (e.output for e in tape.equations)
    x = tape.inputs[0]
    last = last_equations(tape.body)
    assert [last.get(v.key) for v in (x, a, b)] == [3, 2, None]


def test_indices_select_and_do_nothing_else():
    with pytest.raises(TypeError, match="t is an integer index"):
        record(lambda y, t: y * t, y="K", t=index("K"))
    with pytest.raises(TypeError, match="declare the input with index"):
        record(lambda y, t: y[t], y="K", t=())
    for shape, text in ((("B", "K"), "B×K"), ((), "1")):
        with pytest.raises(TypeError, match=f"y has shape {text}: .* use pic"):
            record(lambda y, t: y[t], y=shape, t=index("K"))
    tape = record(pick, y=("B", "K"), t=index("K", "B"))
    assert tape.lines() == ["out = y[i, t_i]"]


def test_arguments_and_results():
    with pytest.raises(TypeError, match="no argument z; its arguments are x"):
        record(lambda x: x, x="n", z="n")
    with pytest.raises(TypeError, match="also needs the shape of y"):
        record(lambda x, y: x, x="n")
    with pytest.raises(TypeError, match="must return recorded values"):
        record(lambda x: None, x="n")
    with pytest.raises(TypeError, match="record wants a function"):
        record(3, x="n")
    with pytest.raises(TypeError, match="by position only; wrap it"):
        record(np.exp, x="n")
    defaults = record(lambda x, k=2: k * x, x="n")
    assert defaults.lines() == ["out = 2 x"]
    several = record(lambda x: (x + 1, x * 2), x="n")
    assert list(several.outputs) == ["out1", "out2"]
    by_name = record(lambda x: {"a": x + 1, "b": x}, x="n")
    assert by_name.lines() == ["b = x", "a = x + 1"]
    for name in ("a", "z"):
        alone = record(lambda x, name=name: {name: x}, x="n")
        assert alone.lines() == [f"{name} = x"]
    same = record(lambda x: (x, x), x="n")
    assert same.lines() == ["out1 = x", "out2 = x"]
    with pytest.raises(ValueError, match="'x' needs a name of its own"):
        record(lambda x: {"x": x + 1}, x="n")
    open_ended = record(lambda **W: W["a"] @ W["b"], a="n", b="n")
    assert open_ended.lines() == ["out = aᵀ b"]


def run_errors():
    tape = record(
        lambda x, W, t: (W @ x)[t], x="d", W=("K", "d"), t=index("K")
    )
    good = {"x": np.ones(2), "W": np.ones((3, 2)), "t": 1}
    bad_nan = np.array([[1.0, 2.0], [3.0, np.nan], [0.0, 0.0]])
    cases = [
        ({"x": [1, 2]}, TypeError, r"np.asarray\(x, dtype=float\)"),
        ({"x": ["a", "b"]}, TypeError, "x must hold real numbers"),
        ({"x": [1.0, 2.0, 3.0]}, ValueError, "W has shape K×d, so d = 2, but"),
        ({"x": [[1.0, 2.0]]}, ValueError, "x must have shape d, got 1×2"),
        ({"W": bad_nan}, ValueError, r"got nan at W\[1, 1\]"),
        ({"x": [1.0, np.inf]}, ValueError, r"got inf at x\[1\]"),
        ({"x": [np.inf, np.nan]}, ValueError, r"got inf at x\[0\]"),
        (
            {"x": [Fraction(1), Fraction(2)], "W": [[np.nan, np.inf]] * 3},
            ValueError,
            r"got nan at W\[0, 0\]",
        ),
        ({"x": [Fraction(1), np.nan]}, ValueError, r"got nan at x\[1\]"),
        ({"W": [[1.0], [1.0, 2.0]]}, ValueError, "rows of different length"),
        ({"t": 1.0}, TypeError, "t is a class index and must hold integers"),
        ({"t": 3}, ValueError, r"t must lie in 0..2, got 3"),
        ({"t": -1}, ValueError, r"t must lie in 0..2, got -1"),
        ({"v": 1.0}, TypeError, "no input 'v'; its inputs are x, W, t"),
    ]
    return [(tape, good | change, *rest) for change, *rest in cases]


@pytest.mark.parametrize(("tape", "values", "error", "text"), run_errors())
def test_bad_values(tape, values, error, text):
    with pytest.raises(error, match=text):
        tape(**values)
    with pytest.raises(error, match=text):
        tape.values(**values)
    if "nan" not in text and "inf" not in text:
        with pytest.raises(error, match=text):
            tape.compile()(**values)


def test_missing_and_repeated_inputs():
    tape = record(lambda x, y: x + y, x="n", y="n")
    with pytest.raises(TypeError, match="also needs y"):
        tape(np.ones(2))
    with pytest.raises(TypeError, match="x is given twice"):
        tape(np.ones(2), x=np.ones(2))
    with pytest.raises(TypeError, match="takes 2 inputs"):
        tape(np.ones(2), np.ones(2), np.ones(2))


def test_running_on_other_numbers():
    tape = record(lambda x, y: (x @ y) / (1 + x * x).sum(), x="n", y="n")
    x = np.array([Fraction(1, 3), Fraction(1, 2)], dtype=object)
    y = np.array([Fraction(2), Fraction(5)], dtype=object)
    assert tape(x, y) == Fraction(19, 6) / Fraction(85, 36)
    assert tape(x.astype(complex), y.astype(float)).dtype == complex
    mixed = np.array([Fraction(1, 2), 0.5, Decimal("0.5")], dtype=object)
    assert record(lambda x: x + x, x="n")(mixed).tolist() == [1, 1, 1]
    for bad in (Decimal("inf"), Decimal("nan"), -np.inf):
        mixed[1] = bad
        with pytest.raises(ValueError, match=rf"got {bad} at x\[1\]$"):
            record(lambda x: x + x, x="n")(mixed)


def test_scalars_and_single_results_have_no_place_in_an_error():
    tape = record(lambda s: {"y": s + s}, s=())
    with pytest.raises(ValueError, match=r"^s must be finite, got nan$"):
        tape(np.nan)
    assert tape(1.5) == 3
    assert record(lambda s: (s, s + s), s=())(1.5) == {"out1": 1.5, "out2": 3}


def test_a_class_beyond_what_its_integers_hold_is_within_or_not():
    tape = record(
        lambda y, t: pick(y, t).sum(), y=("B", "K"), t=index("K", "B")
    )
    y = np.ones((2, 300))
    assert tape(y, np.array([255, 0], np.uint8)) == 2
    assert tape(y, np.array([127, 0], np.int8)) == 2
    assert tape(y, np.array([299, 0])) == 2
    for wrong in (-1, -2, -127, -128):
        with pytest.raises(
            ValueError, match=rf"^t must .* 0..299, got {wrong}$"
        ):
            tape(y, np.array([0, wrong], np.int8))
    with pytest.raises(ValueError, match=r"^t must lie in 0..299, got 300$"):
        tape(y, np.array([300, -1]))


def test_steps_show_up_to_17_decimals_and_no_minus_zero():
    tape = record(lambda x, t: x[t] * -1, x=2, t=index(2))
    x = np.array([0.0, 1 / 3])
    assert "-0." not in tape.steps(x, 0)
    assert tape.steps(x, 1).splitlines()[-1].endswith("   -0.3333")
    assert tape.steps(x, 1, digits=0).splitlines()[-1].endswith("   0.0")
    lines = tape.steps(x, 1, digits=17).splitlines()
    assert lines[1].split() == ["t", "1"]
    assert lines[2].endswith("   -0.3333333333333333")
    for digits in (-1, 18):
        with pytest.raises(ValueError, match="digits must be at"):
            tape.steps(x, 0, digits=digits)


def test_einsum_wants_index_notation():
    A = np.ones((2, 3))
    for spec, text in (
        ("ij", "two operands"),
        ("ii,ij->j", "each letter once"),
        ("ij,j->", "letters that both operands"),
        ("ij,j->k", "letters that both operands"),
        ("i,j->ij", "wants 1 axes, got 2"),
        ("ijk,ij->k", "wants 3 axes, got 2"),
    ):
        with pytest.raises(ValueError, match=text):
            einsum(spec, A, A)
    with pytest.raises(TypeError, match="spec must be a string, got 3"):
        einsum(3, A, A)
    with pytest.raises(ValueError, match="outer wants two vectors"):
        outer(A, A[0])
    with pytest.raises(ValueError, match="at least one array"):
        concatenate([])


def test_the_letters_of_a_contraction_do_not_matter():
    rng = np.random.default_rng(0)
    given = {
        "a": rng.normal(size=2), "b": rng.normal(size=3),
        "A": rng.normal(size=(2, 3)), "B": rng.normal(size=(4, 3)),
        "C": rng.normal(size=(2, 4)),
    }  # fmt: skip
    for spec, x, y, text in (
        ("p,q->pq", "a", "b", "a bᵀ"),
        ("p,q->qp", "a", "b", "b aᵀ"),
        ("u,u->", "b", "b", "bᵀ b"),
        ("pq,q->p", "A", "b", "A b"),
        ("q,pq->p", "b", "A", "A b"),
        ("pq,p->q", "A", "a", "Aᵀ a"),
        ("pq,rq->pr", "A", "B", "A Bᵀ"),
        ("pq,rq->rp", "A", "B", "B Aᵀ"),
        ("pq,pr->qr", "A", "C", "Aᵀ C"),
        ("pr,sq->prsq", "A", "B", "einsum(pr,sq->prsq, A, B)"),
        ("pr,pr->p", "A", "A", "einsum(pr,pr->p, A, A)"),
        ("pq,r->pqr", "A", "b", "einsum(pq,r->pqr, A, b)"),
    ):
        scope = {"einsum": einsum}
        names = ", ".join(dict.fromkeys((x, y)))
        exec(f"def f({names}): return einsum({spec!r}, {x}, {y})", scope)
        values = {name: given[name] for name in (x, y)}
        tape = record(scope["f"], **{k: v.shape for k, v in values.items()})
        assert tape.lines() == [f"f = {text}"]
        wanted = np.einsum(spec, given[x], given[y])
        for run in (tape, tape.compile(), tape.compile(reuse=True)):
            np.testing.assert_allclose(run(**values), wanted, rtol=1e-14)
        spaced = spec.replace(",", " , ").replace("->", " -> ")
        got = einsum(spaced, given[x], given[y])
        np.testing.assert_allclose(got, wanted, rtol=1e-14)


def test_functions_work_on_arrays_too():
    x = np.array([-1.0, 2.0])
    np.testing.assert_array_equal(relu(x), [0.0, 2.0])
    np.testing.assert_array_equal(maximum(x, 0.5), [0.5, 2.0])
    np.testing.assert_array_equal(concatenate((x, x)), [-1, 2, -1, 2])
    assert einsum("i,i->", [1.0, 2.0], [3.0, 4.0]) == 11
    assert softmax([0.0, 0.0]).tolist() == [0.5, 0.5]
    assert maximum(np.ones(1, np.float32), 0.5).dtype == np.float32


def test_functions_on_arrays_refuse_what_does_not_fit():
    Y = np.ones((5, 3))
    for y, t, error, text in (
        (Y[0], -1, ValueError, r"in 0\.\.2"),
        (Y[0], 1.7, TypeError, "a class is an integer"),
        (Y, [1], ValueError, "for each row"),
        (Y, [0, 1, 2, 3, 0], ValueError, "one class of 3 is wanted"),
    ):
        for function in (cross_entropy, pick):
            with pytest.raises(error, match=text):
                function(y, t)
    with pytest.raises(ValueError, match="a vector is wanted, or a matrix"):
        softmax(1.0)
    with pytest.raises(ValueError, match="sizes must be equal"):
        maximum(Y, np.ones(5))
