"""The gated network and its derivative, line by line, in every form."""

import inspect
import itertools
import re
import tracemalloc

import matplotlib.pyplot as plt
import numpy as np
import pytest
from byhand.backprop import Parameters
from byhand.figures import COLORS, INK
from byhand.figures.tape import draw_tape
from byhand.tape import (
    concatenate,
    cross_entropy,
    einsum,
    gradient,
    hvp,
    index,
    jvp,
    log,
    log_softmax,
    outer,
    pick,
    place,
    record,
    relu,
    sigmoid,
    softmax,
    tanh,
    vjp,
)
from byhand.tape.printing import latex_name, text_name
from byhand.tape.shapes import Size
from matplotlib.colors import to_rgba

from bench.straight_line import straight_line

PARAMETERS = {
    "W1": ("H", "d"),
    "b1": "H",
    "W2": ("H", "d"),
    "b2": "H",
    "W3": ("K", "H"),
    "b3": "K",
}


def gated(x, W1, b1, W2, b2, W3, b3, t):
    z1 = W1 @ x + b1
    h = relu(z1)
    z2 = W2 @ x + b2
    g1 = sigmoid(z2)
    g2 = h * g1
    y = W3 @ g2 + b3
    y_prime = softmax(y)
    S = log(y_prime[t])
    J = -S
    return (J,)


def fused(x, W1, b1, W2, b2, W3, b3, t):
    z1 = W1 @ x + b1
    h = relu(z1)
    z2 = W2 @ x + b2
    g1 = sigmoid(z2)
    g2 = h * g1
    y = W3 @ g2 + b3
    y_prime = softmax(y)
    J = cross_entropy(y, t)
    return {"J": J, "y_prime": y_prime}["J"]


def batch(X, W1, b1, W2, b2, W3, b3, t):
    Z1 = X @ W1.T + b1
    Z2 = X @ W2.T + b2
    G2 = relu(Z1) * sigmoid(Z2)
    Y = G2 @ W3.T + b3
    J = cross_entropy(Y, t).sum()
    return (J,)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(name="tape")
def gated_tape():
    return record(gated, x="d", **PARAMETERS, t=index("K"))


FORWARD = [
    "z1 = W1 x + b1",
    "h = ReLU(z1)",
    "z2 = W2 x + b2",
    "g1 = σ(z2)",
    "g2 = h * g1",
    "y = W3 g2 + b3",
    "y' = softmax(y)",
    "S = log(y'_t)",
    "J = -S",
]
BACKWARD = [
    "g2_bar = W3ᵀ y_bar",
    "g1_bar = g2_bar * h",
    "z2_bar = g1 * (1 - g1) * g1_bar",
    "h_bar = g2_bar * g1",
    "z1_bar = 1[z1 > 0] * h_bar",
    "x_bar = W1ᵀ z1_bar + W2ᵀ z2_bar",
]


def test_the_gated_network(tape):
    assert tape.lines() == FORWARD
    assert str(tape).splitlines()[0] == (
        "x: d, W1: H×d, b1: H, W2: H×d, b2: H, W3: K×H, b3: K, "
        "t: class of K → J"
    )


def test_a_header_of_79_characters_is_one_line():
    rest = ": n → out: n"
    for more, lines in ((0, 1), (1, 2)):
        name = "a" * (79 - len(rest) + more)
        scope = {}
        exec(f"f = lambda {name}: {name} + 1", scope)
        top = str(record(scope["f"], **{name: "n"})).splitlines()[:-1]
        assert len(top) == lines
        assert " ".join(map(str.strip, top)) == name + rest
        assert all(line.startswith("    ") for line in top[1:])


def test_its_reverse_is_the_derivation(tape):
    assert vjp(tape, "x").lines() == [
        *FORWARD,
        "S_bar = -J_bar",
        "y'_bar = (S_bar / y'_t) e_t",
        "y_bar = y' * (y'_bar - y'ᵀ y'_bar)",
        *BACKWARD,
    ]


def test_fusion_gives_y_prime_minus_e_t():
    tape = record(fused, x="d", **PARAMETERS, t=index("K"))
    lines = gradient(tape, "x").lines()
    assert lines == [*FORWARD[:7], "y_bar = y' - e_t", *BACKWARD]


def test_the_gradient_in_the_parameters(tape):
    lines = vjp(tape).lines()
    for line in (
        "W3_bar = y_bar g2ᵀ",
        "b3_bar = y_bar",
        "W2_bar = z2_bar xᵀ",
        "b2_bar = z2_bar",
        "W1_bar = z1_bar xᵀ",
        "b1_bar = z1_bar",
    ):
        assert line in lines


def test_the_forward_mode(tape):
    assert jvp(tape, "x").lines() == [
        "z1 = W1 x + b1",
        "z1_dot = W1 x_dot",
        "h = ReLU(z1)",
        "h_dot = 1[z1 > 0] * z1_dot",
        "z2 = W2 x + b2",
        "z2_dot = W2 x_dot",
        "g1 = σ(z2)",
        "g1_dot = g1 * (1 - g1) * z2_dot",
        "g2 = h * g1",
        "g2_dot = h_dot * g1 + h * g1_dot",
        "y = W3 g2 + b3",
        "y_dot = W3 g2_dot",
        "y' = softmax(y)",
        "y'_dot = y' * (y_dot - y'ᵀ y_dot)",
        "S = log(y'_t)",
        "S_dot = y'_dot_t / y'_t",
        "J = -S",
        "J_dot = -S_dot",
    ]


def test_the_batch():
    tape = record(batch, X=("B", "d"), **PARAMETERS, t=index("K", "B"))
    lines = gradient(tape, ["W1", "b3"]).lines()
    for line in (
        "Z1 = X W1ᵀ + b1",
        "Y_bar = softmax(Y) - E_t",
        "b3_bar = sum(Y_bar, axis=0)",
        "W1_bar = Z1_barᵀ X",
    ):
        assert line in lines


def test_the_second_sweep_has_marks_of_its_own(tape):
    once = gradient(tape, "x")
    assert "x_bar = W1ᵀ z1_bar + W2ᵀ z2_bar" in once.lines()
    names = [x.name for x in vjp(once, "x").inputs]
    assert names[-1] == "x_bar_bar2"
    assert list(vjp(once, "x").outputs) == ["x_bar", "x_bar2"]
    assert list(hvp(tape, "x").outputs) == ["x_bar_dot"]


def test_latex(tape):
    text = vjp(tape, "x")._repr_latex_()
    assert text.startswith("$$\n\\begin{aligned}\n")
    for line in (
        r"z_{1} &= W_{1} \, x + b_{1}",
        r"g_{1} &= \sigma(z_{2})",
        r"g_{2} &= h \odot g_{1}",
        r"S &= \log({y'}_{t})",
        r"\bar{g}_{2} &= {W_{3}}^\top \, \bar{y}",
        r"\bar{z}_{1} &= \mathbf{1}[z_{1} > 0] \odot \bar{h}",
    ):
        assert line in text
    with pytest.raises(ValueError, match="style must be"):
        tape.lines("html")


def test_names():
    assert text_name("y_prime_bar") == "y'_bar"
    assert latex_name("y_prime_bar") == r"\bar{y}'"
    assert latex_name("x_bar2") == r"\bar{\bar{x}}"
    assert latex_name("x_bar_dot") == r"\dot{\bar{x}}"
    assert latex_name("eta") == r"\eta"
    assert latex_name("x") == "x"
    assert latex_name("lr") == r"\mathit{lr}"
    assert latex_name("W12_bar_prime") == r"\bar{W}'_{12}"
    assert latex_name("loss_k") == r"\mathit{loss}_{k}"


def test_steps():
    def f(x, A):
        z = A @ x
        s = z.sum()
        return (s,)

    tape = record(f, x="n", A=("m", "n"))
    A = np.array([[1.0, 0.0], [-1.0, 0.5]])
    assert tape.steps(np.array([1.0, 2.0]), A).splitlines() == [
        "x            [1. 2.]",
        "A            [[ 1.   0. ]",
        "              [-1.   0.5]]",
        "z = A x      [1. 0.]",
        "s = sum(z)   1.0",
    ]


def test_parentheses_keep_the_order():
    def lines(f, **shapes):
        return record(f, **shapes).lines()[0].partition(" = ")[2]

    n = {"a": "n", "b": "n", "c": "n"}
    cases = {
        "a - (b - c)": lambda a, b, c: a - (b - c),
        "a - b - c": lambda a, b, c: a - b - c,
        "a * (b * c)": lambda a, b, c: a * (b * c),
        "a * b * c": lambda a, b, c: a * b * c,
        "a / (b / c)": lambda a, b, c: a / (b / c),
        "(a + b) * c": lambda a, b, c: (a + b) * c,
        "a - (-b)": lambda a, b, c: a - (-b),
        "(-a) * b": lambda a, b, c: (-a) * b,
        "-a * b": lambda a, b, c: -(a * b),
        "(a * b)^2": lambda a, b, c: (a * b) ** 2,
        "a * (2 b)": lambda a, b, c: a * (2 * b),
        "(a bᵀ) c": lambda a, b, c: outer(a, b) @ c,
        "a (bᵀ c)": lambda a, b, c: a @ (b @ c),
        "((2 a)ᵀ b) c": lambda a, b, c: ((2 * a) @ b) * c,
    }
    rng = np.random.default_rng(0)
    arrays = {k: rng.normal(size=3) for k in n}
    for text, f in cases.items():
        assert lines(f, **n) == text
        tape = record(f, **n)
        np.testing.assert_array_equal(tape.compile()(**arrays), tape(**arrays))


@pytest.mark.parametrize(
    ("f", "text", "latex", "numpy"),
    [
        (lambda X: X @ X.T, "X Xᵀ", r"X \, {X}^\top", "X @ X.T"),
        (lambda x: (-x) @ x, "(-x)ᵀ x", r"{(-x)}^\top \, x", "(-x) @ x"),
        (lambda x: -(x * x), "-x * x", r"-x \odot x", "-(x * x)"),
        (lambda x: x - (-2.5), *["x - (-2.5)"] * 3),
        (
            lambda X, y: einsum("ij,i->ij", X + X, y),
            "einsum(ij,i->ij, X + X, y)",
            "{(X + X)}_{ij} {y}_{i}",
            'np.einsum("ij,i->ij", X + X, y)',
        ),
        (
            lambda X: einsum("ij,ij->j", X, X),
            "einsum(ij,ij->j, X, X)",
            r"\textstyle\sum_{i} {X}_{ij} {X}_{ij}",
            'np.einsum("ij,ij->j", X, X)',
        ),
        (
            lambda X: einsum("ij,ji->", X, X.T),
            "einsum(ij,ji->, X, Xᵀ)",
            r"\textstyle\sum_{ij} {X}_{ij} {{X}^\top}_{ji}",
            'np.einsum("ij,ji->", X, X.T)',
        ),
        (lambda x, s: s * x, "s x", r"s \, x", "s * x"),
        (lambda s: s * s, "s * s", r"s \, s", "s * s"),
        (lambda x: 2 * x * x, "(2 x) * x", r"(2 \, x) \odot x", "2 * x * x"),
        (lambda x: x * x * 2, "x * x * 2", r"x \odot x \cdot 2", "x * x * 2"),
        (lambda x: 1e-3 * x, "0.001 x", r"0.001 \, x", "0.001 * x"),
        (
            lambda x: (x + x) / (2 * x),
            "(x + x) / (2 x)",
            r"\frac{x + x}{2 \, x}",
            "(x + x) / (2 * x)",
        ),
        (lambda x: x / x.shape[0], "x / n", r"\frac{x}{n}", "x / n"),
        (
            lambda x: x / (x.shape[0] + 1),
            "x / (n + 1)",
            r"\frac{x}{n + 1}",
            "x / (n + 1)",
        ),
        (
            lambda x: (-x) ** -0.5,
            "(-x)^(-0.5)",
            "{(-x)}^{-0.5}",
            "(-x)**(-0.5)",
        ),
        (
            lambda x: log_softmax(x),  # noqa: PLW0108 - its names are read
            "log_softmax(x)",
            r"\operatorname{log\_softmax}(x)",
            "log_softmax(x)",
        ),
        (
            lambda X: X.sum(0),
            "sum(X, axis=0)",
            r"\textstyle\sum_{i} {X}_{ij}",
            "X.sum(axis=0)",
        ),
        (
            lambda X: (2 * X).sum(keepdims=True),
            "sum(2 X, keepdims=True)",
            r"\textstyle\sum_{ij} {(2 \, X)}_{ij}",
            "(2 * X).sum(keepdims=True)",
        ),
        (
            lambda X: X.reshape((X.shape[1], X.shape[0])),
            "reshape(X, n×m)",
            r"\operatorname{reshape}(X, n \times m)",
            "X.reshape((n, m))",
        ),
        (
            lambda X: X.reshape(X.shape[0] * X.shape[1]),
            "reshape(X, m·n)",
            r"\operatorname{reshape}(X, m \cdot n)",
            "X.reshape((m * n,))",
        ),
        (lambda x: (x + x)[1 : x.shape[0]], *["(x + x)[1:n]"] * 3),
        (
            lambda x: concatenate([x, x]),
            "[x; x]",
            "[x; x]",
            "np.concatenate([x, x], axis=0)",
        ),
        (
            lambda X: concatenate([X, X], axis=1),
            "[X, X]",
            "[X, X]",
            "np.concatenate([X, X], axis=1)",
        ),
        (lambda x, c: x[c], "x_c", "{x}_{c}", "x[c]"),
        (lambda x, c: (x + x)[c], "(x + x)[c]", "{(x + x)}_{c}", "(x + x)[c]"),
        (
            lambda X, t: pick(X, t),  # noqa: PLW0108 - its names are read
            "X[i, t_i]",
            r"{X}_{i, {t}_i}",
            "X[np.arange(len(t)), t]",
        ),
        (
            lambda x, c: place(x @ x, c, size=x.shape[0]),
            "(xᵀ x) e_c",
            r"({x}^\top \, x) \, e_{c}",
            "place(x @ x, c, size=n)",
        ),
        (
            lambda y, t, x: place(y, t, size=x.shape[0]),
            "diag(y) E_t",
            r"\operatorname{diag}(y) \, E_{t}",
            "place(y, t, size=n)",
        ),
        (
            lambda x, c: place(1.0, c, size=x.shape[0]),
            "e_c",
            "e_{c}",
            "one_hot(c, n)",
        ),
    ],
)
def test_each_operation_as_text_in_latex_and_in_numpy(f, text, latex, numpy):
    shapes = {
        "x": "n", "y": "m", "X": ("m", "n"), "s": (), "c": index("n"),
        "t": index("n", "m"),
    }  # fmt: skip
    given = {name: shapes[name] for name in inspect.signature(f).parameters}
    (line,) = record(f, **given).body
    for style, written in [("text", text), ("latex", latex), ("numpy", numpy)]:
        assert line.equation.expression(style).text == written


def test_compiled_source_reads_like_the_page():
    tape = record(gated, x="d", **PARAMETERS, t=index("K"))
    assert vjp(tape, ["x", "W3"], value=False).compile().source == (
        "from byhand.tape import place, relu, sigmoid, softmax\n"
        "\n"
        "\n"
        "def gated(x, W1, b1, W2, b2, W3, b3, t, J_bar):\n"
        "    K = W3.shape[0]\n"
        "    z1 = W1 @ x + b1\n"
        "    h = relu(z1)\n"
        "    z2 = W2 @ x + b2\n"
        "    g1 = sigmoid(z2)\n"
        "    del z2\n"
        "    g2 = h * g1\n"
        "    y = W3 @ g2 + b3\n"
        "    y_prime = softmax(y)\n"
        "    del y\n"
        "    S_bar = -J_bar\n"
        "    y_prime_bar = place(S_bar / y_prime[t], t, size=K)\n"
        "    y_bar = y_prime * (y_prime_bar - y_prime @ y_prime_bar)\n"
        "    del y_prime, y_prime_bar\n"
        "    W3_bar = np.outer(y_bar, g2)\n"
        "    del g2\n"
        "    g2_bar = W3.T @ y_bar\n"
        "    del y_bar\n"
        "    g1_bar = g2_bar * h\n"
        "    del h\n"
        "    z2_bar = g1 * (1 - g1) * g1_bar\n"
        "    del g1_bar\n"
        "    h_bar = g2_bar * g1\n"
        "    del g1, g2_bar\n"
        "    z1_bar = (z1 > 0) * h_bar\n"
        "    del z1, h_bar\n"
        "    x_bar = W1.T @ z1_bar + W2.T @ z2_bar\n"
        "    return {\n"
        '        "x_bar": x_bar,\n'
        '        "W3_bar": W3_bar,\n'
        "    }\n"
    ).replace("from byhand", "import numpy as np\nfrom byhand")


def test_the_source_runs_by_itself(tape):
    compiled = gradient(tape, value=True).compile()
    scope = {}
    exec(compiled.source, scope)
    values = sample()
    wanted = compiled(**values)
    for name, value in scope["gated"](**values).items():
        np.testing.assert_array_equal(value, wanted[name])


def sample():
    parameters = Parameters.random(3, 4, 5, rng=0).as_dict()
    return {"x": np.array([0.5, -1.0, 2.0]), **parameters, "t": 2}


def test_the_batch_is_the_hand_written_one():
    tape = record(batch, X=("B", "d"), **PARAMETERS, t=index("K", "B"))
    rng = np.random.default_rng(1)
    parameters = Parameters.random(3, 4, 5, rng=2).as_dict()
    X, t = rng.normal(size=(6, 3)), rng.integers(5, size=6)
    J, bars = straight_line(X, t, **parameters)
    compiled = gradient(tape, value=True).compile()
    got = compiled(X=X, t=t, **parameters)
    assert got["J"] == pytest.approx(J, rel=1e-13)
    for name, bar in bars.items():
        mine = got["X_bar" if name == "x" else f"{name}_bar"]
        np.testing.assert_allclose(mine, bar, rtol=1e-11, atol=1e-14)


def test_sizes_may_change_from_call_to_call():
    def f(X):
        return (X / X.shape[0]).reshape((X.shape[1], X.shape[0])).mean()

    compiled = record(f, X=("B", "d")).compile()
    for shape in ((2, 3), (5, 1), (2, 3)):
        X = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
        assert compiled(X) == pytest.approx(X.mean() / shape[0])
    with pytest.raises(ValueError, match="X must have shape B×d"):
        compiled(np.ones(3))


def test_compiled_code_refuses_what_the_tape_refuses():
    tape = record(lambda y, t: y[t] * y, y="K", t=index("K"))
    compiled = tape.compile()
    y, t = np.array([1.0, 2.0, 4.0]), np.array(1)
    for _ in range(2):  # the second time shapes and kinds are known
        np.testing.assert_array_equal(compiled(y, t), 2 * y)
        for wrong in (-1, 3):
            with pytest.raises(ValueError, match=rf"0..2, got {wrong}"):
                compiled(y, np.array(wrong))
    cut = record(lambda x: x[2:5].sum(), x="n")
    for run in (cut, cut.compile(), gradient(cut), gradient(cut).compile()):
        run(np.ones(5))
        with pytest.raises(
            ValueError, match=r"within 0:4|after must be at least 0, got -1"
        ):
            run(np.ones(4))


def test_compiled_code_takes_a_matrix_for_an_array():
    compiled = record(lambda A: A * A, A=("n", "n")).compile()
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix(A)
    for values in (A, matrix):
        np.testing.assert_array_equal(compiled(values), A * A)


def test_one_array_alone_is_concatenated():
    tape = record(lambda X: concatenate((X,)), X=("m", "n"))
    X = np.ones((2, 3))
    np.testing.assert_array_equal(tape.compile()(X), tape(X))


def test_dead_values_are_deleted():
    def chain(x):
        for _ in range(40):
            x = sigmoid(relu(x) + relu(2 * x))
        return x.sum()

    x = np.ones(100_000)
    compiled = record(chain, x="n").compile()
    tracemalloc.start()
    try:
        compiled(x)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * x.nbytes


def test_drawing(tape):
    hidden = list(PARAMETERS)
    ax = draw_tape(vjp(tape, "x"), hide=hidden)
    labels = [text.get_text() for text in ax.texts]
    for name in ("z_{1}", r"\bar{z}_{1}", "y'", r"\bar{J}"):
        assert f"${name}$" in labels
    assert not any("W_" in label for label in labels)
    position = {t.get_text(): t.get_position() for t in ax.texts}
    assert position["$x$"][0] < position["$z_{1}$"][0] < position["$h$"][0]
    assert position["$z_{1}$"][0] == position[r"$\bar{z}_{1}$"][0]
    assert position["$z_{1}$"][1] > position[r"$\bar{z}_{1}$"][1]
    places = list(position.values())
    assert len(ax.get_figure().get_size_inches()) == 2
    assert len(places) == len(set(position))
    with pytest.raises(ValueError, match="'q' is not on the tape; it has x"):
        draw_tape(tape, hide=["q"])
    only = record(lambda x: x + 1, x="n")
    with pytest.raises(ValueError, match="nothing is left to draw"):
        draw_tape(only, hide=["x", "out"])
    for other in (only, hvp(tape), gradient(tape)):
        _, given = plt.subplots()
        assert draw_tape(other, given) is given


def edges(ax):
    """Return the arrows of a drawing: where from, where to, and how."""
    return {
        (t.get_position(), t.xy): t.arrowprops
        for t in ax.texts
        if getattr(t, "arrow_patch", None)
    }


def test_a_drawing_by_hand():
    """Columns by use, the cotangents below, each under its value."""

    def f(x, w):
        z = w * x
        h = relu(z)
        y = z + h
        return y

    ax = draw_tape(vjp(record(f, x="n", w="n"), ["x", "w"]))
    places = {
        "x": (0, 0), "w": (0, -1), "z": (1, -0.5), "h": (2, -0.5),
        "y": (3, -0.5), r"\bar{y}": (3, -3), r"\bar{z}": (1, -3),
        r"\bar{x}": (0, -2.5), r"\bar{w}": (0, -3.5),
    }  # fmt: skip
    nodes = {t.get_text(): t for t in ax.texts if t.get_bbox_patch()}
    assert {name: t.get_position() for name, t in nodes.items()} == {
        f"${name}$": at for name, at in places.items()
    }
    sizes = [t.get_position() for t in ax.texts if t.get_text() == "$n$"]
    assert len(sizes) == len(places)
    for x, y in places.values():
        assert any(a == x and 0.3 < y - b < 0.5 for a, b in sizes)
    drawn = edges(ax)
    straight = ["x z", "w z", "z h", "h y", r"\bar{z} \bar{x}",
                r"\bar{z} \bar{w}"]  # fmt: skip
    curved = ["z y", r"\bar{y} \bar{z}"]
    dashed = [r"z \bar{z}", r"w \bar{x}", r"x \bar{w}"]
    assert set(drawn) == {
        tuple(places[end] for end in pair.split())
        for pair in straight + curved + dashed
    }
    for pair in straight + curved + dashed:
        how = drawn[tuple(places[end] for end in pair.split())]
        assert (how["linestyle"] == "-") == (pair not in dashed)
        bent = how["connectionstyle"] == "arc3,rad=-0.3"
        assert bent == (pair not in straight)
    thick = {
        name
        for name, node in nodes.items()
        if node.get_bbox_patch().get_linewidth() > 2
    }
    assert thick == {"$y$", r"$\bar{x}$", r"$\bar{w}$"}
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    for x, y in [*places.values(), *sizes]:
        assert left + 0.4 < x < right - 0.4
        assert low + 0.2 < y < high - 0.4
    plt.close(ax.figure)


def test_arrows_do_not_cross_where_they_need_not():
    def f(a, b):
        u, v = log(b), log(a)
        return u * v

    ax = draw_tape(record(f, a="n", b="n"))
    rows = [(start[1], end[1]) for start, end in edges(ax) if start[0] == 0]
    assert sorted(rows) == [(-1, -1), (0, 0)]
    plt.close(ax.figure)


def nodes_of(ax):
    """Return where the nodes of a drawing are, by label without dollars."""
    return {
        t.get_text().strip("$"): t.get_position()
        for t in ax.texts
        if t.get_bbox_patch()
    }


def test_values_stand_at_the_mean_row_of_their_neighbors():
    def f(a, b, c, d):
        p = concatenate([a, c, d])
        q = concatenate([b, c])
        r = tanh(b)
        s = tanh(c)
        return {"p": p, "q": q, "r": r, "s": s}

    ax = draw_tape(record(f, a="n", b="n", c="n", d="n"))
    arrows = [(start[1], end[1]) for start, end in edges(ax)]
    assert len(arrows) == 7
    for (left, right), (other, beside) in itertools.combinations(arrows, 2):
        assert (left - other) * (right - beside) >= 0
    plt.close(ax.figure)


def test_what_has_no_place_below_stands_below_the_middle_of_its_operands():
    def second(x, w):
        z = w * x
        h = tanh(z)
        y = z * h * x
        return y

    ax = draw_tape(hvp(record(second, x=(), w=())))
    at = nodes_of(ax)
    # The one uses w, z and h, in three columns, the other x alone.
    used = [at[name][0] for name in ("w", "z", "h")]
    assert used == [0, 1, 2]
    assert at[r"\dot{\bar{x}}"][0] == 1
    assert at[r"\dot{\bar{w}}"][0] == at["x"][0] == 0
    plt.close(ax.figure)

    def below(a, b, c, d, d_bar):
        q = d_bar * c
        p = concatenate([d_bar, b, c])
        r = d_bar * d_bar
        return {"q": q, "p": p, "r": r}

    ax = draw_tape(record(below, a="n", b="n", c="n", d="n", d_bar="n"))
    at = nodes_of(ax)
    height = {name: y for name, (_, y) in at.items()}
    assert height["a"] > height["b"] > height["c"] > height["d"]
    # Nothing above, the middle of b and c, c, d: from the top to the bottom.
    assert height["r"] > height["p"] > height["q"] > height[r"\bar{d}"]
    assert {at[name][0] for name in at} == {0}
    plt.close(ax.figure)


def test_more_rows_make_a_higher_figure():
    def stacked(names):
        inputs = dict.fromkeys(names, "n")
        ax = draw_tape(
            record(eval(f"lambda {', '.join(names)}: a + b"), **inputs)
        )
        height = ax.figure.get_size_inches()[1]
        span = abs(ax.get_ylim()[1] - ax.get_ylim()[0])
        plt.close(ax.figure)
        return height, span

    (low, few), (high, many) = stacked("ab"), stacked("abcde")
    assert many - few == pytest.approx(3)
    # As wide as six columns, and a little room for the margins.
    assert low == pytest.approx(0.35 + 2 * 0.95 * 6.4 / 6)
    assert high == pytest.approx(0.35 + 5 * 0.95 * 6.4 / 6)


def test_no_two_nodes_share_a_place(tape):
    for drawn in (tape, vjp(tape), jvp(tape), hvp(tape)):
        ax = draw_tape(drawn)
        nodes = [
            t.get_position() for t in ax.texts if re.match(r"\$", t.get_text())
        ]
        assert len(nodes) == len(set(nodes))


def test_what_cannot_be_drawn(tape):
    with pytest.raises(TypeError, match="tape must be a Tape, got 'x'"):
        draw_tape("x")
    for hide in (["q"], ["x", 3], "q"):
        with pytest.raises((TypeError, ValueError), match="hide"):
            draw_tape(tape, hide=hide)
    for size, message in (
        ({"width": 0}, "width must be positive"),
        ({"height": 0}, "height must be positive"),
        ({"width": 101}, "width must be at most 100 inches"),
        ({"height": 101}, "height must be at most 100 inches"),
    ):
        with pytest.raises(ValueError, match=message):
            draw_tape(tape, **size)


def test_a_drawing_fills_its_figure():
    """One with six columns or more; a shorter one is no larger."""

    def deep(x):
        a = tanh(x)
        b = tanh(a)
        c = tanh(b)
        d = tanh(c)
        e = tanh(d)
        f = tanh(e)
        return f

    for drawn in (draw_tape(record(deep, x="n")),
                  draw_tape(vjp(record(deep, x="n")), width=8)):  # fmt: skip
        width, height = drawn.figure.get_size_inches()
        (left, right), (low, high) = drawn.get_xlim(), drawn.get_ylim()
        assert height == pytest.approx(
            width * (high - low) / (right - left), abs=0.35
        )
        assert (left, right) == (-0.5, 6.5)
        assert drawn.get_aspect() == 1
        plt.close(drawn.figure)
    short = draw_tape(record(lambda x: x + 1, x="n"))
    width, height = short.figure.get_size_inches()
    assert width == 6.4
    assert 1 < height < 1.5
    sized = draw_tape(record(deep, x="n"), width=7, height=3)
    assert tuple(sized.figure.get_size_inches()) == (7, 3)
    for made in (short, sized):
        plt.close(made.figure)


def test_nodes_say_what_they_are():
    """Squares are given, results thick, the backward pass vermilion."""
    ax = draw_tape(vjp(record(lambda y, t: {"z": y[t]}, y="K", t=index("K"))))
    nodes = {t.get_text(): t for t in ax.texts if t.get_bbox_patch()}
    seen = {
        name: (
            type(node.get_bbox_patch().get_boxstyle()).__name__,
            node.get_color(),
            node.get_bbox_patch().get_linewidth(),
        )
        for name, node in nodes.items()
    }
    assert seen.pop("$y$") == seen.pop("$t$") == ("Square", INK, 1)
    assert seen.pop(r"$\bar{z}$") == ("Square", INK, 1)
    assert seen.pop("$z$")[:2] == ("Circle", COLORS["blue"])
    kind, color, width = seen.pop(r"$\bar{y}$")
    assert (kind, color) == ("Circle", COLORS["vermilion"])
    assert width > 2
    for node in nodes.values():
        patch = node.get_bbox_patch()
        assert patch.get_facecolor()[3] == 0
        assert patch.get_edgecolor() == to_rgba(node.get_color())
    sizes = {t.get_text(): t.get_fontsize() for t in ax.texts}
    assert sizes["class"] < sizes["$K$"] < nodes["$y$"].get_fontsize()
    plt.close(ax.figure)


def test_an_arrow_up_or_down_a_column_past_another_value_is_curved():
    def f(x):
        return {"y": x + 1, "z": x + 2, "w": x + 3}

    ax = draw_tape(jvp(record(f, x="n"), "x"))
    for (start, end), how in edges(ax).items():
        across, down = abs(end[0] - start[0]), abs(end[1] - start[1])
        straight = how["connectionstyle"] == "arc3,rad=0"
        assert straight == (across == 1 or (across == 0 and down <= 1))
    plt.close(ax.figure)


def test_only_cotangents_and_tangents_stand_below():
    """Also those of the second order; not what is merely called alike."""

    def f(y):
        y_bar = tanh(y)
        y_dot2 = tanh(y_bar)
        y_low = 2 * y
        low_bar = y_low + 1
        return {"a": y_dot2, "b": low_bar}

    ax = draw_tape(record(f, y="n"))
    nodes = {t.get_text(): t for t in ax.texts if t.get_bbox_patch()}
    colors = {name: node.get_color() for name, node in nodes.items()}
    below = {k for k, c in colors.items() if c == COLORS["vermilion"]}
    assert below == {f"${latex_name(x)}$" for x in ("y_bar", "y_dot2")}
    rows = {name: node.get_position()[1] for name, node in nodes.items()}
    assert max(rows[name] for name in below) < min(
        row for name, row in rows.items() if name not in below
    )
    plt.close(ax.figure)


def test_products_of_sizes_are_one_number():
    tape = record(lambda X: (X * X).mean(), X=("B", "d"))
    assert tape.lines() == ["out = sum(X * X) / (B·d)"]
    assert r"}{B \cdot d}" in tape.latex
    square = record(lambda X: X.reshape(X.shape[0] ** 2), X=("m", "m"))
    assert r"\operatorname{reshape}(X, m^{2})" in square.latex
    column = record(lambda X: X.reshape(X.shape[0], 1), X=Size.named("B") + 1)
    assert r"\operatorname{reshape}(X, (B + 1) \times 1)" in column.latex


@pytest.mark.parametrize("reuse", [False, True])
def test_gradients_are_no_integers(reuse):
    for f, wanted in (
        (lambda x: (2 * x).sum(), 2),
        (lambda x: (x * x.shape[0]).sum(), 3),
        (lambda x: (x * (x.shape[0] + 1)).sum(), 4),
    ):
        tape = gradient(record(f, x="n"))
        for g in (tape(np.ones(3)), tape.compile(reuse=reuse)(np.ones(3))):
            assert g.dtype == np.float64
            assert (g == wanted).all()
    source = gradient(record(lambda x: x.sum(), x="n")).compile()
    assert repr(source).endswith(
        "x_bar = np.full((n,), 1.0)\n    return x_bar"
    )


@pytest.mark.parametrize("reuse", [False, True])
def test_plain_numbers_are_reshaped(reuse):
    def f(X, w):
        s = w.reshape(())
        return s + s / X.shape[0] + X.sum()

    tape = gradient(record(f, X="B", w=1), "w")
    got = tape.compile(reuse=reuse)(np.ones(5), np.ones(1))
    np.testing.assert_allclose(got, [1.2], rtol=1e-15)
    assert tape(np.ones(5), np.ones(1)) == got
