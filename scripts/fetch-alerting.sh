#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts a Prometheus and an Alertmanager, for the tests of rules, routes and
# deliveries, where those tests look for them:
#
#   ${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}/alerting/<versions>/usr/bin/
#       prometheus, promtool, prometheus-alertmanager, amtool
#
# They come from Debian's packages: version pinned, SHA-256 of each checked here,
# unpacked without being installed, so nobody needs to be root. What is already
# there is left alone. Nothing of it is a part of the product. Prints the folder
# with -p.
set -eu

# Keep in step with versions in tools/alerting/find.go (a test compares them).
prometheus=2.42.0+ds-5+deb12u1
alertmanager=0.25.0-1+b4

say() { printf 'fetch-alerting: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
without='Or install Prometheus and Alertmanager yourself and set VIGIE_ALERTING to the folder of their four programs.'

if [ -n "${VIGIE_ALERTING:-}" ]; then
	if [ "${1:-}" = -p ]; then printf '%s\n' "$VIGIE_ALERTING"; fi
	exit 0
fi
cache="${VIGIE_CACHE:-}"
if [ -z "$cache" ]; then
	if [ -z "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
		fail 'neither VIGIE_CACHE, XDG_CACHE_HOME nor HOME is set: set VIGIE_CACHE to a directory.'
	fi
	cache="${XDG_CACHE_HOME:-${HOME:-}/.cache}/vigie"
fi
folder="$cache/alerting/prometheus-$prometheus-alertmanager-$alertmanager"
if [ "${1:-}" = -p ]; then
	printf '%s\n' "$folder/usr/bin"
fi
if [ -f "$folder/usr/bin/prometheus-alertmanager" ]; then
	exit 0
fi

platform="$(uname -s)-$(uname -m)"
[ "$platform" = Linux-x86_64 ] || fail "no packages are pinned for $platform, only for Linux-x86_64. $without"
for tool in apt-get dpkg-deb sha256sum; do
	command -v "$tool" >/dev/null 2>&1 || fail "needs $tool, which is not installed: these are Debian's packages. $without"
done
mkdir -p "$cache/alerting" || fail "cannot create $cache/alerting; set VIGIE_CACHE to a directory that can be written."
# Beside its destination, so that the last step is a rename: the programs are
# there whole or not at all, whatever interrupts this script.
work="$(mktemp -d "$cache/alerting/fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

# own_apt runs apt-get on Debian 12 alone, with lists of its own: for systems
# whose lists are empty, or of another release.
own_apt() {
	mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
	# What is fetched is compared with a checksum below, so Debian's keys need not be known here.
	echo 'deb [trusted=yes] http://deb.debian.org/debian bookworm main' >"$work/apt/sources.list"
	apt-get -qq -o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State="$work/apt" \
		-o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" -o APT::Architecture=amd64 \
		-o APT::Sandbox::User= -o Acquire::Languages=none "$@"
}

download() {
	set -- "prometheus=$prometheus" "prometheus-alertmanager=$alertmanager"
	apt-get -qq -o APT::Sandbox::User= download "$@" || { own_apt update && own_apt download "$@"; }
}

say "downloading prometheus $prometheus and alertmanager $alertmanager from Debian (29 MB; 141 MB unpacked) to $folder"
if ! download >apt.log 2>&1; then
	sed 's/^/  apt-get: /' apt.log >&2
	fail "the packages could not be downloaded. Check the network and the proxy, and try again. $without"
fi
if ! sha256sum --check --status <<EOS
81d59a24fce84f7fbe97a45a4f2914b6a5881b5cd1db2a6a0e129e515e1a5f55  prometheus_${prometheus}_amd64.deb
4fb9aed15cfe8e0c32408e643ab32a1e41ee87d2cc26f18aeba928b1b0b98ae7  prometheus-alertmanager_${alertmanager}_amd64.deb
EOS
then
	sha256sum ./*.deb >&2
	fail 'CHECKSUM MISMATCH: these are not the packages that the tests were written with. Nothing was kept.'
fi
mkdir tree
for package in ./*.deb; do
	dpkg-deb -x "$package" tree || fail "cannot unpack $package; are there 200 MB of free space in $cache?"
done

# Debian's Alertmanager reads its default templates from a folder under /usr/share
# that only an installed package has. The path becomes one of the same length
# relative to the working directory; the tests start it in usr/.
LC_ALL=C sed 's#/usr/share/prometheus/alertmanager#.////share/prometheus/alertmanager#g' \
	tree/usr/bin/prometheus-alertmanager >alertmanager.relative
chmod +x alertmanager.relative
mv alertmanager.relative tree/usr/bin/prometheus-alertmanager

mkdir -p "$folder/usr/bin" "$folder/usr/share"
rm -rf "$folder/usr/share/prometheus"
mv tree/usr/share/prometheus "$folder/usr/share/"
# Alertmanager last: it says that all are there.
for program in prometheus promtool amtool prometheus-alertmanager; do
	mv "tree/usr/bin/$program" "$folder/usr/bin/"
done
say "ready: $folder/usr/bin"
