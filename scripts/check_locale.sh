#!/usr/bin/env bash
# The Dutch and French messages are complete and compiled: makemessages finds nothing new, and each .mo says what its
# .po says. English needs no file: it is what the code says.
# Works on a copy, so the clone stays as it is. Without gettext there is nothing to compare with: CI has it.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v msgfmt >/dev/null || ! command -v xgettext >/dev/null; then
    if [ "${CI:-}" = "true" ]; then
        echo "The check of the translations needs gettext: apt-get install gettext." >&2
        exit 1
    fi
    echo "Translations not checked: that needs gettext (apt-get install gettext)."
    exit 0
fi

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for part in accounts fysicure locale manage.py pathways patients scheduling seeds templates; do
    if [ -e "$part" ]; then cp -R "$part" "$copy/"; fi
done
# The header holds the moment of collecting; comments hold line numbers.
messages() { msgcat --no-location --sort-output "$1" | grep -v '^"POT-Creation-Date' | grep -v '^#[^~,|]'; }

python=$PWD/.venv/bin/python
(cd "$copy" && PYTHONPATH="$copy" "$python" manage.py makemessages --locale nl --locale fr --no-location --verbosity 0)

failed=0
"$python" scripts/collect_content.py --check || failed=1
for po in locale/*/LC_MESSAGES/*.po; do
    [ -e "$po" ] || { echo "There are no messages in locale/: run make messages." >&2; exit 1; }
    if [ "$(basename "$po")" = django.po ] && ! diff -u <(messages "$po") <(messages "$copy/$po"); then
        echo "$po does not hold the messages of the code: run make messages." >&2
        failed=1
    fi
    missing=$(msgattrib --untranslated --no-obsolete "$po" | grep -c '^msgid' || true)
    fuzzy=$(msgattrib --only-fuzzy --no-obsolete "$po" | grep -c '^msgid' || true)
    if [ "$missing" != 0 ] || [ "$fuzzy" != 0 ]; then
        echo "$po has messages without a translation or with a doubtful one." >&2
        failed=1
    fi
    msgfmt --check --output-file "$copy/fresh.mo" "$po"
    if ! cmp -s "$copy/fresh.mo" "${po%.po}.mo"; then
        if ! diff -q <(msgunfmt "$copy/fresh.mo") <(msgunfmt "${po%.po}.mo" 2>/dev/null) >/dev/null; then
            echo "${po%.po}.mo is older than its .po: run make messages." >&2
            failed=1
        fi
    fi
done
exit "$failed"
