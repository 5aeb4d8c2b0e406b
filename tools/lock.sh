#!/bin/sh
# Compile envs/*.in into locks with hashes for every platform, and the layer's pins out of uv.lock.
# A lock that says the same as before keeps its date, so that `make` installs nothing anew.
set -eu
uv=.tools/uv/bin/uv
before=$(mktemp)
trap 'rm -f "$before"' EXIT

write() {
    output=$1
    shift
    [ ! -e "$output" ] || cp -p "$output" "$before"
    "$uv" "$@" --quiet --output-file "$output" >/dev/null
    ! cmp -s "$output" "$before" || touch -r "$before" "$output"
}

for input in envs/*.in; do
    write "${input%.in}.txt" pip compile --no-config --universal --python-version 3.11 \
        --generate-hashes --custom-compile-command 'make lock' "$input"
done
write layers/core/requirements.txt export --frozen --extra functions --no-dev --no-emit-project \
    --prune boto3 --no-header
