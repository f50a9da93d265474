"""The files of Python in the page: pinned, found in order, never trusted."""

import hashlib
import re
import tarfile
import tomllib
import zipfile

import pytest

from tools import runtime
from tools.runtime import Pinned, Unreachable, fetch, pinned

RIGHT, WRONG = b"what it must be", b"something else"
SHA = hashlib.sha256(RIGHT).hexdigest()


@pytest.fixture
def cut_off(monkeypatch):
    """No upstream and no registry; the list of what was asked."""
    asked = []

    def refuse(address, timeout):
        asked.append(address)
        raise OSError(address)

    def nothing(kind, package, folder):
        asked.append(f"{kind} {package}")

    monkeypatch.setattr(runtime.urllib.request, "urlopen", refuse)
    monkeypatch.setattr(runtime, "download", nothing)
    return asked


def environment(tmp_path, **more):
    return {"XDG_CACHE_HOME": str(tmp_path / "cache"), **more}


def file(**more):
    return Pinned("folder", "name.bin", SHA, **more)


def test_a_named_folder_comes_first(tmp_path, cut_off):
    place = tmp_path / "given" / "deep" / "name.bin"
    place.parent.mkdir(parents=True)
    place.write_bytes(RIGHT)
    given = environment(tmp_path, BOOK_RUNTIME=str(tmp_path / "given"))
    found = fetch([file(cdn="https://example.org/name.bin")], given)
    assert (
        found[file(cdn="https://example.org/name.bin")].read_bytes() == RIGHT
    )
    assert cut_off == []
    # From then on the cache has it.
    assert fetch([file()], environment(tmp_path))


def test_the_hash_decides_and_not_the_place(tmp_path, cut_off):
    (tmp_path / "name.bin").write_bytes(WRONG)
    given = environment(tmp_path, BOOK_RUNTIME=str(tmp_path))
    with pytest.raises(Unreachable, match=r"name\.bin \(sha256"):
        fetch([file()], given)


def test_every_place_is_asked_in_turn(tmp_path, cut_off):
    sources = {
        "cdn": "https://example.org/name.bin",
        "npm": "thing@1.0.0",
        "pypi": "thing==1.0",
    }
    with pytest.raises(Unreachable) as reason:
        fetch([file(**sources)], environment(tmp_path))
    assert cut_off == [sources["cdn"], "npm thing@1.0.0", "pypi thing==1.0"]
    assert "\n" not in str(reason.value)


def test_an_upstream_out_of_reach_is_asked_once(tmp_path, cut_off):
    files = [
        Pinned("f", str(i), SHA, cdn=f"https://example.org/{i}")
        for i in range(3)
    ]
    with pytest.raises(Unreachable):
        fetch(files, environment(tmp_path))
    assert cut_off == ["https://example.org/0"]


@pytest.mark.parametrize("kind", ["npm", "pypi"])
def test_a_package_may_hold_the_file(tmp_path, monkeypatch, kind):
    def pack(kind, package, folder):
        content = folder / "content"
        content.write_bytes(RIGHT)
        if kind == "npm":
            with tarfile.open(folder / "thing.tgz", "w:gz") as archive:
                archive.add(content, "package/dist/it")
            return folder / "thing.tgz"
        with zipfile.ZipFile(folder / "thing.whl", "w") as archive:
            archive.write(content, "dist/it")
        return folder / "thing.whl"

    monkeypatch.setattr(runtime, "download", pack)
    held = file(path="dist/it", **{kind: "thing"})
    found = fetch([held], environment(tmp_path))
    assert found[held].read_bytes() == RIGHT
    absent = Pinned("f", "n", "0" * 64, path="dist/other", **{kind: "thing"})
    with pytest.raises(Unreachable):
        fetch([absent], environment(tmp_path))


def test_everything_is_pinned():
    files = pinned()
    assert files
    places = [(f.folder, f.name) for f in files]
    assert len(set(places)) == len(places)
    for each in files:
        assert re.fullmatch("[0-9a-f]{64}", each.sha256), each.name
        assert each.npm or each.pypi, f"{each.name} is in no registry"
        # An address and a package name their version.
        for source in filter(None, (each.cdn, each.npm, each.pypi)):
            assert re.search(r"@[\d.]+|==[\d.]+|/v[\d.]+/", source), source


def test_the_package_installs_in_the_browser(root):
    """Its lowest versions are no higher than those of the browser's Python."""
    project = tomllib.loads((root / "code" / "pyproject.toml").read_text())
    there = dict(
        re.match(r"([a-z]+)-([\d.]+)-", each.name).groups()
        for each in pinned()
        if re.match(r"[a-z]+-[\d.]+-.*\.whl", each.name)
    )

    def numbers(version):
        return [int(part) for part in version.split(".")]

    for wanted in project["project"]["dependencies"]:
        name, lowest = wanted.split(">=")
        assert numbers(lowest) <= numbers(there[name]), wanted
    python = next(e.cdn for e in pinned() if e.name == "python_stdlib.zip")
    assert "/v0.27.7/" in python  # CPython 3.12
    lowest = project["project"]["requires-python"].removeprefix(">=")
    assert numbers(lowest) <= [3, 12]
