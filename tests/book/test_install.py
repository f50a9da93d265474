"""`make` on a machine that lacks something: one plain sentence each."""

import os
import shutil
import stat
import subprocess

import pytest

pytestmark = pytest.mark.slow

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


def test_missing_python(clone):
    (sentence,) = said(clone(PYTHON="no-such-python"))
    assert sentence.startswith("No Python found as 'no-such-python'")


def test_old_python(clone, tmp_path):
    fake = tmp_path / "python-of-old"
    fake.write_text(
        '#!/bin/sh\ncase "$2" in *exit*) exit 1;; *) echo 3.8;; esac\n'
    )
    fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    (sentence,) = said(clone(PYTHON=str(fake)))
    assert "Python 3.11 or newer is needed" in sentence
    assert "is Python 3.8" in sentence


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
    marker.parent.mkdir()
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
        "help", "book", "test", "check", "serve", "notebooks", "student",
        "bench", "lock", "clean",
    ]  # fmt: skip
