"""Proofs as answers: lines put in order, a false step, a witness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from byhand.checks._answers import Refused, sequence
from byhand.checks._protocol import Check
from byhand.checks._showing import as_it_came

C = TypeVar("C")
W = TypeVar("W")


# ---- Lines in order ------------------------------------------------------


class Line(NamedTuple):
    """A line of a proof.

    Attributes
    ----------
    text
        The line as the page prints it.
    needs
        The letters of the lines that it follows from.
    hint
        Where to look for what it needs, without naming the lines.
    """

    text: str
    needs: tuple[str, ...]
    hint: str


class Decoy(NamedTuple):
    """A line that belongs to no proof.

    Attributes
    ----------
    text
        The line as the page prints it.
    refutation
        A function that computes a case against it, in words, or says why
        the proof has no use for it.
    hint
        What is wrong with it, without the right line.
    """

    text: str
    refutation: Callable[[], str]
    hint: str


class Proof:
    """The lines of a proof, mixed with decoys.

    Every order is a proof in which each line stands behind those that it
    needs, no line is left out, and no decoy is in.

    Parameters
    ----------
    lines
        The lines and the decoys by their letters, in the order of the page.

    Raises
    ------
    ValueError
        If a line needs one that is not there or itself, or if not exactly
        one line, the conclusion, is needed by no other.

    Examples
    --------
    The square of an odd number is odd:

    >>> proof = Proof({
    ...     "a": Line("n² = 2(2k² + 2k) + 1", ("c",), "What is n?"),
    ...     "b": Decoy(
    ...         "n² = 4k² + 1",
    ...         lambda: "for k = 1, n = 3 and n² = 9, where 4k² + 1 = 5",
    ...         "What is the square of a sum?",
    ...     ),
    ...     "c": Line("n = 2k + 1", (), ""),
    ...     "d": Line("n² is odd", ("a",), "Which form has an odd number?"),
    ... })
    >>> list(proof.orders())
    [('c', 'a', 'd')]

    and its checker:

    >>> from byhand.checks._protocol import checker
    >>> @checker("An odd square", points=2)
    ... def check_odd_square(check: Check, order: Sequence[str]) -> str:
    ...     return proof.judge(check, order)
    >>> check_odd_square("cad")
    check_odd_square: passed, 3 lines in an order that proves the last
    >>> check_odd_square(["c", "b", "d"])
    Traceback (most recent call last):
    byhand.checks.CheckFailed: check_odd_square: not yet.
      input     line b in place 2: n² = 4k² + 1
      expected  a line of the proof
      got       for k = 1, n = 3 and n² = 9, where 4k² + 1 = 5
      hint      What is the square of a sum?
    """

    def __init__(self, lines: Mapping[str, Line | Decoy]) -> None:
        self.lines = {k: v for k, v in lines.items() if isinstance(v, Line)}
        self.decoys = {k: v for k, v in lines.items() if isinstance(v, Decoy)}
        needed = {key for line in self.lines.values() for key in line.needs}
        if missing := sorted(needed - self.lines.keys()):
            raise ValueError(f"lines {missing} are needed and are not there")
        if len(ends := sorted(self.lines.keys() - needed)) != 1:
            raise ValueError(f"a proof has one conclusion, got {ends}")
        if next(self.orders(), None) is None:
            raise ValueError("some lines need each other")

    def orders(self, *first: str) -> Iterator[tuple[str, ...]]:
        """Yield every order that is a proof and begins with these lines."""
        left = [key for key in self.lines if key not in first]
        if not left:
            yield first
        for key in left:
            if set(self.lines[key].needs) <= set(first):
                yield from self.orders(*first, key)

    def judge(self, check: Check, order: object) -> str:
        """Fail unless an order is a proof; return what was looked at.

        Parameters
        ----------
        order
            The letters as a list, or as a text such as ``"cad"``.
        """
        letters = ", ".join(sorted(self.lines.keys() | self.decoys.keys()))
        order = check.read(
            self._read,
            order,
            given="the answer itself",
            expected=f"letters in an order, each at most once: of {letters}",
            hint='Such as ["a", "b"] or "ab". Not every line is needed.',
        )
        for place, key in enumerate(order, start=1):
            before = order[: place - 1]
            if key in self.decoys:
                decoy = self.decoys[key]
                check.fail(
                    given=f"line {key} in place {place}: {decoy.text}",
                    expected="a line of the proof",
                    got=decoy.refutation(),
                    hint=decoy.hint,
                )
            line = self.lines[key]
            if not set(line.needs) <= set(before):
                known = ", ".join(before)
                check.fail(
                    given=f"line {key} in place {place}: {line.text}",
                    expected="a line that follows from those before it",
                    got=f"it needs more than lines {known} say"
                    if known
                    else "it needs a line before it",
                    hint=line.hint,
                )
        if self.lines.keys() - set(order):
            check.fail(
                given="".join(order) or "no line",
                expected="a proof that reaches its conclusion",
                got=f"{len(order)} lines, of which each follows from those "
                "before it",
                hint="Which of the lines is the claim? What does it need?",
            )
        return f"{len(order)} lines in an order that proves the last"

    def _read(self, value: object) -> list[str]:
        letters = [
            letter.lower() if isinstance(letter, str) else letter
            for letter in sequence(
                list(value) if isinstance(value, str) else value
            )
        ]
        known = self.lines.keys() | self.decoys.keys()
        for place, letter in enumerate(letters):
            if not isinstance(letter, str) or letter not in known:
                raise Refused(f"{as_it_came(letter)} in place {place + 1}")
            if letter in letters[:place]:
                raise Refused(f"{letter!r} again in place {place + 1}")
        return [str(letter) for letter in letters]


# ---- The false step ------------------------------------------------------


class Step(NamedTuple, Generic[C]):
    """A step of an argument, as a statement on a case.

    Attributes
    ----------
    text
        The statement as the page prints it.
    evaluate
        A function of a case that returns whether the statement holds there,
        and the numbers that show it, in words.
    """

    text: str
    evaluate: Callable[[C], tuple[bool, str]]


def find_false_step(
    check: Check,
    accused: object,
    steps: Mapping[str, Step[C]],
    cases: Sequence[C],
    given: Callable[[C], dict[str, Any]],
) -> str:
    """Fail unless the false step is accused; return what shows it.

    The false step is the first that fails on a case in which those before
    it hold.  Whoever accuses another is shown that case.

    Parameters
    ----------
    accused
        The letter of a step.
    steps
        The steps by their letters, in their order.
    cases
        Cases, the simplest first, on some of which the argument fails.
    given
        A function that returns the numbers of a case by their names.

    Raises
    ------
    ValueError
        If no step fails, or one in one case and another in another.
    """
    failures: dict[str, C] = {}
    for case in cases:
        for letter, step in steps.items():
            if not step.evaluate(case)[0]:
                failures.setdefault(letter, case)
                break
    if len(failures) != 1:
        raise ValueError(f"one false step is needed, got {sorted(failures)}")
    ((false, case),) = failures.items()
    said = check.read(
        _letter,
        accused,
        steps.keys(),
        given="the answer itself",
        expected=f"the letter of one step: of {', '.join(steps)}",
        hint="The first step that does not follow from those before it.",
    )
    holds, evidence = steps[said].evaluate(case)
    if said != false:
        check.fail(
            given=given(case) | {f"step {said}": steps[said].text},
            expected="a step that fails in this case, the first to do so",
            got=f"it holds here: {evidence}"
            if holds
            else f"it fails here, {evidence}, but one before it does, too",
            hint="Put these numbers into the steps, one after the other.",
        )
    numbers = ", ".join(f"{k} = {v}" for k, v in given(case).items())
    return f"step {false} fails for {numbers}: {evidence}"


def _letter(value: object, letters: Sequence[str]) -> str:
    """Read a letter, in either case."""
    if not isinstance(value, str) or value.lower() not in letters:
        raise Refused
    return str(value).lower()


# ---- A witness -----------------------------------------------------------


class Condition(NamedTuple, Generic[W]):
    """What a witness has to satisfy.

    Attributes
    ----------
    text
        The condition in words.
    violation
        A function of the witness that returns the numbers that violate the
        condition, in words, or "" if it holds.
    hint
        Where to look.
    """

    text: str
    violation: Callable[[W], str]
    hint: str


def require_witness(
    check: Check,
    witness: W,
    conditions: Sequence[Condition[W]],
    given: dict[str, Any],
) -> str:
    """Fail unless a witness satisfies all conditions; return how many.

    Parameters
    ----------
    witness
        The witness, as read by ``check.read``.
    conditions
        The conditions, those on its form first.
    given
        The witness by its names, for messages.
    """
    for condition in conditions:
        if violation := condition.violation(witness):
            check.fail(
                given=given,
                expected=condition.text,
                got=violation,
                hint=condition.hint,
            )
    count = len(conditions)
    return f"{count} condition{'s' * (count > 1)} on this witness"
