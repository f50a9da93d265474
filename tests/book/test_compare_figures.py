"""The comparison of figures: blind to noise, not to changes."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from byhand.figures import STYLE
from matplotlib.figure import Figure

from tools.compare_figures import TOLERANCE, difference


def draw(*, shift=0.0, label="loss", color="#0072b2", points=20, extra=False):
    x = np.linspace(0, 1, points)
    with mpl.rc_context(STYLE):
        figure = Figure()
        axes = figure.subplots()
        axes.plot(x, x**2 + shift, marker="o", color=color)
        if extra:
            axes.axhline(0.5)
        axes.set(xlabel=label, xlim=(-0.1, 1.1), ylim=(-0.1, 1.2))
        buffer = io.StringIO()
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None}
        )
    return buffer.getvalue()


@pytest.fixture(scope="module")
def stored():
    return draw()


def test_a_figure_equals_itself():
    assert difference(draw(), draw()) is None


@pytest.mark.parametrize("shift", [1e-15, 1e-9, 1e-6])
def test_rounding_noise_passes(shift, stored):
    assert difference(stored, draw(shift=shift)) is None


def test_identifiers_that_depend_on_coordinates_are_ignored():
    stored = '<svg><path id="a1" d="M 0 0"/><use href="#a1"/></svg>'
    fresh = '<svg><path id="b7" d="M 0 0.01"/><use href="#b7"/></svg>'
    assert difference(stored, fresh) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shift": 0.01}, "moved"),
        ({"label": "risk"}, "loss"),
        ({"color": "#d55e00"}, "0072b2"),
        ({"points": 21}, "stored"),
        ({"extra": True}, ""),
    ],
)
def test_a_change_is_found(change, said, stored):
    found = difference(stored, draw(**change))
    assert found is not None
    assert said in found


def test_tolerance_is_the_stated_one():
    def line(y):
        return f'<svg><path d="M 0 {y} L 1 1"/></svg>'

    assert difference(line(5), line(5 + 0.9 * TOLERANCE)) is None
    assert "moved by" in difference(line(5), line(5 + 1.1 * TOLERANCE))


def test_a_reference_to_another_shape_is_found():
    def using(name):
        return (
            '<svg><path id="p" d="M 0 0"/><path id="q" d="M 0 0"/>'
            f'<use href="#{name}"/></svg>'
        )

    assert difference(using("p"), using("q")) is not None


def test_numbers_in_text_are_not_close_but_equal():
    stored, fresh = (f"<svg><text>{t}</text></svg>" for t in ("1.00", "1.01"))
    assert difference(stored, fresh) is not None


def test_what_is_not_svg_is_said_to_be_so():
    assert "not well-formed" in difference("<svg>", "<svg></svg>")


HEAD = '<?xml version="1.0"?>\n<!DOCTYPE svg>\n'
BODY = '<g transform="translate(1 2) scale(0.1 -0.1)"><path d="M 0 0"/></g>'
DRAWN = f"{HEAD}<svg xmlns='http://www.w3.org/2000/svg'>{BODY}</svg>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("scale(0.1", "scale(0.14"),
        ("translate(1 2)", "translate(1.1 2)"),
        ("translate(1 2)", "rotate(2)"),
        ("</g>", "</g>behind"),
        ("<g ", "<?run it?><g "),
        ("<!DOCTYPE svg>", "<!DOCTYPE svg SYSTEM 'else.dtd'>"),
        ("<!DOCTYPE svg>", "<!-- said --><!DOCTYPE svg>"),
        ("<svg ", "<svg xmlns:a='http://a' "),
        ("</svg>", "</svg><!-- said -->"),
    ],
)
def test_what_the_eye_or_a_program_would_see_is_found(old, new):
    assert old in DRAWN
    assert difference(DRAWN, DRAWN) is None
    assert difference(DRAWN, DRAWN.replace(old, new)) is not None


def test_a_scale_may_differ_in_its_last_digits():
    assert difference(DRAWN, DRAWN.replace("(0.1 ", "(0.1000000001 ")) is None
