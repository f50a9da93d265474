"""The exercises of the page on the tape at work: right and wrong."""

import numpy as np
import pytest
from byhand.checks.tape_at_work import (
    check_best_step,
    check_hessian_product,
    check_shared_slope,
    check_tridiagonal,
    check_which_cuts,
)
from byhand.tape import hvp, record

CUTS = {
    "x": True, "h g1": False, "g2 u": True, "h z2 u": True, "z1 g2 u": False,
    "x u": False, "y": True, "z1 u": False,
}  # fmt: skip

# ---- warm-ups ------------------------------------------------------------


@pytest.mark.parametrize("names", CUTS)
def test_a_wrong_verdict_meets_a_path(names, refused):
    text = refused(check_which_cuts, CUTS | {names: not CUTS[names]})
    said = " ".join(text.split())
    if CUTS[names]:
        assert "every path from x to J meets it once" in said
    else:
        assert "x → " in said
        assert "meets it not at all" in said or "meets it twice" in said


def hessian_product(x, u):
    return np.array([2 * (u[0] * x[1] + x[0] * u[1]), 2 * x[0] * u[0]])


def best_step(w, h):
    g = h * w
    return (g @ g) / (g @ (h * g))


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (
            check_hessian_product,
            lambda x, u: [2 * x[0] * x[1], x[0] ** 2],
            "This is the gradient",
        ),
        (
            check_hessian_product,
            lambda x, u: [2 * x[0] * x[1] * u[0], x[0] ** 2 * u[1]],
            "a product with the gradient",
        ),
        (
            check_hessian_product,
            lambda x, u: [2 * x[1] * u[0], 2 * x[0] * u[0]],
            "both of them move",
        ),
        (check_hessian_product, lambda x, u: 1, "an entry for each"),
        (check_hessian_product, lambda x, u: 0 * x, "Write down"),
        (check_best_step, lambda w, h: best_step(w, h) / 2, "factor 1/2"),
        (check_best_step, lambda w, h: 1 / h.max(), "safe along every"),
        (check_best_step, lambda w, h: 1 / best_step(w, h), "Upside down"),
        (
            check_best_step,
            lambda w, h: (w @ w) / (w @ (h * w)),
            "not along w",
        ),
        (check_best_step, lambda w, h: w, "one number"),
        (check_best_step, lambda w, h: 7.0, "diagonal"),
    ],
)
def test_foreseen_slips_have_hints(check, answer, said, refused):
    assert said in " ".join(refused(check, answer).split())


def test_the_product_is_that_of_the_tape():
    def f(x):
        return x[0] ** 2 * x[1]

    product = hvp(record(f, x=2), "x")
    x, u = np.array([3.0, 5.0]), np.array([1.0, -2.0])
    found = product(x=x, x_dot=u)
    assert np.allclose(found, hessian_product(x, u))


# ---- a Jacobian from few products ----------------------------------------


def by_color(product, n):
    J = np.zeros((n, n))
    for k in range(min(3, n)):
        u = np.zeros(n)
        u[k::3] = 1
        total = product(u)
        for i in range(n):
            for j in (i - 1, i, i + 1):
                if 0 <= j < n and j % 3 == k:
                    J[i, j] = total[i]
    return J


def test_a_product_for_each_column_is_too_many(refused):
    def answer(product, n):
        return np.array([product(e) for e in np.eye(n)]).T

    assert "right J, from 4 products" in refused(check_tridiagonal, answer)


def test_two_colors_mix_columns(refused):
    def answer(product, n):
        J = np.zeros((n, n))
        for k in range(2):
            u = (np.arange(n) % 2 == k).astype(float)
            total = product(u)
            for j in range(k, n, 2):
                near = slice(max(j - 1, 0), j + 2)
                J[near, j] = total[near]
        return J

    text = refused(check_tridiagonal, answer)
    assert "row 1, column 0" in text
    assert "mixes the columns" in text


def test_rows_for_columns(refused):
    assert "row 0, column 1" in refused(
        check_tridiagonal, lambda product, n: by_color(product, n).T
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda product, n: product(np.ones(n)), "shape"),
        (lambda product, n: product(np.ones(n + 1)), "wants a vector"),
    ],
)
def test_what_is_not_a_matrix(answer, message, refused):
    assert message in refused(check_tridiagonal, answer)


# ---- two witnesses with one source ---------------------------------------


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("aecfgdbi", "the dots here are right"),
        ("ahefgdbi", "the bar of v_2 is 3 and the right one 2"),
        ("ad", "How do the dots of line i"),
        ("gb", "What does the step remove"),
        ("aefgdi", "which step changes it"),
        ("aefgdb", "reaches its conclusion"),
    ],
)
def test_what_is_no_proof(order, said, refused):
    assert said in " ".join(refused(check_shared_slope, order).split())


#: What is said of right answers, and the answers.
RIGHT = {
    check_which_cuts: ("8 sets", CUTS),
    check_hessian_product: ("43 points", hessian_product),
    check_best_step: ("44 quadratic losses", best_step),
    check_tridiagonal: ("60 matrices", by_color),
    check_shared_slope: ("7 lines", "aefgdbi", list("gedbfai")),
}
