// SPDX-License-Identifier: Apache-2.0

// Package deploy holds what goes into the servers beside Vigie: the analysts' account of ClickHouse, Prometheus with the
// rules on the pipeline's health, Alertmanager with its routes and mails. It has no code but the tests that put these files
// to the servers themselves.
package deploy
