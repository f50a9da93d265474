import builtins
import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
import z3
from byhand.threshold import (
    HEAVISIDE,
    INTERVAL,
    PUBLISHED,
    Layer,
    Network,
    OutOfReach,
    Unit,
    bell,
    equality,
    find_counterexample,
    fubini,
    is_member,
    is_member_formula,
    is_permutation,
    is_permutation_formula,
    membership_heaviside,
    membership_interval,
    parallel,
    permutation_counting,
    permutation_enumeration,
    permutation_gram,
    permutation_of_two,
    pointwise,
    prove,
    sorting_network,
)

EQUALITY_NETWORKS = [
    permutation_gram,
    permutation_counting,
    permutation_enumeration,
]


@pytest.mark.parametrize("n", range(1, 6))
@pytest.mark.parametrize("build", EQUALITY_NETWORKS)
def test_permutation_for_all_integers(build, n):
    report = prove(build(n), is_permutation)
    assert report
    assert report.checked == bell(2 * n)
    assert "equality patterns" in report.scope


@pytest.mark.slow
@pytest.mark.parametrize("n", range(1, 6))
def test_z3_agrees_on_permutation(n):
    network = permutation_gram(n)
    assert find_counterexample(network, is_permutation_formula) is None


@pytest.mark.parametrize(
    "build", [permutation_counting, permutation_enumeration]
)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_z3_agrees_on_the_other_constructions(build, n):
    assert find_counterexample(build(n), is_permutation_formula) is None


@pytest.mark.slow
def test_gram_for_all_integers_at_six():
    report = prove(permutation_gram(6), is_permutation)
    assert report
    assert report.checked == 4_213_597


@pytest.mark.parametrize("n", [1, 2, 3])
def test_gram_of_order_units(n):
    network = permutation_gram(n, "heaviside")
    report = prove(network, is_permutation)
    assert report
    assert report.checked == fubini(2 * n)
    assert "weak orderings" in report.scope
    assert find_counterexample(network, is_permutation_formula) is None


@pytest.mark.parametrize("n", range(1, 8))
def test_membership_for_all_integers(n):
    report = prove(membership_interval(n), is_member)
    assert report
    assert report.checked == bell(n + 1)
    assert (
        find_counterexample(membership_interval(n), is_member_formula) is None
    )


@pytest.mark.parametrize("n", range(1, 6))
def test_membership_of_order_units(n):
    network = membership_heaviside(n)
    assert prove(network, is_member).checked == fubini(n + 1)
    assert find_counterexample(network, is_member_formula) is None


def test_permutation_of_two_is_left_to_z3():
    network = permutation_of_two()
    with pytest.raises(
        OutOfReach, match=r"layer 1, unit 3 .*x1 \+ x2 = y1 \+ y2"
    ):
        prove(network, is_permutation)
    assert find_counterexample(network, is_permutation_formula) is None


def test_published_networks_are_refuted_for_all_integers():
    formulas = {
        is_member: is_member_formula,
        is_permutation: is_permutation_formula,
    }
    for name, claim in PUBLISHED.items():
        found = find_counterexample(
            claim.network, formulas[claim.specification]
        )
        assert found.got != found.expected
        assert claim.network(found.x).tolist() == [found.got]
        assert claim.specification(np.array(found.x)) == found.expected
        if "radix" in name:
            with pytest.raises(OutOfReach, match=r"unit 1 .*100 x1"):
                prove(claim.network, claim.specification)
        else:
            report = prove(claim.network, claim.specification)
            assert not report
            x = report.counterexample.x
            assert claim.network(x).tolist() == [report.counterexample.got]


def test_published_networks_are_right_on_distinct_lists():
    def distinct(x):
        ordered = np.sort(x[:, :3], axis=1)
        return (np.diff(ordered, axis=1) != 0).all(axis=1)

    for name in ("membership, bias 2", "permutation, exactly one"):
        claim = PUBLISHED[name]
        report = prove(claim.network, claim.specification, where=distinct)
        assert report
        assert report.checked < bell(claim.network.inputs)
    wrong = prove(
        PUBLISHED["membership, bias -2"].network,
        is_member,
        where=distinct,
        count_wrong=True,
    )
    # One pattern in which x4 equals each of the three.
    assert (wrong.checked, wrong.wrong) == (4, 3)


def random_equality_network(rng, n):
    pairs = rng.integers(0, n, size=(4, 2))
    W = np.zeros((4, n), int)
    for row, (i, j) in zip(W, pairs, strict=True):
        c = int(rng.integers(2, 5))
        row[i] += c
        row[j] -= c
    return Network(
        Layer(W, rng.integers(-1, 2, 4), [INTERVAL, Unit("u", 0, 1)] * 2),
        Layer(rng.integers(-2, 3, (2, 4)), rng.integers(-2, 3, 2), "interval"),
        Layer(rng.integers(-2, 3, (1, 2)), rng.integers(-2, 3, 1), HEAVISIDE),
    )


@pytest.mark.parametrize("seed", range(30))
def test_the_proof_agrees_with_z3_on_random_networks(seed):
    rng = np.random.default_rng(seed)
    network = random_equality_network(rng, 3)
    try:
        report = prove(network, is_member)
    except OutOfReach:
        return
    found = find_counterexample(network, is_member_formula)
    assert bool(report) == (found is None)


def in_reach(row, b, unit, by):
    network = Network(Layer([row], [b], unit))
    constant = pointwise(lambda x: 0)
    try:
        prove(network, constant, by=by)
    except OutOfReach:
        return False
    return True


def pattern(x, by):
    return tuple(
        (a == b) if by == "equality" else (a > b) - (a < b)
        for a, b in itertools.combinations(x, 2)
    )


@pytest.mark.slow
@pytest.mark.parametrize("by", ["equality", "order"])
def test_reach_is_exactly_what_depends_on_the_pattern(by):
    """Each unit is in reach iff no two vectors alike tell it apart."""
    x = list(itertools.product(range(-3, 4), repeat=3))
    kinds = [pattern(v, by) for v in x]
    units = [INTERVAL, HEAVISIDE, equality(0), Unit("u", None, -1)]
    reached = 0
    for row in itertools.product(range(-1, 3), repeat=3):
        for b in (-2, -1, 0, 1):
            for unit in units:
                values = Layer([row], [b], unit)(x)[:, 0].tolist()
                alike = len(set(zip(kinds, values, strict=True))) == len(
                    set(kinds)
                )
                assert in_reach(row, b, unit, by) == alike
                reached += alike
    assert reached > 20


@pytest.mark.parametrize(
    ("low", "high", "by"),
    [
        (0, 0, {"equality", "order"}),
        (0, None, {"order"}),
        (1, None, {"order"}),
        (None, 0, {"order"}),
        (None, -1, {"order"}),
        (-1, None, set()),
        (2, None, set()),
        (None, 1, set()),
        (None, -2, set()),
        (0, 1, set()),
        (-1, 1, set()),
        (1, 1, set()),
    ],
)
def test_reach_ends_with_what_equality_and_order_decide(low, high, by):
    unit = Unit("u", low, high)
    for row in ([1, -1, 0], [0, -1, 1]):
        for way in ("equality", "order"):
            assert in_reach(row, 0, unit, way) == (way in by)
    for row in ([1, 1, 0], [1, -2, 0], [1, -2, 1], [1, 0, 0]):
        assert not in_reach(row, 0, unit, "order")


def test_refusals_name_layer_and_unit():
    same = [1, -1, 0]
    for row, b, unit, text in [
        ([1, 1, 0], 0, equality(0), r"x1 \+ x2 = 0"),
        ([1, -1, 0], 0, INTERVAL, "-1 ≤ x1 - x2 ≤ 1"),
        ([1, -1, 0], -5, equality(0), r"x1 = x2 \+ 5"),
        ([1, 0, 0], 0, HEAVISIDE, "x1 ≥ 0"),
        ([1, -1, 0], 0, "relu", r"relu\(x1 - x2\)"),
        ([1, -1, 0], 0, "identity", "x1 - x2"),
    ]:
        layer = Layer([same, row], [0, b], [equality(0), unit])
        network = Network(layer, Layer([[1, 1]], [0], INTERVAL))
        with pytest.raises(OutOfReach, match=f"layer 1, unit 2 .*{text}"):
            prove(network, is_member)
    order = Network(Layer([[1, -1]], [0], HEAVISIDE))
    with pytest.raises(OutOfReach, match="decided by which inputs are equal"):
        prove(order, is_member, by="equality")
    with pytest.raises(OutOfReach, match="layer 1, unit 1"):
        prove(sorting_network(3), lambda x: np.sort(x, axis=1))


def test_a_specification_beyond_the_pattern_is_refused():
    network = membership_interval(2)
    with pytest.raises(OutOfReach, match="specification depends on more"):
        prove(network, lambda x: x[:, 2] > x[:, 1])
    with pytest.raises(OutOfReach, match="specification depends on more"):
        prove(network, lambda x: x[:, 2] == x[:, 1] + 1)
    with pytest.raises(OutOfReach, match="where depends on more"):
        prove(network, is_member, where=lambda x: x[:, 0] == 0)
    larger = Network(Layer([[-1, 1]], [-1], HEAVISIDE))
    assert prove(larger, lambda x: x[:, 1] > x[:, 0])
    with pytest.raises(OutOfReach, match="how the inputs are ordered"):
        prove(larger, lambda x: x[:, 1] > x[:, 0] + 1)


@pytest.mark.parametrize("by", ["equality", "order"])
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("bound", [0, 3, 10**3, 10**5])
def test_a_specification_is_tried_on_small_and_large_numbers(by, sign, bound):
    for n in (1, 2, 5):
        with pytest.raises(OutOfReach, match="depends on more"):
            prove(
                membership_interval(n),
                lambda x: is_member(x) & (sign * x[:, 0] <= bound),
                by=by,
            )
    one = Network(Layer([[0]], [0], HEAVISIDE))
    with pytest.raises(OutOfReach, match="depends on more"):
        prove(one, lambda x: sign * x[:, 0] <= bound, by=by)


def test_the_two_inputs_that_a_specification_tells_apart_are_named():
    def spec(x):
        # Two alike are told apart seldom, but among a thousand sometimes.
        return np.sort(x, axis=1) * (x[:, :1] % 64 == 1)

    network = membership_interval(1)
    both = parallel(network, network).rewired([0, 1, 0, 1], 2)
    with pytest.raises(OutOfReach) as error:
        prove(both, spec)
    told = re.search(r"tells \((.*)\) from \((.*)\)$", str(error.value))
    x, y = np.array(
        [[int(v) for v in one.split(",")] for one in told.groups()]
    )
    assert (x[0] == x[1]) == (y[0] == y[1])
    assert (spec(x[None]) != spec(y[None])).any()


def test_only_the_inputs_of_where_count():
    # Off the diagonal the specification is no function of the pattern.
    def spec(x):
        return (x[:, 0] == x[:, 1]) | (x[:, 0] == 7)

    same = Network(Layer([[1, -1]], [0], equality(0)))
    report = prove(same, spec, where=lambda x: x[:, 0] == x[:, 1])
    assert report
    assert report.checked == 1


def test_by_order_needs_more_vectors_and_finds_the_same():
    report = prove(membership_interval(3), is_member, by="order")
    assert report.checked == fubini(4)
    with pytest.raises(ValueError, match="'equality', 'order', got 'size'"):
        prove(membership_interval(3), is_member, by="size")


def test_large_numbers_of_patterns_are_refused_with_their_size():
    with pytest.raises(
        ValueError, match="51,724,158,235,372 equality patterns, more than"
    ):
        prove(permutation_gram(10), is_permutation)
    with pytest.raises(
        ValueError, match=r"1,382,958,545 .* more than limit = 1,000,000,000"
    ):
        prove(membership_interval(14), is_member)
    with pytest.raises(ValueError, match="203 equality patterns"):
        prove(permutation_gram(3), is_permutation, limit=202)
    assert prove(permutation_gram(3), is_permutation, limit=203)
    with pytest.raises(ValueError, match="limit must be at least 1, got 0"):
        prove(permutation_gram(3), is_permutation, limit=0)
    never = Network(Layer([[0]], [-1], HEAVISIDE))
    assert prove(never, pointwise(lambda x: 0), limit=1).checked == 1


def test_prove_reports_a_specification_that_raises():
    with pytest.raises(ValueError, match=r"IndexError.*input \(0, [01]\)"):
        prove(
            Network(Layer([[1, -1]], [0], equality(0))),
            pointwise(lambda x: x[2]),
        )


def test_z3_on_other_units_and_fractions():
    absolute = Network(
        Layer([[1], [-1]], [0, 0], "relu"), Layer([[1, 1]], [0], "identity")
    )
    assert find_counterexample(absolute, lambda x: z3.Abs(x[0])) is None
    found = find_counterexample(absolute, lambda x: x[0])
    assert found.x[0] < 0
    assert (found.expected, found.got) == (found.x[0], -found.x[0])
    half = Network(
        Layer([[Fraction(1, 2)]], [0], "relu"),
        Layer([[1]], [0], Unit("at most 10^30", None, 10**30)),
    )
    assert find_counterexample(half, lambda x: x[0] <= 2 * 10**30) is None
    found = find_counterexample(half, lambda x: x[0] < 2 * 10**30)
    assert found.x == (2 * 10**30,)


def real(fraction):
    return z3.Q(fraction.numerator, fraction.denominator)


@pytest.mark.parametrize("w", [1, Fraction(1, 2), Fraction(-3, 5)])
@pytest.mark.parametrize("b", [0, Fraction(1, 3)])
@pytest.mark.parametrize("low", [None, Fraction(-5, 2)])
@pytest.mark.parametrize("high", [Fraction(7, 3), 5])
def test_z3_on_bounds_that_are_fractions(w, b, low, high):
    def fires(x):
        z = real(w) * z3.ToReal(x[0]) + real(b)
        return z3.And(z <= real(high), *[z >= real(v) for v in [low] if v])

    network = Network(Layer([[w]], [b], Unit("u", low, high)))
    assert find_counterexample(network, fires) is None
    off = find_counterexample(network, lambda x: z3.Not(fires(x)))
    assert {off.expected, off.got} == {0, 1}
    assert network(off.x).tolist() == [off.got]


def test_z3_bad_arguments(monkeypatch):
    with pytest.raises(ValueError, match="got a network with 2"):
        find_counterexample(sorting_network(2), is_member_formula)
    for length in (1, 3, 5):
        with pytest.raises(ValueError, match=r"at least 2|of one length"):
            is_permutation_formula([0] * length)
    for formula in (is_member_formula, is_permutation_formula):
        for most in (10**4000, -(10**4000)):
            assert z3.is_bool(formula([most, 0]))
            with pytest.raises(ValueError, match="an entry of x must be at"):
                formula([most + (1 if most > 0 else -1), 0])
        with pytest.raises(ValueError, match="at least 2 integers, got 1"):
            formula([0])
    with pytest.raises(TypeError, match="truth value or integer, got 3"):
        find_counterexample(membership_interval(1), lambda x: 3)
    with pytest.raises(TypeError, match="expected a Network"):
        find_counterexample(None, is_member_formula)
    imported = builtins.__import__

    def without_z3(name, *args, **kwargs):
        if name == "z3":
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_z3)
    with pytest.raises(ImportError, match=r"pip install byhand\[proofs\]"):
        find_counterexample(membership_interval(1), is_member_formula)


def test_a_question_that_z3_cannot_answer_is_told():
    product = Network(Layer([[1, 1, 1]], [0], "identity"))
    z3.set_param("timeout", 50)
    try:
        with pytest.raises(RuntimeError, match="z3 gave up: "):
            find_counterexample(
                product,
                lambda x: z3.If(
                    x[0] ** 3 + x[1] ** 3 + x[2] ** 3 == 114,
                    x[0] + x[1] + x[2] + 1,
                    x[0] + x[1] + x[2],
                ),
            )
    finally:
        z3.set_param("timeout", 2**32 - 1)


def test_the_random_vectors_have_a_source():
    for rng in (1, np.random.default_rng(1)):
        assert prove(membership_interval(2), is_member, rng=rng)
    with pytest.raises(TypeError, match="or an integer seed, got None"):
        prove(membership_interval(2), is_member, rng=None)
