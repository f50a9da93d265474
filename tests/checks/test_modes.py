"""The checkers of the page on modes: right passes, wrong is shown."""

import itertools
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from byhand.checks.modes import (
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
)
from byhand.cost import number_of_orders


def wrong(*cases):
    return pytest.mark.parametrize(("answer", "said"), cases)


def in_one_line(text):
    return " ".join(text.split())


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
        (lambda s: (left_to_right(s), some_order(s)), "put parentheses"),
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
