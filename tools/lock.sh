#!/bin/sh
# Compile envs/*.in into locks with hashes for every platform, and the layer's pins out of uv.lock.
set -eu
uv=.tools/uv/bin/uv
for input in envs/*.in; do
    $uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
        --custom-compile-command 'make lock' --output-file "${input%.in}.txt" "$input"
done
$uv export --quiet --frozen --extra functions --no-dev --no-emit-project --prune boto3 --no-header \
    --output-file layers/core/requirements.txt
