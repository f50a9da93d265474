"""The checkers of the page on modes: right passes, wrong is shown."""

import itertools
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from byhand.checks.modes import (
    _ARGUMENT,
    _all_costs,
    _chains,
    _fewest,
    check_best_order,
    check_choose_mode,
    check_false_step,
    check_first_order,
    check_mode_names,
    check_order,
    check_passes,
    check_published,
    check_reverse_beaten,
    check_unit_vectors,
    pass_numbers,
)
from byhand.cost import Product, evaluate, number_of_orders


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


def wrong_only_at(special, right, instead):
    """Return an answer that is right but for one input."""

    def answer(given):
        return instead(given) if given == special else right(given)

    return answer


def recorded(right):
    """Return a right answer, and the list of what it is asked."""
    asked = []

    def answer(given):
        asked.append(given)
        return right(given)

    return answer, asked


# ---- warm-ups ------------------------------------------------------------


@wrong(
    ("xᵀ(A(yzᵀ))", "The dearest product is A times (yzᵀ)"),
    ("(xᵀA)(yzᵀ)", "in general 3*n**2"),
    ("xᵀ((Ay)zᵀ)", "in general 3*n**2"),
    ("xᵀAy", "xᵀ A y zᵀ with parentheses"),
)
def test_dearer_first_orders(answer, said, refused):
    assert said in in_one_line(refused(check_first_order, answer))


@wrong(
    ((6, [4, 8, 12]), "the tangent of u"),
    ((48, [4, 8, 12]), "The loss has a factor ½"),
    ((8, [4, 8, 12]), "That is the loss itself"),
    ((10, [4, 8, 12]), "u and u_dot first"),
    ((24, [1, 2, 3]), "The cotangent of u is not 1"),
    ((24, [4, 0, 4]), "is the other one"),
    ((24, [8, 16, 24]), "The loss has a factor ½"),
    ((24, [1, 1, 1]), "u_bar first"),
    (24, "First what comes out"),
    ((24, 4), "First what comes out"),
)
def test_wrong_passes(answer, said, refused):
    assert said in in_one_line(refused(check_passes, answer))


@pytest.mark.parametrize("other", [-1, 0, 5, 7, 9, 23, 25, 47, 49, 100])
def test_other_tangents(other, refused):
    text = in_one_line(refused(check_passes, (other, [4, 8, 12])))
    assert "v = [1, 2, 3] x = [1, 0, 1] x_dot = [1, 1, 1] exp" in text
    assert "expected L_dot, to first order the change of L with" in text
    assert f"got {other} hint Follow the tape of the forward pass" in text


@pytest.mark.parametrize(
    "other",
    [[4, 8, 11], [0, 0, 0], [4, 0, 5], [1, 2, 4], [8, 16, 0], [9, 17, 25],
     [0, 2, 3], [4, 0, 3]],
)  # fmt: skip
def test_other_cotangents(other, refused):
    text = in_one_line(refused(check_passes, (24, other)))
    assert "v = [1, 2, 3] x = [1, 0, 1] L_bar = 1 expected x_bar" in text
    assert "Follow the tape of the reverse pass" in text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        # v = [1, 5, 2], x = [2, 1, 1]: u = 9 and u_dot = 8
        ((8, [9, 45, 18]), "the tangent of u"),
        ((144, [9, 45, 18]), "The loss has a factor ½"),
        ((Fraction(81, 2), [9, 45, 18]), "That is the loss itself"),
        ((40, [9, 45, 18]), "u and u_dot first"),
        ((72, [1, 5, 2]), "The cotangent of u is not 1"),
        ((72, [18, 9, 9]), "is the other one"),
        ((72, [18, 90, 36]), "The loss has a factor ½"),
        ((72, [9, 9, 9]), "u_bar first"),
    ],
)
def test_wrong_passes_of_a_variant(answer, said, vary, refused):
    vary("group 43")
    assert said in in_one_line(refused(check_passes, answer))


def test_right_passes_of_a_variant(vary, passes):
    passes(check_passes, (24, [4, 8, 12]))
    vary("group 43")
    passes(check_passes, (72, [9, 45, 18]))


@pytest.mark.parametrize(
    ("setting", "v", "x"),
    [
        ("group 1", [2, 4, 1], [0, 2, 1]),
        ("group 4", [2, 3, 4], [1, 2, 0]),
        ("group 6", [3, 1, 2], [0, 1, 1]),
        ("group 9", [3, 3, 5], [0, 0, 1]),
        ("group 17", [1, 1, 3], [0, 0, 1]),
        ("group 23", [5, 2, 5], [1, 0, 0]),
        ("group 37", [2, 4, 1], [2, 1, 1]),
        ("group 43", [1, 5, 2], [2, 1, 1]),
    ],
)
def test_the_numbers_of_a_variant_stay(setting, v, x, vary):
    # Written down once: a course has handed them out.
    vary(setting)
    assert pass_numbers.value == (v, x)


def test_slips_in_the_passes_differ_in_every_variant(vary):
    for number in range(1000):
        vary(f"group {number}")
        v, x = map(np.array, pass_numbers.value)
        u, u_dot = v @ x, v.sum()
        assert len({u * u_dot, u_dot, 2 * u * u_dot, u * u / 2}) == 4
        assert len({tuple(a) for a in (u * v, v, u * x, 2 * u * v)}) == 4


def edges(sizes):
    return sum(a * b for a, b in itertools.pairwise(sizes))


@wrong(
    (lambda s: saved(s)[::-1], "Forward first"),
    (lambda s: (s[0] * edges(s), s[-1] * edges(s)), "what all passes take"),
    (
        lambda s: (left_to_right(s), left_to_right(s[::-1])),
        "without the unit vectors",
    ),
    (lambda s: (s[0] * s[1], s[-2] * s[-1]), "for one pass"),
    (lambda s: (s[0], s[-1]), "Which product is made"),
    (lambda s: s[0] / s[-1], "Return two numbers"),
    (lambda s: None, "expected"),
)
def test_wrong_savings(answer, said, refused):
    assert said in in_one_line(refused(check_unit_vectors, answer))


@pytest.mark.parametrize(
    ("sizes", "got", "said"),
    [
        # 12 and 3 of 18 and 9, which leaves 6 and 6
        ([2, 3, 1], (3, 12), "Forward first"),
        ([2, 3, 1], (18, 9), "what all passes take"),
        ([2, 3, 1], (6, 6), "without the unit vectors"),
        ([2, 3, 1], (6, 3), "for one pass"),
        ([2, 3, 1], (12, 4), "Which product is made"),
        ([2, 3, 1], (13, 3), "Which product is made"),
        ([2, 3, 1], (5, 20), "Which product is made"),
        ([2, 3, 1], (20, 10), "Which product is made"),
        ([2, 3, 1], (2, 2), "Which product is made"),
        ([5, 4], (80, 100), "Forward first"),
        ([5, 4], (0, 0), "without the unit vectors"),
        ([5, 4], (20, 20), "for one pass"),
        ([3, 2, 2, 1], (6, 2), "for one pass"),
        ([3, 2, 2, 1], (36, 12), "what all passes take"),
        ([3, 2, 2, 1], (18, 10), "without the unit vectors"),
        ([784, 128, 10], (1280, 100352), "Which product is made"),
    ],
)
def test_slips_in_a_single_saving(sizes, got, said, refused):
    answer = wrong_only_at(sizes, saved, lambda s: got)
    text = in_one_line(refused(check_unit_vectors, answer))
    first, last = saved(sizes)
    assert f"sizes = {sizes} expected ({first}, {last}) got (" in text
    assert said in text


def test_the_chains_of_savings(passes):
    answer, asked = recorded(saved)
    assert "23 chains" in passes(check_unit_vectors, answer)
    assert asked[:3] == [[2, 3, 1], [784, 128, 10], [5, 4]]
    assert len(asked) == 23
    choice, chains = recorded(choose)
    passes(check_choose_mode, choice)
    assert asked[3:] == chains[:20]


def saved(sizes):
    return sizes[0] ** 2 * sizes[1], sizes[-2] * sizes[-1] ** 2


# ---- check_mode_names ----------------------------------------------------

NAMES = {
    "a": "forward", "b": "reverse", "c": "reverse", "d": "forward",
    "e": "neither", "f": "both", "g": "neither", "h": "both",
}  # fmt: skip


@pytest.mark.parametrize("letter", NAMES)
@pytest.mark.parametrize("said", ["forward", "reverse", "both", "neither"])
def test_a_wrong_name_is_answered_with_what_the_order_does(
    letter, said, refused
):
    if NAMES[letter] == said:
        return
    text = in_one_line(refused(check_mode_names, NAMES | {letter: said}))
    assert f"input {letter}. " in text
    assert f"got you say {said!r}, but " in text


def test_left_and_right_do_not_tell_the_mode(refused):
    text = refused(check_mode_names, NAMES | {"c": "forward"})
    assert "not by left and right" in in_one_line(text)
    assert "J3 at the cotangent of the output" in in_one_line(text)


# ---- check_false_step ----------------------------------------------------


@wrong(
    ("a", "it holds here: reverse mode takes 9"),
    ("b", "it holds here: J3(J2J1) takes 8"),
    ("d", "it fails here, 6 and 9, but one before it does"),
    ("e", "it fails here, 8 and 9, but one before it does"),
    ("f", "the letter of one step"),
    (["c"], "the letter of one step"),
)
def test_steps_that_are_not_the_false_one(answer, said, refused):
    assert said in in_one_line(refused(check_false_step, answer))


@pytest.mark.parametrize(
    ("letter", "evidence"),
    [
        ("a", "takes 9, and ab + bc = 9"),
        ("b", "J3(J2J1) takes 8, and abc + ac = 8"),
    ],
)
def test_what_holds_is_counted_both_ways(letter, evidence, refused):
    text = in_one_line(refused(check_false_step, letter))
    assert f"a = 2 b = 3 c = 1 step {letter} = " in text
    assert evidence in text


def test_the_argument_has_one_false_step():
    for sizes in itertools.product(range(1, 5), repeat=3):
        holds = {
            letter: step.evaluate((*sizes, 1))[0]
            for letter, step in _ARGUMENT.items()
        }
        a, _, c = sizes
        assert holds["a"]
        assert holds["b"]
        assert holds["c"] is (a * c >= a + c)
        if holds["c"]:
            assert holds["d"]
            assert holds["e"]


def test_the_false_step_is_shown_where_it_fails(passes):
    said = passes(check_false_step, "c")
    assert "step c fails for a = 2, b = 3, c = 1: 2 and 3" in said


# ---- check_reverse_beaten ------------------------------------------------


def beaten(ratio):
    if ratio >= 2:
        return None
    return [1, int(ratio / (2 - ratio)) + 1, 1, 1]


def beaten_with_one_layer_more(ratio):
    return None if ratio >= 2 else [1, int(4 / (2 - ratio)) + 1, 1, 1, 1]


@wrong(
    (lambda r: None, "the sizes of a chain; there is one"),
    (lambda r: [2, 3, 1, 1], "how large for this ratio"),
    (lambda r: [1, 1000, 1, 1], "how large for this ratio"),
    (lambda r: [5, 5, 5, 1], "By the theorem"),
    (lambda r: [1, 5, 1], "a best order here"),
    (lambda r: beaten(min(r, Fraction(3, 2))), "how large for this ratio"),
    (
        lambda r: beaten(r) or [1, 10**9, 1, 1],
        "None, since no chain is beaten by so much",
    ),
    (lambda r: [2, 3, 4], "the output is a scalar"),
    (lambda r: [1, *[1000, 1] * 30], "from 3 to 40 positive sizes"),
    (lambda r: [1], "from 3 to 40 positive sizes"),
    (lambda r: [], "from 3 to 40 positive sizes"),
    (lambda r: [1, 0.5, 1], "a list of integers"),
)
def test_chains_that_are_not_beaten_by_so_much(answer, said, refused):
    assert said in in_one_line(refused(check_reverse_beaten, answer))


#: The ratios that are asked for, and why.
ASKED = {
    "that of a best order": "1",
    "little more": "9/8",
    "that of a small chain": "3/2",
    "not far below 2": "19/10",
    "near 2": "1999/1000",
    "so near that floats would do no longer": "1999999999/1000000000",
    "exactly 2": "2",
    "hardly more than 2": "2000001/1000000",
    "out of reach": "3",
}


@pytest.mark.parametrize("kind", ASKED)
def test_no_ratio_may_go_wrong(kind, refused):
    ratio = Fraction(ASKED[kind])
    answer = wrong_only_at(
        ratio, beaten, lambda r: [2, 3, 1, 1] if r >= 2 else None
    )
    text = in_one_line(refused(check_reverse_beaten, answer))
    assert f"input ratio = {ratio} " in text
    if ratio < 2:
        assert "the sizes of a chain; there is one got None hint Where" in text
    else:
        assert "sizes = [2, 3, 1, 1] expected None, since no chain" in text
        assert "got 9 in reverse mode" in text
        assert "What does that product take at least?" in text


def test_all_ratios_are_told(passes):
    answer, asked = recorded(beaten)
    said = passes(check_reverse_beaten, answer)
    assert "6 chains that are beaten, 3 ratios out of reach" in said
    assert asked == [*map(Fraction, ASKED.values())]


@pytest.mark.parametrize(
    ("ratio", "sizes", "expected", "said"),
    [
        # 6 multiplications against 4
        (
            "3/2", [1, 3, 1, 1],
            "more than 3/2 times the 4 multiplications of a best order got 6",
            "how large for this ratio",
        ),
        (
            "1", [1, 2, 1],
            "more than 1 times the 2 multiplications of a best order got 2",
            "a best order here",
        ),
        ("9/8", [1, 5, 1], "the 5 multiplications", "a best order here"),
        ("9/8", [4, 3, 2, 1], "the 18 multiplications", "By the theorem"),
        ("2", [4, 3, 2, 1], "None, since no chain", "By the theorem"),
        ("2", [1, 5, 1], "None, since no chain", "a best order here"),
        ("1", [5, 1], "from 3 to 40 positive sizes", "k + 1 sizes"),
        ("1", [0, 5, 1], "from 3 to 40 positive sizes", "k + 1 sizes"),
        ("1", [1, 5, 1, 0], "from 3 to 40 positive sizes", "k + 1 sizes"),
        ("1", [1, 5, 1, 2], "from 3 to 40 positive sizes", "k + 1 sizes"),
        ("1", [1, 5, *[1] * 39], "from 3 to 40 positive", "k + 1 sizes"),
    ],
)  # fmt: skip
def test_a_single_chain_that_is_not_beaten(
    ratio, sizes, expected, said, refused
):
    answer = wrong_only_at(Fraction(ratio), beaten, lambda r: sizes)
    text = in_one_line(refused(check_reverse_beaten, answer))
    assert f"ratio = {ratio} " in text
    assert expected in text
    assert said in text


def test_a_chain_may_have_forty_sizes(passes):
    longest = wrong_only_at(Fraction(1), beaten, lambda r: [1, 5, *[1] * 38])
    passes(check_reverse_beaten, longest)


def test_no_chain_is_beaten_by_the_factor_two():
    for k in range(2, 6):
        for hidden in itertools.product((1, 2, 3, 9), repeat=k):
            in_reverse = edges(hidden)
            assert in_reverse < 2 * _fewest([*hidden, 1])


# ---- check_published -----------------------------------------------------

LINES = {
    "a": "right", "b": "right", "c": "right", "d": "right",
    "e": "difference", "f": "difference",
    "g": "right", "h": "right", "i": "wrong",
}  # fmt: skip


#: The first sizes that show what is so, the two counts where a line compares
#: two, what is so at these sizes, and what the line says.
EVIDENCE = {
    "a": ((1, 2), (), "counted: 6", "6"),
    "b": ((1, 2), (), "counted: 10", "10"),
    "c": ((1, 2), (), "counted: 4", "4"),
    "d": ((1, 2), (), "counted: 8", "8"),
    "e": ((1, 2), (6, 4), "the first count divided by the second: 3/2", "2"),
    "f": ((1, 2), (10, 8), "the first count divided by the second: 5/4", "2"),
    "g": ((1, 2), (10, 8), "it takes less memory: no", "no"),
    "h": (
        (1, 2), (10, 8), "the first count is less than twice the second: yes",
        "yes",
    ),
    "i": (
        (5, 4), (60, 29), "the first count is at most twice the second: no",
        "yes",
    ),
}  # fmt: skip
TEXTS = {
    "a": "{right} takes 3mn multiplications",
    "b": "{right} takes memory 2(m + n + mn)",
    "c": "{left} takes 2n² + mn multiplications",
    "d": "{left} takes memory 3n + m + n² + mn",
    "e": "the ratio of the multiplications, {right} to {left}, is n(2m − 2n)",
    "f": "the ratio of the memory, {right} to {left}, is (n + 1)(m − n)",
    "g": "{right} takes less memory than {left} if and only if it takes fewer "
    "multiplications",
    "h": "{right} takes less than twice the memory of {left}",
    "i": "the cheaper of {right} and {left} takes at most twice the "
    "multiplications of the best order",
}
HINTS = {
    "right": "Put these sizes into the formula.",
    "difference": "Compare both counts with the formula, at these sizes.",
    "wrong": "Put these sizes into both sides.",
}


def test_the_evidence_on_the_published_lines(passes, refused):
    assert "each line counted at 484 pairs" in passes(check_published, LINES)
    for letter, ((n, m), counts, so, says) in EVIDENCE.items():
        verdict = "wrong" if LINES[letter] == "right" else "right"
        answer = LINES | {letter: verdict}
        text = in_one_line(refused(check_published, answer))
        shown = f"n = {n} m = {m} "
        if counts:
            shown += f"first count = {counts[0]} second count = {counts[1]} "
        assert f"{shown}expected {so} got you say" in text
        assert f"the line says {says}" in text
        assert f"hint {HINTS[LINES[letter]]}" in text
        orders = {"right": "v(vᵀ(y1y2ᵀ))", "left": "((vvᵀ)y1)y2ᵀ"}
        assert f"line = {letter}. {TEXTS[letter].format(**orders)} n =" in text


@pytest.mark.parametrize("letter", LINES)
@pytest.mark.parametrize("verdict", ["right", "difference", "wrong"])
def test_a_wrong_verdict_is_answered_with_evidence(letter, verdict, refused):
    if LINES[letter] == verdict:
        return
    said = refused(check_published, LINES | {letter: verdict})
    assert f"{letter}.  " in said
    assert f"got you say {verdict!r}, but the line says" in in_one_line(said)
    assert ("equal at all sizes" in said) is (LINES[letter] == "right")


def test_the_evidence_against_the_published_ratio(refused):
    said = refused(check_published, LINES | {"e": "right"})
    for words in ("n = 1\n", "m = 2\n", "first count = 6", "3/2", "says 2"):
        assert words in said.replace("second count = 4", "second count = 4\n")


def test_the_evidence_against_two_times_the_best(refused):
    said = refused(check_published, LINES | {"i": "right"})
    counts = [
        int(line.split("=")[1])
        for line in said.splitlines()
        if "count =" in line
    ]
    assert counts[0] > 2 * counts[1] > 0


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("(((vvᵀ)A)v)vᵀ", "20, in general n**3 + 3*n**2"),
        ("v(vᵀ(A(vvᵀ)))", "20, in general n**3 + 3*n**2"),
        ("((vvᵀ)A)(vvᵀ)", "24, in general 2*n**3 + 2*n**2"),
        ("v((vᵀA)(vvᵀ))", "Cheaper than left to right and right to left"),
        ("((vvᵀ)(Av))vᵀ", "Cheaper than left to right and right to left"),
    ],
)
def test_a_dearer_order_is_counted(order, said, refused):
    found = refused(check_order, order)
    assert said in found
    assert "n = 2" in found
    assert "12 multiplications" in found


@pytest.mark.parametrize(
    ("order", "dearest"),
    [
        ("(((vvᵀ)A)v)vᵀ", "(vvᵀ) times A, with n**3"),
        ("v(vᵀ(A(vvᵀ)))", "A times (vvᵀ), with n**3"),
        ("((vvᵀ)A)(vvᵀ)", "(vvᵀ) times A, with n**3"),
        ("(v(vᵀA))(vvᵀ)", "(v(vᵀA)) times (vvᵀ), with n**3"),
        ("(vvᵀ)((Av)vᵀ)", "(vvᵀ) times ((Av)vᵀ), with n**3"),
    ],
)
def test_an_order_that_is_no_cheaper_than_those_of_the_textbook(
    order, dearest, refused
):
    text = in_one_line(refused(check_order, order))
    assert f"hint The dearest product is {dearest} multiplications." in text


def test_an_order_between_those_of_the_textbook(refused):
    # From the right n³ + 2n², from the left n² + 2n.
    text = in_one_line(refused(check_first_order, "(xᵀA)(yzᵀ)"))
    assert "hint The dearest product is xᵀ times A, with n**2" in text


@pytest.mark.parametrize(
    ("check", "product", "least"),
    [
        (
            check_first_order,
            Product("xᵀ A y zᵀ", x="n", A=("n", "n"), y="n", z="n"),
            8,
        ),
        (check_order, Product("v vᵀ A v vᵀ", v="n", A=("n", "n")), 12),
    ],
)
def test_whatever_is_dearer_is_so_for_n_2(check, product, least, refused):
    for order in product.orders():
        count = evaluate(order.multiplications, n=2)
        if count > least:
            text = in_one_line(refused(check, str(order)))
            assert f"n = 2 expected {least} multiplications," in text
            assert f"got {count}, in general {order.multiplications}" in text
        else:
            check(str(order))


@pytest.mark.parametrize("order", ["v(vᵀA)", "v vᵀ A v vᵀ", "", None, 3])
def test_what_is_no_order_is_refused(order, refused):
    assert "as a string" in refused(check_order, order)


def by_table(sizes):
    k = len(sizes) - 1
    best = {(i, i + 1): 0 for i in range(k)}
    for length in range(2, k + 1):
        for i in range(k - length + 1):
            j = i + length
            best[i, j] = min(
                best[i, s] + best[s, j] + sizes[i] * sizes[s] * sizes[j]
                for s in range(i + 1, j)
            )
    return best[0, k]


@cache
def by_stretches(sizes):
    splits = range(1, len(sizes) - 1)
    return min(
        (
            by_stretches(sizes[: s + 1])
            + by_stretches(sizes[s:])
            + sizes[0] * sizes[s] * sizes[-1]
            for s in splits
        ),
        default=0,
    )


def without_memory(sizes):
    splits = range(1, len(sizes) - 1)
    return min(
        (
            without_memory(sizes[: s + 1])
            + without_memory(sizes[s:])
            + sizes[0] * sizes[s] * sizes[-1]
            for s in splits
        ),
        default=0,
    )


def greedy(sizes):
    """Contract the largest size first."""
    sizes, cost = list(sizes), 0
    while len(sizes) > 2:
        s = max(range(1, len(sizes) - 1), key=sizes.__getitem__)
        cost += sizes[s - 1] * sizes[s] * sizes[s + 1]
        del sizes[s]
    return cost


def left_to_right(sizes):
    return sizes[0] * sum(a * b for a, b in itertools.pairwise(sizes[1:]))


def some_order(sizes):
    order = 0
    for i in range(1, len(sizes) - 1):
        order = order, i
    return order


def ordered(sizes):
    """Return the fewest multiplications and an order, by recursion."""

    @cache
    def best(i, j):
        if j - i == 1:
            return 0, i
        ways = []
        for s in range(i + 1, j):
            (left, x), (right, y) = best(i, s), best(s, j)
            cost = left + right + sizes[i] * sizes[s] * sizes[j]
            ways.append((cost, (x, y)))
        return min(ways, key=lambda way: way[0])

    return best(0, len(sizes) - 1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda s: (left_to_right(s), some_order(s)), "to put parentheses"),
        (lambda s: (greedy(s), some_order(s)), "where it was split"),
        (lambda s: (by_table(s) + 1, ordered(s)[1]), "to put parentheses"),
        (by_table, "Return both, such as"),
        (lambda s: None, "`return`"),
        (lambda s: (by_table(s), some_order(s)), "where it was split"),
        (lambda s: (by_table(s), None), "a single matrix is its number"),
        (lambda s: (by_table(s), 0), "Every matrix occurs once"),
        (lambda s: (by_table(s), (1, 0)), "Every matrix occurs once"),
        (lambda s: (by_table(s), (0, 0)), "Every matrix occurs once"),
        (lambda s: (by_table(s), str(ordered(s)[1])), "A product of two"),
    ],
)
def test_a_wrong_order_is_shown(answer, said, refused):
    text = refused(check_best_order, answer)
    assert "sizes = [" in text
    assert said in in_one_line(text)


#: Chains that are among those tried, and the fewest multiplications.
TRIED = {
    "a single matrix": ([2, 3], 0),
    "two matrices": ([1, 2, 3], 6),
    "the other order than from the left": ([2, 3, 1, 2], 10),
    "first and last at the same size": ([2, 1, 3, 2], 10),
    "more than two stretches": ([3, 2, 2, 1, 3], 19),
}


@pytest.mark.parametrize("kind", TRIED)
def test_no_kind_of_chain_may_go_wrong(kind, refused):
    sizes, fewest = TRIED[kind]
    answer = wrong_only_at(sizes, ordered, lambda s: (99, 0))
    text = in_one_line(refused(check_best_order, answer))
    assert f"sizes = {sizes} expected {fewest} got 99" in text
    ways = {
        2: "There is 1 matrix, 1 way to put",
        3: "There are 2 matrices, 1 way to put",
        4: "There are 3 matrices, 2 ways to put",
        5: "There are 4 matrices, 5 ways to put",
    }
    assert ways[len(sizes)] in text


@pytest.mark.parametrize(
    ("sizes", "order", "expected"),
    [
        ([2, 3], (0, 0), "0, the number of the only matrix"),
        ([1, 2, 3], 0, "an order of the matrices 0 to 1"),
        ([3, 2, 2, 1, 3], 0, "an order of the matrices 0 to 3"),
        # ((0 1) 2) 3: 12 + 6 + 9
        (
            [3, 2, 2, 1, 3], (((0, 1), 2), 3),
            "an order that takes 19 multiplications got this one takes 27",
        ),
        # (0 1) (2 3): 12 + 6 + 18
        (
            [3, 2, 2, 1, 3], ((0, 1), (2, 3)),
            "an order that takes 19 multiplications got this one takes 36",
        ),
    ],
)  # fmt: skip
def test_a_wrong_order_of_a_single_chain(sizes, order, expected, refused):
    answer = wrong_only_at(sizes, ordered, lambda s: (ordered(s)[0], order))
    text = in_one_line(refused(check_best_order, answer))
    assert f"sizes = {sizes} " in text
    assert expected in text


@pytest.mark.parametrize("order", [((0, 1), 1), (0, 2), (2, (0, 1))])
def test_only_neighbors_are_multiplied(order, refused):
    sizes = [2, 3, 1, 2]
    answer = wrong_only_at(sizes, ordered, lambda s: (10, order))
    text = in_one_line(refused(check_best_order, answer))
    assert f"{order}: not neighbors hint A product of two parts" in text


@pytest.mark.parametrize("order", [(0, 1), (1, 2), 1])
def test_no_matrix_is_left_out(order, refused):
    sizes = [2, 3, 1, 2]
    answer = wrong_only_at(sizes, ordered, lambda s: (10, order))
    text = in_one_line(refused(check_best_order, answer))
    assert "an order of the matrices 0 to 2 got the matrices [" in text


def test_how_many_orders_are_tried(passes):
    answer, asked = recorded(ordered)
    said = passes(check_best_order, answer)
    assert "3,767 orders tried, and 40 matrices" in said
    *all_orders, twelve, forty = asked
    assert sum(number_of_orders(len(s) - 1) for s in all_orders) == 3767
    assert {len(s) - 1 for s in all_orders} == {*range(1, 9)}
    assert (len(twelve), len(forty)) == (13, 41)
    # so many that from the left is not best, nor the largest size first
    for sizes in (twelve, forty):
        assert by_table(sizes) < min(left_to_right(sizes), greedy(sizes))


@pytest.mark.parametrize("k", [12, 40])
def test_no_long_chain_may_go_wrong(k, refused):
    def answer(sizes):
        count, order = ordered(sizes)
        return count + (len(sizes) == k + 1), order

    text = in_one_line(refused(check_best_order, answer))
    assert f"There are {k} matrices, {number_of_orders(k):,} ways" in text


@pytest.mark.parametrize("more", [0, 1])
def test_how_many_products_of_sizes_are_allowed(more, passes, refused):
    def answer(sizes):
        if len(sizes) == 41:
            # Each of the (40³ − 40)/6 splits takes two products.
            for i in range(192_000 + more - 2 * 10_660):
                product = 3 * sizes[0] if i % 2 else sizes[0] * 3
                assert product == 3 * int(sizes[0])
        return ordered(sizes)

    if not more:
        passes(check_best_order, answer)
    else:
        text = in_one_line(refused(check_best_order, answer))
        assert "a result after at most 192,000 products of two" in text


def test_one_who_tries_all_orders_of_a_long_chain_is_stopped(refused):
    said = refused(
        check_best_order, lambda s: (without_memory(s), ordered(s)[1])
    )
    assert f"{number_of_orders(40):,}" in said
    assert "only 820 stretches" in " ".join(said.split())


def test_the_checker_knows_the_fewest():
    for sizes in _chains():
        assert _fewest(sizes) == by_table(sizes) == min(_all_costs(sizes))
        assert len([*_all_costs(sizes)]) == number_of_orders(len(sizes) - 1)


def choose(sizes):
    edges = [a * b for a, b in itertools.pairwise(sizes)]
    costs = {
        "forward": sizes[0] * sum(edges[1:]),
        "reverse": sizes[-1] * sum(edges[:-1]),
        "mixed": by_table(sizes),
    }
    mode = min(costs, key=costs.get)
    return mode, costs[mode]


def choose_otherwise(sizes):
    """Prefer reverse mode to forward mode where they tie."""
    mode, cost = choose(sizes)
    backwards, _ = choose(sizes[::-1])
    swapped = {"forward": "reverse", "reverse": "forward", "mixed": "mixed"}
    return [swapped[backwards], cost] if mode != "mixed" else [mode, cost]


def thumb(sizes):
    """Fewer inputs than outputs: forward."""
    edges = [a * b for a, b in itertools.pairwise(sizes)]
    if sizes[0] <= sizes[-1]:
        return "forward", sizes[0] * sum(edges[1:])
    return "reverse", sizes[-1] * sum(edges[:-1])


def by_passes(sizes):
    """Count the product with the unit matrix as well."""
    edges = [a * b for a, b in itertools.pairwise(sizes)]
    mode, _ = choose(sizes)
    return mode, min(sizes[0], sizes[-1]) * sum(edges)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (thumb, "With forward mode the product takes"),
        (by_passes, "nothing is multiplied by a unit matrix"),
        (lambda s: ("mixed", by_table(s)), "One of the two modes"),
        (lambda s: choose(s)[0], "Return both, the mode first"),
        (lambda s: choose(s)[::-1], "Return both, the mode first"),
        (lambda s: ("backward", 1), "Return both, the mode first"),
        (lambda s: (choose(s)[0], True), "the count is not"),
        (lambda s: (choose(s)[0], None), "the count is not"),
    ],
)
def test_a_wrong_choice_is_shown(answer, said, refused):
    found = refused(check_choose_mode, answer)
    assert said in found
    assert "sizes = [" in found


#: Chains of layers that are among those tried: what forward mode and reverse
#: mode take, and the fewest multiplications.
LAYERS = {
    "one input": ([1, 2, 3], 6, 6, 6),
    "both modes tie": ([2, 2, 1, 1], 6, 6, 6),
    "one output": ([3, 2, 2, 1], 18, 10, 10),
    "fewer inputs, and still reverse mode": ([2, 1, 5, 3], 40, 21, 21),
    "one input, and other sizes that are equal": ([1, 5, 5, 4], 45, 120, 45),
    "narrow inside": ([4, 4, 1, 4, 4], 96, 96, 48),
    "all sizes equal": ([2, 2, 2, 2, 2], 24, 24, 24),
    "one output, and other sizes that are equal": ([9, 5, 5, 1], 270, 70, 70),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_no_kind_of_layers_may_go_wrong(kind, refused):
    sizes, forward, reverse, fewest = LAYERS[kind]
    answer = wrong_only_at(sizes, choose, lambda s: (choose(s)[0], 999))
    text = in_one_line(refused(check_choose_mode, answer))
    assert (
        f"sizes = {sizes} forward mode = {forward} reverse mode = {reverse} "
        f"expected {fewest} multiplications got 999"
    ) in text
    assert "The mode is right, the count is not." in text


@pytest.mark.parametrize(
    ("kind", "mode", "hint"),
    [
        ("one output", "forward", "With forward mode the product takes 18."),
        ("one output", "mixed", "takes no more than any order"),
        ("narrow inside", "reverse", "With reverse mode the product takes 96"),
        (
            "one input, and other sizes that are equal",
            "reverse",
            "With reverse mode the product takes 120.",
        ),
        ("both modes tie", "mixed", "takes no more than any order"),
    ],
)
def test_a_mode_that_is_not_best(kind, mode, hint, refused):
    sizes, _, _, fewest = LAYERS[kind]
    answer = wrong_only_at(sizes, choose, lambda s: (mode, fewest))
    text = in_one_line(refused(check_choose_mode, answer))
    assert f"expected a way that takes {fewest} multiplications" in text
    assert f"got ('{mode}', {fewest}) hint" in text
    assert hint in text


def test_how_often_each_mode_is_best(passes):
    answer, asked = recorded(choose)
    said = passes(check_choose_mode, answer)
    assert "68 chains: 21 forward, 19 reverse, 28 mixed" in said
    found = [choose(sizes)[0] for sizes in asked]
    assert [found.count(m) for m in ("forward", "reverse", "mixed")] == [
        21, 19, 28,
    ]  # fmt: skip
    assert {len(sizes) - 1 for sizes in asked} == {2, 3, 4, 5, 6}
    assert {n for sizes in asked for n in sizes} == {*range(1, 12)}


def test_the_rule_of_thumb_meets_a_chain_that_it_gets_wrong(refused):
    said = refused(check_choose_mode, thumb)
    assert "sizes = [" in said
    assert "forward mode = " in said
    assert "reverse mode = " in said


#: What is said of right answers, and the answers.
RIGHT = {
    check_first_order: (
        "n**2 + 2*n is the least of 5 orders for every n",
        "((xᵀA)y)zᵀ",
        "(xᵀ(Ay))zᵀ",
        "((x.T A) y) z.T",
    ),
    check_passes: ("one pass in each direction", (24, [4, 8, 12])),
    check_unit_vectors: ("23 chains", saved),
    check_mode_names: ("8 lines", NAMES),
    check_published: ("each line counted at ", LINES),
    check_order: (
        "2*n**2 + 2*n is the least of 14 orders for every n",
        "v((vᵀ(Av))vᵀ)",
        "v(((vᵀA)v)vᵀ)",
        "(v(vᵀ(Av)))vᵀ",
        "(v ((v.T A) v)) v.T",
    ),
    check_best_order: (
        "passed, 3,",
        ordered,
        lambda s: [by_stretches(tuple(s)), ordered(s)[1]],
        lambda s: ordered(np.array(s)),
        lambda s: ordered([float(a) for a in s]),
    ),
    check_choose_mode: ("68 chains: ", choose, choose_otherwise),
    check_false_step: ("step c fails for a = 2, b = 3, c = 1", "c"),
    check_reverse_beaten: (
        "6 chains that are beaten, 3 ratios out of reach",
        beaten,
        beaten_with_one_layer_more,
    ),
}
