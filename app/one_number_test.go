// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
	"github.com/vigie-kpi/vigie/seeds/simulator"
	"github.com/vigie-kpi/vigie/store"
)

var instantsFlag = flag.Int("vigie.instants", 50, "instants at which the live board and SQL are compared, for each of two logs")

// One definition, one number: what a machine shows live at a record of its log, and what one SQL statement computes from the
// facts up to that record, are the same, for every indicator, scope and window: numerator, denominator, cases and percentile
// as integers, the value bit for bit. The machine that is looked at is not the one that wrote the facts: it reads the log
// again, which by then is stored to its end.
func TestLiveAndSQLShowOneNumber(t *testing.T) {
	st, options := openTestStore(t)
	for i, l := range []*recordedLog{recordingInDisorder(t), dayInDisorder(t)} {
		t.Run(l.name, func(t *testing.T) { l.compare(t, st, options.Addr, fmt.Sprintf("log-%d", i)) })
	}
}

// recordedLog is a log as bytes, to be read twice.
type recordedLog struct {
	name, centre, zone string
	startsMinutes      int // of the business day
	values             [][]byte
	received           int64
	corrections        int
}

// Put takes the next record, after ticks up to it, as the owner of a partition would write them.
func (l *recordedLog) Put(e *event.Event) error {
	const everyMs = 10_000
	if l.received == 0 {
		l.received = e.Received - e.Received%everyMs
	}
	for l.received+everyMs <= e.Received {
		l.received += everyMs
		l.add(&event.Event{ID: fmt.Sprint(l.received), Source: "owner", Type: event.Tick, Time: l.received, Received: l.received})
	}
	l.add(e)
	return nil
}

func (l *recordedLog) add(e *event.Event) { l.values = append(l.values, event.AppendJSON(nil, e)) }

// correct adds a correction of something up to eight hours ago, twice.
func (l *recordedLog) correct(r *rand.Rand, queue string, receivedMs int64) {
	l.corrections++
	e := event.Event{ID: fmt.Sprint("correction-", l.corrections), Source: "supervisor", Centre: l.centre, Type: event.CorrectionIssued, Queue: queue,
		Received: receivedMs, Time: receivedMs - r.Int64N(8*3600_000),
		Data: fmt.Appendf(nil, `{"measures":{"offered":%d,"answered":%d,"wait_answered_ms":%d},"note":"outage"}`, 1+r.IntN(3), -1-r.IntN(2), 1+r.IntN(90_000))}
	l.add(&e)
	l.add(&e)
}

// recordingInDisorder is a recorded hour of a real telephone system: each event up to a minute late, one in ten twice.
func recordingInDisorder(t *testing.T) *recordedLog {
	t.Helper()
	l := &recordedLog{name: "a recording", centre: "harbour", zone: "Europe/Paris"}
	parser, err := asterisk.NewParser(asterisk.Options{Centre: l.centre})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(4, 1))
	var events []event.Event
	err = asterisk.Read(t.Context(), bytes.NewReader(seeds.AsteriskQueueLog), "queue_log", parser, func(out asterisk.Output) error {
		for i := range out.Events {
			e := out.Events[i].Clone()
			e.Received = e.Time + r.Int64N(60_000)
			events = append(events, e)
			if r.IntN(10) == 0 {
				e.Received += r.Int64N(60_000)
				events = append(events, e)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(events, func(a, b event.Event) int { return cmp.Compare(a.Received, b.Received) })
	l.play(t, r, events, 40)
	return l
}

// dayInDisorder is the demo day, with corrections.
func dayInDisorder(t *testing.T) *recordedLog {
	t.Helper()
	l, kept, _ := simulatedDays(t, simulator.CapRivageDay, "2026-11-18", 2*3600_000)
	l.play(t, rand.New(rand.NewPCG(4, 2)), kept, 400)
	return l
}

// simulatedDays are days of the demo centre: each event up to a minute late, one in fifty up to lateMs more, one in fifty
// twice. The log begins with the configuration; the events are to follow.
func simulatedDays(t *testing.T, from, to organisation.Date, lateMs int64) (*recordedLog, []event.Event, *simulator.Truth) {
	t.Helper()
	o, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := &recordedLog{name: "a simulated day", centre: "cap-rivage", zone: "Europe/Paris", startsMinutes: 5 * 60}
	for _, e := range organisation.Records(l.centre, 1, dayMsOf(t, string(from)), o.Objects()) {
		l.add(&e)
	}
	kept := &keptEvents{}
	truth, err := simulator.Run(simulator.CapRivage(o), &simulator.Options{From: from, To: to, Seed: simulator.CapRivageSeed,
		Delivery: simulator.Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02, Late: 0.02, LateMs: lateMs}}, kept)
	if err != nil {
		t.Fatal(err)
	}
	return l, kept.events, truth
}

func dayMsOf(t *testing.T, date string) int64 { return int64(dayNumber(t, date)) * 24 * 3600_000 }

type keptEvents struct{ events []event.Event }

func (k *keptEvents) Put(e *event.Event) error {
	k.events = append(k.events, e.Clone())
	return nil
}

// play makes the log of events in the order in which they come in, with corrections in between.
func (l *recordedLog) play(t *testing.T, r *rand.Rand, events []event.Event, correctOneIn int) {
	t.Helper()
	for i := range events {
		if err := l.Put(&events[i]); err != nil {
			t.Fatal(err)
		}
		if queue := events[i].Queue; queue != "" && r.IntN(correctOneIn) == 0 {
			l.correct(r, queue, events[i].Received)
		}
	}
	if l.corrections < 10 {
		t.Fatalf("only %d corrections", l.corrections)
	}
}

func (l *recordedLog) compare(t *testing.T, st *store.Store, addr, epoch string) {
	l.store(t, st, epoch)
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	loc, err := zone.Load(l.zone)
	if err != nil {
		t.Fatal(err)
	}
	c := &comparison{t: t, catalogue: catalogue, calendar: zone.NewCalendar(loc, l.startsMinutes), store: st, addr: addr, log: l, epoch: epoch}
	for kind := range c.indicators {
		c.indicators[kind] = store.WindowIndicators(catalogue, indicator.ScopeKind(kind))
	}
	r := rand.New(rand.NewPCG(4, 3))
	instants := map[int64]bool{int64(len(l.values)) - 1: true}
	for len(instants) < min(*instantsFlag, len(l.values)/2) {
		instants[r.Int64N(int64(len(l.values)))] = true
	}
	m := aggregator.New(0)
	for offset, value := range l.values {
		m.Step(int64(offset), value)
		c.take(m.Ready().Gauges)
		m.Clear()
		if instants[int64(offset)] && !t.Failed() {
			c.at(m)
		}
	}
	t.Logf("%d records, %d corrections; %d instants, %d numbers compared, %d of them not 0, and %d of samples, %d of them not 0", len(l.values),
		l.corrections, len(instants), c.compared, c.telling, c.sampled, c.sampledTelling)
	if c.telling < 500*len(instants) {
		t.Errorf("%d numbers that are not 0 are too few to show anything", c.telling)
	}
	if c.sampledTelling < 5*len(instants) {
		t.Errorf("%d numbers of samples that are not 0 are too few to show anything", c.sampledTelling)
	}
}

// store writes the facts of the whole log.
func (l *recordedLog) store(t *testing.T, st *store.Store, epoch string) {
	t.Helper()
	writer, err := st.OpenWriter(t.Context(), epoch, 0, store.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	builder, first := store.NewBuilder(), int64(0)
	flush := func(last int64) {
		if err := writer.Write(t.Context(), builder.Seal(epoch, 0, first, last, "test")); err != nil {
			t.Fatal(err)
		}
		first = last + 1
	}
	m := aggregator.New(0)
	for offset, value := range l.values {
		m.Step(int64(offset), value)
		ready := m.Ready()
		if err := builder.AddFacts(ready.Facts, ready.Incs); err != nil {
			t.Fatal(err)
		}
		builder.AddGauges(ready.Gauges)
		m.Clear()
		if builder.Rows() > 50_000 {
			flush(int64(offset))
		}
	}
	flush(int64(len(l.values)) - 1)
}

// comparison is a machine's live numbers beside those of SQL.
type comparison struct {
	t                 *testing.T
	catalogue         *indicator.Catalogue
	calendar          *zone.Calendar
	store             *store.Store
	addr              string // of the engine
	log               *recordedLog
	epoch             string
	indicators        [indicator.NumScopeKinds][]*indicator.Indicator
	compared, telling int

	sampleAt                int64               // the newest sample
	sample                  map[scopeID][]int64 // its gauges, as formulas read them
	sampled, sampledTelling int
}

type windowKey struct {
	kind         indicator.ScopeKind
	id           string
	window       aggregator.Window
	wholeMinutes bool
}

// at compares everything at the record that the machine has just digested.
func (c *comparison) at(m *aggregator.Machine) {
	c.t.Helper()
	for _, w := range m.Worlds() {
		if w.Centre() != c.log.centre {
			continue
		}
		stored, err := c.store.QueryWindows(c.t.Context(), c.catalogue, store.WindowQuery{Centre: w.Centre(), ClockMs: w.Clock(), Day: c.calendar.Day(w.Clock()),
			UpTo: &store.Position{Epoch: c.epoch, Offset: m.Offset()}})
		if err != nil {
			c.t.Fatal(err)
		}
		found := map[windowKey][]store.WindowValue{}
		for _, v := range stored {
			found[windowKey{v.Kind, v.ID, v.Window, v.WholeMinutes}] = v.Values
		}
		measures := make([]int64, indicator.NumMeasures)
		for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
			for _, id := range w.ScopeNames(kind) {
				for _, window := range aggregator.Windows {
					c.window(w, windowKey{kind, id, window, false}, found, measures)
				}
			}
		}
		c.samples(w.Centre())
		for key := range found {
			c.t.Errorf("offset %d: SQL has values of %s %s over %s that the machine has not", m.Offset(), key.kind, key.id, key.window)
		}
	}
}

// window compares all indicators of a scope in a window, and strikes them off what was found.
func (c *comparison) window(w *aggregator.World, key windowKey, found map[windowKey][]store.WindowValue, measures []int64) {
	for _, wholeMinutes := range []bool{false, true} {
		w.Measures(key.kind, key.id, key.window, wholeMinutes, measures)
		in := key
		in.wholeMinutes = wholeMinutes && key.window != aggregator.WindowToday
		if key.kind == indicator.ScopeCentre {
			in.id = ""
		}
		values, stored := found[in]
		for i, ind := range c.indicators[key.kind] {
			if ind.TouchesTime() != wholeMinutes {
				continue
			}
			live, sql := evaluate(w, key.kind, key.id, key.window, ind, measures), store.WindowValue{}
			if stored {
				sql = values[i]
			} else { // no fact: every sum is 0
				nothing := ind.Eval(make([]int64, indicator.NumMeasures))
				sql.Numerator, sql.Denominator = nothing.Numerator, nothing.Denominator
				if x, ok := nothing.Float(); ok {
					sql.Value = &x
				}
			}
			c.one(ind, key, w.Clock(), live, sql)
		}
	}
	for _, wholeMinutes := range []bool{false, true} {
		in := key
		in.wholeMinutes = wholeMinutes
		if key.kind == indicator.ScopeCentre {
			in.id = ""
		}
		delete(found, in)
	}
}

func (c *comparison) one(ind *indicator.Indicator, key windowKey, clock int64, live indicator.Value, sql store.WindowValue) {
	c.compared++
	value, valid := live.Float()
	if valid && live.Numerator != 0 {
		c.telling++
	}
	if live.Numerator == sql.Numerator && live.Denominator == sql.Denominator && live.Sample == sql.Sample &&
		valid == (sql.Value != nil) && (!valid || value == *sql.Value) {
		return
	}
	shown := "nothing"
	if sql.Value != nil {
		shown = fmt.Sprint(*sql.Value)
	}
	c.t.Errorf("%s of %s %s over %s, clock %s: live %d/%d (n %d) = %v %v; SQL %d/%d (n %d) = %s", ind.ID, key.kind, key.id, key.window,
		event.AppendTime(nil, clock), live.Numerator, live.Denominator, live.Sample, value, valid, sql.Numerator, sql.Denominator, sql.Sample, shown)
}

// evaluate is an indicator over a window of the machine, as the live board has it.
func evaluate(w *aggregator.World, kind indicator.ScopeKind, id string, window aggregator.Window, i *indicator.Indicator, measures []int64) indicator.Value {
	family, ok := i.Bins()
	if !ok {
		return i.Eval(measures)
	}
	bins, counts := w.Bins(kind, id, window, family, nil, nil)
	return i.EvalBins(bins, counts)
}
