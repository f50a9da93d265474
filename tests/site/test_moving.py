"""Figures that move: driven by keyboard, and held against the package."""

import itertools
from pathlib import Path

import axe_playwright_python
import numpy as np
import pytest
from byhand.regression import fit_polynomial, grid_loss, published_sample

pytestmark = pytest.mark.slow

AXE = Path(axe_playwright_python.__path__[0], "axe.min.js")
ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "tools" / "booksite" / "assets" / "moving"
KINDS = sorted(p.stem for p in SCRIPTS.glob("*_*.mjs")) + sorted(
    p.stem
    for p in SCRIPTS.glob("*.mjs")
    if "_" not in p.stem and p.stem not in {"start", "frame"}
)


@pytest.fixture(scope="module")
def address(site, served):
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()
    assert not page.errors


@pytest.fixture(scope="module")
def places(pages):
    """The page of each kind."""
    found = {
        kind: [n for n, t in pages.items() if f'data-kind="{kind}"' in t]
        for kind in KINDS
    }
    assert all(len(names) == 1 for names in found.values()), found
    return {kind: names[0] for kind, names in found.items()}


@pytest.fixture
def opened(page, places, address):
    """A function that opens the figure of a kind in a state."""

    def open_(kind, state=""):
        page.goto("about:blank")
        page.goto(f"{address}/{places[kind]}{state and '#' + state}")
        if not state:
            page.locator(".moving > button").focus()
            page.keyboard.press("Enter")
        page.locator(".moved .stage > *").first.wait_for()
        return page

    return open_


@pytest.fixture
def ask(page, address):
    """Evaluate something of a script of a kind, which is called ``m``."""

    def asked(kind, expression, argument=None):
        return page.evaluate(
            f"(a) => import('{address}/_static/moving/{kind}.mjs')"
            f".then((m) => {expression})",
            argument,
        )

    return asked


def said(page):
    return page.locator(".said").inner_text().replace("\u00a0", " ")


def value(page):
    """What a screen reader says of the focused slider."""
    return page.evaluate(
        "document.activeElement.getAttribute('aria-valuetext')"
    ).replace("\u00a0", " ")


def test_the_exact_fit_of_double_descent(opened, ask):
    opened("double_descent")
    x, t = published_sample()
    z = np.linspace(0, 1, 9)
    for m, basis in itertools.product(
        (1, 6, 12, 13, 14, 20, 70, 200), ("chebyshev", "legendre")
    ):
        exact = fit_polynomial(x, t, m, basis=basis, method="exact")
        values, loss = ask(
            "double_descent",
            "{ const w = m.weights(a.x, a.t, a.m, a.basis); return "
            "[a.z.map((v) => m.value(w, v, a.basis)), m.loss(w, a.basis)]; }",
            {"x": list(x), "t": list(t), "m": m, "basis": basis,
             "z": list(z)},
        )  # fmt: skip
        wanted = exact(z).astype(float)
        size = max(1, abs(wanted).max())
        assert np.allclose(values, wanted, rtol=0, atol=1e-7 * size)
        assert loss == pytest.approx(float(grid_loss(exact)), rel=1e-6)


def test_double_descent_by_keyboard(opened):
    page = opened("double_descent")
    assert "Test loss 1.07 · 10⁹" in said(page)
    page.keyboard.press("ArrowRight")
    assert value(page) == "14, test loss 6.43 · 10⁸"
    page.keyboard.press("Home")
    assert said(page).startswith("Chebyshev, degree 1: 2 columns")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("Legendre, degree 1:")
    page.wait_for_function("location.hash === '#degree=1&basis=legendre'")
    page = opened("double_descent", "degree=70&basis=chebyshev")
    assert "degree 70: 71 columns" in said(page)
    assert "Test loss 0.133" in said(page)
