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
    [(2, 8), (2, -8), (5, 20), (5, -20), (6, 12), (6, -18), (7, -14), (7, 14)],
)
def test_a_box_reaches_the_corners(inputs, total):
    """Of 9 numbers an input, or of as many as make 10^5 vectors at most."""
    exactly = Unit("exactly", total, total)
    network = Network(Layer([[1] * inputs], [0], exactly))
    said = compare(network, lambda x: np.zeros(len(x), int))
    corner = ", ".join([str(total // inputs)] * inputs)
    assert said.startswith(f"  input     inputs = ({corner})\n")


@pytest.mark.parametrize("spread", [5, 20, 1000, 10**9])
def test_numbers_that_differ_by_much_are_tried(spread):
    """Right for small differences, wrong from the spread's own size on."""
    difference = Network(
        Layer([[1, -1, 0, 0]], [0], Unit("small", -spread, spread))
    )
    said = compare(difference, lambda x: np.ones(len(x), int))
    assert "  expected  1\n  got       0\n" in said


def test_a_network_has_the_inputs_and_the_output_asked_for():
    def asked(inputs, network):
        networks = Networks(Check("c"), lambda n: network)
        with pytest.raises(CheckFailed) as caught:
            networks.ask(inputs, n=7)
        text = str(caught.value)
        assert "  input     n = 7\n" in text
        return text

    two = Network(Layer([[1, 2], [3, 4]], [0, 0], HEAVISIDE))
    for inputs, network in ((3, membership_interval(3)), (2, two)):
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
    x = np.array([[3, 0], [1, 1], [5, 5]])
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
