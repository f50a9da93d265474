"""The published experiment against values computed independently."""

import math
import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from byhand.regression import (
    BASES,
    PUBLISHED_TABLE,
    PolynomialFit,
    design_matrix,
    draw_sample,
    exact_least_squares,
    fit_polynomial,
    grid_loss,
    published_sample,
    target,
)

# The sample, bit for bit.
X_BITS = """
    0x1.64979beda10f5p-1 0x1.2501b5b6d822ap-2 0x1.d0977eb0ddd44p-3
    0x1.1a45edee068f0p-1 0x1.705e3c9f6e7e1p-1 0x1.b142d1e3d7f30p-2
    0x1.f626b99a4c95bp-1 0x1.5ea200e519b61p-1 0x1.ec796991e9e80p-2
    0x1.91874133548b0p-2 0x1.5f6a0ed04bec6p-2 0x1.754600d4bee36p-1
    0x1.c119151f5445ap-2 0x1.e8e19ec76de60p-5
"""
T_BITS = """
    0x1.8ee68d5e5475ap-1 0x1.b385817623df8p-3 0x1.719e721448592p-1
    -0x1.7aac81b03ddc7p-1 0x1.02d226f476d62p+0 -0x1.55dd4b4e2faf0p-1
    -0x1.17babbeff387bp-2 0x1.25f4404772948p-1 -0x1.d7d7e7d19125fp-1
    -0x1.1b9a02406d5e6p-1 -0x1.84d4156f736a4p-2 0x1.ed0bf78717966p-1
    -0x1.128fb5ba47937p+0 0x1.fe29b453668c3p-2
"""
X_POINTS = np.array([float.fromhex(bits) for bits in X_BITS.split()])
TARGETS = np.array([float.fromhex(bits) for bits in T_BITS.split()])

# Computed with 120 digits, independently of the package.
EXACT_LOSS = {
    2: "0.19386411705081361",
    3: "0.19343274883568356",
    4: "0.10255222991107934",
    5: "0.10915309153829604",
    6: "0.0350607006870697",
    7: "0.17736084048695485",
    10: "2257.089570265093",
    13: "1067861636.68",
    14: "642742852.96",
    15: "542886295.74752432",
    20: "15507079640.021355",
    30: "317604.71938382097",
    50: "0.71200035155269827",
    70: "0.13281043237871072",
    100: "0.15994302771050519",
    150: "0.18800282052817618",
    200: "0.19468029146824441",
}


def relative_error(value, expected):
    return abs(Fraction(value) / Fraction(expected) - 1)


def test_the_sample_is_the_published_one():
    x, t = published_sample()
    assert (x == X_POINTS).all()
    assert (t == TARGETS).all()


def test_the_sample_comes_from_the_legacy_generator():
    legacy = np.random.RandomState(123)
    x, t = published_sample()
    assert (x == legacy.uniform(0, 1, 14)).all()
    drawn = target(x) + 0.1 * legacy.normal(size=14)
    # This machine's sine or logarithm may differ in the last bit.
    assert np.allclose(t, drawn, rtol=0, atol=4 * np.spacing(1.0))


def test_the_sample_is_fresh_and_leaves_the_global_state_alone():
    before = np.random.get_state()[1].copy()
    x, _ = published_sample()
    x[:] = 0
    assert (published_sample()[0] == X_POINTS).all()
    assert (np.random.get_state()[1] == before).all()


def test_the_table_has_fourteen_rows():
    degrees = [row.degree for row in PUBLISHED_TABLE]
    assert degrees == [2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200]
    assert set(degrees) <= set(EXACT_LOSS)


def test_the_table_holds_the_reported_losses():
    reported = """
        0.19386411705081336 0.193432748835684 0.10255222991025262
        0.10915309162008865 0.177356881829107 17.094862480309498
        1323020.060699293 15596274997.211277 317604.6227527557
        0.7120003515525691 0.13281043237871068 0.1599430277105052
        0.18800282052817618 0.19468029146824442
    """
    losses = [float(loss) for loss in reported.split()]
    assert [row.loss for row in PUBLISHED_TABLE] == losses


@pytest.mark.parametrize("degree", EXACT_LOSS)
@pytest.mark.parametrize("digits", [60, 120])
def test_exact_values_to_fifteen_digits(degree, digits):
    fit = fit_polynomial(
        X_POINTS, TARGETS, degree, method="exact", digits=digits
    )
    loss = grid_loss(fit)
    assert isinstance(loss, Decimal)
    expected = EXACT_LOSS[degree]
    given = sum(c.isdigit() for c in expected.lstrip("0."))
    tolerance = Fraction(1, 10 ** min(15, given - 1))
    assert relative_error(loss, expected) < tolerance


def test_exact_loss_keeps_all_its_digits():
    fit = fit_polynomial(X_POINTS, TARGETS, 5, method="exact", digits=50)
    x = np.array([0.0, 0.5, 1.0])
    errors = [
        Fraction(p) - Fraction(y)
        for p, y in zip(fit(x), target(x), strict=True)
    ]
    expected = sum(e**2 for e in errors) / 6
    loss = grid_loss(fit, points=3)
    assert 0 < relative_error(loss, expected) < Fraction(1, 10**47)


def test_reported_values_that_are_rounding_error():
    wrong = [
        degree
        for degree, reported in PUBLISHED_TABLE
        if not 0.5 < reported / float(EXACT_LOSS[degree]) < 2
    ]
    assert wrong == [10, 15]


def test_sixty_digits_leave_thirty_everywhere():
    for basis in BASES:
        for degree in (0, 1, 5, 11, 12, 13, 14, 15, 16, 25):
            losses = [
                grid_loss(
                    fit_polynomial(
                        X_POINTS,
                        TARGETS,
                        degree,
                        basis=basis,
                        method="exact",
                        digits=digits,
                    ),
                    points=7,
                )
                for digits in (60, 120)
            ]
            assert relative_error(*losses) < Fraction(1, 10**30)


@pytest.mark.parametrize("degree", [3, 13, 15])
def test_digits_agree_with_rational_arithmetic(degree):
    x = [Fraction(v) for v in X_POINTS]
    rational = exact_least_squares(design_matrix(x, degree), TARGETS)
    fit = fit_polynomial(X_POINTS, TARGETS, degree, method="exact")
    for a, b in zip(fit.coefficients, rational, strict=True):
        assert relative_error(a, b) < Fraction(1, 10**30)
    point = Fraction(1, 3)
    value = (design_matrix([point], degree) @ rational)[0]
    assert relative_error(fit([point])[0], value) < Fraction(1, 10**30)


@pytest.mark.parametrize("method", ["svd", "qr"])
@pytest.mark.parametrize(
    ("degree", "rtol"),
    [(2, 1e-13), (6, 1e-9), (10, 1e-5), (13, 2e-2), (15, 1e-4), (20, 1e-7),
     (50, 1e-11), (200, 1e-12)],
)  # fmt: skip
def test_qr_and_svd_are_close(method, degree, rtol):
    loss = grid_loss(fit_polynomial(X_POINTS, TARGETS, degree, method=method))
    assert isinstance(loss, float)
    assert loss == pytest.approx(float(EXACT_LOSS[degree]), rel=rtol)


def test_the_explicit_inverse_understates_the_peak():
    for degree, below in [(10, 50), (15, 5e8)]:
        loss = grid_loss(
            fit_polynomial(X_POINTS, TARGETS, degree, method="inverse")
        )
        assert loss < below < float(EXACT_LOSS[degree])


PROBE = """
import sys
import numpy as np
from byhand.regression import fit_polynomial
x, t = np.array([float(v) for v in sys.argv[1].split()]).reshape(2, 14)
for degree in (4, 9, 10, 13, 15, 20, 200):
    fit = fit_polynomial(x, t, degree, method="inverse")
    print(degree, fit.coefficients.tobytes().hex())
"""


def test_the_explicit_inverse_has_the_same_bits_under_other_blas_kernels():
    numbers = " ".join(map(repr, [*X_POINTS.tolist(), *TARGETS.tolist()]))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROBE, numbers],
            env={**os.environ, "OPENBLAS_CORETYPE": kernels},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for kernels in ("Haswell", "Nehalem", "Prescott")
    }
    assert len(outputs) == 1


def test_zero_predictor_and_the_truth():
    assert grid_loss(lambda x: 0 * x) == pytest.approx(0.2384, abs=5e-5)
    assert grid_loss(target) == 0
    assert grid_loss(lambda x: target(x) + 2) == pytest.approx(2)
    assert grid_loss(lambda x: target(x) + (x == 0), points=5) == (
        pytest.approx(0.1)
    )


def test_drawn_samples():
    x, t = draw_sample(4000, rng=0, noise=0.3)
    assert x.min() >= 0
    assert x.max() <= 1
    residual = t - np.sin(10 * x)
    assert residual.std() == pytest.approx(0.3, rel=0.05)
    assert abs(residual.mean()) < 0.02
    again = draw_sample(4000, rng=np.random.default_rng(0), noise=0.3)
    assert (again[1] == t).all()
    # First all points, then all errors, so that others can draw them, too.
    rng = np.random.default_rng(0)
    assert (rng.uniform(size=4000) == x).all()
    assert residual == pytest.approx(0.3 * rng.normal(size=4000), abs=1e-12)


def test_the_noise_of_a_sample_is_a_tenth_unless_given():
    assert (
        draw_sample(9, rng=4)[1] == draw_sample(9, rng=4, noise=0.1)[1]
    ).all()
    assert (
        draw_sample(9, rng=4)[1] != draw_sample(9, rng=4, noise=0)[1]
    ).all()


def test_two_points_are_the_ends():
    assert grid_loss(lambda x: 0 * x, points=2) == pytest.approx(
        math.sin(10) ** 2 / 4
    )


def test_the_largest_samples_and_points():
    # So many would be drawn, were there a generator.
    with pytest.raises(TypeError, match="rng"):
        draw_sample(10**8, rng=None)
    with pytest.raises(ValueError, match="n must be at most 100,000,000, got"):
        draw_sample(10**8 + 1, rng=0)
    with pytest.raises(ValueError, match="points must be at most 100,000,000"):
        grid_loss(target, points=10**8 + 1)
    assert np.abs(target([1.7e307, -1.7e307])).max() <= 1


def test_a_million_digits_are_the_most():
    fit = PolynomialFit([1, 2], "monomial", (-1, 1), 10**6)
    assert fit.digits == 10**6
    for digits in (10**6 + 1, 10**30):
        message = "digits must be at most 1,000,000, got"
        with pytest.raises(ValueError, match=message):
            PolynomialFit([1, 2], "monomial", (-1, 1), digits)
        with pytest.raises(ValueError, match=message):
            fit_polynomial([0, 1], [1, 2], 1, digits=digits)
    with pytest.raises(ValueError, match="digits must be at least 1, got 0"):
        fit_polynomial([0, 1], [1, 2], 1, digits=0)


def test_values_of_a_fit_beyond_float64_are_refused():
    fit = fit_polynomial([0.0, 1.0, 2.0], [1.0, 3.0, 5.0], 1)
    assert fit([Fraction(10) ** 300])[0] == pytest.approx(2e300)
    steep = PolynomialFit([0.0, 1e300], "monomial", (-1, 1), None)
    for call, x in ((fit, Fraction(10) ** 400), (steep, 1e20), (steep, -1e20)):
        with pytest.raises(ValueError, match="overflows float64 at the poin"):
            call([0, x])
    exact = fit_polynomial([0, 1, 2], [1, 3, 5], 1, method="exact")
    assert relative_error(exact([Fraction(10) ** 400])[0], 2 * 10**400) < 1e-50


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("method", ["svd", "qr", "inverse", "exact"])
@pytest.mark.parametrize("degree", [0, 3, 7])
def test_fit_recovers_a_cubic_and_interpolates(basis, method, degree):
    x = np.array([0.0, 0.15, 0.4, 0.55, 0.8, 1.0])
    t = x**3 - x
    fit = fit_polynomial(
        x, t, degree, basis=basis, domain=(0, 1), method=method
    )
    assert isinstance(fit, PolynomialFit)
    assert fit.degree == degree
    values = fit([0.15, 0.4]).astype(float)
    if degree == 0:
        assert values == pytest.approx([t.mean()] * 2)
    else:
        assert values == pytest.approx(t[1:3], abs=1e-8)


def test_basis_does_not_matter_below_and_matters_above():
    def loss(degree, basis):
        return grid_loss(
            fit_polynomial(X_POINTS, TARGETS, degree, basis=basis, method="qr")
        )

    assert loss(5, "legendre") == pytest.approx(loss(5, "chebyshev"))
    assert loss(13, "legendre") == pytest.approx(
        loss(13, "chebyshev"), rel=0.1
    )
    assert loss(70, "legendre") < 0.8 * loss(70, "chebyshev")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: fit_polynomial([0, 1], [1, 2, 3], 1),
            ValueError,
            r"got t of shape \(3,\) and X of shape \(2, 2\)",
        ),
        (
            lambda: fit_polynomial([0, 1], [1, 2, 3], 1, method="exact"),
            ValueError,
            r"got t of shape \(3,\) and X of shape \(2, 2\)",
        ),
        (
            lambda: fit_polynomial([0, 1], [[1], [2]], 1, method="exact"),
            ValueError,
            "t must be a vector",
        ),
        (
            lambda: fit_polynomial([0, 1], [1, 2], 1, method="lu"),
            ValueError,
            "method must be one of 'svd', 'qr', 'inverse', 'exact', got 'lu'",
        ),
        (
            lambda: fit_polynomial([0, 1], [1, 2], -1),
            ValueError,
            "degree must be at least 0",
        ),
        (
            lambda: fit_polynomial([0, 0], [1, 2], 1, method="qr"),
            ValueError,
            "numerical rank 1",
        ),
        (
            lambda: fit_polynomial([0, 0], [1, 2], 5, method="exact"),
            ValueError,
            "X has rank 1 instead of 2",
        ),
        (
            lambda: fit_polynomial(
                [0, 1], [1, 2], 1, method="exact", digits=0
            ),
            ValueError,
            "digits must be at least 1",
        ),
        (
            lambda: fit_polynomial(
                [0, 1], [1, 2], 1, method="exact", digits=None
            ),
            TypeError,
            "digits must be an integer",
        ),
        (
            lambda: fit_polynomial([0, 1], [1, math.nan], 1),
            ValueError,
            "t must be finite",
        ),
        (lambda: target([math.inf]), ValueError, "x must be finite"),
        (lambda: target("a"), TypeError, "x must hold real numbers"),
        (
            lambda: draw_sample(0, rng=0),
            ValueError,
            "n must be at least 1",
        ),
        (
            lambda: draw_sample(3, rng=None),
            TypeError,
            "numpy.random.Generator",
        ),
        (
            lambda: draw_sample(3, rng=0, noise=-1),
            ValueError,
            "noise must be at least 0",
        ),
        (lambda: target(1e308), ValueError, "10x overflows float64"),
        (
            lambda: fit_polynomial([0, 1], [1, 2], 1, digits="abc"),
            TypeError,
            "digits must be an integer, got 'abc'",
        ),
        (
            lambda: PolynomialFit(None, "chebyshev", (-1, 1), None),
            TypeError,
            "coefficients must hold real numbers, got None",
        ),
        (
            lambda: PolynomialFit([1.0], "fourier", (-1, 1), None),
            ValueError,
            "basis must be one of",
        ),
        (
            lambda: PolynomialFit([1.0], "chebyshev", (1, -1), None),
            ValueError,
            "with a < b",
        ),
        (lambda: grid_loss(0.0), TypeError, "predict must be a function"),
        (
            lambda: grid_loss(lambda x: x[:-1]),
            ValueError,
            r"one value for each of the 1000 points, got shape \(999,\)",
        ),
        (
            lambda: grid_loss(lambda x: 0),
            ValueError,
            "the predictions must be a vector",
        ),
        (
            lambda: grid_loss(lambda x: x * math.nan),
            ValueError,
            "the predictions must be finite",
        ),
        (
            lambda: grid_loss(target, points=1),
            ValueError,
            "points must be at least 2",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_package_needs_numpy_alone():
    heavy = {"sympy", "mpmath", "matplotlib", "scipy", "IPython"}
    code = (
        "import sys, byhand.regression; "
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"
