// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unique"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// run feeds a machine and keeps the books of what it hands over.
type run struct {
	tb       testing.TB
	m        *aggregator.Machine
	offset   int64
	clock    int64
	buf      []byte
	tick     int64 // how often the clock is told, ms; 0: only when asked
	tailTick int64 // the same, after the last event
	amends   bool  // the record at hand is a correction
	lean     bool  // nobody will ask for contacts or windows
	restart  int   // take the machine down and up again after each so many records; 0: never

	calendar  *zone.Calendar
	sums      facts
	contacts  map[contactKey]int64
	booked    []bookedFact
	scopes    map[scopeName]*scopeSums
	delivered []event.Event
	dead      map[aggregator.Reason]int
	watch     func(aggregator.Ready) // sees what is handed over, when not nil
}

// contactKey says what a number counts, of which contact.
type contactKey struct {
	contact string
	key
}

// bookedFact is a fact as handed over, by names.
type bookedFact struct {
	at   int64
	day  int32
	dims dimensions
	incs []aggregator.Inc
}

// machines share what a running pipeline's do: a restart compiles no catalogue.
var machines = func() aggregator.Options {
	c, err := indicator.Load()
	if err != nil {
		panic(err)
	}
	return aggregator.Options{Catalogue: c}
}()

func newRun(tb testing.TB) *run {
	return &run{tb: tb, tailTick: 10 * minute, m: machines.New(0), offset: -1, sums: facts{}, contacts: map[contactKey]int64{}, scopes: map[scopeName]*scopeSums{},
		dead: map[aggregator.Reason]int{}}
}

// put steps one record that the log takes in at an instant. Before a correction the clock is told, so that all that the
// correction's record gives is the correction.
func (r *run) put(e event.Event, received int64) {
	amends := e.Type == event.CorrectionIssued
	if amends && received > r.clock {
		r.tickAt(received)
	}
	r.amends = amends
	e.Received = received
	r.clock = max(r.clock, received)
	r.buf = event.AppendJSON(r.buf[:0], &e)
	r.record(r.buf)
}

func (r *run) record(value []byte) {
	r.offset++
	r.m.Step(r.offset, value)
	r.absorb()
	if r.restart > 0 && r.offset%int64(r.restart) == 0 {
		m, err := machines.Restore(r.m.Snapshot())
		if err != nil {
			r.tb.Fatal(err)
		}
		r.m = m
	}
}

// ticks tells the clock up to an instant, in the run's own steps.
func (r *run) ticks(until int64) {
	if r.tick == 0 {
		return
	}
	for next := r.clock - r.clock%r.tick + r.tick; next <= until; next += r.tick {
		r.tickAt(next)
	}
}

func (r *run) tickAt(at int64) {
	r.put(event.Event{ID: "tick-" + strconv.FormatInt(at, 10), Source: "owner", Type: event.Tick, Time: at}, at)
}

// absorb does the duties of Ready and checks what each fact must be.
func (r *run) absorb() {
	ready := r.m.Ready()
	for i := range ready.Facts {
		r.book(&ready.Facts[i], ready.Incs)
	}
	for _, d := range ready.DeadLetters {
		r.dead[d.Reason]++
	}
	if r.watch != nil {
		r.watch(ready)
	}
	r.m.Clear()
}

func (r *run) book(f *aggregator.Fact, incs []aggregator.Inc) {
	b := bookedFact{at: f.At, day: f.Day, dims: dimsOf(f), incs: incs[f.First:f.End]}
	contact, dims, scopes := "", unique.Make(b.dims), r.scopesOf(&b.dims)
	if !r.lean {
		contact, b.incs = strings.Clone(f.Contact), slices.Clone(b.incs)
		r.booked = append(r.booked, b)
	}
	for i, inc := range b.incs {
		if slices.ContainsFunc(b.incs[:i], func(o aggregator.Inc) bool { return o.Key == inc.Key }) {
			r.tb.Fatalf("a fact names a measure twice: %+v", b.incs)
		}
	}
	onlySchedule := !slices.ContainsFunc(b.incs, func(inc aggregator.Inc) bool { return !isOfSchedule(inc.Key) })
	if len(b.incs) == 0 || f.At > r.clock || f.Offset != r.offset || r.calendar != nil && !onlySchedule && f.Day != r.calendar.Day(f.At) {
		r.tb.Fatalf("a fact that cannot be, clock %d: %+v", r.clock, f)
	}
	for _, inc := range b.incs {
		if m, ok := inc.Key.Measure(); ok {
			if m.Info().Grain.String() != f.Grain.String() {
				r.tb.Fatalf("%s is in a fact of grain %s", m, f.Grain)
			}
			k := key{at: b.at, grain: f.Grain, dims: dims, name: m.String()}
			if isOfSchedule(inc.Key) {
				k.day = f.Day
			}
			r.sums.addKey(k, inc.Value)
			if r.amends { // what somebody adds obeys no law
				continue
			}
			if !r.lean {
				r.contacts[contactKey{contact, k}] += inc.Value
			}
			for _, s := range scopes {
				s.n[m] += inc.Value
				s.touched = true
			}
			continue
		}
		family, bin, _ := inc.Key.Bin()
		r.sums.add(b.at, f.Grain, b.dims, family.String()+" "+strconv.Itoa(int(bin)), inc.Value)
	}
}

// isOfSchedule tells the measures whose day is a shift date.
func isOfSchedule(k aggregator.IncKey) bool {
	m, ok := k.Measure()
	return ok && m >= indicator.PaidMs && m <= indicator.AbsentUnplannedMs
}

func dimsOf(f *aggregator.Fact) dimensions {
	d, n := &f.Dims, f.World.Name
	return dimensions{programme: n(d.Programme), site: n(d.Site), queue: n(d.Queue), campaign: n(d.Campaign), channel: n(d.Channel),
		direction: n(d.Direction), team: n(d.Team), homeTeam: n(d.HomeTeam), advisor: n(d.Advisor), reason: n(d.Reason), line: n(d.Line), workstation: n(d.Workstation)}
}

// zones are the zones of the configurations; loading one takes as long as a whole case.
var zones = func() map[string]*time.Location {
	loaded := map[string]*time.Location{}
	for _, name := range genZones {
		loc, err := zone.Load(name)
		if err != nil {
			panic(err)
		}
		loaded[name] = loc
	}
	return loaded
}()

// configure publishes a configuration as `vigie apply` does.
func (r *run) configure(c *rules, at int64) {
	var types []event.Type
	var data [][]byte
	object := func(t event.Type, v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			r.tb.Fatal(err)
		}
		types, data = append(types, t), append(data, raw)
	}
	object(event.ConfigCentre, c.centre)
	for _, k := range c.calendars {
		object(event.ConfigCalendar, k)
	}
	for _, q := range c.queues {
		object(event.ConfigQueue, q)
	}
	for _, a := range c.advisors {
		object(event.ConfigAdvisor, a)
	}
	if len(c.states) > 0 {
		object(event.ConfigStates, event.StatesConfig{Categories: c.states})
	}
	for _, k := range c.campaigns {
		object(event.ConfigCampaign, k)
	}
	if len(c.dispositions) > 0 {
		object(event.ConfigDispositions, event.DispositionsConfig{Classes: c.dispositions})
	}
	for _, k := range c.targets {
		object(event.ConfigTarget, k)
	}
	for _, k := range c.skills {
		object(event.ConfigSkill, k)
	}
	for _, k := range c.alerts {
		object(event.ConfigRule, k)
	}
	hash := aggregator.ConfigHash(types, data)
	object(event.ConfigApplied, event.AppliedConfig{Version: 1, Count: len(data), Hash: hash})
	for i := range data {
		r.put(event.Event{ID: fmt.Sprintf("config-%d", i), Source: "apply", Type: types[i], Time: at, Centre: centreID, Data: data[i]}, at)
	}
	r.calendar = zone.NewCalendar(zones[c.centre.Zone], c.centre.DayStartsAtMinutes)
	if len(r.dead) > 0 {
		r.tb.Fatalf("the configuration was refused: %v", r.dead)
	}
}

// play configures the machine and delivers records, with the clock told in between, up to the end. each, when given, is
// called after each record.
func (r *run) play(s *timeline, all []delivery, each func()) {
	r.configure(&s.rules, s.from-minute)
	for _, d := range all {
		r.ticks(d.received - 1)
		r.delivered = append(r.delivered, d.event)
		r.put(d.event, d.received)
		r.conserved()
		if each != nil {
			each()
		}
	}
	r.tick = r.tailTick
	r.ticks(s.end - 1)
	r.tickAt(s.end)
	r.conserved()
}

// checkFacts compares all facts so far with the oracle.
func (r *run) checkFacts(s *timeline) {
	if d := r.sums.diff(oracle(&s.rules, r.delivered, r.m.Clock())); len(d) > 0 {
		r.fail("facts differ from the oracle's", d)
	}
	r.checkContacts()
	if got, want := r.m.Worlds()[0].HelpRequests(""), oracleOfHelp(&s.rules, r.delivered, r.m.Clock()); got != want {
		r.tb.Fatalf("%d requests for help are open, want %d", got, want)
	}
}

// checkContacts checks that what was taken back was taken from the contact that had it.
func (r *run) checkContacts() {
	for k, n := range r.contacts {
		if n < 0 && k.contact != "" && k.name != "sl_due" { // a list may shrink, and a miss take a leg out of the service level
			r.tb.Fatalf("more is taken back from contact %q than it had: %d of %+v", k.contact, n, k.key)
		}
	}
}

func (r *run) fail(what string, lines []string) {
	for _, line := range lines {
		r.tb.Log(line)
	}
	r.tb.Fatalf("clock %d: %s", r.m.Clock(), what)
}

// checkWindows compares a few windows with what the facts so far add up to, by the definitions of DESIGN, section 5.
func (r *run) checkWindows(random *rand.Rand) {
	w := r.m.Worlds()[0]
	got := make([]int64, indicator.NumMeasures)
	for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
		names := w.ScopeNames(kind)
		if len(names) == 0 {
			continue
		}
		name := names[random.IntN(len(names))]
		for _, win := range aggregator.Windows {
			for _, wholeMinutes := range []bool{false, true} {
				if !w.Measures(kind, name, win, wholeMinutes, got) {
					r.tb.Fatalf("%s %s has no windows", kind, name)
				}
				want, bins := r.windowSums(kind, name, win, wholeMinutes)
				for m := range got {
					if got[m] != want[m] {
						r.tb.Fatalf("%s %s %s, whole minutes %t: %s is %d, the facts say %d", kind, name, win, wholeMinutes,
							indicator.Measure(m), got[m], want[m])
					}
				}
				if !wholeMinutes {
					r.checkBins(w, kind, name, win, bins)
				}
			}
		}
	}
}

func (r *run) checkBins(w *aggregator.World, kind indicator.ScopeKind, name string, win aggregator.Window, want map[aggregator.IncKey]int64) {
	for family := range indicator.BinFamily(indicator.NumBinFamilies) {
		bins, counts := w.Bins(kind, name, win, family, nil, nil)
		for i, bin := range bins {
			key := aggregator.BinKey(family, bin)
			if want[key] != counts[i] || i > 0 && bins[i-1] >= bin {
				r.tb.Fatalf("%s %s %s: bin %s %d is %d, the facts say %d", kind, name, win, family, bin, counts[i], want[key])
			}
			delete(want, key)
		}
	}
	for key, n := range want {
		if n != 0 {
			r.tb.Fatalf("%s %s %s: bin key %d is missing, the facts say %d", kind, name, win, key, n)
		}
	}
}

var windowLengthMs = map[aggregator.Window]int64{aggregator.Window5m: 5 * minute, aggregator.Window15m: 15 * minute,
	aggregator.Window30m: 30 * minute, aggregator.Window1h: hour}

func (r *run) windowSums(kind indicator.ScopeKind, name string, win aggregator.Window, wholeMinutes bool) ([]int64, map[aggregator.IncKey]int64) {
	sums, bins := make([]int64, indicator.NumMeasures), map[aggregator.IncKey]int64{}
	clock := r.m.Clock()
	for i := range r.booked {
		b := &r.booked[i]
		var in bool
		switch {
		case win == aggregator.WindowToday:
			in = b.day == r.calendar.Day(clock)
		case wholeMinutes:
			end := clock - clock%minute
			in = b.at >= end-windowLengthMs[win] && b.at < end
		default:
			in = b.at >= clock-clock%(10*second)-windowLengthMs[win] && b.at <= clock
		}
		if !in || b.dims.scope(kind) != name {
			continue
		}
		for _, inc := range b.incs {
			if m, ok := inc.Key.Measure(); ok && m.Info().Scopes.Has(kind) {
				sums[m] += inc.Value
			} else if f, _, isBin := inc.Key.Bin(); isBin && f.Info().Scopes.Has(kind) {
				bins[inc.Key] += inc.Value
			}
		}
	}
	return sums, bins
}

func (d *dimensions) scope(kind indicator.ScopeKind) string {
	return [...]string{centreID, d.programme, d.team, d.advisor, d.queue, d.campaign, d.channel, d.line, d.workstation}[kind]
}
