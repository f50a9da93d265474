"""Association orders as binary trees, and their notation.

A leaf is the number of a factor, a product of two trees is a pair:
``(0, (1, 2))`` writes as ``v(vᵀy)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from byhand._validate import shown

Tree = int | tuple["Tree", "Tree"]


def all_trees(start: int, stop: int) -> Iterator[Tree]:
    """Yield every order of the factors start … stop − 1."""
    splits = range(start + 1, stop)
    if not splits:
        yield start
    for split in splits:
        rights = list(all_trees(split, stop))
        for left in all_trees(start, split):
            for right in rights:
                yield left, right


def products(tree: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Yield the pairs of a tree, operands before the pair that needs them."""
    if isinstance(tree, int):
        return
    left, right = tree
    yield from products(left)
    yield from products(right)
    yield left, right


def span(tree: Tree) -> tuple[int, int]:
    """Return the first and the last factor of a tree."""
    first = last = tree
    while not isinstance(first, int):
        first = first[0]
    while not isinstance(last, int):
        last = last[1]
    return first, last


def write(tree: Tree, labels: Sequence[str]) -> str:
    """Return the order in the page's notation."""
    if isinstance(tree, int):
        return labels[tree]
    return "".join(
        labels[part] if isinstance(part, int) else f"({write(part, labels)})"
        for part in tree
    )


def read(text: str, labels: Sequence[str]) -> Tree:
    """Return the tree of an order in the page's notation.

    Each opening parenthesis starts a group; a group holds trees, and must
    hold two when it closes.  The labels must come in their order, which is
    what tells ``y1`` from ``y`` when nothing separates the factors.
    """
    compact = re.sub(r"\s|@", "", text).replace("^T", "ᵀ").replace(".T", "ᵀ")
    groups: list[list[Tree]] = [[]]
    following = at = 0
    while at < len(compact):
        if compact[at] == "(":
            groups.append([])
            at += 1
        elif compact[at] == ")":
            if len(groups) == 1:
                raise ValueError(
                    f"{shown(text)} closes a parenthesis too many"
                )
            inner = _pair(groups.pop(), text)
            groups[-1].append(inner)
            at += 1
        else:
            label = labels[following] if following < len(labels) else ""
            if not label or not compact.startswith(label, at):
                raise ValueError(
                    f"{shown(text)} is no order of the product "
                    f"{' '.join(labels)}: {label or 'nothing'} should follow "
                    f"{compact[:at]!r}"
                )
            groups[-1].append(following)
            following += 1
            at += len(label)
    if len(groups) > 1:
        raise ValueError(f"{shown(text)} leaves a parenthesis open")
    if following < len(labels):
        raise ValueError(f"{shown(text)} lacks the factor {labels[following]}")
    return _pair(groups.pop(), text)


def _pair(group: list[Tree], text: str) -> Tree:
    if len(group) == 1:
        return group[0]
    if len(group) != 2:
        raise ValueError(
            "parentheses must say which two factors are multiplied first: "
            f"{shown(text)} has a group of {len(group)}"
        )
    return group[0], group[1]
