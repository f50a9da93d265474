import itertools
import tracemalloc

import numpy as np
import pytest
from byhand.threshold import bell, equality_patterns, fubini, weak_orderings


def equalities(x):
    return tuple(a == b for a, b in itertools.combinations(x, 2))


def orders(x):
    return tuple((a > b) - (a < b) for a, b in itertools.combinations(x, 2))


def all_of(vectors, n):
    return np.concatenate(list(vectors(n))).tolist()


@pytest.mark.parametrize("n", range(1, 7))
def test_each_equality_pattern_occurs_once(n):
    patterns = [equalities(x) for x in all_of(equality_patterns, n)]
    everything = {equalities(x) for x in itertools.product(range(n), repeat=n)}
    assert len(patterns) == len(set(patterns)) == bell(n)
    assert set(patterns) == everything


@pytest.mark.parametrize("n", range(1, 7))
def test_each_weak_ordering_occurs_once(n):
    found = [orders(x) for x in all_of(weak_orderings, n)]
    everything = {orders(x) for x in itertools.product(range(n), repeat=n)}
    assert len(found) == len(set(found)) == fubini(n)
    assert set(found) == everything


@pytest.mark.parametrize("n", [8, 20, 40])
def test_listing_takes_tens_of_megabytes_for_any_n(n):
    for vectors in (equality_patterns, weak_orderings):
        tracemalloc.start()
        try:
            for _ in itertools.islice(vectors(n), 2):
                pass
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 80e6


def test_half_a_million_orderings_come_in_a_few_blocks():
    sizes = [len(block) for block in weak_orderings(8)]
    assert sum(sizes) == fubini(8) == 545_835
    assert len(sizes) < 30


def test_blocks_are_small_and_in_order():
    blocks = list(equality_patterns(10))
    assert len(blocks) > 1
    assert max(map(len, blocks)) <= 2**15
    x = np.concatenate(blocks)
    assert len(x) == bell(10) == 115_975
    keys = x @ 10 ** np.arange(9, -1, -1)
    assert (np.diff(keys) > 0).all()


def test_numbers():
    assert [bell(n) for n in range(7)] == [1, 1, 2, 5, 15, 52, 203]
    assert [bell(n) for n in (8, 10, 12)] == [4140, 115_975, 4_213_597]
    assert [fubini(n) for n in range(6)] == [1, 1, 3, 13, 75, 541]
    assert [fubini(n) for n in (6, 8)] == [4683, 545_835]


def test_bad_sizes():
    for vectors in (equality_patterns, weak_orderings):
        with pytest.raises(ValueError, match="n must be at least 1, got 0"):
            vectors(0)
        with pytest.raises(TypeError, match="n must be an integer"):
            vectors(2.0)
    for count in (bell, fubini):
        with pytest.raises(ValueError, match="at least 0"):
            count(-1)


def test_the_first_block_of_many_places_needs_little_memory():
    first = next(weak_orderings(40))
    assert first.shape[1] == 40
    # Every rank from 0 on occurs.
    assert all(set(row) == set(range(max(row) + 1)) for row in first.tolist())


@pytest.mark.parametrize("n", [41, 10**30])
def test_patterns_that_nobody_goes_through_are_refused(n):
    for vectors in (equality_patterns, weak_orderings):
        with pytest.raises(ValueError, match="n must be at most 40, got"):
            vectors(n)
    for number in (bell, fubini):
        with pytest.raises(ValueError, match="n must be at most 1,000, got"):
            number(n * 1000)
