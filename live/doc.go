// SPDX-License-Identifier: Apache-2.0

// Package live shows what the machines know now: the wall pages, the indicators as JSON, and both as a stream of
// server-sent events.
//
// Board copies what it needs out of a machine, in the machine's own goroutine, and everybody reads that copy: no reader
// waits for a machine and no machine for a reader. One computation serves all who look at the same thing.
//
// It knows the machine's readers, the catalogue and the wall. It never computes a number of its own, never shows a person,
// and never asks the store but for the past of the day curve. Start with Board, then Server.
package live
