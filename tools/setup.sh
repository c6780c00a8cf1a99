#!/bin/sh
# usage: tools/setup.sh run|test
#
# Makes .venv and installs what requirements/<run|test>.lock pins, by hash. PYTHON picks the interpreter.
# A stamp holds the checksum of the lock file: where nothing changed, a second call does nothing.
set -eu

want=$1
lock=requirements/$want.lock
venv=.venv
stamp=$venv/.installed-$want
python=${PYTHON:-python3}

fail() {
    echo "setup: $*" >&2
    exit 3
}

wanted_state() {
    cksum "$lock" requirements/setup.lock
}

make_venv() {
    command -v "$python" >/dev/null || fail "'$python' is not there. Install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3.11"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed, '$python' is $("$python" -V 2>&1). Name another: make setup PYTHON=python3.11"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "'$python' lacks its venv module. On Debian or Ubuntu: apt-get install python3-venv"
    echo "setup: making $venv with $("$python" -V 2>&1)"
    "$python" -m venv --clear "$venv"
    touch "$venv/.made"
}

# uv installs ten times faster than pip; pip stays as the fallback where uv has no build for the machine or cannot reach the index
install() {
    [ -x "$venv/bin/uv" ] ||
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/setup.lock ||
        echo "setup: uv could not be installed" >&2
    if [ -x "$venv/bin/uv" ] && "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"; then
        return
    fi
    echo "setup: going on with pip, which takes a few minutes" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
}

# the operator's command; the project itself is not installed, it runs from this folder
write_command() {
    cat >"$venv/bin/genklang" <<END
#!/bin/sh
PYTHONPATH="$PWD\${PYTHONPATH:+:\$PYTHONPATH}" exec "$PWD/$venv/bin/python" -m app.cli "\$@"
END
    chmod 755 "$venv/bin/genklang"
}

compile_catalogues() {
    for source in app/web/translations/*/LC_MESSAGES/messages.po; do
        compiled=${source%.po}.mo
        if [ -f "$source" ] && { [ ! -f "$compiled" ] || [ "$source" -nt "$compiled" ]; }; then
            "$venv/bin/python" -m babel.messages.frontend --quiet compile -i "$source" -o "$compiled"
        fi
    done
}

# two set-ups at once (a run and a test in two windows) would spoil each other's .venv
exec 9<"$0"
if command -v flock >/dev/null; then flock 9; fi

if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$(wanted_state)" ]; then
    if [ ! -f "$venv/.made" ] || ! "$venv/bin/python" -c ''; then make_venv; fi
    echo "setup: installing $lock"
    install
    write_command
    wanted_state >"$stamp"
fi
compile_catalogues
