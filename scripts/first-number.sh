#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# How long it takes from `git clone` to the first number on a wall, on a machine that has git, Go, npm, make and curl and
# nothing else of ours: every cache begins empty, in a temporary folder that is removed. What was downloaded is told.
#
#   scripts/first-number.sh [REPOSITORY]     default: the repository that this script is in
#
# The toolchain that Go may fetch for go.mod's version is not counted: install the one that the README asks for.
set -eu

repository="${1:-$(cd "$(dirname "$0")/.." && pwd)}"
port="${PORT:-18080}"
patience=900 # seconds

work="$(mktemp -d)"
demo=''
finish() {
	if [ -n "$demo" ]; then kill -TERM "$demo" 2>/dev/null && wait "$demo" || true; fi
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

export HOME="$work/home" XDG_CACHE_HOME="$work/cache" GOMODCACHE="$work/modules" GOCACHE="$work/build" GOFLAGS=-modcacherw
export npm_config_cache="$work/npm" TMPDIR="$work/tmp"
unset VIGIE_CACHE VIGIE_LIBCHDB 2>/dev/null || true
mkdir -p "$HOME" "$TMPDIR"

began="$(date +%s)"
last="$began"
# tell prints a step, what it took and when it was over.
tell() {
	now="$(date +%s)"
	printf '%-58s %4d s   %4d s\n' "$1" $((now - last)) $((now - began))
	last="$now"
}
# megabytes adds up the files of a folder that have a name.
megabytes() { find "$1" -type f -name "$2" -exec wc -c {} + | awk '$2 != "total" { sum += $1 } END { printf "%.0f", sum / 1e6 }'; }

printf '%-58s %6s   %6s\n' '' takes after
git clone --quiet --depth 1 "file://$repository" "$work/vigie" 2>/dev/null || git clone --quiet --depth 1 "$repository" "$work/vigie"
cd "$work/vigie"
tell 'git clone'
make ready >"$work/make.log" 2>&1 || { cat "$work/make.log" >&2; exit 1; }
tell "make ready: Go modules $(megabytes "$GOMODCACHE/cache/download" '*.zip') MB, engine $(megabytes "$npm_config_cache" '*') MB, build"

bin/vigie demo --listen "127.0.0.1:$port" >"$work/demo.log" 2>&1 &
demo=$!
# number is the live service level on the wall of the centre, once it is one.
number() {
	curl -s -m 2 "http://127.0.0.1:$port/api/v1/board?board=centre&lang=en" |
		tr '{' '\n' | sed -n 's/.*"id":"service_live".*"value":"\([0-9.]\{1,\}\)".*/\1/p'
}
while value="$(number)" && [ -z "$value" ]; do
	kill -0 "$demo" 2>/dev/null || { cat "$work/demo.log" >&2; exit 1; }
	[ $(($(date +%s) - last)) -lt "$patience" ] || { echo "no number after $patience s" >&2; exit 1; }
	sleep 0.5
done
tell "vigie demo: $(sed -n 's/.*history: \([0-9]* events.*\)/history of \1/p' "$work/demo.log"), then $value % on the wall"
