// SPDX-License-Identifier: Apache-2.0

// Package deploy holds what docker-compose.yml mounts into the servers beside Vigie: Kafka's settings, the accounts of
// ClickHouse, Prometheus with the rules on the pipeline's health, Alertmanager with its routes and mails, the starts of ClickHouse
// and Grafana; and a unit for systemd. It has no code but the tests that put these files to the servers themselves, and the
// compose file's two sides to each other.
package deploy
