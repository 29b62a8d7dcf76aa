// SPDX-License-Identifier: Apache-2.0

// Package aggregator is the machine: it digests one partition of the log, record by record, and says which facts,
// gauges and contacts follow, and what the windows of every scope hold.
//
// It is a plain value in the manner of etcd's raft: records go in by Step, Ready says what the shell must now do, in
// which order. It has no clock (time is a record), no I/O, no goroutine, no map order in what it puts out, and integers
// only in its state. Same log, same bytes out.
//
// Two laws carry the rest. Both are property tests, laws_test.go:
//
//   - facts = F(timeline, clock): what a contact or an advisor gives is a function of the set of its events and the
//     clock. A step emits F(after) - F(before), so that order of arrival, duplicates and lateness cannot matter.
//   - Advance(a); Advance(b) = Advance(b): moving the clock in small or large steps gives the same facts.
//
// Outcomes (outcome.go), callbacks (callback.go), list records and lists (record.go) follow the same laws in a shorter way: what
// they give is computed whole at each change, and the difference issued.
//
// A correction (correction.go) is in no timeline: it adds what it says, once, and obeys no law.
//
// It never knows Kafka, ClickHouse or a wall clock. Start with Machine, then World, then contact.go and advisor.go: the
// two folds that are F, done incrementally; oracle_test.go holds F in its slow and obvious form.
package aggregator
