"""The checkers of the page on counting: right answers, and wrong ones."""

import itertools
import math
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from byhand.checks.counting import (
    _cases,
    _expression,
    _judge,
    _memory_verdict,
    check_counts,
    check_degrees,
    check_gradient_claims,
    check_hessian,
    check_horner,
    check_memory_claims,
    check_one_too_few,
    check_two_forms,
)
from byhand.cost import sizes

m, n = sizes("m n")
a, b, c = sizes("a b c")


def test_expressions_have_their_numbers_as_fractions():
    x = sp.Symbol("x")
    assert _expression("0.1*x") == _expression(0.1 * x) == x / 10
    assert _expression(np.float64(0.5)) == sp.Rational(1, 2)
    assert _expression(Fraction(2, 3)) == sp.Rational(2, 3)
    assert _expression(2) == _expression(Decimal("2.0")) == 2
    # No root is seen in the digits of one.
    for value in (math.sqrt(2), math.sqrt(2) * x, "1.4142135623730951*x"):
        assert not _expression(value).has(sp.sqrt(2))


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


@pytest.fixture(autouse=True)
def _afresh():
    """Have every verdict found again."""
    for known in (_cases, _judge, _memory_verdict):
        known.cache_clear()


# ---- warm-ups ------------------------------------------------------------


FORMS = 2 * a * b * c, b * c + a * (b - 1) * c
BEYOND_THE_GRID = (a - 1) * (a - 2) * (a - 3)  # 0 at a = 1, 2 and 3


@wrong(
    ((a * b * c, FORMS[1]), "Two products of matrices"),
    ((2 * a * b * c + a * c, FORMS[1]), "these are counted apart"),
    ((a * b + b * c, FORMS[1]), "Which products and sums"),
    ((FORMS[0], a * (b - 1) * c), "B + C is work, too"),
    ((FORMS[0], a * b * c + b * c), "one addition less than b"),
    ((FORMS[0], a * b * c), "which shape has it"),
    ((FORMS[0], n), "Use the symbols"),
    (FORMS[0], "Return both"),
    (FORMS[::-1], "Which products and sums"),
    ((FORMS[0] + BEYOND_THE_GRID, FORMS[1]), "degree 3"),
    ((FORMS[0], FORMS[1] + b * BEYOND_THE_GRID), "degree at most 2 in a"),
    ((FORMS[0] / a**2, FORMS[1]), "a polynomial in a, b and c"),
    ((sp.Max(*sizes("a b")), FORMS[1]), "a polynomial in a, b and c"),
)
def test_wrong_counts_of_two_forms(answer, said, refused):
    assert said in in_one_line(refused(check_two_forms, answer))


@wrong(
    ((b**0.5, FORMS[1]), "input the multiplications of A B + A C expected"),
    ((FORMS[0], 1 / a), "input the additions of A (B + C) expected"),
)
def test_the_formula_that_is_none_is_named(answer, said, refused):
    assert said in in_one_line(refused(check_two_forms, answer))


@wrong(
    (a - 1, "Two of the points are taken care of"),
    (a - b, "Two of the points"),
    ((a - 1) * (a - 2) * b, "a higher degree"),
    ((a - 1) * (b - 1) ** 2, "degree 2"),
    (sp.Integer(0), "at all four points are equal"),
    ((a - 3) * (b - 3), "Which factor vanishes at a = 1"),
    (c - 1, "a polynomial in a and b"),
    (1 / a, "a polynomial in a and b"),
    (sp.Symbol("a") * sp.sin(b), "a polynomial in a and b"),
)
def test_what_more_runs_or_fewer_see(answer, said, refused):
    assert said in in_one_line(refused(check_one_too_few, answer))


DEGREES = {"a": 1, "b": 3, "c": 0, "d": -1}


@wrong(
    ({"a": 2}, "p = 2, but L(x) = 5 and L(2x) = 10"),
    ({"a": -1}, "Does L grow or shrink"),
    ({"b": 2}, "How many times as large"),
    ({"c": 2}, "The denominator grows as well"),
    ({"d": 1}, "Does L grow or shrink"),
    ({"d": -2}, "The denominator grows as well"),
    ({"d": "-1"}, "whose values are numbers"),
    ({"e": 1}, "One degree for each letter"),
)
def test_wrong_degrees(answer, said, refused):
    assert said in in_one_line(refused(check_degrees, DEGREES | answer))


@pytest.mark.parametrize(
    ("letter", "function", "values"),
    [
        ("a", "L(x) = ‖x‖, x = (3, 4)", "L(x) = 5 and L(2x) = 10"),
        # 1 + 8, and 8 + 64
        ("b", "L(x) = x_1³ + x_2³, x = (1, 2)", "L(x) = 9 and L(2x) = 72"),
        # 2²/2, and 4²/8
        ("c", "‖x‖², v = (1, 1), x = (1, 1)", "L(x) = 2 and L(2x) = 2"),
        # 1/2, and 2/8
        ("d", "L(x) = x_1 / ‖x‖², x = (1, 1)", "L(x) = 1/2 and L(2x) = 1/4"),
    ],
)
@pytest.mark.parametrize("by", [-1, 1])
def test_a_degree_is_refuted_at_one_point(
    letter, function, values, by, refused
):
    degree = DEGREES[letter] + by
    text = in_one_line(refused(check_degrees, DEGREES | {letter: degree}))
    assert f"{letter}. L(x) = " in text
    assert function in text
    assert f"got p = {degree}, but {values} hint" in text


@pytest.mark.parametrize("sizes", [*itertools.product((1, 2, 3), repeat=3)])
def test_each_of_the_27_sizes_is_run(sizes, refused):
    # Wrong there alone: it vanishes at all other sizes.
    there = sp.prod(
        sp.prod(s - k for k in (1, 2, 3) if k != size)
        for s, size in zip((a, b, c), sizes, strict=True)
    )
    text = in_one_line(refused(check_two_forms, (FORMS[0], FORMS[1] + there)))
    for symbol, size in zip("abc", sizes, strict=True):
        assert f"{symbol} = {size} " in text
    at = dict(zip((a, b, c), sizes, strict=True))
    right = FORMS[1].subs(at)
    assert f"expected {right} addition" in text
    assert f"got {right + there.subs(at)} by the formula" in text


# ---- check_memory_claims -------------------------------------------------

MEMORY = {
    "a": "memory", "b": "peak", "c": "neither",
    "d": "neither", "e": "peak", "f": "neither",
}  # fmt: skip


@pytest.mark.parametrize("letter", MEMORY)
@pytest.mark.parametrize("said", ["memory", "peak", "neither"])
def test_a_wrong_verdict_on_memory_is_shown_both(letter, said, refused):
    if said == MEMORY[letter]:
        return
    text = refused(check_memory_claims, MEMORY | {letter: said})
    assert f"{letter}.  " in text
    assert re.search(r"but there are \d+ together, \d+ at one time", text)


@pytest.mark.parametrize(
    ("letter", "together", "most"),
    # For n = 10: 100 numbers in each matrix, 10 in each vector.
    [("a", 110, 110), ("b", 210, 110), ("c", 210, 210), ("d", 120, 120),
     ("e", 410, 110), ("f", 210, 210)],
)  # fmt: skip
def test_the_memory_of_every_program_is_told(letter, together, most, refused):
    said = "neither" if letter in "abe" else "memory"
    text = in_one_line(refused(check_memory_claims, MEMORY | {letter: said}))
    assert f"there are {together} together, {most} at one time" in text
    assert (together == 110) == (MEMORY[letter] == "memory")
    assert (110 == most != together) == (MEMORY[letter] == "peak")
    hint = "place that is used again" if letter in "be" else "Write down all"
    assert hint in text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("memory", "110 numbers in all values together"),
        ("peak", "110 numbers at one time, more in all together"),
        ("neither", "other numbers than 110"),
    ],
)
def test_what_a_verdict_on_memory_says_is_told(said, expected, refused):
    letter = "a" if said != "memory" else "b"
    text = in_one_line(refused(check_memory_claims, MEMORY | {letter: said}))
    assert f"n² + n = 110 expected {expected} got you say {said!r}" in text


def test_the_memory_can_be_followed_by_hand(refused):
    text = refused(check_memory_claims, MEMORY | {"c": "peak"})
    assert "210 together, 210 at one time" in text
    assert "only if nothing else uses that operand" in in_one_line(text)
    text = refused(check_memory_claims, MEMORY | {"d": "peak"})
    assert "120 together, 120 at one time" in text
    assert "v + v is a value" in text
    text = refused(check_memory_claims, MEMORY | {"e": "memory"})
    assert "410 together, 110 at one time" in text
    assert "Whose place" in text


# ---- check_gradient_claims -----------------------------------------------

TRUTH = {
    "a": "caught", "b": "unseen", "c": "caught",
    "d": "unseen", "e": "right", "f": "caught",
}  # fmt: skip


@pytest.mark.parametrize("letter", TRUTH)
@pytest.mark.parametrize("said", ["right", "caught", "unseen"])
def test_every_wrong_verdict_is_answered_on_its_line(letter, said, refused):
    if said == TRUTH[letter]:
        return
    text = refused(check_gradient_claims, TRUTH | {letter: said})
    assert f"line = {letter}, " in text
    assert f"got       you say {said!r}, but" in text
    assert {
        "caught": "where 2L(x) =",
        "unseen": "where the gradient is",
        "right": "the gradient here",
    }[TRUTH[letter]] in text


GRADIENTS = {
    "a": "v vᵀ x", "b": "2 A x", "c": "A x", "d": "2 Aᵀ x",
    "e": "2 A x + (Aᵀ − A) x", "f": "(A + Aᵀ) x / 2",
}  # fmt: skip
X_SQUARED = "x = [1] expected {} got you say '{}', but g = [1], and xᵀg = 1 "
#: A = [[0, 1], [0, 0]]: L = x1 x2, with the gradient (x2, x1)
PRODUCT = "A = [[0, 1], [0, 0]] x = [1, 2] expected {} got you say '{}', but "


@pytest.mark.parametrize(
    ("letter", "evidence"),
    [
        ("a", "v = [1] " + X_SQUARED + "where 2L(x) = 2 hint"),
        ("b", PRODUCT + "g = [4, 0], where the gradient is [2, 1], and "
         "xᵀg = 2L(x) on this and 31 other forms hint"),
        ("c", "A = [[1]] " + X_SQUARED + "where 2L(x) = 2 hint"),
        ("d", PRODUCT + "g = [0, 2], where the gradient is [2, 1], and "
         "xᵀg = 2L(x) on this and 31 other forms hint"),
        ("e", PRODUCT + "g = [2, 1], the gradient here and on 31 other "
         "forms hint"),
        ("f", "A = [[1]] " + X_SQUARED + "where 2L(x) = 2 hint"),
    ],
)  # fmt: skip
def test_the_evidence_can_be_followed_by_hand(letter, evidence, refused):
    for said, expected in {
        "right": "the gradient",
        "caught": "a wrong gradient g for which xᵀg = 2L(x) fails",
        "unseen": "a wrong gradient g for which xᵀg = 2L(x) holds",
    }.items():
        if said != TRUTH[letter]:
            text = refused(check_gradient_claims, TRUTH | {letter: said})
            assert evidence.format(expected, said) in in_one_line(text)
            assert f"line = {letter}, {GRADIENTS[letter]}\n" in text


def test_forms_of_up_to_four_variables_are_tried():
    for letter in "ab":
        cases = _cases(letter)
        assert [len(c.x) for c in cases] == [1, 2] + 10 * [2] + 10 * [
            3
        ] + 10 * [4]
        for A, x, v in cases:
            assert np.array_equal(A, np.outer(v, v)) or letter != "a"
            drawn = np.concatenate([x, v, *([] if letter == "a" else A)])
            assert set(drawn) <= set(range(-3, 4))
    # Hardly any is symmetric, and the loss is not always 0.
    assert sum(np.array_equal(c.A, c.A.T) for c in cases) < 4
    assert sum(c.loss(c.x) != 0 for c in cases) > 25


# ---- check_counts --------------------------------------------------------


def factor(X):
    rows, columns = X.shape
    C = np.zeros((columns, columns), object)
    for i in range(columns):
        for j in range(i + 1):
            s = X[0, i] * X[0, j]
            for k in range(1, rows):
                s = s + X[k, i] * X[k, j]
            for k in range(j):
                s = s - C[i, k] * C[j, k]
            C[i, j] = np.sqrt(s) if i == j else s / C[j, j]
    return C


PAIRS = n * (n + 1) / 2
COUNTS = {
    "mul": m * PAIRS + (n**3 - n) / 6,
    "add": (m - 1) * PAIRS + (n**3 - n) / 6,
    "div": n * (n - 1) / 2,
    "sqrt": n,
}


def test_the_program_is_a_factorization():
    X = np.random.default_rng(0).normal(size=(5, 3))
    C = factor(X).astype(float)
    assert np.allclose(C @ C.T, X.T @ X)
    assert np.array_equal(C, np.tril(C))


@pytest.mark.parametrize("rows", range(1, 7))
def test_counts_are_those_of_runs_at_each_pair_of_sizes(rows, refused):
    for columns in range(1, rows + 1):
        # Wrong there alone.
        there = sp.prod(m - k for k in range(1, 7) if k != rows)
        there *= sp.prod(n - k for k in range(1, 7) if k != columns)
        claims = COUNTS | {"sqrt": n + there}
        text = in_one_line(refused(check_counts, factor, claims))
        assert f"m = {rows} n = {columns} claims" in text
        one = "" if columns == 1 else "s"
        assert f"expected {columns} square root{one}, counted in a run" in text


def test_every_matrix_that_is_factored_has_full_rank():
    seen = []

    def program(X):
        seen.append(X.astype(float))
        return factor(X)

    check_counts(program, COUNTS)
    shapes = [X.shape for X in seen]
    assert len(set(shapes)) == len(shapes) == 21
    # The smallest first, so that a message can be followed by hand.
    assert sorted(shapes, key=sum) == shapes
    for X in seen:
        assert np.linalg.svd(X, compute_uv=False).min() > 1
        assert np.linalg.cond(X) < 5
        assert (X > 0).all()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mul": m * n**2}, r"m = 2\s+n = 2.*7 mult.*8 by"),
        ({"mul": m * PAIRS}, r"m = 2\s+n = 2.*7 mult"),
        ({"add": m * PAIRS + (n**3 - n) / 6}, r"m = 1\s+n = 1.*0 additions"),
        ({"div": n * (n + 1) / 2}, r"m = 1\s+n = 1.*0 divisions"),
        ({"sqrt": 1}, r"n = 2.*2 square roots.*1 by the formula"),
        ({"exp": 1}, r"0 calls of exp"),
    ],
)
def test_wrong_counts_get_the_smallest_sizes(changed, said, refused):
    text = refused(check_counts, factor, COUNTS | changed)
    assert re.search(said, text, re.DOTALL), text


def test_a_kind_that_is_missing_counts_as_zero(refused):
    claims = {k: v for k, v in COUNTS.items() if k != "sqrt"}
    assert 'claims["sqrt"] = 0' in refused(check_counts, factor, claims)


@pytest.mark.parametrize(
    "claim", [None, sizes("k"), float("nan"), [1], object(), 1 / (n - 1)]
)
def test_what_is_no_polynomial(claim, refused):
    assert "a polynomial in m and n" in refused(
        check_counts, factor, COUNTS | {"mul": claim}
    )


@pytest.mark.parametrize("claims", [None, [m, n], {"mults": m}, m * n])
def test_what_is_no_dictionary_of_counts(claims, refused):
    assert "a dictionary" in refused(check_counts, factor, claims)


# ---- check_hessian -------------------------------------------------------


def filled(v, entry):
    size = len(v)
    H = np.empty((size, size), object)
    for i in range(size):
        for j in range(i, size):
            H[i, j] = H[j, i] = entry(i, j)
    return H


def doubled_vector(v):
    u = v + v
    return filled(v, lambda i, j: u[i] * v[j])


def doubled_products(v):
    P = filled(v, lambda i, j: v[i] * v[j])
    return P + P


def only_calls(v):
    squares = [a**2.0 for a in v]

    def entry(i, j):
        if i == j:
            return squares[i] + squares[i]
        return (v[i] + v[j]) ** 2.0 - squares[i] - squares[j]

    return filled(v, entry)


def test_hessians_of_vectors_by_hand_and_drawn_are_tried():
    seen = []

    def answer(v):
        seen.append([int(x) for x in v.astype(float)])
        return doubled_vector(v)

    check_hessian(answer)
    # One entry, a 0, both signs; then four each of four to eight entries.
    assert seen[:4] == [[3], [1, 2], [4, 2, 3], [1, 0, -1]]
    assert [len(v) for v in seen[4:]] == [
        n for n in (4, 5, 6, 7, 8) for _ in range(4)
    ]
    assert {x for v in seen[4:] for x in v} == set(range(-5, 6))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda v: 2 * np.outer(v, v), r"v = \[3\].*at most 1 mult.*2 mult"),
        (lambda v: np.outer(v + v, v), r"v = \[1, 2\].*at most 3 .*4 mult"),
        (
            lambda v: filled(v, lambda i, j: (2 * v)[i] * v[j]),
            r"v = \[3\].*at most 1",
        ),
        (
            lambda v: filled(v, lambda i, j: v[i] / (1 / (v[j] + v[j]))),
            r"v = \[3\].*2 divisions",
        ),
        (lambda v: np.outer(v, v), r"expected +\[\[18\]\].*got +\[\[9.0\]\]"),
        (
            lambda v: np.triu(np.ones((len(v), len(v)))) * np.outer(v + v, v),
            r"v = \[3\].*with 2 mult",
        ),
        (
            lambda v: 2 * np.outer(v.astype(float), v.astype(float)),
            r"at least 1 multiplication, divisions and calls.*0 of them seen",
        ),
        (
            lambda v: [[2 * x if x is y else 0 for x in v] for y in v],
            r"expected \[\[18\]\] got \[\[6.0\]\]",
        ),
        (
            lambda v: np.where(filled(v, np.less), 0, doubled_vector(v)),
            r"expected \[\[2, 4\], \[4, 8\]\] got \[\[2.0, 0\], \[0, 8.0\]\]",
        ),
        (lambda v: v, r"shape \(1, 1\)"),
        (lambda v: v @ 1, r"got +\w+Error"),
    ],
)
def test_other_hessians_fail(answer, said, refused):
    text = " ".join(refused(check_hessian, answer).split())
    assert re.search(said, text, re.DOTALL), text


# ---- check_horner --------------------------------------------------------


def horner(a, x):
    y = a[-1]
    for coefficient in a[-2::-1]:
        y = y * x + coefficient
    return y


def recursive(a, x):
    if len(a) == 1:
        return a[0]
    return a[0] + x * recursive(a[1:], x)


def by_powers(a, x):
    y, power = a[0], x
    for k in range(1, len(a)):
        y = y + a[k] * power
        if k + 1 < len(a):
            power = power * x
    return y


def from_zero(a, x):
    y = 0
    for coefficient in a[::-1]:
        y = y * x + coefficient
    return y


def test_polynomials_by_hand_and_drawn_are_tried():
    seen = []

    def answer(a, x):
        seen.append(([int(c) for c in a.astype(float)], int(float(x))))
        return horner(a, x)

    check_horner(answer)
    # 1 + 2x + 3x² + ... at 2, then two drawn ones of each degree.
    assert seen[:9] == [([*range(1, k + 2)], 2) for k in range(9)]
    assert [len(a) - 1 for a, _ in seen[9:]] == [
        k for k in range(9) for _ in range(2)
    ]
    assert {c for a, _ in seen[9:] for c in a} == set(range(-4, 5))
    assert {x for _, x in seen[9:]} == {-3, -1, 0, 1, 2, 3}


def test_values_are_wanted_to_nine_digits(passes, refused):
    def off(by):
        return lambda a, x: horner(a, x) * (1 + by if len(a) == 1 else 1)

    def at_degree_0(a, x):
        return a[0] if len(a) == 1 else horner(a, x)

    passes(check_horner, at_degree_0)
    # The factor is a multiplication too many, but the value comes first.
    assert "k-th power" in refused(check_horner, off(1e-8))
    assert "the right value" in refused(check_horner, off(5e-10))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (by_powers, r"a = \[1, 2, 3\]\s+x = 2.*at most 2 .*3 mult"),
        (
            lambda a, x: sum(c * x**k for k, c in enumerate(a) if k) + a[0],
            r"a = \[1, 2, 3\]\s+x = 2.*3 mult",
        ),
        (from_zero, r"a = \[1\]\s+x = 2.*at most 0 mult.*1 multiplication,"),
        (
            lambda a, x: horner(a[::-1], x),
            r"a = \[1, 2\]\s+x = 2.*expected +5\s+got +4",
        ),
        (
            lambda a, x: float(horner(a, x)) if len(a) < 3 else 0 * x,
            r"a = \[1, 2, 3\].*expected +17\s+got +0",
        ),
        (
            lambda a, x: np.polyval(a[::-1].astype(float), float(x)),
            r"a = \[1, 2\].*at least 1 mult.*0 of them seen",
        ),
        (lambda a, x: a, r"shape \(\)"),
        (lambda a, x: a[len(a)], r"got +IndexError"),
    ],
)
def test_other_programs_fail(answer, said, refused):
    text = refused(check_horner, answer)
    assert re.search(said, text, re.DOTALL), text


#: What is said of right answers, and the answers.
RIGHT = {
    check_two_forms: (
        "27 sizes",
        FORMS,
        ("2*a*b*c", "a*b*c - a*c + b*c"),
    ),
    check_one_too_few: (
        "3 points of the grid",
        (a - 1) * (b - 1),
        (a - 2) * (b - 1),
        "3*(a - 2)*(2 - b)",
    ),
    check_degrees: ("4 functions", DEGREES),
    check_memory_claims: ("6 programs", MEMORY),
    check_gradient_claims: ("32 forms", TRUTH),
    check_counts: (
        "21 pairs of sizes",
        (factor, COUNTS),
        (factor, COUNTS | {"sqrt": "n", "exp": 0}),
        (factor, COUNTS | {"mul": 0.5 * m * n * (n + 1) + (n**3 - n) / 6}),
    ),
    check_hessian: (
        "24 vectors",
        doubled_vector,
        doubled_products,
        only_calls,
    ),
    check_horner: ("27 polynomials", horner, recursive),
}
