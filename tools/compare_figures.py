"""Compare two SVG figures: the same structure, coordinates within a tolerance.

Byte for byte, an SVG changes with the last bit of a coordinate, and with the
identifiers that Matplotlib derives from coordinates.  Here identifiers are
renamed in their order of appearance, coordinates may differ by a tolerance
in SVG units (points), other numbers by their last digits, and everything
else must be the same, down to what stands around and between the elements.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

#: A twentieth of a point: no eye sees it, every change of data exceeds it.
TOLERANCE = 0.05

#: For numbers that multiply coordinates, such as scales and angles.
LAST_DIGITS = 1e-6

#: Attributes whose numbers are coordinates.
_COORDINATES = {
    "d", "points", "viewBox", "width", "height",
    "x", "y", "x1", "y1", "x2", "y2", "cx", "cy",
}  # fmt: skip
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_REFERENCE = re.compile(r"#([\w.-]+)")
_NAMESPACE = re.compile(r"""xmlns(?::\w+)?=["'][^"']*["']""")
_SHIFT = re.compile(r"translate\([^)]*\)")


def difference(
    reference: str, figure: str, tolerance: float = TOLERANCE
) -> str | None:
    """Return a sentence on the first difference, or None if there is none."""
    try:
        pair = [_elements(svg) for svg in (reference, figure)]
    except ET.ParseError as error:
        return f"not well-formed SVG: {error}"
    around = [_around(svg) for svg in (reference, figure)]
    if around[0] != around[1]:
        return f"{around[0]!r} stored around the elements, {around[1]!r} drawn"
    stored, fresh = pair
    for old, new in zip(stored, fresh, strict=False):
        if found := _compare_elements(old, new, tolerance):
            return found
    if len(stored) != len(fresh):
        return f"{len(stored)} elements stored, {len(fresh)} drawn"
    return None


def _around(svg: str) -> tuple[str, str, list[str]]:
    """Return what stands before and after the root, and the namespaces."""
    head, _, rest = svg.partition("<svg")
    tail = rest.rpartition("</svg>")[2]
    return head.strip(), tail.strip(), sorted(_NAMESPACE.findall(svg))


def _elements(svg: str) -> list[tuple[str, dict[str, str], str]]:
    """Tag, attributes and text of each element, identifiers renamed.

    The text is what stands in the element and what follows it.
    """
    parser = ET.XMLParser(
        target=ET.TreeBuilder(insert_comments=True, insert_pis=True)
    )
    root = ET.fromstring(svg, parser)
    names: dict[str, str] = {}
    for element in root.iter():
        if (name := element.get("id")) is not None:
            names.setdefault(name, f"id{len(names)}")

    def rename(match: re.Match[str]) -> str:
        return "#" + names.get(match[1], match[1])

    rows = []
    for element in root.iter():
        attributes = {
            key: names[value] if key == "id" else _REFERENCE.sub(rename, value)
            for key, value in element.attrib.items()
        }
        # For a comment or an instruction, ElementTree's tag is a function.
        tag = getattr(element.tag, "__name__", element.tag)
        text = f"{(element.text or '').strip()}|{(element.tail or '').strip()}"
        rows.append((tag, attributes, text.strip("|")))
    return rows


def _compare_elements(
    old: tuple[str, dict[str, str], str],
    new: tuple[str, dict[str, str], str],
    tolerance: float,
) -> str | None:
    tag, attributes, text = old
    fresh_tag, fresh_attributes, fresh_text = new
    short = tag.rpartition("}")[2]
    if tag != fresh_tag:
        return f"<{short}> stored, <{fresh_tag.rpartition('}')[2]}> drawn"
    if attributes.keys() != fresh_attributes.keys():
        changed = sorted(attributes.keys() ^ fresh_attributes.keys())
        return f"<{short}> differs in its attributes {changed}"
    for key, value in attributes.items():
        if found := _compare_attribute(
            key, value, fresh_attributes[key], tolerance
        ):
            return f"<{short} {key}>: {found}"
    # Comments and text hold labels: a label is right or wrong, never close.
    if text != fresh_text and _compare_text(text, fresh_text, 0.0):
        return f"<{short}>: {text[:60]!r} stored, {fresh_text[:60]!r} drawn"
    return None


def _compare_attribute(
    key: str, old: str, new: str, tolerance: float
) -> str | None:
    if key in _COORDINATES:
        return _compare_text(old, new, tolerance)
    if key == "transform":
        shifts = [" ".join(_SHIFT.findall(text)) for text in (old, new)]
        if found := _compare_text(*shifts, tolerance):
            return found
        old, new = _SHIFT.sub("", old), _SHIFT.sub("", new)
    return _compare_text(old, new, LAST_DIGITS)


def _compare_text(old: str, new: str, tolerance: float) -> str | None:
    if old == new:
        return None
    # Colors and references hold digits that are not coordinates.
    if (
        "#" in old
        or "#" in new
        or _NUMBER.sub("", old) != _NUMBER.sub("", new)
    ):
        return f"{old[:60]!r} stored, {new[:60]!r} drawn"
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    worst = max(abs(float(a) - float(b)) for a, b in pairs)
    if worst > tolerance:
        return f"a coordinate moved by {worst:.3g}"
    return None
