#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Starts the Grafana of docker-compose.yml: its data sources take the password
# of ClickHouse from a variable, and here it comes from a file.
set -eu

secrets="${SECRETS_DIR:-/run/secrets}"

CLICKHOUSE_PASSWORD="$(cat "$secrets/clickhouse_analyst_password")"
if [ -z "$CLICKHOUSE_PASSWORD" ]; then
	echo "start: the password in $secrets/clickhouse_analyst_password is empty" >&2
	exit 1
fi
export CLICKHOUSE_PASSWORD

exec "${@:-/run.sh}"
