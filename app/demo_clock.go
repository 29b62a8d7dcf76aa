// SPDX-License-Identifier: Apache-2.0

package app

import (
	"sync"
	"time"
)

// fastClock tells the time of a centre that lives faster than time. It may be held back: then it goes as fast as any other
// clock, until it is released. After its end time passes as usual. It never goes back, and goroutines may share it.
type fastClock struct {
	speed float64
	to    time.Time // of the centre

	mu    sync.Mutex
	from  time.Time // of the centre
	began time.Time // real
	held  bool
}

// newFastClock returns a clock that goes from fromMs on.
func newFastClock(fromMs, toMs int64, speed float64) *fastClock {
	return &fastClock{began: time.Now(), from: time.UnixMilli(fromMs), to: time.UnixMilli(toMs), speed: speed}
}

// newHeldClock returns a clock that is held back, and shows fromMs.
func newHeldClock(fromMs, toMs int64, speed float64) *fastClock {
	c := newFastClock(fromMs, toMs, speed)
	c.held = true
	return c
}

// hold moves a clock that is held back to an instant, if that is later.
func (c *fastClock) hold(ms int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := time.UnixMilli(ms); c.held && t.After(c.read()) {
		c.from, c.began = t, time.Now()
	}
}

// release lets the clock go.
func (c *fastClock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held {
		c.from, c.began, c.held = c.read(), time.Now(), false
	}
}

// runs tells whether the clock is no longer held back.
func (c *fastClock) runs() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.held
}

func (c *fastClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

func (c *fastClock) read() time.Time {
	real := time.Since(c.began)
	if c.held {
		return c.from.Add(real)
	}
	if t := c.from.Add(time.Duration(float64(real) * c.speed)); t.Before(c.to) {
		return t
	}
	return c.to.Add(real - c.real(c.to.Sub(c.from)))
}

// real is how long a stretch of the centre's time takes to play.
func (c *fastClock) real(lived time.Duration) time.Duration {
	return max(time.Duration(float64(lived)/c.speed), 10*time.Millisecond)
}
