#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Puts a real Kafka, for the test that starts docker-compose.yml's broker, where
# that test looks for it:
#
#   ${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}/kafka/<version>/*.jar
#
# The jars come from Maven's registry, version pinned; Maven checks them. Without
# Java or Maven it says so and the test is left out, for Kafka is no part of the
# product and nothing else needs them. Prints the folder with -p.
set -eu

# Keep in step with the image in docker-compose.yml (a test compares them).
version=4.1.1
log4j=2.25.3

say() { printf 'fetch-kafka: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

cache="${VIGIE_CACHE:-}"
if [ -z "$cache" ]; then
	if [ -z "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
		fail 'neither VIGIE_CACHE, XDG_CACHE_HOME nor HOME is set: set VIGIE_CACHE to a directory.'
	fi
	cache="${XDG_CACHE_HOME:-${HOME:-}/.cache}/vigie"
fi
folder="$cache/kafka/$version"
if [ "${1:-}" = -p ]; then
	printf '%s\n' "$folder"
fi
if [ -d "$folder" ]; then
	exit 0
fi
for tool in java mvn; do
	if ! command -v "$tool" >/dev/null 2>&1; then
		say "left out: needs $tool (on Debian: apt-get install openjdk-17-jre-headless maven)"
		exit 0
	fi
done
mkdir -p "$cache/kafka" || fail "cannot create $cache/kafka; set VIGIE_CACHE to a directory that can be written."
# Beside its destination, so that the last step is a rename: the jars are there whole or not at all.
work="$(mktemp -d "$cache/kafka/fetch.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$work/pom.xml" <<EOS
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>vigie.test</groupId><artifactId>broker</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>$log4j</version></dependency>
  </dependencies>
</project>
EOS
say "downloading Kafka $version by Maven to $folder"
if ! mvn --batch-mode --quiet --file "$work/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
	-DoutputDirectory="$work/jars" >"$work/log" 2>&1; then
	sed 's/^/  mvn: /' "$work/log" >&2
	fail 'the jars could not be downloaded. Check the network and the proxy, and try again.'
fi
mv "$work/jars" "$folder"
say "ready: $folder"
