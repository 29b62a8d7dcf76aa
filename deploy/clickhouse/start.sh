#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Starts the ClickHouse of docker-compose.yml: its accounts take the hashes of
# their passwords from variables, and here these come from files, so that no
# password is in the compose file, in the image or in `docker inspect`. The
# accounts of the centre's roles are in a volume, which another service writes:
# a link to each file, so that the server sees when one is written anew.
set -eu

secrets="${SECRETS_DIR:-/run/secrets}"

# hash_of NAME: the SHA-256 of the password in a file, its last line ends apart.
hash_of() {
	password="$(cat "$secrets/$1")"
	if [ -z "$password" ]; then
		echo "start: the password in $secrets/$1 is empty" >&2
		exit 1
	fi
	printf %s "$password" | sha256sum | cut -d ' ' -f 1
}

VIGIE_WRITER_PASSWORD_SHA256="$(hash_of clickhouse_writer_password)"
VIGIE_ANALYST_PASSWORD_SHA256="$(hash_of clickhouse_analyst_password)"
export VIGIE_WRITER_PASSWORD_SHA256 VIGIE_ANALYST_PASSWORD_SHA256

for file in "${ACCOUNTS_DIR:-/accounts}"/clickhouse/*.xml; do
	name="${file##*/}"
	# analyst.xml is mounted already; where there is no file the pattern stands for itself.
	if [ -f "$file" ] && [ "$name" != analyst.xml ]; then
		ln -sf "$file" "${USERS_DIR:-/etc/clickhouse-server/users.d}/$name"
	fi
done

exec "${@:-/entrypoint.sh}"
