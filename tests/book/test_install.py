"""`make` on a machine that lacks something: one plain sentence each."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

INSTALL = (Path(__file__).parents[2] / "tools" / "install.sh").read_text()

#: The environment without what `make test` itself puts there.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
}


@pytest.fixture
def clone(root, tmp_path):
    """Copy what the installation needs; return a way to run make there."""
    folder = tmp_path / "with a space"
    (folder / "tools").mkdir(parents=True)
    (folder / "code").mkdir()
    for name in (
        "Makefile", "requirements.txt", "constraints.txt",
        "requirements.lock",
        "tools/install.sh", "code/pyproject.toml",
    ):  # fmt: skip
        shutil.copy(root / name, folder / name)

    def make(target="test", **environment):
        return subprocess.run(
            ["make", target], cwd=folder, capture_output=True, text=True,
            check=False, env=ENVIRONMENT | environment,
        )  # fmt: skip

    make.folder = folder
    return make


def said(run):
    """What a person reads, without make's own last line."""
    assert run.returncode != 0
    lines = (run.stdout + run.stderr).strip().splitlines()
    assert "Traceback" not in run.stderr
    assert lines[-1].startswith("make: ***")
    return lines[:-1]


def script(path, body):
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_missing_python(clone):
    (sentence,) = said(clone(PYTHON="no-such-python"))
    assert sentence.startswith("No Python found as 'no-such-python'")


def test_old_python(clone, tmp_path):
    body = 'case "$2" in *exit*) exit 1;; *) echo 3.8;; esac'
    fake = script(tmp_path / "python of old", body)
    (sentence,) = said(clone(PYTHON=fake))
    assert "Python 3.11 or newer is needed" in sentence
    assert "is Python 3.8" in sentence


def test_a_full_disk(clone, tmp_path):
    body = 'case "$1" in -m) echo "Errno 28: No space left on device"; exit 1'
    fake = script(tmp_path / "python", f"{body};; esac")
    (sentence,) = said(clone(PYTHON=fake))
    assert sentence.startswith("The disk is full")
    assert not (clone.folder / ".venv").exists()


#: A Python that makes environments in which nothing can be installed.
FILLING_UP = """\
[ "$2" = venv ] || exit 0
mkdir -p .venv/bin
cat > .venv/bin/python <<'END'
#!/bin/sh
[ "$3" = --version ] && exit 0
echo "OSError: [Errno 28] No space left on device"
exit 1
END
chmod +x .venv/bin/python"""


def test_a_disk_that_fills_up_on_the_way(clone, tmp_path):
    lines = said(clone(PYTHON=script(tmp_path / "python", FILLING_UP)))
    assert lines[-1].startswith("The disk is full")
    assert not (clone.folder / ".venv" / ".installed").exists()


def test_a_folder_that_cannot_be_written():
    # Root may write anywhere.
    user = {"user": "nobody"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        try:
            run = subprocess.run(
                ["sh", "-c", INSTALL], cwd=folder, capture_output=True,
                text=True, check=False, **user,
            )  # fmt: skip
        finally:
            folder.chmod(0o755)
    assert run.returncode == 1
    assert run.stderr.startswith("This folder is read-only")


def test_an_index_without_the_packages(clone, tmp_path):
    (tmp_path / "empty").mkdir()
    lines = said(
        clone(
            PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path / "empty"),
            PIP_CONFIG_FILE=os.devnull, UV_OFFLINE="1",
        )
    )  # fmt: skip
    assert "lacks a package" in lines[-1]


@pytest.mark.parametrize("left", ["interrupted", "dangling"])
def test_what_is_left_of_an_installation_is_made_anew(clone, tmp_path, left):
    old = clone.folder / ".venv" / "bin" / "python"
    old.parent.mkdir(parents=True)
    if left == "interrupted":
        script(old, "exit 0")
    else:
        old.symlink_to(tmp_path / "gone")
        (clone.folder / ".venv" / ".installed").touch()
    (sentence,) = said(clone(PYTHON="no-such-python"))
    # It is not taken for installed: another Python is looked for.
    assert sentence.startswith("No Python found")


def test_no_network(clone):
    lines = said(
        clone(
            PIP_INDEX_URL="http://127.0.0.1:9/simple",
            PIP_CONFIG_FILE=os.devnull,
            PIP_RETRIES="1",
            PIP_EXTRA_INDEX_URL="",
            PIP_FIND_LINKS="",
            PIP_NO_CACHE_DIR="1",
        )
    )
    assert len(lines) == 2
    assert "check that this machine is online" in lines[-1]
    # The next run tries again.
    assert not (clone.folder / ".venv" / ".installed").exists()


def test_an_installation_that_is_there_is_not_repeated(clone):
    marker = clone.folder / ".venv" / ".installed"
    script(marker.parent / "bin" / "python", "exit 0")
    marker.touch()
    run = subprocess.run(
        ["make", "--dry-run", "test"], cwd=clone.folder,
        capture_output=True, text=True, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert "install.sh" not in run.stdout
    requirements = clone.folder / "requirements.txt"
    os.utime(requirements, (marker.stat().st_mtime + 5,) * 2)
    run = subprocess.run(
        ["make", "--dry-run", "test"], cwd=clone.folder,
        capture_output=True, text=True, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert "install.sh" in run.stdout


def test_help_lists_every_target(root):
    run = subprocess.run(
        ["make"], cwd=root, capture_output=True, text=True, check=True,
        env=ENVIRONMENT,
    )  # fmt: skip
    listed = [line.split()[0] for line in run.stdout.splitlines()]
    assert listed == [
        "help", "book", "pdf", "test", "check", "fuzz", "mutants",
        "portability", "serve", "notebooks", "student", "grading", "fork",
        "bench", "site-bench", "lock", "clean",
    ]  # fmt: skip
