import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
from byhand.threshold import (
    HEAVISIDE,
    INTERVAL,
    Network,
    equality,
    is_member,
    is_odd,
    is_permutation,
    membership_heaviside,
    membership_interval,
    parity_deep,
    parity_shallow,
    permutation_counting,
    permutation_enumeration,
    permutation_gram,
    permutation_of_two,
    permutation_sizes,
    staircase,
    verify,
)
from byhand.threshold._size import counted, require_buildable
from hypothesis import given
from hypothesis import strategies as st

# Few values, so that many are equal, of every size up to 10^30.
POOLS = st.lists(
    st.one_of(
        st.integers(-(10**30), 10**30),
        st.sampled_from([0, 1, 2**24, 2**53, 2**53 + 1, 2**63, 10**30 - 1]),
    ),
    min_size=1,
    max_size=3,
).map(lambda pool: pool + [v + 1 for v in pool])

MEMBERSHIP = {
    "interval": membership_interval,
    "heaviside": membership_heaviside,
    "one over n": lambda n: membership_interval(
        n, w=Fraction(1, n), b=-1 - Fraction(1, 2 * n)
    ),
}

PERMUTATION = {
    "gram": permutation_gram,
    "gram, heaviside": lambda n: permutation_gram(n, "heaviside"),
    "counting": permutation_counting,
    "enumeration": permutation_enumeration,
}


@pytest.mark.parametrize("build", MEMBERSHIP.values(), ids=MEMBERSHIP)
@given(data=st.data())
def test_membership_on_random_integers(build, data):
    n = data.draw(st.integers(1, 8))
    pool = st.sampled_from(data.draw(POOLS))
    x = data.draw(st.lists(pool, min_size=n + 1, max_size=n + 1))
    assert build(n)(x).tolist() == [int(x[-1] in x[:-1])]
    assert is_member(np.array(x, dtype=object)) == (x[-1] in x[:-1])


@pytest.mark.parametrize("build", PERMUTATION.values(), ids=PERMUTATION)
@given(data=st.data())
def test_permutation_on_random_integers(build, data):
    n = data.draw(st.integers(1, 5))
    pool = st.sampled_from(data.draw(POOLS))
    left = data.draw(st.lists(pool, min_size=n, max_size=n))
    right = data.draw(
        st.one_of(
            st.permutations(left), st.lists(pool, min_size=n, max_size=n)
        )
    )
    # One value changed by one is the hardest no.
    if data.draw(st.booleans()):
        right = [right[0] + 1, *right[1:]]
    expected = sorted(left) == sorted(right)
    assert build(n)(left + right).tolist() == [int(expected)]
    assert is_permutation(np.array(left + right, dtype=object)) == expected


@given(data=st.data())
def test_permutation_of_two_on_random_integers(data):
    pool = st.sampled_from(data.draw(POOLS))
    x = data.draw(st.lists(pool, min_size=4, max_size=4))
    expected = sorted(x[:2]) == sorted(x[2:])
    assert permutation_of_two()(x).tolist() == [int(expected)]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_boxes(n):
    for build in MEMBERSHIP.values():
        assert verify(build(n), is_member, range(-2, 4))
    values = range(6) if n < 3 else range(4)
    for build in PERMUTATION.values():
        assert verify(build(n), is_permutation, values)
    assert verify(permutation_of_two(), is_permutation, range(-4, 5))


@pytest.mark.parametrize("n", [1, 2, 5, 6, 100, 2000])
def test_membership_margin(n):
    """The default keeps 1/n from the edges; no other w, b does better."""
    w, b = Fraction(2, n), -1 - Fraction(1, n)
    network = membership_interval(n)
    assert network.layers[1].W[0, 0] == w
    assert network.layers[1].b[0] == b
    values = [w * s + b for s in range(n + 1)]
    assert min(abs(abs(v) - 1) for v in values) == Fraction(1, n)
    for other_w in (w * Fraction(9, 10), w * Fraction(11, 10)):
        for other_b in (b, b * Fraction(99, 100), b * Fraction(101, 100)):
            others = [other_w * s + other_b for s in range(n + 1)]
            right = abs(others[0]) > 1 and all(abs(v) <= 1 for v in others[1:])
            margin = min(abs(abs(v) - 1) for v in others)
            assert not right or margin < Fraction(1, n)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
def test_membership_right_weights_are_exactly_those_of_the_docstring(n):
    steps = [Fraction(k, 12) for k in range(1, 30)]
    for w in steps:
        for b in (-s for s in steps):
            right = all((abs(w * s + b) <= 1) == (s > 0) for s in range(n + 1))
            assert right == (b < -1 and -1 - w <= b <= 1 - w * n)


def test_the_boundary_breaks_in_floating_point():
    sums, products = [], []
    for n in range(2, 12):
        w, b = Fraction(2, n - 1), -1 - Fraction(2, n - 1)
        # Row s of hidden values has the first s units firing.
        h = np.tri(n + 1, n, -1, dtype=int)
        wanted = h.any(axis=1)
        output = Network(membership_interval(n, w=w, b=b).layers[1])
        assert (output(h)[:, 0] == wanted).all()
        if (output.float64(h)[:, 0] != wanted).any():
            sums.append(n)
        product = float(w) * np.arange(n + 1) + float(b)
        if (INTERVAL(product) != wanted).any():
            products.append(n)
        widest = Network(membership_interval(n).layers[1])
        assert (widest.float64(h)[:, 0] == wanted).all()
    # Where it breaks depends on whether w is multiplied or summed up.
    assert (products[0], sums[0]) == (6, 10)


def test_sizes_match_the_table():
    for n in (1, 2, 3, 4, 5):
        sizes = {name: build(n).size for name, build in PERMUTATION.items()}
        assert sizes == permutation_sizes(n)
    assert permutation_sizes(3) == {
        "gram": 16,
        "gram, heaviside": 31,
        "counting": 16,
        "enumeration": 16,
    }
    assert list(permutation_sizes(5).values()) == [46, 91, 41, 146]
    assert list(permutation_sizes(10).values()) == [191, 381, 156, 3_628_901]
    assert permutation_gram(10).size == 191
    assert permutation_gram(10, "heaviside").size == 381
    assert permutation_counting(10).size == 156
    for n in (1, 3, 10):
        assert membership_interval(n).shape == (n + 1, n, 1)
        assert membership_heaviside(n).shape == (n + 1, 2 * n, 1)


def test_gram_has_one_hidden_layer_of_allowed_units():
    assert permutation_gram(4).depth == 2
    assert permutation_gram(4, "heaviside").depth == 2
    units = {u for at in permutation_gram(4).layers for u in at.units}
    assert units == {INTERVAL}
    units = {
        u for at in permutation_gram(4, "heaviside").layers for u in at.units
    }
    assert units == {HEAVISIDE}


@given(st.lists(st.integers(0, 3), min_size=2, max_size=10))
def test_gram_identity(values):
    n = len(values) // 2
    x, y = values[:n], values[n : 2 * n]
    pairs = itertools.combinations
    P_x = sum(a == b for a, b in pairs(x, 2))
    P_y = sum(a == b for a, b in pairs(y, 2))
    C = sum(a == b for a in x for b in y)
    squares = sum((x.count(v) - y.count(v)) ** 2 for v in set(x + y))
    assert 2 * (n + P_x + P_y - C) == squares


@pytest.mark.parametrize("n", range(1, 13))
@pytest.mark.parametrize("build", [parity_shallow, parity_deep])
def test_parity(n, build):
    assert verify(build(n), is_odd, range(2)).checked == 2**n


def test_parity_sizes():
    for n in range(1, 70):
        m = n.bit_length()
        assert parity_shallow(n).size == n + 1
        assert parity_shallow(n).depth == 2
        assert parity_deep(n).size == 2 * m - 1
        assert parity_deep(n).depth == m
    rng = np.random.default_rng(3)
    x = rng.integers(0, 2, size=(200, 1000))
    assert (parity_deep(1000)(x)[:, 0] == is_odd(x)).all()


@pytest.mark.parametrize("steps", [2, 7, 50])
def test_staircase_keeps_its_bound(steps):
    def f(x):
        return np.sin(10 * x)

    network = staircase(f, 0, 1, steps)
    assert network.shape == (1, steps - 1, 1)
    x = np.linspace(0, 1, 2001)
    error = np.abs(network.float64(x[:, None])[:, 0] - f(x)).max()
    bound = 10 / (2 * steps)
    assert error <= bound
    # The bound is not idle: near the steepest place it is nearly reached.
    assert steps == 2 or error > 0.9 * bound


def test_staircase_is_exact_at_the_middles():
    network = staircase(lambda x: x**3, -1, Fraction(3, 2), 5)
    for k in range(5):
        middle = -1 + (k + Fraction(1, 2)) / 2
        assert network([middle]).tolist() == [Fraction(float(middle) ** 3)]


def test_sizes_are_checked():
    builders = [
        membership_interval,
        membership_heaviside,
        permutation_gram,
        permutation_counting,
        permutation_enumeration,
        permutation_sizes,
        parity_shallow,
        parity_deep,
    ]
    for build in builders:
        with pytest.raises(ValueError, match="n must be at least 1, got 0"):
            build(0)
        with pytest.raises(TypeError, match=r"n must be an integer, got 2\.0"):
            build(2.0)
    with pytest.raises(ValueError, match="'interval', 'heaviside', got"):
        permutation_gram(2, "relu")
    with pytest.raises(ValueError, match="both w and b"):
        membership_interval(3, w=1)
    with pytest.raises(ValueError, match="two lists of the same length"):
        is_permutation([1, 2, 3])


def test_too_large_networks_say_their_size_before_refusing():
    with pytest.raises(ValueError, match="362,880 units with 81 weights"):
        permutation_enumeration(9)
    with pytest.raises(ValueError, match=r"about 10\^64 units"):
        permutation_enumeration(50)
    with pytest.raises(ValueError, match="100000! units"):
        permutation_enumeration(100_000)
    with pytest.raises(ValueError, match="1,999,000 units"):
        permutation_gram(1000)
    for build in (membership_interval, membership_heaviside, parity_shallow):
        with pytest.raises(ValueError, match="at most 10,000,000 weights"):
            build(10**5)
    for build, said in (
        (lambda: permutation_gram(136), "36,856 units with 272 weights"),
        (
            lambda: permutation_gram(108, "heaviside"),
            "46,440 units with 216 weights each",
        ),
        (lambda: permutation_counting(150), "33,675 units with 300 weights"),
        (lambda: membership_interval(3162), "3,162 units with 3,163 weights"),
        (lambda: membership_heaviside(2236), "4,472 units with 2,237 weigh"),
        (lambda: parity_shallow(3163), "3,163 units with 3,163 weights each"),
        (lambda: parity_deep(5_000_001), "2 units with 5,000,001 weights ea"),
        (lambda: permutation_enumeration(1000), "about 10^2567 units"),
        (lambda: permutation_enumeration(1001), "needs 1001! units, which"),
        (
            lambda: staircase(abs, 0, 1, 10**7 + 1),
            "staircase with 10000001 steps needs 10,000,001 units",
        ),
    ):
        with pytest.raises(ValueError, match=re.escape(said)):
            build()


def test_sizes_are_told_up_to_a_thousand():
    assert permutation_sizes(1000)["gram"] == 1_999_001
    with pytest.raises(ValueError, match="n must be at most 1,000, got 1001"):
        permutation_sizes(1001)


def test_ten_million_weights_are_built_and_not_one_more():
    require_buildable("square", 2500, 4000)
    with pytest.raises(
        ValueError, match="long needs 1 units with 10,000,001 weights each; at"
    ):
        require_buildable("long", 1, 10**7 + 1)


def test_numbers_are_written_out_up_to_thirty_digits():
    assert counted(1234567) == "1,234,567"
    assert counted(10**30 - 1) == ",".join(["999"] * 10)
    assert counted(10**30) == "about 10^30"


def test_enumeration_takes_another_output_unit():
    network = permutation_enumeration(2, output=equality(1))
    assert network([1, 2, 2, 1]).tolist() == [1]
    assert network([1, 1, 1, 1]).tolist() == [0]


def test_staircase_bad_arguments():
    assert staircase(abs, np.int64(0), np.int8(3), 3) == staircase(
        abs, 0, 3, 3
    )
    with pytest.raises(TypeError, match="low must be an integer or a Frac"):
        staircase(abs, 0.0, 1, 3)
    for low in (1, 2):
        with pytest.raises(
            ValueError, match=f"low must be below high, got {low} and 1"
        ):
            staircase(abs, low, 1, 3)
    with pytest.raises(ValueError, match="steps must be at least 2"):
        staircase(abs, 0, 1, 1)
    with pytest.raises(ValueError, match=r"f\(0\.25\) must be finite"):
        staircase(lambda x: float("nan"), 0, 1, 2)
    with pytest.raises(TypeError, match=r"f\(0\.25\) must be a real"):
        staircase(lambda x: "high", 0, 1, 2)


def test_specifications_are_exact_and_check_their_input():
    # As floats, 2^63 and 2^63 + 1 would be equal.
    assert not is_member([2**63, -1, 2**63 + 1])
    assert not is_permutation([2**63, -1, 2**63 + 1, -1])
    for spec in (is_member, is_permutation, is_odd):
        with pytest.raises(TypeError, match="integers or Fractions"):
            spec([0.5, 1.0])
    with pytest.raises(ValueError, match=r"at least 2 .* got shape \(1,\)"):
        is_member([1])
    for spec in (is_member, is_permutation):
        with pytest.raises(ValueError, match=r"got shape \(\)"):
            spec(1)
    assert is_member(np.zeros((0, 2), int)).shape == (0,)
    assert is_permutation([]).tolist() is True
    for x in ([0, 2], [-1, 0], [Fraction(1, 2)], [10**30, 1], 1):
        with pytest.raises(ValueError, match="vectors of bits"):
            is_odd(x)
    assert is_odd([]).tolist() is False


def test_sizes_without_end_are_refused_in_few_digits():
    for build in (membership_interval, parity_deep, permutation_gram):
        with pytest.raises(
            ValueError, match="at most 10,000,000 weights"
        ) as error:
            build(10**5000)
        assert len(str(error.value)) < 200
    with pytest.raises(ValueError, match="n must be at most 1,000, got"):
        permutation_sizes(2**63)
