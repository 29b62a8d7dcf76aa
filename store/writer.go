// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Effect is one step of writing a block that the world outside can see. The steps
// are numbered in their order.
type Effect uint8

// The effects. Each is reported when the process could next be killed: FactsSent
// just before the first byte leaves, the others as soon as the acknowledgement is
// in. A block without facts, contacts or gauges reports the same effects.
const (
	FactsSent Effect = iota + 1
	FactsAcked
	ContactsAcked
	GaugesAcked
	LedgerWritten
)

var effectNames = [...]string{"", "facts sent", "facts acknowledged", "contacts acknowledged", "gauges acknowledged", "ledger written"}

// String names the effect.
func (e Effect) String() string {
	if int(e) >= len(effectNames) {
		return ""
	}
	return effectNames[e]
}

// Retry is one failed attempt that will be repeated.
type Retry struct {
	Table   string
	Attempt int // from 1
	Err     error
	Wait    time.Duration // before the next attempt
}

// WriterOptions configure a Writer. The zero value is ready for production.
type WriterOptions struct {
	// From is the lowest offset that will be replayed. The ledger is loaded from
	// there on, so that replayed blocks can be compared.
	From int64
	// Effects, when not nil, is called at each effect; its error ends the write on the
	// spot, as a crash would. It is for tests.
	Effects func(context.Context, Effect) error
	// OnRetry, when not nil, is told of each failed attempt.
	OnRetry func(Retry)
	// FirstWait is the pause after the first failed attempt, 100 ms when 0. It doubles
	// up to MaxWait, 10 s when 0.
	FirstWait, MaxWait time.Duration
	// AttemptTimeout bounds one attempt, 2 minutes when 0.
	AttemptTimeout time.Duration
}

const (
	defaultFirstWait      = 100 * time.Millisecond
	defaultMaxWait        = 10 * time.Second
	defaultAttemptTimeout = 2 * time.Minute
)

// Writer writes the blocks of one partition, one after the other. It is used by one
// goroutine.
type Writer struct {
	store   *Store
	options WriterOptions
	ledger  *Ledger
	// stray is the greatest offset that a run before this one may have stored without
	// a row in the ledger.
	stray int64
	// Invariant: proven is false until a batch of this writer is stored.
	proven bool
}

// OpenWriter prepares to write the blocks of a partition: it reads the ledger, and
// whether facts are stored beyond it.
func (s *Store) OpenWriter(ctx context.Context, epoch string, partition int, o WriterOptions) (*Writer, error) {
	if epoch == "" {
		return nil, errors.New("store: a writer needs the identity of the log (epoch): without it the offsets of two logs are the same")
	}
	if partition < 0 || partition > math.MaxUint16 {
		return nil, fmt.Errorf("store: partition %d is outside 0 to %d", partition, math.MaxUint16)
	}
	if o.FirstWait <= 0 {
		o.FirstWait = defaultFirstWait
	}
	if o.MaxWait <= 0 {
		o.MaxWait = max(defaultMaxWait, o.FirstWait)
	}
	if o.AttemptTimeout <= 0 {
		o.AttemptTimeout = defaultAttemptTimeout
	}
	ledger, err := s.Ledger(ctx, epoch, partition, o.From)
	if err != nil {
		return nil, err
	}
	stray, err := s.strayLast(ctx, ledger)
	if err != nil {
		return nil, err
	}
	return &Writer{store: s, options: o, ledger: ledger, stray: stray}, nil
}

// Last returns the offset up to which everything is stored, or -1.
func (w *Writer) Last() int64 { return w.ledger.Last }

// Check compares a block with the ledger: see Ledger.Check.
func (w *Writer) Check(b *Block) (Verdict, error) {
	if b.Epoch != w.ledger.Epoch || b.Partition != w.ledger.Partition {
		return 0, fmt.Errorf("store: a block of epoch %s, partition %d was given to the writer of epoch %s, partition %d",
			b.Epoch, b.Partition, w.ledger.Epoch, w.ledger.Partition)
	}
	return w.ledger.Check(b)
}

func (w *Writer) effect(ctx context.Context, e Effect) error {
	if w.options.Effects == nil {
		return nil
	}
	if err := w.options.Effects(ctx, e); err != nil {
		return fmt.Errorf("store: at effect %d (%s): %w", e, e, err)
	}
	return nil
}

// retry repeats put until it succeeds, until its error is not retryable, or until
// the context ends.
func (w *Writer) retry(ctx context.Context, table string, put func(ctx context.Context, attempt int) error) error {
	wait := w.options.FirstWait
	for attempt := 1; ; attempt++ {
		err := w.attempt(ctx, attempt, put)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		if !IsRetryable(err) {
			return err
		}
		if w.options.OnRetry != nil {
			w.options.OnRetry(Retry{table, attempt, err, wait})
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(ctx.Err(), err)
		case <-timer.C:
		}
		wait = min(2*wait, w.options.MaxWait)
	}
}

func (w *Writer) attempt(ctx context.Context, attempt int, put func(ctx context.Context, attempt int) error) error {
	ctx, cancel := context.WithTimeout(ctx, w.options.AttemptTimeout)
	defer cancel()
	return put(ctx, attempt)
}
