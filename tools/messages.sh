#!/bin/sh
# Takes the texts of code and templates (English) into the catalogues app/web/translations/*/LC_MESSAGES/messages.po.
# Texts that are gone leave; new ones come without a translation, and tests/house fails until they have one.
set -eu
babel=".venv/bin/python -m babel.messages.frontend --quiet"
translations=app/web/translations
template=$(mktemp)
trap 'rm -f "$template"' EXIT

sh tools/extract_messages.sh "$template"
for language in da; do
    if [ ! -f "$translations/$language/LC_MESSAGES/messages.po" ]; then
        $babel init --input-file "$template" --output-dir "$translations" --locale "$language" --no-wrap
    fi
done
$babel update --input-file "$template" --output-dir "$translations" --no-wrap --no-fuzzy-matching --ignore-obsolete \
    --ignore-pot-creation-date
