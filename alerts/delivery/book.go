// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	// behindAt and caughtUpAt are how far the log's clock may be behind the owner's, in wall-clock time: beyond the first a
	// machine catches up, until it is within the second. The owner's ticks keep it within two seconds.
	behindAt   = 15 * time.Second
	caughtUpAt = 5 * time.Second
	// maxAlerts bounds the book; what fires beyond it is not told, and counted.
	maxAlerts = 20_000
)

// book is what Alertmanagers should know.
type book struct {
	o        Options
	resend   time.Duration
	mu       sync.Mutex
	parts    map[int]*part
	entries  map[string]*entry // by key
	dropped  int64             // alerts that found no room
	withheld int64             // changes that waited for a machine to catch up
}

// part is a partition of the log that this instance digests.
type part struct {
	behind bool
	// tookUpMs is when the partition was taken up, by the owner's clock. Not before the log's clock has passed it, by a tick of this
	// owner, is everything digested that the owner before may have told.
	tookUpMs int64
	// before is when the partition was taken up: of what began earlier and is over, whoever had it before may have told the
	// beginning after the checkpoint. Zero when there is nothing of the kind.
	before time.Time
	newest map[string]alerts.Set // of centres whose newest set is not in the book yet
}

// entry is one alert as it is told. Its labels say which it is.
type entry struct {
	key       string
	partition int
	centre    string
	change    uint64 // grows with each change that Alertmanagers must hear of at once
	content   content
	startsLog int64     // StartsAt by the log's clock
	startsAt  time.Time // the same by the wall clock
	endedAt   time.Time // zero while it fires
	// waitsTo is until when an alert of a checkpoint is kept back: it is known over there, and may be over by now.
	waitsTo time.Time
	// prompt tells that the machine was not catching up when it fired, so that its delay says something.
	prompt bool
}

// content is what comes with an alert and may change without being another alert.
type content struct {
	labels, annotations map[string]string
	link                string
}

func (c *content) equal(o *content) bool {
	return c.link == o.link && maps.Equal(c.annotations, o.annotations)
}

func newBook(o Options) *book {
	return &book{o: o, resend: o.ResendEvery, parts: map[int]*part{}, entries: map[string]*entry{}}
}

// take notes what a machine says: the clock of its partition's log, and the sets that are new. The first time it is what a
// checkpoint held. It returns whether queues should look.
func (b *book) take(partition int, clockMs int64, sets []alerts.Set) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	behind := now.Sub(b.wall(clockMs, now))
	p := b.parts[partition]
	isNew := p == nil
	if isNew {
		p = &part{behind: true, tookUpMs: b.ownerMs(now), newest: map[string]alerts.Set{}}
		b.parts[partition] = p
		if behind <= (endsAfter+1)*b.resend {
			p.before = now // what was told after the checkpoint is still believed
		}
		b.adopt(partition, now.Add(-behind), now, sets)
	}
	switch hurried := b.o.Hurried != nil && b.o.Hurried(); {
	case hurried || behind > behindAt:
		p.behind = true
	case behind <= caughtUpAt && clockMs >= p.tookUpMs:
		p.behind = false
	}
	for _, s := range sets {
		if p.behind {
			b.withheld++
		}
		p.newest[s.Centre] = s
	}
	if p.behind || len(p.newest) == 0 {
		return isNew
	}
	for _, s := range p.newest {
		b.apply(partition, p.before, s, now)
	}
	clear(p.newest)
	p.before = time.Time{}
	return true
}

// leave forgets a partition: another instance tells its alerts from now on.
func (b *book) leave(partition int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.parts, partition)
	maps.DeleteFunc(b.entries, func(_ string, e *entry) bool { return e.partition == partition })
}

// halt notes that nobody judges the alerts of a partition from now on. It is no change that Alertmanagers must hear of at once: it
// comes with the next repetition.
func (b *book) halt(partition int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	since := time.Now().UTC().Format("2006-01-02 15:04 UTC")
	for _, e := range b.entries {
		if e.partition != partition || !e.endedAt.IsZero() {
			continue
		}
		e.content.annotations = maps.Clone(e.content.annotations)
		for name, text := range map[string]string{"description": "Not judged since " + since + ": its partition of the log is halted.",
			"description_fr": "N'est plus jugée depuis le " + since + " : sa partition du journal est arrêtée."} {
			e.content.annotations[name] = strings.TrimSpace(e.content.annotations[name] + " " + text)
		}
	}
}

// wall turns an instant of the log's clock into one of the wall clock.
func (b *book) wall(ms int64, now time.Time) time.Time {
	if b.o.Now == nil {
		return time.UnixMilli(ms)
	}
	ago := float64(b.ownerMs(now)-ms) / b.o.Pace
	return now.Add(-time.Duration(ago * float64(time.Millisecond))).Truncate(time.Millisecond)
}

// ownerMs is the owner's clock.
func (b *book) ownerMs(now time.Time) int64 {
	if b.o.Now == nil {
		return now.UnixMilli()
	}
	return b.o.Now().UnixMilli()
}

// adopt takes over the alerts of a checkpoint, as of an instant. The last word about them was at most a period before it, and
// announced them for four: so for three after it Alertmanagers know them. They may be over by now, so they are left alone for
// two, and then kept alive until the machine has caught up. A checkpoint that is older than three periods says nothing of what is
// known over there: to tell its alerts would be to call somebody for the past.
func (b *book) adopt(partition int, asOf, now time.Time, sets []alerts.Set) {
	if now.Sub(asOf) > (endsAfter-1)*b.resend {
		return
	}
	waitsTo := asOf.Add((endsAfter - 2) * b.resend)
	for _, s := range sets {
		for i := range s.Alerts {
			a := &s.Alerts[i]
			if a.ResolvedAt == 0 && neverTold(a, s.Alerts) {
				continue
			}
			if e := b.write(partition, a, now); e != nil {
				e.waitsTo = waitsTo
			}
		}
	}
}

// apply brings the book to what holds in a centre. An end is told of what is known, and of what began before an instant.
func (b *book) apply(partition int, before time.Time, s alerts.Set, now time.Time) {
	there := map[string]bool{}
	for i := range s.Alerts {
		a := &s.Alerts[i]
		key := keyOf(a.Labels)
		there[key] = true
		known := b.entries[key]
		unknown := known == nil || !known.endedAt.IsZero() && known.startsLog != a.StartsAt
		switch {
		case unknown && a.ResolvedAt != 0 && !b.wall(a.StartsAt, now).Before(before): // it came and went unseen
		case unknown && neverTold(a, s.Alerts):
		default:
			if e := b.write(partition, a, now); e != nil {
				e.waitsTo = time.Time{}
				e.prompt = e.prompt || unknown && now.Sub(e.startsAt) <= caughtUpAt
			}
		}
	}
	for key, e := range b.entries {
		if e.centre == s.Centre && e.partition == partition && !there[key] && e.endedAt.IsZero() {
			e.endedAt, e.waitsTo = now, time.Time{} // its end is long past, or its labels are others now
			e.change++
		}
	}
}

// neverTold tells whether an alert that fires is kept back for another one, which fired first. One that was told before the other
// fired goes on being told: to be silent about it would say that it is over.
func neverTold(a *alerts.Alert, all []alerts.Alert) bool {
	if a.InhibitedBy == "" {
		return false
	}
	for i := range all {
		if o := &all[i]; o.Rule.RuleConfig.Rule == a.InhibitedBy && o.ResolvedAt == 0 && o.StartsAt <= a.StartsAt {
			return true
		}
	}
	return false
}

// write notes an alert as it is; nil when there is no room.
func (b *book) write(partition int, a *alerts.Alert, now time.Time) *entry {
	key := keyOf(a.Labels)
	e := b.entries[key]
	if e == nil {
		if len(b.entries) >= maxAlerts {
			b.dropped++
			return nil
		}
		e = &entry{key: key, centre: a.Centre}
		b.entries[key] = e
	}
	e.partition = partition
	if e.startsLog != a.StartsAt || e.change == 0 {
		e.startsLog, e.startsAt, e.endedAt, e.prompt = a.StartsAt, earlier(b.wall(a.StartsAt, now), now), time.Time{}, false
		e.change++
	}
	if over := a.ResolvedAt != 0; over != !e.endedAt.IsZero() {
		e.change++
		if e.endedAt = (time.Time{}); over {
			e.endedAt = earlier(b.wall(a.ResolvedAt, now), now)
		}
	}
	if c := b.contentOf(a); e.content.labels == nil || !c.equal(&e.content) {
		e.content = c
	}
	return e
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// contentOf writes an alert out, in words and links.
func (b *book) contentOf(a *alerts.Alert) content {
	c := content{labels: map[string]string{}, annotations: map[string]string{}, link: b.o.Links.panel(a)}
	for _, l := range a.Labels {
		c.labels[l.Name] = l.Value
	}
	add := func(name, value string) {
		if value != "" {
			c.annotations[name] = value
		}
	}
	summary, description := a.Text(indicator.English)
	add("summary", summary)
	add("description", description)
	summary, description = a.Text(indicator.French)
	add("summary_fr", summary)
	add("description_fr", description)
	add("runbook_url", b.o.Links.runbook(a.Rule))
	add("panel_url", c.link)
	add("explain_url", b.o.Links.explain(a))
	return c
}

// keyOf tells alerts apart by their labels, which are in the order of their names.
func keyOf(labels []alerts.Label) string {
	var key strings.Builder
	for _, l := range labels {
		key.WriteString(l.Name)
		key.WriteByte('=')
		key.WriteString(strconv.Quote(l.Value))
		key.WriteByte(',')
	}
	return key.String()
}

// forget drops the alerts whose end every Alertmanager has had the time to learn of. The caller holds the lock.
func (b *book) forget(now time.Time) {
	retain := time.Duration(alerts.RetainMs) * time.Millisecond
	maps.DeleteFunc(b.entries, func(_ string, e *entry) bool { return !e.endedAt.IsZero() && now.Sub(e.endedAt) > retain })
}
