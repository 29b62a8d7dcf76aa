// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"flag"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
)

var (
	casesFlag = flag.Int("vigie.cases", 9200, "random timelines for the laws; the slower ones take a part of them")
	seedFlag  = flag.Uint64("vigie.seed", 1, "first seed; each case takes the next, and a failure names its own")
)

// property is a law that a timeline must satisfy. It fails through its TB.
type property func(t testing.TB, seed uint64, s *timeline)

// eachCase runs a property over many seeds, one in every `part` of them. A failure names its seed and shows the smallest timeline found that fails:
// -vigie.seed=N -vigie.cases=1 repeats it.
func eachCase(t *testing.T, part int, p property) {
	t.Parallel()
	debug.SetGCPercent(400) // many small machines live for a millisecond
	for i := range (*casesFlag + part - 1) / part {
		seed := *seedFlag + uint64(i)
		s := newTimeline(seed)
		if p.holds(seed, s) == "" {
			continue
		}
		p.shrink(seed, s)
		t.Fatalf("seed %d: %s", seed, p.holds(seed, s))
	}
}

// holds returns "" or how the property fails.
func (p property) holds(seed uint64, s *timeline) (failure string) {
	c := &caught{}
	defer func() {
		if r := recover(); r != nil {
			if _, ours := r.(*caught); !ours {
				c.log = append(c.log, fmt.Sprintf("panic: %v", r))
			}
			failure = s.String() + strings.Join(c.log, "\n")
		}
	}()
	trial := *s
	p(c, seed, &trial)
	return ""
}

// shrink takes events away for as long as the property still fails.
func (p property) shrink(seed uint64, s *timeline) {
	for n := max(len(s.events)/2, 1); n > 0; n /= 2 {
		for i := 0; i+n <= len(s.events); {
			smaller := *s
			smaller.events = slices.Delete(slices.Clone(s.events), i, i+n)
			if len(smaller.events) > 0 && p.holds(seed, &smaller) != "" {
				*s = smaller
				continue
			}
			i += n
		}
	}
}

// caught is a TB that takes note instead of failing the test.
type caught struct {
	testing.TB
	log []string
}

func (c *caught) Helper() {}

func (c *caught) Log(args ...any) { c.log = append(c.log, fmt.Sprint(args...)) }

func (c *caught) Fatal(args ...any) {
	c.Log(args...)
	panic(c)
}

func (c *caught) Fatalf(format string, args ...any) { c.Fatal(fmt.Sprintf(format, args...)) }

// String shows the timeline in order, one event a line, with the instant in seconds since its beginning.
func (s *timeline) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d to %d, late up to %d ms, rules %+v\n", s.from, s.end, s.lateMs, s.rules)
	events := slices.Clone(s.events)
	slices.SortStableFunc(events, func(a, b event.Event) int { return int(a.Time - b.Time) })
	for i := range events {
		e := &events[i]
		fmt.Fprintf(&b, "%10.3f %s\n", float64(e.Time-s.from)/1000, event.AppendJSON(nil, e))
	}
	return b.String()
}
