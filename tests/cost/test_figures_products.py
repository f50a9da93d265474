"""The drawings of orders and graphs show what the data say."""

import itertools

import matplotlib.pyplot as plt
import pytest
from byhand.cost import Product
from byhand.figures import COLORS, INK, subplots
from byhand.figures.products import draw_linear, draw_order
from matplotlib.colors import to_rgba

SHAPES = {"J1": (3, 2), "J2": (4, 3), "J3": (2, 4), "x": 2}
PROGRAM = {
    "u": {"x1": 2, "x2": 3},
    "w": {"x2": 5, "x3": -4},
    "y": {"u": 7, "w": -1},
}


@pytest.fixture
def ax():
    figure, axes = subplots()
    yield axes
    plt.close(figure)


def test_factors_have_their_shapes(ax):
    assert draw_order(Product("J3 J2 J1 x", **SHAPES).orders()[0], ax) is ax
    boxes = [(p.get_height(), p.get_width()) for p in ax.patches]
    assert boxes == [(2, 4), (4, 3), (3, 2), (2, 1)]


def limits_hold_everything(ax):
    """Whether texts, lines and boxes lie inside the limits of the axes."""
    spots = [t.get_position() for t in ax.texts]
    spots += [at for line in ax.lines for at in line.get_xydata()]
    spots += [c for p in ax.patches for c in p.get_bbox().get_points()]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    return all(left < x < right and low < y < high for x, y in spots)


def test_factors_stand_side_by_side_under_their_names(ax):
    draw_order(Product("J3 J2 J1 x", **SHAPES).orders()[0], ax)
    boxes = [p.get_bbox() for p in ax.patches]
    for one, other in itertools.pairwise(boxes):
        assert other.x0 - one.x1 == 0.5
    names, numbers = ax.texts[: len(boxes)], ax.texts[len(boxes) :]
    (above,) = {name.get_position()[1] for name in names}
    assert above == pytest.approx(max(box.y1 for box in boxes), abs=0.5)
    for name, box in zip(names, boxes, strict=True):
        assert box.y0 == -box.y1
        assert name.get_position()[0] == (box.x0 + box.x1) / 2
        assert box.y1 < above
    # Each line ends in its number, and all of them are under the boxes.
    assert [n.get_text() for n in numbers] == ["1", "2", "3"]
    for number, line in zip(numbers, ax.lines, strict=True):
        x, y = number.get_position()
        assert 0 < x - max(line.get_xdata()) < 0.5
        assert set(line.get_ydata()) == {y}
        assert y < min(box.y0 for box in boxes)
    assert limits_hold_everything(ax)


@pytest.mark.parametrize("number", range(5))
def test_lines_join_what_is_multiplied(ax, number):
    order = Product("J3 J2 J1 x", **SHAPES).orders()[number]
    draw_order(order, ax)
    lefts = [p.get_x() for p in ax.patches]
    rights = [p.get_x() + p.get_width() for p in ax.patches]
    for line, step in zip(ax.lines, order.steps, strict=True):
        start, stop = line.get_xdata()
        a, _, c = step.shape
        first, last = lefts.index(start), rights.index(stop)
        factors = order.product.factors
        assert (factors[first].rows, factors[last].columns) == (a, c)
    heights = [line.get_ydata()[0] for line in ax.lines]
    assert heights == sorted(heights, reverse=True)


def test_symbols_cannot_be_drawn(ax):
    with pytest.raises(ValueError, match="symbols for sizes"):
        draw_order(Product("v vᵀ y", v="n", y="n").orders()[0], ax)


def arrows(ax):
    return {
        (t.get_position(), t.xy)
        for t in ax.texts
        if getattr(t, "arrow_patch", None)
    }


def texts(ax):
    return sorted(t.get_text() for t in ax.texts if t.get_text())


def test_turning_turns_every_arrow_and_keeps_the_factors(ax):
    draw_linear(PROGRAM, ax)
    _, other = subplots()
    draw_linear(PROGRAM, other, turned=True)
    assert arrows(other) == {(b, a) for a, b in arrows(ax)}
    assert len(arrows(ax)) == 6
    numbers = [
        [t for t in texts(a) if t.lstrip("−").isdigit()] for a in (ax, other)
    ]
    assert numbers[0] == numbers[1] == ["2", "3", "5", "7", "−1", "−4"]
    assert places(other, "bar") == places(ax, "dot")
    assert factors(other) == factors(ax)
    assert limits_hold_everything(ax)
    plt.close(other.figure)


def places(ax, accent):
    """Return where the values stand, by name."""
    start = f"$\\{accent}"
    return {
        t.get_text().removeprefix(start): t.get_position()
        for t in ax.texts
        if t.get_text().startswith(start)
    }


def factors(ax):
    """Return where the factors stand, rounded."""
    return {
        (t.get_text(), *(round(z, 9) for z in t.get_position()))
        for t in ax.texts
        if t.get_text().lstrip("−").isdigit()
    }


def test_a_value_stands_right_of_its_operands(ax):
    draw_linear(PROGRAM, ax)
    assert places(ax, "dot") == {
        "{x}_{1}$": (0, 1), "{x}_{2}$": (0, 0), "{x}_{3}$": (0, -1),
        "{u}$": (1, 0.5), "{w}$": (1, -0.5),
        "{y}$": (2, 0),
    }  # fmt: skip
    # Each factor is above its arrow, nearer to the left end.
    assert len(factors(ax)) == 6
    for (x0, y0), (x1, y1) in arrows(ax):
        on_arrow = x0 + 0.38 * (x1 - x0), y0 + 0.38 * (y1 - y0)
        assert any(
            x == pytest.approx(on_arrow[0]) and 0 < y - on_arrow[1] < 0.1
            for _, x, y in factors(ax)
        )


def test_an_arrow_past_a_column_is_curved(ax):
    draw_linear({"u": {"x": 2}, "y": {"u": 3, "x": 5}, "z": {"y": 7}}, ax)
    assert [places(ax, "dot")[f"{{{name}}}$"] for name in "xuyz"] == [
        (column, 0) for column in range(4)
    ]
    curved = {
        t.xy[0] - t.get_position()[0]: "rad=-0.25"
        in t.arrowprops["connectionstyle"]
        for t in ax.texts
        if getattr(t, "arrow_patch", None)
    }
    assert curved == {1: False, 2: True}


def test_additions_are_told(ax):
    draw_linear(PROGRAM, ax)
    assert texts(ax).count("1 add") == 3
    _, other = subplots()
    draw_linear(PROGRAM, other, turned=True)
    assert texts(other).count("1 add") == 1
    plt.close(other.figure)


def test_a_value_must_be_computed_before_it_is_used(ax):
    with pytest.raises(ValueError, match="y uses u before"):
        draw_linear({"y": {"u": 1}, "u": {"x": 1}}, ax)


@pytest.mark.parametrize(
    ("program", "error", "message"),
    [
        ({"y_1": {"x": 1}}, ValueError, "such as x1, got 'y_1'"),
        ({"y": {"x 1": 1}}, ValueError, "such as x1, got 'x 1'"),
        ({"y": {3: 1}}, ValueError, "such as x1, got 3"),
        ({"y": {}}, ValueError, "y in program has no terms"),
        ({}, ValueError, "program must have at least one value"),
        ({"y": {"x": "2"}}, TypeError, "the factor of x in program must be"),
        ({"y": ["x"]}, TypeError, "the sum of y in program must be a dict"),
        (["y"], TypeError, "program must be a dictionary"),
    ],
)
def test_what_is_no_linear_program(ax, program, error, message):
    with pytest.raises(error, match=message):
        draw_linear(program, ax)


def test_what_cannot_be_drawn(ax):
    order = Product("v vᵀ y", v=3, y=3).orders()[0]
    with pytest.raises(TypeError, match="order must be an Order, got 'v"):
        draw_order("v(vᵀy)", ax)
    for color in ("bluish", 3, None):
        with pytest.raises(ValueError, match="color must be a color, got"):
            draw_order(order, ax, color=color)
    for shapes in ({"A": (2, "n"), "x": "n"}, {"A": ("n", 2), "x": 2}):
        with pytest.raises(ValueError, match="symbols for sizes"):
            draw_order(Product("A x", **shapes).orders()[0], ax)
    with pytest.raises(TypeError, match="turned must be True or False"):
        draw_linear(PROGRAM, ax, turned=1)


def test_lines_and_their_numbers_have_the_color_wanted(ax):
    draw_order(Product("J3 J2 J1 x", **SHAPES).orders()[0], ax, color="red")
    assert {line.get_color() for line in ax.lines} == {"red"}
    assert {t.get_color() for t in ax.texts[4:]} == {"red"}
    assert {p.get_edgecolor() for p in ax.patches} == {to_rgba(INK)}
    assert not any(p.get_facecolor()[3] for p in ax.patches)
    assert ax.get_aspect() == 1
    depths = [line.get_ydata()[0] for line in ax.lines]
    assert all(a - b == 0.75 for a, b in itertools.pairwise(depths))


def test_a_figure_of_its_own_is_low():
    order = Product("v vᵀ y", v=3, y=3).orders()[0]
    for drawn, height in ((draw_order(order), 2), (draw_linear(PROGRAM), 2.4)):
        assert tuple(drawn.figure.get_size_inches()) == (6.4, height)
        plt.close(drawn.figure)


def test_inputs_are_gray_squares_and_what_is_computed_blue_circles(ax):
    draw_linear(PROGRAM, ax)
    nodes = {t.get_text(): t for t in ax.texts if t.get_bbox_patch()}
    kinds = {
        name: (
            type(node.get_bbox_patch().get_boxstyle()).__name__,
            node.get_color(),
            node.get_bbox_patch().get_edgecolor(),
        )
        for name, node in nodes.items()
    }
    given = ("Square", INK, to_rgba(INK))
    computed = ("Circle", COLORS["blue"], to_rgba(COLORS["blue"]))
    assert kinds == {
        r"$\dot{x}_{1}$": given, r"$\dot{x}_{2}$": given,
        r"$\dot{x}_{3}$": given, r"$\dot{u}$": computed,
        r"$\dot{w}$": computed, r"$\dot{y}$": computed,
    }  # fmt: skip
    assert not any(
        n.get_bbox_patch().get_facecolor()[3] for n in nodes.values()
    )
    turned = draw_linear(PROGRAM, turned=True)
    squares = {
        t.get_text()
        for t in turned.texts
        if (box := t.get_bbox_patch())
        and type(box.get_boxstyle()).__name__ == "Square"
    }
    assert squares == {r"$\bar{y}$"}
    plt.close(turned.figure)


def test_sums_of_several_terms_and_any_factors(ax):
    draw_linear({"y12": {"a": 0.5, "b": -1.25, "c": 1e6, "d": 1 / 3}}, ax)
    assert [t for t in texts(ax) if t.endswith("add")] == ["3 add"]
    assert {"0.5", "−1.25", "1e+06", "0.333333"} <= set(texts(ax))
    assert places(ax, "dot") == {
        "{a}$": (0, 1.5), "{b}$": (0, 0.5), "{c}$": (0, -0.5),
        "{d}$": (0, -1.5), "{y}_{12}$": (1, 0),
    }  # fmt: skip
    (additions,) = (t for t in ax.texts if t.get_text() == "3 add")
    x, y = additions.get_position()
    assert x == 1
    assert -0.3 < y < -0.1
    assert additions.get_va() == "top"


def test_arrows_keep_clear_of_the_values(ax):
    """They end outside of the boxes, and do not seem to end elsewhere."""
    draw_linear(PROGRAM, ax)
    ax.figure.canvas.draw()
    nodes = {
        t.get_position(): t.get_bbox_patch().get_window_extent()
        for t in ax.texts
        if t.get_bbox_patch()
    }
    half = max(max(box.width, box.height) for box in nodes.values()) / 2
    for t in ax.texts:
        if getattr(t, "arrow_patch", None):
            curve = t.arrow_patch.get_path().vertices
            (x0, y0), (x1, y1) = (
                ax.transData.transform(at) for at in (t.get_position(), t.xy)
            )
            points = t.arrow_patch.get_transform().transform(curve)
            for x, y in ((x0, y0), (x1, y1)):
                gap = min(
                    ((px - x) ** 2 + (py - y) ** 2) ** 0.5 for px, py in points
                )
                assert 0.8 * half < gap < 2 * half
