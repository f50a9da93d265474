"""The drawings show what the data say."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from byhand.cost import Product, region_map, schedule
from byhand.cost.comparison import RegionMap
from byhand.figures import INK, subplots
from byhand.figures.cost import draw_region_map, draw_schedule


@pytest.fixture
def ax():
    figure, axes = subplots()
    yield axes
    plt.close(figure)


def points(line):
    x, y = line.get_data()
    return set(
        zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True)
    )


def test_region_map_marks_winners_and_ties(ax):
    z = Product("v vᵀ y1 y2ᵀ", v="n", y1="n", y2="m")
    sizes = range(2, 9)
    shown = region_map(z.orders(), {"n": sizes}, {"m": sizes})
    assert draw_region_map(shown, ax) is ax
    drawn = {line.get_label(): points(line) for line in ax.lines}
    grid = {(n, m) for n in sizes for m in sizes}
    assert drawn == {
        r"$v((v^{\top}y_{1})y_{2}^{\top})$": {
            (n, m) for n, m in grid if m < n
        },
        r"$(v(v^{\top}y_{1}))y_{2}^{\top}$": {
            (n, m) for n, m in grid if m > n
        },
        "tie": {(n, n) for n in sizes},
    }
    assert len({line.get_marker() for line in ax.lines}) == 3
    assert {line.get_markersize() for line in ax.lines} == {5}
    with pytest.raises(ValueError, match="size must be positive"):
        draw_region_map(shown, ax, size=-1)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$n$", "$m$")


@pytest.mark.slow
def test_region_map_with_too_many_winners(ax):
    edges = "abcdef"
    names = "ABCDE"
    product = Product(
        " ".join(names),
        **dict(zip(names, itertools.pairwise(edges), strict=True)),
    )
    crowd = region_map(
        product.orders(),
        {"c": range(1, 12)},
        {"d": range(1, 12)},
        fixed={"a": 3, "b": 5, "e": 4, "f": 5},
    )
    alone = crowd.best & (crowd.best.sum(axis=0) == 1)
    assert alone.any(axis=(1, 2)).sum() > 5
    with pytest.raises(ValueError, match="draw fewer orders"):
        draw_region_map(crowd, ax)


@pytest.mark.parametrize("method", ["store all", "segments", "binomial"])
def test_schedule_lines_have_the_lengths_counted(ax, method):
    budget = 3 if method == "binomial" else None
    plan = schedule(16, method, budget=budget)
    assert draw_schedule(plan, ax) is ax
    lines = {line.get_label(): line for line in ax.lines}
    for label, steps in (
        ("forward", plan.forward_steps),
        ("backward", plan.steps),
        ("checkpoint", sum(a.kind == "store" for a in plan.actions)),
    ):
        x, _ = lines[label].get_data()
        assert len(x) == 3 * steps
    assert len({line.get_linestyle() for line in ax.lines}) == 3


def pieces(line):
    """Return the ends of the pieces of a broken line, as x0, x1, y0, y1."""
    x, y = (np.reshape(z, (-1, 3)) for z in line.get_data())
    assert np.isnan(x[:, 2]).all()
    assert np.isnan(y[:, 2]).all()
    return np.column_stack([x[:, :2], y[:, :2]]).astype(int).tolist()


@pytest.mark.parametrize(
    ("method", "budget"), [("store all", None), ("binomial", 2)]
)
def test_every_step_of_a_schedule_has_its_time_and_its_state(
    ax, method, budget
):
    plan = schedule(7, method, budget=budget)
    draw_schedule(plan, ax)
    lines = {line.get_label(): pieces(line) for line in ax.lines}
    runs = sorted(lines["forward"] + lines["backward"])
    assert [(x0, x1) for x0, x1, _, _ in runs] == [
        (t, t + 1) for t in range(plan.forward_steps + plan.steps)
    ]
    assert {y1 - y0 for _, _, y0, y1 in lines["forward"]} == {1}
    assert [(y0, y1) for _, _, y0, y1 in lines["backward"]] == [
        (state + 1, state) for state in reversed(range(7))
    ]
    # A forward run starts where the last one ended, or at a checkpoint that
    # is held, and a checkpoint is held from the time its state is reached.
    held = lines["checkpoint"]
    at = 0
    for x0, x1, y0, y1 in runs:
        if y1 > y0 and y0 != at:
            assert any(a <= x0 <= b and y == y0 for a, b, y, _ in held)
        assert x1 > x0
        at = y1
    for x0, x1, y0, y1 in held:
        assert y0 == y1
        assert x0 < x1 <= runs[-1][1]
        assert y0 == 0 == x0 or any(
            x0 == b and y0 == y for _, b, _, y in lines["forward"]
        )
    ax.figure.canvas.draw()
    for ticks in (ax.get_xticks(), ax.get_yticks()):
        assert (np.asarray(ticks) % 1 == 0).all()


def test_without_axes_a_figure_is_made():
    z = Product("v vᵀ y", v="n", y="n")
    shown = region_map(z.orders(), {"n": [1, 2]}, {"m": [1]})
    for drawn in (
        draw_region_map(shown),
        draw_schedule(schedule(3, budget=1)),
    ):
        assert drawn.lines
        plt.close(drawn.figure)


def won_by(count):
    """Return a map on which each of several orders wins in one place."""
    orders = Product("A B C D", A="n", B=(1, "n"), C="n", D=(1, "m")).orders()
    orders = tuple(2 * orders)[:count]
    best = np.eye(count, dtype=bool)[:, np.newaxis]
    x = np.arange(1, count + 1)
    return RegionMap("n", "m", x, np.array([3]), orders, 1 - best, best)


def test_five_orders_can_be_told_apart(ax):
    draw_region_map(won_by(5), ax)
    assert [points(line) for line in ax.lines] == [
        {(i, 3)} for i in range(1, 6)
    ]
    assert len({line.get_marker() for line in ax.lines}) == 5
    assert len({line.get_color() for line in ax.lines}) == 5
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == [f"${order.latex}$" for order in won_by(5).orders]
    with pytest.raises(ValueError, match="6 orders win somewhere, and 5 can"):
        draw_region_map(won_by(6), ax)


def test_what_is_no_map_and_no_schedule(ax):
    with pytest.raises(TypeError, match="what region_map returns, got 3"):
        draw_region_map(3, ax)
    with pytest.raises(TypeError, match="plan must be a Schedule, got 'all'"):
        draw_schedule("all", ax)
    with pytest.raises(TypeError, match="size must be a real number"):
        draw_region_map(won_by(1), ax, size="5")
    with pytest.raises(TypeError, match="ax must be Matplotlib axes"):
        draw_schedule(schedule(3, budget=1), "ax")


def test_sizes_between_whole_numbers_are_not_marked(ax):
    draw_region_map(won_by(2), ax, size=7.5)
    assert {line.get_markersize() for line in ax.lines} == {7.5}
    ax.figure.canvas.draw()
    for ticks in (ax.get_xticks(), ax.get_yticks()):
        assert (np.asarray(ticks) % 1 == 0).all()


def test_a_map_by_several_orders_and_a_tie_alone(ax):
    n = [1, 2, 3]
    orders = Product("A B", A=("n", "n"), B=("n", "m")).orders()
    alone = region_map(orders, {"n": n}, {"m": n})
    draw_region_map(alone, ax)
    assert [line.get_label() for line in ax.lines] == ["$AB$"]
    twice = RegionMap(
        "n", "m", alone.x, alone.y, orders * 2,
        np.repeat(alone.counts, 2, axis=0), np.repeat(alone.best, 2, axis=0),
    )  # fmt: skip
    _, other = plt.subplots()
    draw_region_map(twice, other)
    (line,) = other.lines
    assert line.get_label() == "tie"
    assert points(line) == set(itertools.product(n, n))
    assert (line.get_marker(), line.get_color()) == ("x", INK)
    plt.close(other.figure)
