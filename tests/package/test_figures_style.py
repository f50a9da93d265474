"""The house style: legible on both themes, apart for every eye."""

import io
import itertools
import logging
import os
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from byhand.figures import (
    COLORS,
    INK,
    as_axes,
    moving,
    subplots,
    use_style,
)
from byhand.figures._quiet import is_of_interest
from byhand.tables import table

WHITE, DARK = "#ffffff", "#121212"
STILL = table({"x": [1]})

#: Simulation of complete color vision deficiencies on linear RGB (Machado,
#: Oliveira and Fernandes, 2009, table 1, severity 1).
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color):
    channels = np.array(mpl.colors.to_rgb(color))
    return np.where(
        channels <= 0.04045,
        channels / 12.92,
        ((channels + 0.055) / 1.055) ** 2.4,
    )


def contrast(one, other):
    """Contrast ratio as WCAG 2 defines it."""
    weights = [0.2126, 0.7152, 0.0722]
    light, dark = sorted(
        (float(linear(c) @ weights) for c in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """CIE L*a*b* of linear RGB."""
    to_xyz = [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
    white = np.array([0.9505, 1.0, 1.089])
    t = np.asarray(to_xyz) @ np.clip(rgb, 0, 1) / white
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array(
        [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
    )


@pytest.mark.parametrize("color", [*COLORS.values(), INK])
@pytest.mark.parametrize("background", [WHITE, DARK])
def test_contrast_with_both_themes(color, background):
    # The light theme has no filter behind which text could be brightened.
    wanted = 4.5 if color == INK and background == WHITE else 3.0
    assert contrast(color, background) >= wanted


@pytest.mark.parametrize("name", DEFICIENCIES)
def test_data_colors_stay_apart(name):
    seen = [lab(DEFICIENCIES[name] @ linear(c)) for c in COLORS.values()]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) > 15


def saved():
    figure, axes = subplots(height=2.0)
    axes.plot([1, 2, 4], label="a")
    axes.legend()
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None}
    )
    plt.close(figure)
    return buffer.getvalue()


def test_the_same_figure_gives_the_same_bytes():
    assert saved() == saved()
    assert "<dc:date>" not in saved()


def test_background_is_transparent_and_colors_are_the_cycle():
    use_style()
    assert mpl.rcParams["savefig.transparent"]
    assert COLORS["blue"] in saved()
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert cycle == list(COLORS.values())


def test_subplots_gives_the_grid_and_the_size():
    figure, axes = subplots(2, 3, height=4, width=5, sharex=True)
    assert axes.shape == (2, 3)
    assert tuple(figure.get_size_inches()) == (5, 4)
    plt.close(figure)


def test_the_grid_and_the_size_are_bounded():
    assert subplots(width=100)[0].get_size_inches()[0] == 100
    plt.close()
    for wrong, said in [
        ({"rows": 0}, "rows must be at least 1"),
        ({"columns": 0}, "columns must be at least 1"),
        ({"rows": 101}, "rows must be at most 100"),
        ({"columns": 101}, "columns must be at most 100"),
        ({"width": 100.5}, "width must be at most 100 inches"),
        ({"height": 0}, "height must be positive"),
    ]:
        with pytest.raises(ValueError, match=said):
            subplots(**wrong)


def deep():
    nested = []
    for _ in range(10**5):
        nested = [nested]
    return nested


@pytest.mark.parametrize("part", [float("nan"), {1, 2}, deep()])
def test_what_a_script_cannot_read_does_not_move(part):
    assert moving(STILL, x=np.arange(3), y=[None, np.float64(2)]) is STILL
    with pytest.raises(TypeError, match="x must hold finite numbers, strings"):
        moving(STILL, x=part)


@pytest.mark.parametrize("still", [None, float("nan"), "a table", [STILL]])
def test_what_is_no_picture_does_not_move(still):
    with pytest.raises(TypeError, match="still must be a figure or a table"):
        moving(still, x=1)


def test_matplotlib_need_not_speak_of_its_cache():
    def record(text):
        return logging.LogRecord("matplotlib", 30, "", 1, text, (), None)

    assert is_of_interest(record("findfont: Font family not found."))
    assert not is_of_interest(record("created a temporary cache directory"))
    for name in ("matplotlib", "matplotlib.font_manager"):
        assert is_of_interest in logging.getLogger(name).filters


@pytest.mark.slow
def test_a_page_says_nothing_where_no_home_can_be_written(tmp_path):
    (tmp_path / "file").touch()
    program = (
        "import byhand.figures, logging; "
        "logging.getLogger('matplotlib').warning('of interest')"
    )
    places = dict.fromkeys(["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"],
                           str(tmp_path / "file" / "no"))  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True,
        env=os.environ | places, check=True,
    )  # fmt: skip
    assert run.stderr == "of interest\n"


def test_text_is_legible_beside_that_of_the_page():
    """The labels of axes, in Computer Modern, larger than the numbers."""
    use_style()
    base = mpl.rcParams["font.size"]
    assert 10 <= base <= 11
    for name in ("axes.labelsize", "axes.titlesize"):
        assert 1.1 * base < mpl.rcParams[name] < 1.2 * base
    # A figure that Matplotlib itself makes is as large as ours.
    figure, _ = subplots()
    assert [*figure.get_size_inches()] == mpl.rcParams["figure.figsize"]
    plt.close(figure)
    assert 1.5 < mpl.rcParams["lines.linewidth"] < 2.5
    for hidden in ("axes.spines.top", "axes.spines.right", "legend.frameon"):
        assert not mpl.rcParams[hidden]
    for name in (
        "axes.edgecolor", "axes.labelcolor", "axes.titlecolor",
        "legend.labelcolor", "text.color", "xtick.color", "ytick.color",
    ):  # fmt: skip
        assert mpl.rcParams[name] == INK
    for name in ("axes.facecolor", "figure.facecolor"):
        assert mpl.rcParams[name] == "none"
    assert not mpl.rcParams["path.simplify"]
    # Labels make room for themselves.
    assert mpl.rcParams["figure.constrained_layout.use"]


def test_a_figure_is_one_axes_as_wide_as_the_column():
    figure, axes = subplots()
    assert isinstance(axes, mpl.axes.Axes)
    assert tuple(figure.get_size_inches()) == (6.4, 3.6)
    plt.close(figure)
    # So is one that a function of the package makes to draw on.
    figure = as_axes(None).figure
    assert tuple(figure.get_size_inches()) == (6.4, 3.6)
    plt.close(figure)
    assert as_axes(axes) is axes
    with pytest.raises(TypeError, match="ax must be Matplotlib axes, got 'a"):
        as_axes("axes")
    with pytest.raises(TypeError, match="rows must be an integer"):
        subplots(1.0)
    with pytest.raises(TypeError, match="height must be a real number"):
        subplots(height="tall")


def test_in_a_notebook_figures_are_svg_and_shown_once(monkeypatch):
    set_formats = pytest.importorskip("matplotlib_inline.backend_inline")
    display = pytest.importorskip("IPython.display")
    formats, shown = [], []
    monkeypatch.setattr(
        set_formats, "set_matplotlib_formats",
        lambda *names, **options: formats.append((names, options)),
    )  # fmt: skip
    monkeypatch.setattr(
        display, "display", lambda data, raw: shown.append((data, raw))
    )
    for backend in ("inline", "module://matplotlib_inline.backend_inline"):
        monkeypatch.setattr(mpl, "get_backend", lambda name=backend: name)
        figure, _ = subplots()
        assert not plt.fignum_exists(figure.number)
        assert moving(figure, x=np.arange(2), y=None) is figure
    assert formats == 2 * [
        (("svg",), {"metadata": {"Date": None, "Creator": None}})
    ]
    kind = "application/vnd.byhand.moving+json"
    assert shown == 2 * [({kind: {"x": [0, 1], "y": None}}, True)]
    monkeypatch.setattr(mpl, "get_backend", lambda: "agg")
    figure, _ = subplots()
    assert plt.fignum_exists(figure.number)
    moving(STILL, x=1)
    assert len(formats) == len(shown) == 2
    plt.close(figure)
