#!/usr/bin/env bash
# Takes the README's pictures again: starts the demo, syncs once, and photographs the main pages.
#   docs/pictures/take.sh [FOLDER]        (default: this folder; needs curl and Chromium)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "${1:-$here}" && pwd)
cd "$here/../.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
work=$(mktemp -d)
trap 'kill "${demo:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

cargo build --release --locked
PORT=0 target/release/anilist-trakt-sync demo 2>"$work/log" &
demo=$!
until address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$work/log"); do
  kill -0 "$demo"
  sleep 0.1
done
# shot NAME PATH WIDTH HEIGHT [FLAG…]
shot() {
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$work/profile" --virtual-time-budget=4000 --window-size="$3,$4" \
    --screenshot="$out/$1.png" "${@:5}" "$address$2" >/dev/null 2>&1
}
shot preview '/sync?preview=full' 1280 1000
curl -fsS -X POST "$address/api/full-sync" >/dev/null
shot dashboard / 1280 1000
shot mappings /mappings 1280 1000
shot manual '/manual?anilistId=104578' 1280 1000 --force-dark-mode
