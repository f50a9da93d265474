#!/bin/sh
# Create .venv and install the book into it.  Every failure is one plain
# sentence; pip's own words are kept in .venv/install.log.
# PYTHON=... chooses the interpreter; the newest suitable one is the default.
set -u

fail() {
    echo "$1" >&2
    exit 1
}

suitable() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=""
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if suitable "$candidate"; then
        python=$candidate
        break
    fi
done

if [ -z "$python" ]; then
    first=${PYTHON:-python3}
    found=$("$first" -c 'import sys; print("%d.%d" % sys.version_info[:2])' \
        2>/dev/null) || found=""
    [ -z "$found" ] && fail "No Python found as '$first': install Python 3.11 \
or newer from python.org or your system's packages, then try again."
    fail "Python 3.11 or newer is needed, but '$first' is Python $found: \
install a newer one, or name one you have: make PYTHON=/path/to/python3.12."
fi

# A virtual environment from another Python, or one that moved, is made anew.
if ! suitable .venv/bin/python; then
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        fail "Python could not create a virtual environment in .venv: on \
Debian and Ubuntu, install the package python3-venv, then try again."
    fi
fi

echo "Installing into .venv (about a minute the first time) ..."
log=.venv/install.log
if ! .venv/bin/python -m pip install --disable-pip-version-check \
    --requirement requirements.txt >"$log" 2>&1; then
    if grep -qiE 'NewConnectionError|ConnectionError|ConnectTimeout|Temporary failure|ProxyError|ReadTimeout|connection (broken|refused)|from versions: none' "$log"; then
        fail "The packages could not be downloaded: check that this machine \
is online, then try again (details in $log)."
    fi
    fail "The packages could not be installed: see the last lines of $log."
fi
touch .venv/.installed
