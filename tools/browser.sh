#!/bin/sh
# Installs what the tests take from npm: the accessibility rules (axe-core), and a Chromium that is shipped inside a package,
# so that no browser need be installed and nothing is downloaded from elsewhere. A second call does nothing.
set -eu

stamp=node_modules/.installed
wanted_state() {
    cksum package-lock.json tools/unpack_chromium.mjs
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted_state)" ]; then exit 0; fi
for tool in node npm tar; do
    command -v "$tool" >/dev/null || {
        echo "setup: '$tool' is not there, the browser tests need it. On Debian or Ubuntu: apt-get install nodejs npm tar" >&2
        exit 3
    }
done
echo "setup: installing package-lock.json"
npm ci --silent --no-audit --no-fund
node tools/unpack_chromium.mjs
wanted_state >"$stamp"
