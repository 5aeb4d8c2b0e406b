#!/usr/bin/env bash
# Programs that tests run and PyPI has not: a browser, and what a real network is made of.
# Installs those of envs/system.txt that are missing; where it can't, says what to install.
set -euo pipefail
list=$(dirname "${BASH_SOURCE[0]}")/../envs/system.txt
export DEBIAN_FRONTEND=noninteractive PATH="$PATH:/usr/sbin:/sbin"

declare -A command_of=(
    [chromium]=chromium [dnsutils]=dig [iproute2]=ip [jq]=jq [nftables]=nft [unbound]=unbound
)

missing=()
while read -r package; do
    command -v "${command_of[$package]}" >/dev/null || missing+=("$package")
done <"$list"
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
if ! command -v apt-get >/dev/null \
    || ! "${as_root[@]}" apt-get -qq update \
    || ! "${as_root[@]}" apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null; then
    echo "The tests need these programs: ${missing[*]} (Debian's names). Install them and try again." >&2
    exit 1
fi
