// SPDX-License-Identifier: Apache-2.0

// Package store is ClickHouse, and the only place that speaks to it.
//
// It knows the schema and its migrations, how the rows of consecutive log
// records become a block that is written exactly once, the ledger of blocks
// that are stored, the views that show every indicator in SQL, and how to read
// sums back.
//
// It never knows what a fact means, where the log is kept, when a block ends or
// what time it is on the log's clock: it is told.
//
// Start with block.go (what is written), then writer.go (in which order, and what
// a crash between two steps leaves), then views.go (what an analyst reads).
// DESIGN.md beside it holds the reasons.
package store
