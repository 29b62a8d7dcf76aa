#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts what the browser tests of the wall need on this machine:
#
#   Chromium, from Debian's packages when no Chromium or Chrome is installed;
#   axe-core, the accessibility checks, from the npm registry by `npm pack`, into
#   ${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}/axe-core/<version>/axe.min.js
#
# axe-core's version is pinned and the SHA-512 of its archive checked here. What
# is already there is left alone. Nothing of it is a part of the product.
set -eu

# Keep in step with axeVersion in live/axe_test.go (that test compares them).
version=4.14.1
# npm's dist.integrity of that very version.
integrity='FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=='

say() { printf 'fetch-browser: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

have_browser() {
	for name in chromium chromium-browser google-chrome; do
		if command -v "$name" >/dev/null 2>&1; then return 0; fi
	done
	return 1
}

if ! have_browser; then
	command -v apt-get >/dev/null 2>&1 || fail 'no Chromium is installed, and this system has no apt-get: install Chromium or Chrome.'
	[ "$(id -u)" = 0 ] || fail 'no Chromium is installed: run `apt-get install chromium` as root, then this script again.'
	say 'installing Chromium from Debian packages (about 110 MB)'
	log="$(mktemp)"
	if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >"$log" 2>&1; then
		sed 's/^/  apt-get: /' "$log" >&2
		rm -f "$log"
		fail 'Chromium could not be installed.'
	fi
	rm -f "$log"
fi

cache="${VIGIE_CACHE:-}"
if [ -z "$cache" ]; then
	if [ -z "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
		fail 'neither VIGIE_CACHE, XDG_CACHE_HOME nor HOME is set: set VIGIE_CACHE to a directory.'
	fi
	cache="${XDG_CACHE_HOME:-${HOME:-}/.cache}/vigie"
fi
folder="$cache/axe-core/$version"
if [ -f "$folder/axe.min.js" ]; then
	exit 0
fi

for tool in npm node tar; do
	command -v "$tool" >/dev/null 2>&1 || fail "needs $tool, which is not installed (Debian and Ubuntu: apt install npm)."
done
mkdir -p "$folder" || fail "cannot create $folder; set VIGIE_CACHE to a directory that can be written."
work="$(mktemp -d "$folder/fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

say "downloading axe-core@$version from npm to $folder"
if ! (cd "$work" && npm pack --loglevel=error --pack-destination "$work" "axe-core@$version" >npm.log 2>&1); then
	sed 's/^/  npm: /' "$work/npm.log" >&2
	fail "npm could not download axe-core@$version. Check the network, the proxy and \`npm config get registry\`, and try again."
fi
archive="$work/axe-core-$version.tgz"
[ -f "$archive" ] || fail "npm gave no archive for axe-core@$version."
actual="$(node -e '
	const hash = require("crypto").createHash("sha512");
	hash.update(require("fs").readFileSync(process.argv[1]));
	console.log(hash.digest("base64"));
' "$archive")" || fail "cannot read the downloaded archive $archive."
if [ "$actual" != "$integrity" ]; then
	fail "INTEGRITY MISMATCH: axe-core@$version is not the archive these tests were written with.
  expected sha512-$integrity
  got      sha512-$actual
Nothing was installed."
fi
tar -xzf "$archive" -C "$work" package/axe.min.js || fail 'cannot unpack the archive.'
mv "$work/package/axe.min.js" "$folder/axe.min.js"
say "ready: $folder/axe.min.js"
