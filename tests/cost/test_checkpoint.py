"""Checkpointing: closed form, dynamic programming, search, execution."""

import heapq
import math

import numpy as np
import pytest
from byhand.cost import (
    Schedule,
    chain_of,
    reach,
    recomputation_table,
    recomputations,
    reverse_chain,
    schedule,
)
from byhand.cost.checkpoint import (
    _segments,
    _segments_hold,
    minimum_budget,
)
from byhand.cost.schedules import Action
from byhand.tape import concatenate, gradient, record, tanh
from hypothesis import given, settings
from hypothesis import strategies as st


def fewest_by_search(steps, budget):
    """Dijkstra over (current state, checkpoints, steps left): advances."""
    start = (0, frozenset([0]), steps)
    queue, seen = [(0, 0, start)], set()
    ticket = 0
    while queue:
        advances, _, (current, held, left) = heapq.heappop(queue)
        if left == 0:
            return advances + 1 - steps
        if (current, held, left) in seen:
            continue
        seen.add((current, held, left))
        moves = [(0, (x, held, left)) for x in held]
        moves += [(0, (current, held - {x}, left)) for x in held]
        if current == left - 1:
            moves.append((0, (current, held, left - 1)))
        if current + 1 < left:
            moves.append((1, (current + 1, held, left)))
        if len(held) < budget:
            moves.append((0, (current, held | {current}, left)))
        for price, state in moves:
            ticket += 1
            heapq.heappush(queue, (advances + price, ticket, state))
    raise AssertionError("no schedule")


@pytest.mark.parametrize("steps", range(1, 9))
@pytest.mark.parametrize("budget", [1, 2, 3])
def test_nothing_beats_the_closed_form(steps, budget):
    assert recomputations(steps, budget) == fewest_by_search(steps, budget)


def test_closed_form_is_the_dynamic_program():
    table = recomputation_table(130, 12)
    closed = [
        [recomputations(length, s) for length in range(1, 131)]
        for s in range(1, 13)
    ]
    assert (table == closed).all()


@pytest.mark.parametrize("s", range(1, 7))
def test_schedules_reach_the_closed_form_within_the_budget(s):
    for length in range(1, 60):
        plan = schedule(length, "binomial", budget=s)
        assert plan.recomputations == recomputations(length, s)
        assert plan.checkpoints <= s


@pytest.mark.parametrize("s", [1, 2, 3, 4])
@pytest.mark.parametrize("r", [1, 2, 3])
def test_reach_bounds_how_often_a_step_is_advanced(s, r):
    for length in (reach(s, r), reach(s, r) + 1):
        plan = schedule(length, "binomial", budget=s)
        advanced = [a.state for a in plan.actions if a.kind == "advance"]
        most = max(advanced.count(step) for step in range(length))
        assert most == (r if length == reach(s, r) else r + 1)


@pytest.mark.parametrize("length", [1, 2, 3, 7, 16, 50, 100, 101])
def test_segments_and_store_all(length):
    everything = schedule(length, "store all")
    assert everything.recomputations == 0
    assert everything.checkpoints == max(length - 1, 1)
    few = schedule(length, "segments")
    assert few.checkpoints == minimum_budget(length, "segments")
    assert few.checkpoints <= 2 * np.sqrt(length)
    assert few.recomputations < length
    assert few.recomputations >= recomputations(length, few.checkpoints)
    for budget in range(few.checkpoints, length + 2):
        plan = schedule(length, "segments", budget=budget)
        assert plan.checkpoints <= budget
        assert plan.recomputations <= few.recomputations
    assert plan.recomputations == 0


def tanh_chain(length, width, seed):
    rng = np.random.default_rng(seed)
    calls = []

    def link(i, W):
        def forward(x):
            calls.append(i)
            return np.tanh(W @ x)

        def backward(x, x_bar):
            return W.T @ (x_bar * (1 - np.tanh(W @ x) ** 2))

        return forward, backward

    weights = rng.normal(size=(length, width, width)) / np.sqrt(width)
    return [link(i, W) for i, W in enumerate(weights)], calls


plans = st.one_of(
    st.tuples(st.just("store all"), st.none()),
    st.tuples(st.just("segments"), st.none()),
    st.tuples(st.just("binomial"), st.integers(1, 12)),
)


@settings(max_examples=60)
@given(st.integers(1, 40), plans, st.integers(0, 1000))
def test_every_schedule_gives_the_gradient(length, plan, seed):
    chain, calls = tanh_chain(length, 3, seed)
    x0 = np.linspace(-1, 1, 3)
    states = [x0]
    for forward, _ in chain:
        states.append(forward(states[-1]))
    x_bar = states[-1] - 0.3
    for (_, backward), x in zip(chain[::-1], states[-2::-1], strict=True):
        x_bar = backward(x, x_bar)
    calls.clear()

    method, budget = plan
    planned = schedule(length, method, budget=budget)
    run = reverse_chain(chain, x0, lambda x: x - 0.3, planned)
    assert (run.value == states[-1]).all()
    assert (run.gradient == x_bar).all()
    assert len(calls) == run.forward_steps == planned.forward_steps
    assert run.checkpoints == planned.checkpoints
    assert run.checkpoint_bytes == run.checkpoints * x0.nbytes


@pytest.mark.parametrize("budget", [1, 3, 30])
def test_a_recorded_chain_has_the_gradient_of_the_whole_tape(budget):
    length, width = 12, 4

    def layer(W, x):
        return tanh(W @ x)

    def network(x, **weights):
        for W in weights.values():
            x = layer(W, x)
        return (x * x).sum()

    rng = np.random.default_rng(3)
    weights = {f"W{i}": rng.normal(size=(width, width)) for i in range(length)}
    x0 = rng.normal(size=width)
    whole = gradient(
        record(network, x=width, **dict.fromkeys(weights, (width, width))),
        "x",
    )
    chain = chain_of(
        record(layer, W=("n", "n"), x="n"),
        "x",
        [{"W": W} for W in weights.values()],
    )
    plan = schedule(length, budget=budget)
    result = reverse_chain(chain, x0, lambda x: 2 * x, plan)
    np.testing.assert_allclose(
        result.gradient, whole(x=x0, **weights), rtol=1e-12
    )
    assert result.forward_steps == plan.forward_steps
    assert result.checkpoint_bytes == 8 * width * plan.checkpoints


def test_chains_of_what_is_no_step():
    grow = record(lambda x: concatenate([x, x]), x="n")
    with pytest.raises(ValueError, match="out: 2·n"):
        chain_of(grow, "x", [{}])
    with pytest.raises(ValueError, match="at least one step"):
        chain_of(grow, "x", [])
    with pytest.raises(ValueError, match="no input 'y'"):
        chain_of(grow, "y", [{}])
    with pytest.raises(TypeError, match=r"one input, got \['x'\]"):
        chain_of(grow, ["x"], [{}])
    twice = record(lambda x: (2 * x, x + x), x="n")
    with pytest.raises(ValueError, match=r"has .*: n, .*: n"):
        chain_of(twice, "x", [{}])


@pytest.mark.parametrize(
    ("x0", "forward", "seed", "backward", "message"),
    [
        ("no", "x", "x", "x", "x0 must hold numbers, got an array of <U2"),
        (1.0, "no", "x", "x", "a state of the chain must hold numbers"),
        (1.0, "x", "no", "x", "what seed returns must hold numbers"),
        (1.0, "x", "x", "no", "an adjoint of the chain must hold numbers"),
    ],
)
@pytest.mark.parametrize("steps", [1, 2])
def test_a_chain_of_what_is_no_number_says_which_value(
    x0, forward, seed, backward, message, steps
):
    def gives(what):
        return lambda x, *_: x if what == "x" else what

    chain = [(gives(forward), gives(backward))] * steps
    with pytest.raises(TypeError, match=message):
        reverse_chain(chain, x0, gives(seed), schedule(steps, budget=1))


def test_the_bytes_are_the_most_held_at_one_time():
    double = (lambda x: np.tile(x, 2), lambda x, x_bar: x_bar[: len(x)])
    plan = schedule(3, "store all")
    run = reverse_chain([double] * 3, np.ones(1), np.ones_like, plan)
    assert run.value.shape == (8,)
    assert run.gradient.shape == (1,)
    assert (run.checkpoints, run.checkpoint_bytes) == (2, 8 + 16)


def test_the_state_of_a_chain_is_the_input_named():
    scaled = record(lambda s, a: s * a, s=(), a="n")
    chain = chain_of(scaled, "a", [{"s": 2.0}, {"s": 3.0}])
    plan = schedule(2, "store all")
    run = reverse_chain(chain, np.array([1.0, 5.0]), np.ones_like, plan)
    assert run.value.tolist() == [6, 30]
    assert run.gradient.tolist() == [6, 6]
    with pytest.raises(ValueError, match=r"the shape of s, 1; .*: n"):
        chain_of(scaled, "s", [{"a": [1.0]}])


def test_a_step_that_writes_into_its_input_is_stopped():
    def spoil(x):
        x += 1
        return x

    chain = [(spoil, lambda x, x_bar: x_bar)] * 2
    with pytest.raises(ValueError, match="read-only"):
        reverse_chain(
            chain, np.zeros(2), np.ones_like, schedule(2, "store all")
        )


@pytest.mark.parametrize(
    ("method", "budget", "least"),
    [("store all", 8, 9), ("segments", 3, 4), ("binomial", 0, 1)],
)
def test_a_budget_below_the_minimum_says_the_minimum(method, budget, least):
    assert minimum_budget(10, method) == least
    with pytest.raises(ValueError, match=f"at least {least} checkpoint"):
        schedule(10, method, budget=budget)
    assert schedule(10, method, budget=least).checkpoints == least


def test_a_budget_beyond_the_chain_is_no_waste():
    assert schedule(5, "binomial", budget=99).recomputations == 0
    assert recomputations(5, 99) == 0
    assert schedule(5, "store all", budget=99).checkpoints == 4


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([("reverse", 0)], "step 1 has to be reversed first"),
        ([("advance", 1)], "action 0, advance 1: the current state is 0"),
        (
            [("advance", 0), ("advance", 1)],
            "action 1, advance 1: state 2 is not needed any more",
        ),
        (
            [("advance", 0), ("reverse", 1), ("advance", 1)],
            "action 2, advance 1: state 2 is not needed any more",
        ),
        (
            [
                ("store", 0),
                ("advance", 0),
                ("reverse", 1),
                ("restore", 0),
                ("advance", 0),
            ],
            "action 4, advance 0: state 1 is not needed any more",
        ),
        (
            [("advance", 0), ("reverse", 1), ("reverse", 1)],
            "action 2, reverse 1: step 0 has to be reversed first",
        ),
        (
            [("store", 0), ("discard", 0), ("restore", 0)],
            "action 2, restore 0: state 0 is no checkpoint",
        ),
        ([("store", 1)], "action 0, store 1: the current state is 0"),
        ([("reverse", 1)], "action 0, reverse 1: the current state is 0"),
        (
            [("advance", 0), ("store", 0)],
            "action 1, store 0: the current state is 1",
        ),
        (
            [("store", 0), ("advance", 0), ("discard", 1)],
            "action 2, discard 1: state 1 is no checkpoint",
        ),
        ([("restore", 0)], "state 0 is no checkpoint"),
        ([("discard", 0)], "state 0 is no checkpoint"),
        ([("store", 0), ("store", 0)], "a checkpoint already"),
        ([("advance", 0), ("reverse", 1)], "step 0 is never reversed"),
        ([], "step 1 is never reversed"),
        ([("jump", 0)], "the kind of action 0 must be one of"),
        ([("store", 0), ("jump", 0)], "the kind of action 1 must be one of"),
        (["go"], "the kind of action 0 must be one of"),
        ([3], "action 0 must be a pair"),
        ([("store", 0), ("advance",)], "action 1 must be a pair"),
        ([("store", -1)], "the state of action 0 must be at least 0"),
    ],
)
def test_illegal_schedules(actions, message):
    with pytest.raises(ValueError, match=message):
        Schedule(2, actions)


def test_a_chain_has_a_step():
    with pytest.raises(ValueError, match="steps must be at least 1"):
        Schedule(0, [])
    with pytest.raises(TypeError, match="steps must be an integer"):
        Schedule(1.0, [("reverse", 0)])
    plan = Schedule(1, [("reverse", 0)])
    assert (plan.recomputations, plan.checkpoints) == (0, 0)
    assert plan.forward_steps == 1


def test_a_schedule_by_hand():
    """Three steps with one checkpoint beside x_0, and with x_0 alone."""
    first = [("store", 0), ("advance", 0), ("store", 1), ("advance", 1),
             ("reverse", 2), ("restore", 1), ("reverse", 1), ("discard", 1),
             ("restore", 0), ("reverse", 0), ("discard", 0)]  # fmt: skip
    plan = Schedule(3, first)
    assert (plan.recomputations, plan.checkpoints) == (0, 2)
    assert plan.forward_steps == 3
    assert plan.actions[3] == Action("advance", 1)
    again = [("store", 0), ("advance", 0), ("advance", 1), ("reverse", 2),
             ("restore", 0), ("advance", 0), ("reverse", 1), ("restore", 0),
             ("reverse", 0)]  # fmt: skip
    plan = Schedule(3, again)
    assert (plan.recomputations, plan.checkpoints) == (1, 1)
    assert plan.forward_steps == 4
    assert repr(plan) == (
        "<Schedule of 3 steps: 1 checkpoints, 1 recomputed steps>"
    )
    # A checkpoint that has been freed can be stored anew.
    moved = [("store", 0), ("discard", 0), ("store", 0), *again[1:]]
    assert Schedule(3, moved).checkpoints == 1


def test_bad_numbers():
    with pytest.raises(ValueError, match="needs a budget"):
        schedule(5)
    with pytest.raises(ValueError, match="method must be one of"):
        schedule(5, "magic")
    with pytest.raises(TypeError, match="budget must be an integer"):
        schedule(5, budget=2.0)
    with pytest.raises(ValueError, match="steps must be at least 1"):
        schedule(0, budget=1)
    with pytest.raises(ValueError, match="budget must be at least 1"):
        recomputations(5, 0)
    with pytest.raises(ValueError, match="checkpoints must be at least 1"):
        reach(0, 3)
    with pytest.raises(ValueError, match="is for 5 steps, the chain has 0"):
        reverse_chain([], np.ones(1), np.ones_like, schedule(5, budget=2))
    with pytest.raises(TypeError, match="plan must be a Schedule"):
        reverse_chain([], np.ones(1), np.ones_like, [Action("store", 0)])
    for step in (np.exp, (np.exp,)):
        with pytest.raises(TypeError, match="a pair of functions"):
            reverse_chain(
                [step], np.ones(1), np.ones_like, schedule(1, budget=1)
            )


@pytest.mark.parametrize("length", [1, 3])
def test_a_chain_of_another_length_is_refused(length):
    square = (lambda x: x**2, lambda x, x_bar: 2 * x * x_bar)
    with pytest.raises(ValueError, match=f"for 2 steps, the chain.*{length}"):
        reverse_chain(
            [square] * length, np.ones(1), np.ones_like, schedule(2, budget=1)
        )


@pytest.mark.parametrize("steps", range(1, 40))
def test_the_fewest_checkpoints_of_segments(steps):
    """In closed form: as many as the actions hold."""
    plans = [
        Schedule(steps, _segments(steps, count))
        for count in range(1, steps + 1)
    ]
    held = [plan.checkpoints for plan in plans]
    assert held == [_segments_hold(steps, n) for n in range(1, steps + 1)]
    # Within a budget the cut is taken that recomputes least.
    for budget in range(min(held), steps + 1):
        found = schedule(steps, "segments", budget=budget)
        assert found.recomputations == min(
            plan.recomputations for plan in plans if plan.checkpoints <= budget
        )


def test_work_is_refused_from_where_the_error_says():
    assert reach(10**4, 10**4) == math.comb(2 * 10**4, 10**4)
    assert reach(10**5, 10**4) == math.comb(11 * 10**4, 10**4)
    with pytest.raises(ValueError, match="10001 checkpoints and 10001 rep"):
        reach(10**4 + 1, 10**4 + 1)
    for method in ("store all", "binomial"):
        with pytest.raises(ValueError, match=r"1000001 steps.*most 1,000,000"):
            schedule(10**6 + 1, method, budget=10**6)
    with pytest.raises(ValueError, match=r"1000001 steps.*most 1,000,000"):
        minimum_budget(10**6 + 1, "segments")
    with pytest.raises(ValueError, match=r"1,416 steps.*1,000,405 times"):
        schedule(1416, budget=1)


def test_a_table_is_refused_that_would_take_more_than_seconds():
    assert recomputation_table(27_015, 1)[0, -1] == 27_014 * 27_013 // 2
    for steps, budget in ((27_016, 1), (1000, 91)):
        with pytest.raises(ValueError, match=f"for {steps} steps.*{budget} "):
            recomputation_table(steps, budget)


def test_work_without_an_end_is_refused():
    with pytest.raises(ValueError, match="too many digits"):
        reach(10**6, 10**6)
    with pytest.raises(ValueError, match="takes too many comparisons"):
        recomputation_table(10**6, 10**6)
    with pytest.raises(ValueError, match="steps is too long to write down"):
        schedule(10**7, budget=3)
    with pytest.raises(ValueError, match="take a larger budget"):
        schedule(10**5, budget=1)
    with pytest.raises(ValueError, match="too many ways to be cut"):
        schedule(10**7, "segments")
    assert recomputations(10**30, 1) == (10**30 - 1) * (10**30 - 2) // 2
