#!/bin/sh
# usage: tools/extract_messages.sh FILE
#
# Writes all texts of code and templates to the template FILE; pyproject.toml says where it looks.
set -eu
exec .venv/bin/python -m babel.messages.frontend --quiet extract --mapping pyproject.toml \
    --keyword msg --keyword lazy_gettext --keyword _l --add-location file --no-wrap --sort-by-file \
    --project Genklang --version 1 --copyright-holder Genklang --msgid-bugs-address genklang@example.dk \
    --output-file "$1" .
