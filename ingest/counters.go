// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// Counter names. The label of each comes from a closed list, so their number is bounded.
const (
	CountLines         = "lines"          // read; no label
	CountEvents        = "events"         // produced; label: event type
	CountIgnored       = "ignored"        // understood, but of no use; label: the source's reason
	CountDeadLetters   = "dead_letters"   // label: Reason
	CountRejected      = "rejected"       // refused at the gateway; label: reason
	CountPublished     = "published"      // records acknowledged by the log; no label
	CountPublishErrors = "publish_errors" // failed attempts to publish; no label
	CountRotations     = "rotations"      // changes of a followed file; label: how
)

// Counter is one number of Counters.
type Counter struct {
	Name, Label string
	Value       int64
}

// Counters counts what comes through the door. The zero value is ready; it may be used from several goroutines.
type Counters struct {
	mu sync.Mutex
	m  map[[2]string]int64
}

// Add adds n to the counter of that name and label. A nil receiver counts nothing.
func (c *Counters) Add(name, label string, n int64) {
	if c == nil || n == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = map[[2]string]int64{}
	}
	c.m[[2]string{name, label}] += n
}

// Snapshot returns all counters, sorted by name and label.
func (c *Counters) Snapshot() []Counter {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	keys := slices.SortedFunc(maps.Keys(c.m), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	all := make([]Counter, 0, len(keys))
	for _, k := range keys {
		all = append(all, Counter{Name: k[0], Label: k[1], Value: c.m[k]})
	}
	return all
}
