// SPDX-License-Identifier: Apache-2.0

// Package runner is the shell around the machine: it does Ready's duties, in order, for the partitions that this instance
// owns.
//
//	log -> machine -> open block -> batch -> writer -> store, ledger
//	            \-> checkpoints, dead letters, commit
//
// One recovery serves a crash, a rebalance and an outage of the store: a machine from a checkpoint, replayed, and the
// ledger of blocks that are stored. Live indicators never wait for the store: when it is behind, the live machine drops
// its blocks, and a second, muted machine (follower.go) starts from an older checkpoint, writes what is missing, and hands
// over when it has caught up.
//
// Blocks that wait are written together (batch.go), in INSERTs whose borders all writers have agreed on in the log before
// the first byte is sent. A live partition has one block at a time, so nothing waits for a batch to fill.
//
// It never decides what a record means; that is the machine's. Start with Runner.Run, then partition.go.
package runner
