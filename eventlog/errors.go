// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// The errors that a caller acts upon. Each is matched with errors.Is.
var (
	// ErrUnavailable is a fault that may pass by itself: no connection, no leader, a timeout. Call again; the package has
	// already waited, and waits longer each time in a row.
	ErrUnavailable = errors.New("kafka unavailable")

	// ErrGap is records that were asked for and are no longer (or never were) in the log. The error is a *GapError.
	ErrGap = errors.New("records missing from the log")

	// ErrBeyondEnd is a position past the end of the log: the log lost its tail, or the position is from another log. The
	// error is a *BeyondEndError.
	ErrBeyondEnd = errors.New("position beyond the end of the log")

	// ErrRecreated is a topic that was deleted and created again since the reader was opened: its offsets mean other
	// records now.
	ErrRecreated = errors.New("topic was deleted and created again")

	// ErrNoTopic is a topic that does not exist. EnsureTopics creates it.
	ErrNoTopic = errors.New("topic does not exist")

	// ErrFenced is a commit refused because the partition has another owner, or is about to.
	ErrFenced = errors.New("no longer the owner of the partition")

	// ErrClosed is a call on something that was closed.
	ErrClosed = errors.New("closed")
)

// GapError says which records are missing: those from Wanted up to, not including, Found.
type GapError struct {
	Topic     string
	Partition int
	Wanted    int64 // the offset that should have come next
	Found     int64 // the offset of the oldest record that is there instead
}

func (e *GapError) Error() string {
	return fmt.Sprintf("%s/%d: offset %d wanted, %d is the next there is: %d records are missing; "+
		"they were deleted (check retention) or compacted (the topic must use cleanup.policy=delete)",
		e.Topic, e.Partition, e.Wanted, e.Found, e.Found-e.Wanted)
}

// Is reports that a GapError is ErrGap.
func (e *GapError) Is(target error) bool { return target == ErrGap }

// BeyondEndError says where the log ends when a later position was asked for.
type BeyondEndError struct {
	Topic     string
	Partition int
	Wanted    int64 // the offset that was asked for
	End       int64 // the offset that the next record will get
}

func (e *BeyondEndError) Error() string {
	return fmt.Sprintf("%s/%d: offset %d wanted, but the log ends at %d; "+
		"the log lost its tail or the position belongs to another log", e.Topic, e.Partition, e.Wanted, e.End)
}

// Is reports that a BeyondEndError is ErrBeyondEnd.
func (e *BeyondEndError) Is(target error) bool { return target == ErrBeyondEnd }

// unavailable marks err as one that may pass by itself, unless it is already marked.
func unavailable(err error) error {
	if err == nil || errors.Is(err, ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// transient says whether an error of the client library or of the network may pass by itself. The library's own notion
// leaves out a broker that is down but still in the metadata, and a leader that is not known yet.
func transient(err error) bool {
	if errors.Is(err, ErrUnavailable) {
		return true
	}
	var code kafka.Error
	if errors.As(err, &code) {
		return code.Temporary() || code == kafka.BrokerNotAvailable
	}
	for _, passing := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, context.DeadlineExceeded,
		protocol.ErrNoTopic, protocol.ErrNoPartition, protocol.ErrNoLeader,
	} {
		if errors.Is(err, passing) {
			return true
		}
	}
	var network net.Error
	return errors.As(err, &network)
}

// classify marks what may pass by itself. A cancelled ctx is returned as its own error: the caller wanted to stop.
func classify(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Cause(ctx)
	case transient(err):
		return unavailable(err)
	}
	return err
}
