// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
)

// Delivery tells Alertmanagers what fires. Take and Leave may be called from any goroutine, and wait for nobody.
type Delivery struct {
	book   *book
	queues []*queue
}

// Stats are the counts of one Alertmanager.
type Stats struct {
	URL string
	// Alerts were acknowledged, those that were sent again included; Requests were made, and Failed of them for a reason.
	Alerts, Requests int64
	Failed           map[string]int64
	RequestSeconds   float64
	// Waiting is how many alerts have changed and were not acknowledged when it was last looked.
	Waiting int
	// SucceededAt is when it last took alerts; zero: never yet.
	SucceededAt time.Time
	// Delays counts the alerts that fired while the machine was up to date, and DelaySeconds the time from the condition being
	// true for long enough to the acknowledgement.
	Delays       int64
	DelaySeconds float64

	failing int // requests in a row
}

// State is what there is to tell.
type State struct {
	Firing, Ended int
	// Dropped counts alerts for which there was no room, Withheld sets that waited for a machine to catch up.
	Dropped, Withheld int64
	Behind            int // partitions whose machine is catching up
}

// New checks the options and prepares a queue for each Alertmanager; it reads the files of certificates and contacts nobody.
func New(o Options) (*Delivery, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	d := &Delivery{book: newBook(o)}
	for _, address := range o.URLs {
		client, err := o.client()
		if err != nil {
			return nil, err
		}
		address = strings.TrimRight(address, "/")
		q := &queue{book: d.book, client: client, target: address + alertsPath, o: o, log: o.Logger, wake: make(chan struct{}, 1), sent: map[string]acknowledged{}}
		q.stats.URL, q.stats.Failed = address, map[string]int64{}
		d.queues = append(d.queues, q)
	}
	return d, nil
}

// Run sends until ctx ends. What fires then stays announced for a while, so that who restarts in the meantime takes over.
func (d *Delivery) Run(ctx context.Context) {
	var group sync.WaitGroup
	for _, q := range d.queues {
		group.Go(func() { q.run(ctx) })
	}
	group.Wait()
}

// Take notes how far the machine of a partition is, and the sets of its centres that have changed. It must be called with all
// sets of a machine when the partition is taken up, and then after each batch, with none when none has changed.
func (d *Delivery) Take(partition int, clockMs int64, sets []alerts.Set) {
	if d.book.take(partition, clockMs, sets) {
		d.nudge()
	}
}

// Halt keeps alive what fires in a partition that nobody digests until a person has looked, and says so in its words: that nobody
// judges an alert is no sign that it is over. Leave must follow before the partition is taken up again.
func (d *Delivery) Halt(partition int) { d.book.halt(partition) }

// Leave forgets a partition that another instance digests now. Its alerts stay announced until that one tells them.
func (d *Delivery) Leave(partition int) { d.book.leave(partition) }

func (d *Delivery) nudge() {
	for _, q := range d.queues {
		q.nudge()
	}
}

// Stats returns the counts of each Alertmanager, in the order of the options.
func (d *Delivery) Stats() []Stats {
	list := make([]Stats, len(d.queues))
	for i, q := range d.queues {
		q.count(func(s *Stats) {
			list[i] = *s
			list[i].Failed = maps.Clone(s.Failed)
		})
	}
	return list
}

// State tells what is in the book.
func (d *Delivery) State() State {
	b := d.book
	b.mu.Lock()
	defer b.mu.Unlock()
	s := State{Dropped: b.dropped, Withheld: b.withheld}
	for _, e := range b.entries {
		if e.endedAt.IsZero() {
			s.Firing++
		} else {
			s.Ended++
		}
	}
	for _, p := range b.parts {
		if p.behind {
			s.Behind++
		}
	}
	return s
}
