// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// stopTimeout bounds a shutdown.
const stopTimeout = 20 * time.Second

// stack holds what must be undone, by name. It runs in the reverse order, once.
type stack struct {
	mu    sync.Mutex
	steps []cleanupStep
}

type cleanupStep struct {
	name string
	do   func(context.Context) error
}

func (s *stack) push(name string, do func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps = append(s.steps, cleanupStep{name, do})
}

// background runs a part in a goroutine until the stack is undone. The part outlives the context that it is started with.
func (s *stack) background(ctx context.Context, name string, part func(context.Context)) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		part(ctx)
	}()
	s.push(name, func(ctx context.Context) error {
		cancel()
		select {
		case <-done:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("what is under way did not end: %w", ctx.Err())
		}
	})
}

// run undoes everything that was pushed, the last first, whatever fails on the way. The error names the steps that failed.
func (s *stack) run(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for len(s.steps) > 0 {
		last := s.steps[len(s.steps)-1]
		s.steps = s.steps[:len(s.steps)-1]
		if err := last.do(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stopping the %s: %w", last.name, err))
		}
	}
	return errors.Join(errs...)
}
