// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// backoff is a wait that doubles from min to max, less up to a quarter of chance so that instances do not march in step.
// It is for one goroutine.
type backoff struct {
	min, max time.Duration
	next     time.Duration
}

// sleep waits the next time; it returns early with the cause when ctx is done.
func (b *backoff) sleep(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	wait := max(b.next, b.min)
	b.next = min(2*wait, b.max)
	timer := time.NewTimer(wait - rand.N(wait/4+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// reset makes the next wait the shortest again.
func (b *backoff) reset() { b.next = 0 }

// tries is how often a request that changes nothing when repeated is made: a connection kept from before the brokers
// restarted is found broken only by using it.
const tries = 3

// retried runs do until it succeeds, fails for good, or has been tried enough. The error is classified.
func retried(ctx context.Context, do func() error) error {
	wait := backoff{min: sendBackoffMin, max: sendBackoffMax}
	for attempt := 1; ; attempt++ {
		err := classify(ctx, do())
		if err == nil || attempt == tries || !errors.Is(err, ErrUnavailable) || wait.sleep(ctx) != nil {
			return err
		}
	}
}
