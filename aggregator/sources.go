// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Who is heard. Of each source a live world remembers when it last said anything, and in which of the 64 minutes up to then it
// spoke: so a source that speaks every minute and stops is told from one that speaks now and then. What it says of its
// configuration does not count, and neither does when things happened: a source that tells old news speaks.

const (
	// maxSources bounds the sources that are followed: a centre has some ten systems.
	maxSources = 256
	// heardSpan is over how many minutes up to its last word a source is looked at.
	heardSpan = 60
	// steadyMinutes of heardSpan make a source that does not pause: of one that spoke by chance as often, two silent minutes come
	// once in a hundred looks.
	steadyMinutes = 55
	// sourceForgetMs is for how long a silent source is missed: over a long weekend, and not for ever when it was taken away.
	sourceForgetMs = 4 * dayMs
	// sourceReuseMs is when its place may be taken. Whatever fired for it was over by sourceForgetMs.
	sourceReuseMs = sourceForgetMs + dayMs
)

// sources is who was heard of a world.
type sources struct {
	list  []heardSource // in the order in which they were first heard
	feeds []int32       // by the ID of a queue: 1 + who last brought something into it; 0 = nobody

	newest int      // who spoke last; not in the snapshot
	names  []string // sorted; the same
}

// heardSource is one source.
type heardSource struct {
	name    string
	at      int64  // its last word, on the world's clock
	minutes uint64 // bit n: it spoke in the minute n before that of its last word
}

// hear takes note that a source spoke; false when there is no place for it.
func (s *sources) hear(name string, clock int64) bool {
	i := s.find(name, clock)
	if i < 0 {
		return false
	}
	s.newest = i
	x := &s.list[i]
	if passed := clock/minuteMs - x.at/minuteMs; passed > 0 {
		x.minutes = x.minutes<<min(passed, 64) | 1
	}
	x.at = clock
	return true
}

// find is the number of a source, which is given a place when it is new; -1 when there is none.
func (s *sources) find(name string, clock int64) int {
	if s.newest < len(s.list) && s.list[s.newest].name == name {
		return s.newest
	}
	if i := slices.IndexFunc(s.list, func(x heardSource) bool { return x.name == name }); i >= 0 {
		return i
	}
	s.names = nil
	fresh := heardSource{name: strings.Clone(name), at: clock, minutes: 1}
	if len(s.list) < maxSources {
		s.list = append(s.list, fresh)
		return len(s.list) - 1
	}
	i := slices.IndexFunc(s.list, func(x heardSource) bool { return clock-x.at >= sourceReuseMs })
	if i < 0 {
		return -1
	}
	s.list[i] = fresh
	for q := range s.feeds {
		if s.feeds[q] == int32(i)+1 {
			s.feeds[q] = 0
		}
	}
	return i
}

// feed takes note that the source that spoke last brings something into a queue.
func (s *sources) feed(queue ID) {
	for len(s.feeds) <= int(queue) {
		s.feeds = append(s.feeds, 0)
	}
	s.feeds[queue] = int32(s.newest) + 1
}

// scopes lists the sources by name.
func (s *sources) scopes() []string {
	if len(s.names) != len(s.list) {
		s.names = s.names[:0]
		for i := range s.list {
			s.names = append(s.names, s.list[i].name)
		}
		slices.Sort(s.names)
	}
	return s.names
}

// gauges are those of a source at an instant; zeros when nobody misses it.
func (s *sources) gauges(name string, at int64, dst []int64) {
	i := slices.IndexFunc(s.list, func(x heardSource) bool { return x.name == name })
	if i < 0 || at-s.list[i].at >= sourceForgetMs {
		return
	}
	dst[indicator.GaugeSilentMs], dst[indicator.GaugeHeardMinutes] = at-s.list[i].at, s.list[i].heardMinutes()
}

// heardMinutes is in how many of the minutes up to its last word the source spoke.
func (x *heardSource) heardMinutes() int64 {
	return int64(bits.OnesCount64(x.minutes & (1<<heardSpan - 1)))
}

// silentMs is for how long a source that does not pause, and that a queue lives from, has been silent; 0 where there is none.
func (s *sources) silentMs(queue ID, at int64) int64 {
	if int(queue) >= len(s.feeds) || s.feeds[queue] == 0 {
		return 0
	}
	x := &s.list[s.feeds[queue]-1]
	if x.heardMinutes() < steadyMinutes || at-x.at >= sourceForgetMs {
		return 0
	}
	return at - x.at
}

// hear takes note of who said something: what configures does not count.
func (w *World) hear(e *event.Event) {
	if w.heardAt == 0 || !e.Type.IsConfig() {
		w.heardAt = w.clock
	}
	if w.lane != "" || e.Type.IsConfig() {
		return
	}
	if !w.sources.hear(e.Source, w.clock) {
		w.out.unfollowed++
		return
	}
	if e.Type == event.QueueEntered || e.Type == event.ItemCreated {
		if queue, known := w.names.ids[e.Queue]; known && queue != 0 {
			w.sources.feed(queue)
		}
	}
}

func (w *World) codeSources(c *codec) {
	s := &w.sources
	list(c, &s.list, func(c *codec, x *heardSource) {
		c.string(&x.name)
		c.near(&x.at, w.clock)
		c.fixed(&x.minutes)
	})
	type feed struct {
		queue ID
		from  int32
	}
	var feeds []feed
	for queue, from := range s.feeds {
		if from != 0 {
			feeds = append(feeds, feed{ID(queue), from})
		}
	}
	list(c, &feeds, func(c *codec, f *feed) {
		w.codeID(c, &f.queue)
		number(c, &f.from)
		if c.reading && (f.from < 1 || int(f.from) > len(s.list)) {
			f.from = 0
			c.fail()
		}
	})
	if !c.reading || c.err != nil {
		return
	}
	for _, f := range feeds {
		s.newest = int(f.from) - 1
		s.feed(f.queue)
	}
}
