import itertools
import math

import numpy as np
import pytest
from byhand.threshold import (
    RELU,
    batcher_comparators,
    compare_and_swap,
    insertion_comparators,
    sorting_network,
    sorts,
    stages,
    verify,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("n", range(1, 11))
@pytest.mark.parametrize(
    "comparators", [insertion_comparators, batcher_comparators]
)
def test_zero_one_principle(n, comparators):
    report = sorts(n, comparators(n))
    assert report
    assert report.checked == 2**n


def test_every_network_of_five_comparators_on_three_places():
    """What the zeros and ones say holds for all orders, and conversely."""
    pairs = list(itertools.combinations(range(3), 2))
    right = 0
    for length in range(5):
        for chosen in itertools.product(pairs, repeat=length):
            network = sorting_network(3, chosen)
            orders = verify(network, lambda x: np.sort(x, axis=1), range(3))
            assert bool(sorts(3, chosen)) == bool(orders)
            right += bool(orders)
    assert right > 0


@given(st.data())
def test_integers_of_any_size_are_sorted(data):
    n = data.draw(st.integers(1, 9))
    values = st.one_of(
        st.integers(-(10**30), 10**30), st.sampled_from([0, 2**53, 2**53 + 1])
    )
    x = data.draw(st.lists(values, min_size=n, max_size=n))
    assert sorting_network(n)(x).tolist() == sorted(x)
    by_insertion = sorting_network(n, insertion_comparators(n))
    assert by_insertion(x).tolist() == sorted(x)


def test_sizes():
    for n in range(1, 20):
        assert len(insertion_comparators(n)) == math.comb(n, 2)
    for p in range(8):
        count = len(batcher_comparators(2**p))
        assert count == ((p * p - p + 4) * 2**p) // 4 - 1
        assert len(stages(batcher_comparators(2**p))) == p * (p + 1) // 2
    assert len(batcher_comparators(4)) == 5
    network = sorting_network(4)
    ramps = sum(u is RELU for at in network.layers for u in at.units)
    assert ramps == 5
    assert network.depth == 4
    assert sorting_network(1)([3]).tolist() == [3]


def test_five_blocks_are_needed_for_four_numbers():
    pairs = list(itertools.combinations(range(4), 2))
    bits = list(itertools.product((0, 1), repeat=4))
    states = {frozenset(bits)}
    for _ in range(4):
        states = {
            frozenset(
                tuple(
                    min(x[i], x[j])
                    if k == i
                    else max(x[i], x[j])
                    if k == j
                    else x[k]
                    for k in range(4)
                )
                for x in state
            )
            for state in states
            for i, j in pairs
        }
    # Sorted zeros and ones of length 4: five of them.
    assert min(map(len, states)) > 5


def test_a_wrong_network_is_refuted():
    report = sorts(4, batcher_comparators(4)[:-1])
    x = report.counterexample
    assert sorted(x.x) == list(x.expected)
    assert list(x.got) != list(x.expected)


def test_blocks():
    swap = compare_and_swap(4, [(0, 2), (1, 3)])
    assert swap.shape == (4, 6, 4)
    assert swap([4, 3, 2, 1]).tolist() == [2, 1, 4, 3]
    assert compare_and_swap(2, [])([2, 1]).tolist() == [2, 1]
    assert stages([(0, 1), (0, 1)]) == [[(0, 1)], [(0, 1)]]
    assert stages([]) == []


def test_bad_comparators():
    with pytest.raises(ValueError, match=r"i < j < 3, got \(2, 1\)"):
        compare_and_swap(3, [(2, 1)])
    with pytest.raises(ValueError, match=r"i < j < 3, got \(1, 3\)"):
        sorting_network(3, [(1, 3)])
    with pytest.raises(ValueError, match="touch a place twice"):
        compare_and_swap(3, [(0, 1), (1, 2)])
    with pytest.raises(TypeError, match=r"pair of places .* got 3"):
        stages([3])
    with pytest.raises(
        TypeError, match="a place of a comparator must be an integer"
    ):
        stages([(0, 1.5)])
    with pytest.raises(
        ValueError, match="a place of a comparator must be at least 0"
    ):
        stages([(-1, 1)])
    with pytest.raises(ValueError, match=r"needs i < j, got \(0, 0\)"):
        stages([(0, 0)])
    with pytest.raises(ValueError, match="33,554,432 inputs"):
        sorts(25, [])
    for build in (insertion_comparators, batcher_comparators):
        with pytest.raises(ValueError, match="n must be at least 1"):
            build(0)


@pytest.mark.parametrize("n", [10**6, 10**30])
def test_work_without_end_is_refused(n):
    for build in (compare_and_swap, sorting_network):
        with pytest.raises(ValueError, match="at most 10,000,000 weights"):
            build(n, [])
    for comparators in (insertion_comparators, batcher_comparators):
        with pytest.raises(ValueError, match="n must be at most 1,500, got"):
            comparators(n)
    with pytest.raises(ValueError, match="n must be at most 10,000, got"):
        sorts(n, [])


def test_too_many_weights_are_told_with_the_ramps():
    pairs = [(2 * k, 2 * k + 1) for k in range(1500)]
    with pytest.raises(
        ValueError, match="4,500 units with 3,000 weights each"
    ):
        compare_and_swap(3000, pairs)
    with pytest.raises(ValueError, match="3,163 units with 3,163 weights eac"):
        sorting_network(3163, [])


def test_the_largest_sizes():
    for build in (batcher_comparators, insertion_comparators):
        assert max(j for _, j in build(1500)) == 1499
        with pytest.raises(ValueError, match="at most 1,500, got 1501"):
            build(1501)
    assert not sorts(24, [])
    with pytest.raises(ValueError, match=r"n = 10000 has about 10\^3010 inp"):
        sorts(10**4, [])
    with pytest.raises(ValueError, match="at most 10,000, got 10001"):
        sorts(10**4 + 1, [])
