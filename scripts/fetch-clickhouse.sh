#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts the ClickHouse engine library (libchdb.so) where vigie looks for it:
#
#   ${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}/libchdb/<version>/libchdb.so
#
# It comes from the npm registry by `npm pack`: version pinned, SHA-512 of the
# archive checked here. Already there: says nothing. Prints the path with -p.
set -eu

# Keep in step with LibraryVersion in embedded/library.go (a test compares them).
version=26.7.3-stable.1
download_mb=178
unpacked_mb=566

say() { printf 'fetch-clickhouse: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
without='Without it, vigie still runs with a ClickHouse server of yours: give --clickhouse.'

# The SHA-512 is npm's dist.integrity of that very version. A platform is
# added by adding its package and integrity here, after a run of the tests on it.
platform="$(uname -s)-$(uname -m)"
case "$platform" in
Linux-x86_64)
	package=@chdb/lib-linux-x64-gnu
	integrity='XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw=='
	;;
Linux-aarch64 | Darwin-arm64 | Darwin-x86_64)
	# npm's package chdb names these at the same version. Their archives could not be had where this was written, so nobody
	# has their integrity, nor tried them: not pinned.
	case "$platform" in
	Linux-aarch64) package=@chdb/lib-linux-arm64-gnu ;;
	Darwin-arm64) package=@chdb/lib-darwin-arm64 ;;
	*) package=@chdb/lib-darwin-x64 ;;
	esac
	fail "no engine library is pinned for $platform, only for Linux-x86_64. npm has $package@$version, which nobody here has tried: npm install it, look at what you have, and set VIGIE_LIBCHDB to the path of its libchdb.so. $without"
	;;
*)
	fail "no engine library is pinned for $platform, only for Linux-x86_64. Install libchdb yourself and set VIGIE_LIBCHDB to its path. $without"
	;;
esac

cache="${VIGIE_CACHE:-}"
if [ -z "$cache" ]; then
	if [ -z "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
		fail 'neither VIGIE_CACHE, XDG_CACHE_HOME nor HOME is set: set VIGIE_CACHE to a directory.'
	fi
	cache="${XDG_CACHE_HOME:-${HOME:-}/.cache}/vigie"
fi
folder="$cache/libchdb/$version"
library="$folder/libchdb.so"

if [ "${1:-}" = -p ]; then
	printf '%s\n' "$library"
fi
if [ -f "$library" ]; then
	exit 0
fi

for tool in npm node tar; do
	command -v "$tool" >/dev/null 2>&1 ||
		fail "needs $tool, which is not installed (Debian and Ubuntu: apt install npm). $without"
done
if ldd --version 2>&1 | grep -qi musl; then
	fail "the library needs glibc and this system has musl. $without"
fi

mkdir -p "$folder" || fail "cannot create $folder; set VIGIE_CACHE to a directory that can be written."
# Beside its destination, so that the last step is a rename: the library is
# there whole or not at all, whatever interrupts this script.
work="$(mktemp -d "$folder/fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

say "downloading $package@$version from npm ($download_mb MB; $unpacked_mb MB unpacked) to $folder"
if ! (cd "$work" && npm pack --loglevel=error --pack-destination "$work" "$package@$version" >npm.log 2>&1); then
	sed 's/^/  npm: /' "$work/npm.log" >&2
	fail "npm could not download $package@$version. Check the network, the proxy and \`npm config get registry\`, and try again. $without"
fi
set -- "$work"/*.tgz
archive="$1"
[ -f "$archive" ] || fail "npm gave no archive for $package@$version; see: npm pack $package@$version"

actual="$(node -e '
	const hash = require("crypto").createHash("sha512");
	require("fs").createReadStream(process.argv[1])
		.on("data", (piece) => hash.update(piece))
		.on("error", (error) => { console.error(error.message); process.exit(1); })
		.on("end", () => console.log(hash.digest("base64")));
' "$archive")" || fail "cannot read the downloaded archive $archive."
if [ "$actual" != "$integrity" ]; then
	fail "INTEGRITY MISMATCH: $package@$version is not the archive this version of vigie was tested with.
  expected sha512-$integrity
  got      sha512-$actual
Nothing was installed. Check the registry in use (\`npm config get registry\`) and report it if it is the public one."
fi

tar -xzf "$archive" -C "$work" package/libchdb.so ||
	fail "cannot unpack the archive; is there $unpacked_mb MB of free space in $folder?"
mv "$work/package/libchdb.so" "$library"
say "ready: $library"
