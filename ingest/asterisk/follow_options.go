// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/vigie-kpi/vigie/ingest"
)

// FollowOptions configures a Follower.
type FollowOptions struct {
	Path     string // the queue log
	Position string // the file that says how far it is in the log; made when missing

	Parser      *Parser // at its beginning: the saved position brings the state
	Publisher   ingest.Publisher
	DeadLetters ingest.DeadLetterSink
	Counters    *ingest.Counters // may be nil
	Now         func() time.Time // stamps the events' received; default time.Now

	Poll        time.Duration // between two looks at a file that does not grow; default 500 ms
	SaveEvery   time.Duration // at least this between two saved positions; default 1 s
	RetryAfter  time.Duration // first pause after a failed publish, doubled up to 30 times; default 200 ms
	BatchEvents int           // events published at once; default 1000
	// Report is told about failures that are tried again and about rotations; default: nobody.
	Report func(message string, err error)
}

func (o *FollowOptions) setDefaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Report == nil {
		o.Report = func(string, error) {}
	}
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{{&o.Poll, 500 * time.Millisecond}, {&o.SaveEvery, time.Second}, {&o.RetryAfter, 200 * time.Millisecond}} {
		if *d.value <= 0 {
			*d.value = d.standard
		}
	}
	if o.BatchEvents <= 0 {
		o.BatchEvents = 1000
	}
}

// Validate checks the options without any I/O.
func (o *FollowOptions) Validate() error {
	switch {
	case o.Path == "" || o.Path == StandardInput:
		return errors.New("follow: give the path of the queue log; standard input cannot be followed")
	case o.Position == "":
		return errors.New("follow: give a file for the position, so that a restart continues where it stopped (--position)")
	case filepath.Clean(o.Position) == filepath.Clean(o.Path):
		return errors.New("follow: the position file is the queue log itself; give another file (--position)")
	case o.Parser == nil || o.Publisher == nil || o.DeadLetters == nil:
		return errors.New("follow: a parser, a publisher and a place for dead letters are needed")
	}
	return nil
}
