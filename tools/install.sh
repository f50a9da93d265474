#!/bin/sh
# Create .venv and install the book into it.  Every failure is one plain
# sentence; the installers' own words are kept in .venv/install.log.
# PYTHON=... chooses the interpreter; the first suitable one is the default.
set -u

fail() {
    echo "$1" >&2
    exit 1
}

suitable() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

full() {
    grep -qiE 'No space left|Disk quota exceeded' "$1" && fail "The disk is \
full: free about two gigabytes, then try again."
}

if ! [ -w . ]; then
    fail "This folder is read-only: put the book where you may write, for \
example with git clone in your home folder, then try again."
fi

python=""
if [ -n "${PYTHON:-}" ]; then
    suitable "$PYTHON" && python=$PYTHON
else
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        if suitable "$candidate"; then
            python=$candidate
            break
        fi
    done
fi

if [ -z "$python" ]; then
    first=${PYTHON:-python3}
    found=$("$first" -c 'import sys; print("%d.%d" % sys.version_info[:2])' \
        2>/dev/null) || found=""
    [ -z "$found" ] && fail "No Python found as '$first': install Python 3.11 \
or newer from python.org or your system's packages, then try again."
    fail "Python 3.11 or newer is needed, but '$first' is Python $found: \
install a newer one, or name one you have: make PYTHON=/path/to/python3.12."
fi

# An installation that was interrupted, or whose Python moved, is made anew.
works() { .venv/bin/python -m pip --version >/dev/null 2>&1; }
if ! [ -e .venv/.installed ] || ! works; then
    rm -rf .venv
    said=$("$python" -m venv .venv 2>&1) || {
        rm -rf .venv
        case $said in
        *"No space left"* | *"quota"*) fail "The disk is full: free about two \
gigabytes, then try again." ;;
        *) fail "Python could not create a virtual environment in .venv: on \
Debian and Ubuntu, install the package python3-venv, then try again." ;;
        esac
    }
fi

echo "Installing into .venv (about a minute the first time) ..."
log=.venv/install.log
run() { .venv/bin/python -m "$@" >>"$log" 2>&1; }
: >"$log" 2>/dev/null
offline='NewConnectionError|ConnectionError|ConnectTimeout|Temporary failure'
offline="$offline|ProxyError|ReadTimeout|connection (broken|refused)"
# First what is locked, each file checked by its hash, then this package and
# what a fork may have added since `make lock`.
locked() {
    run "$@" --require-hashes --no-deps -r requirements.lock &&
        run "$@" --no-build-isolation -r requirements.txt
}
# uv takes half of pip's time; where it cannot install, pip can or says why.
# Both compile what they install, which each process would do again otherwise
# where Python may write no bytecode.
pip="pip install --disable-pip-version-check"
sed -n '/^uv==/,/[^\\]$/p' requirements.lock >.venv/uv.txt
run $pip --require-hashes --no-deps -r .venv/uv.txt &&
    locked uv pip install --compile-bytecode --python .venv/bin/python ||
    locked $pip || {
    full "$log"
    if grep -qiE 'hash mismatch|not match the hashes' "$log"; then
        fail "A downloaded package is not the one that was locked: try again, \
and if it stays so, do not trust the package index (details in $log)."
    fi
    if grep -qiE "$offline" "$log"; then
        fail "The packages could not be downloaded: check that this machine \
is online, then try again (details in $log)."
    fi
    if grep -qiE 'No matching distribution|404' "$log"; then
        fail "The package index was reached and lacks a package: check the \
index that pip is configured for, then try again (details in $log)."
    fi
    fail "The packages could not be installed: see the last lines of $log."
}
touch .venv/.installed
