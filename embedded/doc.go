// SPDX-License-Identifier: Apache-2.0

// Package embedded gives one machine what a site installs as servers: a
// Kafka-protocol broker and the ClickHouse engine behind ClickHouse's HTTP
// interface. Both are reached by an address, like the real ones, so no other
// package can tell them apart.
//
// It knows nothing of topics, tables or indicators: eventlog creates topics
// through the Kafka protocol, store creates tables through SQL.
//
// Start at StartBroker (broker.go) and StartEngine (engine.go). The engine
// runs in a child process whose body is ServeEngine (serve.go); DESIGN.md says
// why, and which facts are not obvious.
package embedded
