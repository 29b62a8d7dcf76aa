// SPDX-License-Identifier: Apache-2.0

// Package ingest is the door: what every source of events shares.
//
// It knows how events leave a source (Publisher), what becomes of input that nobody can read (DeadLetter), how a
// customer's identifier is hidden (Privacy) and how input is counted (Counters). It never knows Kafka, a measure or the
// format of one source: each source is a folder of its own below this one. Start with Publisher, then the folder
// asterisk.
package ingest

import (
	"context"
	"strconv"
)

// Record is one event on its way to the log.
type Record struct {
	Key   []byte // the centre: records of one key keep their order
	Value []byte // one event as JSON
}

// Publisher puts records into the log. The sources need nothing else of it.
//
// Publish returns nil only when every record is stored durably. After an error any subset of them may be stored: the
// caller sends all of them again, and the repeated event ids make that harmless. Publish keeps neither the records nor
// their bytes after it returned. It may be called from several goroutines.
type Publisher interface {
	Publish(ctx context.Context, records []Record) error
}

// Place says where a piece of input stood, for a person who wants to look at it.
type Place struct {
	File string // file name, or "-" for standard input
	Line int64  // counted from 1; 0 when unknown
}

// String returns "file:line".
func (p Place) String() string {
	if p.Line <= 0 {
		return p.File
	}
	return p.File + ":" + strconv.FormatInt(p.Line, 10)
}
