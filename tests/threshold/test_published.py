import itertools

import numpy as np
import pytest
from byhand.threshold import PUBLISHED, is_member, is_permutation, verify

SPECIFICATIONS = {"membership": is_member, "permutation": is_permutation}


@pytest.mark.parametrize(
    ("name", "x", "got"),
    [
        # The first says no always; the second if several entries are x4.
        ("membership, bias -2", (5, 1, 2, 5), 0),
        ("membership, bias 2", (5, 5, 2, 5), 0),
        # Two rearrangements fit, and then six.
        ("permutation, exactly one", (1, 1, 2, 1, 2, 1), 0),
        ("permutation, exactly one", (4, 4, 4, 4, 4, 4), 0),
        # Three matches of x1 alone; and five, of lists that are the same.
        ("permutation, three matches", (1, 2, 3, 1, 1, 1), 1),
        ("permutation, three matches", (1, 1, 2, 1, 1, 2), 0),
        # 10 is one ten.
        ("permutation, radix 10", (0, 0, 10, 0, 1, 0), 1),
    ],
)
def test_an_input_on_which_each_is_wrong(name, x, got):
    claim = PUBLISHED[name]
    expected = SPECIFICATIONS[name.partition(",")[0]](x)
    assert claim.network(x).tolist() == [got] == [1 - expected]
    assert claim.specification(np.array(x)) == expected


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("membership, bias -2", (4, 3, 1)),
        ("membership, bias 2", (4, 3, 1)),
        ("permutation, exactly one", (6, 9, 6, 1)),
        ("permutation, three matches", (6, 9, 1)),
        ("permutation, radix 10", (6, 6, 1)),
    ],
)
def test_three_values_make_networks_of_these_shapes(name, shape):
    assert PUBLISHED[name].network.shape == shape


def test_the_networks_compute_what_their_statements_say():
    low, high, one, three, radix = (c.network for c in PUBLISHED.values())
    for network in (low, high):
        assert network.meanings(1) == [f"x4 = x{i}" for i in (1, 2, 3)]
    assert low.formulas(2) == ["1[|-2 h1 - 2 h2 - 2 h3 - 2| ≤ 1]"]
    assert high.formulas(2) == ["1[|-2 h1 - 2 h2 - 2 h3 + 2| ≤ 1]"]
    pairs = [f"x{i} = y{j}" for i in (1, 2, 3) for j in (1, 2, 3)]
    assert one.meanings(1) == three.meanings(1) == pairs
    fits = " + ".join(f"h2_{k}" for k in range(1, 7))
    assert one.meanings(3) == [f"{fits} = 1"]
    matches = " + ".join(f"h{k}" for k in range(1, 10))
    assert three.meanings(2) == [f"{matches} = 3"]
    numbers = {
        f"100 x1 + 10 x2 + x3 = {rearranged}"
        for rearranged in (
            "100 y1 + 10 y2 + y3",
            "100 y1 + y2 + 10 y3",
            "10 y1 + 100 y2 + y3",
            "10 y1 + y2 + 100 y3",
            "y1 + 100 y2 + 10 y3",
            "y1 + 10 y2 + 100 y3",
        )
    }
    assert set(radix.meanings(1)) == numbers
    assert radix.meanings(2) == [
        " + ".join(f"h{k}" for k in range(1, 7)) + " ≥ 1"
    ]


def distinct(x):
    return (np.diff(np.sort(x[:, :3], axis=1), axis=1) != 0).all(axis=1)


@pytest.mark.parametrize(
    ("name", "values", "wrong", "wrong_distinct"),
    [
        ("membership, bias -2", range(7), 889, 630),
        ("membership, bias 2", range(7), 133, 0),
        ("permutation, exactly one", range(6), 276, 0),
        ("permutation, three matches", range(6), 5496, None),
    ],
)
def test_published_networks_are_refuted(name, values, wrong, wrong_distinct):
    claim = PUBLISHED[name]
    report = verify(
        claim.network, claim.specification, values, count_wrong=True
    )
    assert report.wrong == wrong
    assert report.checked == len(values) ** claim.network.inputs
    first = report.counterexample
    assert claim.network(first.x).tolist() == [first.got]
    assert bool(claim.specification(np.array(first.x))) == first.expected
    assert first.got != first.expected
    if wrong_distinct is not None:
        report = verify(
            claim.network,
            claim.specification,
            values,
            where=distinct,
            count_wrong=True,
        )
        assert report.wrong == wrong_distinct


def test_published_bias_2_fails_exactly_when_several_units_fire():
    claim = PUBLISHED["membership, bias 2"]
    x = np.array(list(itertools.product(range(7), repeat=4)))
    fired = claim.network.layers[0](x).sum(axis=1)
    wrong = claim.network(x)[:, 0] != is_member(x)
    assert (wrong == (fired >= 2)).all()


def test_published_radix_is_right_on_digits_and_wrong_on_integers():
    claim = PUBLISHED["permutation, radix 10"]
    assert verify(claim.network, claim.specification, [0, 1, 5, 9])
    x = (0, 0, 0, 1, -11, 10)
    assert claim.network(x).tolist() == [1]
    assert not claim.specification(np.array(x))
    digits = [range(10)] * 3 + [[0], range(10), range(10)]
    assert verify(claim.network, claim.specification, digits)


def test_every_published_network_has_a_statement():
    for claim in PUBLISHED.values():
        assert claim.statement
        assert claim.network.outputs == 1
    with pytest.raises(TypeError):
        PUBLISHED["more"] = None
