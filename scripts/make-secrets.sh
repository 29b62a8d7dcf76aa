#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes the secrets that docker-compose.yml mounts, each a file of its own in
# deploy/secrets (or in the folder that is named), with 256 bits of chance. What
# is there stays: a second run makes only what is missing.
set -eu

cd "$(dirname "$0")/.."
folder="${1:-deploy/secrets}"

# Only its owner enters the folder. The files in it can be read by all, since
# each container runs as a user of its own and sees only those it is given.
mkdir -p "$folder"
chmod 700 "$folder"

made=0
# make_secret NAME [PREFIX]
make_secret() {
	if [ -s "$folder/$1" ]; then
		return
	fi
	chance="$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
	printf '%s%s\n' "${2:-}" "$chance" >"$folder/.$1.new"
	chmod 444 "$folder/.$1.new"
	mv "$folder/.$1.new" "$folder/$1"
	made=$((made + 1))
}

make_secret clickhouse_writer_password
make_secret clickhouse_analyst_password
make_secret grafana_admin_password
make_secret accounts_key
make_secret events_token
make_secret read_tokens
make_secret write_tokens
make_secret customer_key k1:

printf '%s secrets made, the others were there: %s\n' "$made" "$folder"
