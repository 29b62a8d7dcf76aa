// SPDX-License-Identifier: Apache-2.0

// Package app puts the parts together: the order of construction and of shutdown.
//
// It knows every folder by its outside and holds no rule of its own: what a number means is in indicator and
// aggregator, what a line means is in ingest. It never reads flags, signals or the environment; cmd/vigie does. Start
// with Replay, the shortest way from a file to numbers; Config is what a centre's folder of YAML files says.
package app
