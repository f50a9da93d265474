"""Networks as answers: read, proved for all integers, or tried."""

import numpy as np
import pytest
from byhand.checks import CheckFailed
from byhand.checks._larger import compare_on, with_equal_entries
from byhand.checks._networks import Networks
from byhand.checks._protocol import Check
from byhand.threshold import (
    HEAVISIDE,
    Layer,
    Network,
    Unit,
    is_member,
    membership_interval,
)


def at_least(c, inputs=1):
    """Whether the inputs add up to c at least: no pattern says that."""
    return Network(Layer([[1] * inputs], [-c], HEAVISIDE))


def compare(network, specification, hint="Look."):
    """Return what a comparison says, of a wrong network without the name."""
    networks = Networks(Check("c"), lambda: network)
    try:
        networks.compare(
            networks.ask(network.inputs), specification, given={}, hint=hint
        )
    except CheckFailed as error:
        return str(error).removeprefix("c: not yet.\n")
    return networks.evidence()


def test_what_patterns_decide_is_proved():
    right = membership_interval(3)
    assert compare(right, is_member) == "1 networks proved for all integers"

    def never(x):
        return np.zeros(len(x), int)

    def hint(network, x):
        return f"{network(x)} at {x.tolist()}"

    assert compare(right, never, hint) == (
        "  input     inputs = (0, 0, 0, 0)\n"
        "  expected  0\n"
        "  got       1\n"
        "  hint      [1] at [0, 0, 0, 0]"
    )


def test_what_they_do_not_decide_is_tried():
    said = compare(at_least(3), lambda x: x[:, 0] >= 3)
    assert said == "1 tried on many inputs, without a proof"


@pytest.mark.parametrize(
    "c", [*range(-4, 5), 10, -100, 10**4, 10**9, -(10**9)]
)
def test_every_input_of_a_box_is_tried_and_some_far_out(c):
    assert compare(at_least(c + 1), lambda x: x[:, 0] >= c) == (
        f"  input     inputs = ({c},)\n"
        "  expected  1\n"
        "  got       0\n"
        "  hint      Look."
    )
    said = compare(at_least(c), lambda x: x[:, 0] > c)
    assert f"inputs = ({c},)\n  expected  0\n  got       1\n" in said


@pytest.mark.parametrize(
    ("inputs", "total"),
    [
        (2, 8), (2, -8), (5, 20), (5, -20), (6, 12), (6, -18), (7, -14),
        (7, 14), (11, 0), (11, -11), (17, 0), (17, -17),
    ],
)  # fmt: skip
def test_a_box_reaches_the_corners(inputs, total):
    """Of 9 numbers an input, or of as many as make 10^5 vectors at most.

    There are two numbers at least, however many that makes.
    """
    exactly = Unit("exactly", total, total)
    network = Network(Layer([[1] * inputs], [0], exactly))
    said = compare(network, lambda x: np.zeros(len(x), int))
    corner = ", ".join([str(total // inputs)] * inputs)
    assert f"inputs = ({corner}) expected 0" in " ".join(said.split())


@pytest.mark.parametrize("spread", [5, 20, 1000, 10**9])
def test_numbers_that_differ_by_much_are_tried(spread):
    """Right for small differences, wrong from the spread's own size on."""
    difference = Network(
        Layer([[1, -1, 0, 0]], [0], Unit("small", -spread, spread))
    )
    said = compare(difference, lambda x: np.ones(len(x), int))
    assert "  expected  1\n  got       0\n" in said


FAR = [-2, 10, -100, 10**4, -(10**9), 10**9]


@pytest.mark.parametrize("wanted", [0, 1])
@pytest.mark.parametrize("start", FAR)
@pytest.mark.parametrize("inputs", [2, 5, 8])
def test_every_pattern_is_tried_close_by_and_far_out(inputs, start, wanted):
    """And every order, of five inputs at most."""
    never = at_least(-(10**12) if wanted == 0 else 10**12, inputs)
    rows = [np.arange(inputs), np.arange(inputs) % 2]
    if inputs < 8:
        rows.append(np.arange(inputs)[::-1])
    for row in rows:
        said = compare(
            never,
            lambda x, row=row: (
                ((x == row + start).all(axis=1)) == (wanted == 1)
            ),
        )
        assert " ".join(said.split()) == (
            f"input inputs = {tuple((row + start).tolist())} "
            f"expected {wanted} got {1 - wanted} hint Look."
        )


def test_of_several_wrong_inputs_the_first_tried_is_shown():
    """All equal, before any that differ."""
    said = compare(at_least(10**12, 3), lambda x: x.max(axis=1) >= 10)
    assert said.startswith("  input     inputs = (10, 10, 10)\n")


def test_what_is_tried_beyond_the_box():
    blocks = []

    def never(x):
        blocks.append(x)
        return np.zeros(len(x), int)

    compare(at_least(10**12, 8), never)
    *_, a, b, c, d, e, f = blocks[:-4]
    assert [x.min() for x in (a, b, c, d, e, f)] == FAR
    assert {len(x) for x in (a, b, c, d, e, f)} == {4140}  # partitions of 8
    for x, spread in zip(blocks[-4:], (5, 20, 1000, 10**9), strict=True):
        # In every pattern of equal entries once.
        assert len({tuple(np.unique(row, return_inverse=True)[1])
                    for row in x}) > 1000  # fmt: skip
        if spread < 10**9:
            assert (x.min(), x.max()) == (-spread, spread - 1)
        else:
            assert 0.999 * spread < x.max() < spread
            assert -spread <= x.min() < -0.999 * spread


def test_a_proof_may_take_as_many_patterns_as_eleven_entries_have():
    """There are 678,570 ways in which they may be equal."""
    said = compare(membership_interval(10), is_member)
    assert said == "1 networks proved for all integers"


def test_what_was_proved_and_what_was_tried_are_counted():
    networks = Networks(Check("c"), None)
    for _ in range(3):
        networks.compare(membership_interval(2), is_member, given={}, hint="")
    for _ in range(2):
        networks.compare(
            at_least(3), lambda x: x[:, 0] >= 3, given={}, hint=""
        )
    assert networks.evidence() == (
        "3 networks proved for all integers, "
        "2 tried on many inputs, without a proof"
    )


def test_a_network_has_the_inputs_and_the_output_asked_for():
    def asked(inputs, network):
        networks = Networks(Check("c"), lambda n: network)
        with pytest.raises(CheckFailed) as caught:
            networks.ask(inputs, n=7)
        text = str(caught.value)
        assert "  input     n = 7\n" in text
        return text

    two = Network(Layer([[1, 2], [3, 4]], [0, 0], HEAVISIDE))
    for inputs, network in (
        (3, membership_interval(3)), (5, membership_interval(3)), (2, two),
    ):  # fmt: skip
        text = asked(inputs, network)
        assert f"a network with {inputs} inputs and 1 output\n" in text
    for wrong in (7, None, Layer([[1]], [0], HEAVISIDE)):
        assert "a Network(Layer(W, b, unit), …)\n" in asked(2, wrong)
    networks = Networks(Check("c"), lambda n: at_least(n, 2))
    assert networks.ask(2, n=3)([[1, 2], [1, 1]]).tolist() == [[1], [0]]
    assert networks.evidence() == ""


# ---- more inputs than a proof reaches ------------------------------------


def test_the_first_wrong_input_is_shown():
    networks = Networks(Check("c"), None)
    x = np.array([[3, 0], [1, 1], [2, 0], [5, 5]])
    compare_on(
        networks, at_least(3, 2), lambda x: x[:, 0] + x[:, 1] > 2,
        x=x, given={"n": 2}, hint="Look.",
    )  # fmt: skip
    assert networks.evidence() == "1 tried on many inputs, without a proof"
    with pytest.raises(CheckFailed) as caught:
        compare_on(
            networks, at_least(3, 2), lambda x: x[:, 0] + x[:, 1] > 1,
            x=x, given={"n": 2}, hint=lambda network, x: f"{network(x)} {x}",
        )  # fmt: skip
    assert str(caught.value).endswith(
        "  input     n = 2\n"
        "            inputs = (1, 1)\n"
        "  expected  1\n"
        "  got       0\n"
        "  hint      [0] [1 1]"
    )
    with pytest.raises(CheckFailed, match=r"expected  0\n  got       1\n"):
        compare_on(
            networks, at_least(3, 2), lambda x: x[:, 0] + x[:, 1] > 3,
            x=x, given={}, hint="Look.",
        )  # fmt: skip


def test_networks_on_these_inputs_are_counted():
    networks = Networks(Check("c"), None)
    for _ in range(3):
        compare_on(
            networks, at_least(3), lambda x: x[:, 0] > 2,
            x=np.array([[2], [3]]), given={}, hint="Look.",
        )  # fmt: skip
    assert networks.evidence() == "3 tried on many inputs, without a proof"


@pytest.mark.parametrize("n", [1, 4, 9])
def test_inputs_with_any_number_of_entries_that_equal_the_last(n):
    x = with_equal_entries(n)
    assert x.shape == (3 * (n + 1), n + 1)
    equal = (x[:, :-1] == x[:, -1:]).sum(axis=1)
    assert equal.tolist() == [s for s in range(n + 1) for _ in range(3)]
    assert abs(x).max() < 10**6
    if n == 9:
        assert (x == 1).sum() > 10
        assert x.max() > 10**5
        assert x.min() < -(10**5)
