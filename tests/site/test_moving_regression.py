"""The moving figures on regression, held against the package."""

import functools
import itertools

import numpy as np
import pytest
from byhand.regression import (
    PUBLISHED_TABLE,
    descent_limit,
    fit_polynomial,
    gradient_descent,
    grid_loss,
    published_sample,
)

pytestmark = pytest.mark.slow


@functools.cache
def exact_loss(m):
    x, t = published_sample()
    return float(grid_loss(fit_polynomial(x, t, m, method="exact")))


def test_the_exact_fit_of_double_descent(moving):
    moving.open("double_descent")
    x, t = published_sample()
    z = np.linspace(0, 1, 9)
    for m, basis in itertools.product(
        (1, 6, 12, 13, 14, 20, 70, 200), ("chebyshev", "legendre")
    ):
        exact = fit_polynomial(x, t, m, basis=basis, method="exact")
        values, loss = moving.ask(
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


def test_double_descent_by_keyboard(moving):
    page = moving.open("double_descent")
    assert "Test loss 1.07 · 10⁹" in moving.said()
    page.keyboard.press("ArrowRight")
    assert moving.value() == "14, test loss 6.43 · 10⁸"
    page.keyboard.press("Home")
    assert moving.said().startswith("Chebyshev, degree 1: 2 columns")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert moving.said().startswith("Legendre, degree 1:")
    page.wait_for_function("location.hash === '#degree=1&basis=legendre'")
    page = moving.open("double_descent", "degree=70&basis=chebyshev")
    assert "degree 70: 71 columns" in moving.said()
    assert "Test loss 0.133" in moving.said()


def test_the_paths_of_minimum_norm(moving):
    moving.open("minimum_norm")
    rng = np.random.default_rng(0)
    for rate in (1 / 32, 1 / 8, 1 / 4, 15 / 32, 1 / 2, 18 / 32):
        for start in rng.integers(-8, 17, size=(6, 2)) / 4:
            found, end = moving.ask(
                "minimum_norm",
                "[m.path(a.start, a.rate), m.foot(a.start)]",
                {"start": start.tolist(), "rate": rate},
            )
            wanted = gradient_descent(
                [[1, 1]], [3], rate, 12, start=start, allow_divergence=True
            )
            assert np.allclose(found, wanted, atol=1e-12)
            limit = descent_limit([[1, 1]], [3], start=start)
            assert np.allclose(end, limit, atol=1e-12)


def test_minimum_norm_by_keyboard_and_by_pointer(moving):
    page = moving.open("minimum_norm", "w1=0&w2=0&rate=1/8")
    assert "ends at (1.5, 1.5), the minimizer nearest" in moving.said()
    assert moving.said().endswith("of norm 2.12, the least of all.")
    sliders = page.locator(".moved input[type=range]")
    sliders.nth(2).focus()
    page.keyboard.press("End")
    assert moving.value() == "9/16, does not converge"
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    assert "jumps back and forth forever" in moving.said()
    page.keyboard.press("Home")
    sliders.nth(0).focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert moving.value() == "1.5, ends at (2.25, 0.75)"
    plane = page.locator(".plane").bounding_box()
    page.mouse.click(
        plane["x"] + plane["width"] * 5.5 / 7, plane["y"] + plane["height"] / 2
    )
    page.wait_for_function("location.hash === '#w1=3&w2=1&rate=1/32'")


def test_the_digits_of_rounding_by_keyboard(moving):
    page = moving.open("rounding")
    degrees = [row.degree for row in PUBLISHED_TABLE]
    x, t = published_sample()

    def shown():
        rows = page.locator(".settling tbody tr")
        return [r.split("\t") for r in rows.all_inner_texts()]

    assert moving.said() == (
        "With 16 digits 10 of 14 entries have settled. Still moving: "
        "degrees 7, 20. Refused: degrees 10, 15."
    )
    page.keyboard.press("Home")
    for digits in range(6, 30, 2):
        table = {int(row[0]): row[1:] for row in shown()}
        assert list(table) == degrees
        for m in (3, 7, 10, 15, 20):
            try:
                fit = fit_polynomial(x, t, m, method="exact", digits=digits)
                wanted = f"{float(grid_loss(fit)):.3e}"
            except ValueError:
                assert table[m] == ["—", "refused"]
                continue
            plain = table[m][0].replace("\u00a0", "")
            plain = plain.replace("·10", "e").translate(
                str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
            )
            assert f"{float(plain):.3e}" == wanted
            settled = abs(float(grid_loss(fit)) / exact_loss(m) - 1) < 1e-3
            assert settled or table[m][1] == "still moving"
        assert moving.value().startswith(f"{digits}, ")
        page.keyboard.press("ArrowRight")
    assert moving.value() == "28, 14 of 14 settled"
    page = moving.open("rounding", "digits=20")
    assert "Refused: degrees 10, 15." in moving.said()
