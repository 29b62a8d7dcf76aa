// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
)

// applyClock is the wall clock of these tests: 2026-11-17 16:00 in Paris.
var applyClock = time.Date(2026, 11, 17, 15, 0, 0, 0, time.UTC)

func openConfigs(t *testing.T) *Configs {
	t.Helper()
	c, _ := openConfigsAnd(t)
	return c
}

// openConfigsAnd also says how to reach the broker.
func openConfigsAnd(t *testing.T) (*Configs, eventlog.Options) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	broker, err := embedded.StartBroker(t.Context(), embedded.BrokerOptions{DataDir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Close(); err != nil {
			t.Error(err)
		}
	})
	options := eventlog.Options{Brokers: []string{broker.Addr()}, Partitions: 1}
	c, err := OpenConfigs(t.Context(), options, func() time.Time { return applyClock }, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, options
}

// small is an organisation of a centre with one queue.
func small(t *testing.T, centre, queues string) *organisation.Organisation {
	t.Helper()
	o, err := ReadOrganisation(fstest.MapFS{
		"centre.yaml": {Data: []byte("id: " + centre + "\ntimezone: Europe/Paris\nday_starts: \"05:00\"\nunknown_queues: refuse")},
		"queues.yaml": {Data: []byte(queues)},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func plan(t *testing.T, c *Configs, o *organisation.Organisation) *Plan {
	t.Helper()
	p, err := c.Plan(t.Context(), "", o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func publish(t *testing.T, c *Configs, o *organisation.Organisation) ConfigVersion {
	t.Helper()
	v, err := c.Publish(t.Context(), plan(t, c, o), "anna", "a test")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// knownQueues plays the whole log through a machine and returns which of the queues it takes calls for.
func knownQueues(t *testing.T, c *Configs, centre string, queues ...string) []string {
	t.Helper()
	_, next, err := c.log.Bounds(t.Context(), eventlog.Events, 0)
	if err != nil {
		t.Fatal(err)
	}
	m := aggregator.New(0)
	err = c.log.ReadRange(t.Context(), eventlog.Events, 0, 0, next, func(f eventlog.Fetched) error {
		m.Step(f.Offset, f.Value)
		m.Clear()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	at := applyClock.UnixMilli()
	for i, queue := range queues {
		e := event.Event{ID: fmt.Sprint("q", i), Source: "pbx", Type: event.QueueEntered, Time: at, Received: at, Centre: centre, Contact: queue, Queue: queue}
		m.Step(next+int64(i), event.AppendJSON(nil, &e))
		if len(m.Ready().DeadLetters) == 0 {
			known = append(known, queue)
		}
		m.Clear()
	}
	return known
}

func texts(changes []organisation.Change) string {
	var all []string
	for _, c := range changes {
		all = append(all, c.String())
	}
	return strings.Join(all, "; ")
}

func TestApplyTheDemoCentreThenChangeAThreshold(t *testing.T) {
	c := openConfigs(t)
	o, err := ReadOrganisation(seeds.CapRivage(), "seeds/cap-rivage")
	if err != nil {
		t.Fatal(err)
	}
	p := plan(t, c, o)
	if p.Current != nil || p.Version != 1 || !p.Needed() || p.Centre != "cap-rivage" {
		t.Fatalf("the first plan: %+v", p)
	}
	if v := publish(t, c, o); v.Version != 1 || v.State != StatePublished || v.Offset != int64(v.Count) {
		t.Errorf("published %+v; want config.applied right after the %d objects of an empty log", v, v.Count)
	}
	if got := knownQueues(t, c, "cap-rivage", "orvalie", "nowhere", "urgence"); !slices.Equal(got, []string{"orvalie", "urgence"}) {
		t.Errorf("the machine knows %v, want orvalie and urgence", got)
	}
	if p := plan(t, c, o); p.Needed() || len(p.Changes) != 0 || p.Version != 2 {
		t.Errorf("the same files again: needed %v, %s", p.Needed(), texts(p.Changes))
	}
	for i := range o.Queues {
		if q := &o.Queues[i]; q.Queue == "orvalie" {
			later := *q
			later.From, later.ThresholdMs = 1794974400_000, 40_000 // the business day 2026-11-18, 05:00 in Paris
			o.Queues = slices.Insert(o.Queues, i+1, later)
			break
		}
	}
	const want = "queue orvalie: T 30 s -> 40 s from 2026-11-18"
	if p := plan(t, c, o); texts(p.Changes) != want {
		t.Errorf("got %s\nwant %s", texts(p.Changes), want)
	}
	publish(t, c, o)
	h, err := c.History(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := h.Changes(0)
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Versions) != 2 || h.Versions[0].Version != 2 || h.Versions[0].By != "anna" || texts(changes) != want {
		t.Errorf("history %+v, the newest changed %s", h.Versions, texts(changes))
	}
	if first, err := h.Find(1); err != nil || first.Count+1 != h.Versions[0].Count {
		t.Errorf("version 1: %+v, %v", first, err)
	}
	if _, err := h.Find(3); err == nil || !strings.Contains(err.Error(), "no version 3") {
		t.Errorf("version 3: %v", err)
	}
}

// Whoever dies between the announcement and the log leaves a version that may or may not apply: that is shown, and the next
// apply settles it, even when its files change nothing.
func TestAnApplyThatDiesIsSettledByTheNext(t *testing.T) {
	c := openConfigs(t)
	one, two := small(t, "paris", "- {queue: a}"), small(t, "paris", "- {queue: a}\n- {queue: b}")
	publish(t, c, one)
	p := plan(t, c, two)
	ctx, die := context.WithCancel(t.Context())
	c.beforePublish = die
	if _, err := c.Publish(ctx, p, "", ""); err == nil {
		t.Fatal("published by the dead")
	}
	c.beforePublish = nil
	p = plan(t, c, one)
	if p.Current.Version != 1 || p.Unsettled == nil || p.Unsettled.Version != 2 || p.Version != 3 || !p.Needed() || len(p.Changes) != 0 {
		t.Fatalf("after the death: %+v", p)
	}
	publish(t, c, one)
	if p := plan(t, c, one); p.Needed() || p.Current.Version != 3 {
		t.Errorf("settled: %+v", p)
	}
	if got := knownQueues(t, c, "paris", "a", "b"); !slices.Equal(got, []string{"a"}) {
		t.Errorf("the machine knows %v, want a", got)
	}
}

// Half a configuration, without its end, does not spoil the next.
func TestApplyAfterHalfAConfiguration(t *testing.T) {
	c := openConfigs(t)
	half := organisation.Records("paris", 1, applyClock.UnixMilli(), small(t, "paris", "- {queue: gone}\n- {queue: away}").Objects())[:2]
	p := c.log.NewProducer(eventlog.Events)
	if err := publishEvents(t.Context(), p, half, applyClock.UnixMilli()); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	publish(t, c, small(t, "paris", "- {queue: a}"))
	if got := knownQueues(t, c, "paris", "a", "gone"); !slices.Equal(got, []string{"a"}) {
		t.Errorf("the machine knows %v, want a", got)
	}
}

// What is read back counts as the machine counts it: an object of somebody else in between spoils the set, one after it
// replaces it.
func TestReadBack(t *testing.T) {
	mine, other := small(t, "paris", "- {queue: a}").Objects(), small(t, "paris", "- {queue: b}").Objects()
	a, b := organisation.Records("paris", 4, 1, mine), organisation.Records("paris", 5, 1, other)
	elsewhere := organisation.Records("lyon", 4, 1, other)
	check := func(name string, accepted bool, replaced int, events ...event.Event) {
		t.Helper()
		r := readBack{centre: "paris", version: 4, hash: event.ConfigHash(mine)}
		for i, e := range events {
			r.take(int64(i), event.AppendJSON(nil, &e))
		}
		if r.accepted != accepted || r.replaced != replaced {
			t.Errorf("%s: accepted %v, replaced by %d; want %v and %d", name, r.accepted, r.replaced, accepted, replaced)
		}
	}
	check("whole", true, 0, a...)
	check("nothing", false, 0)
	check("another centre in between", true, 0, a[0], elsewhere[0], a[1], elsewhere[1], elsewhere[2], a[2])
	check("an object in between", false, 0, a[0], b[1], a[1], a[2])
	check("the other's end in between", false, 0, a[0], b[2], a[1], a[2])
	check("spoilt, then whole", true, 0, slices.Concat([]event.Event{a[0], b[1], a[1], a[2]}, a)...)
	check("replaced", true, 5, slices.Concat(a, b)...)
	check("replaced and replaced again", true, 0, slices.Concat(a, b, a)...)
	check("the end stored twice", true, 0, a[0], a[1], a[2], a[2])
}

// In a simulation the log's clock is not this machine's: an event ahead of it would wait.
func TestApplyAtTheLogsOwnTime(t *testing.T) {
	c := openConfigs(t)
	tickAt := func(at time.Time) {
		t.Helper()
		p := c.log.NewProducer(eventlog.Events)
		tick := event.Event{ID: at.String(), Source: "owner", Type: event.Tick, Time: at.UnixMilli(), Received: at.UnixMilli()}
		if err := p.PublishTo(t.Context(), 0, []eventlog.Record{{Value: event.AppendJSON(nil, &tick)}}); err != nil {
			t.Fatal(err)
		}
		if err := p.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tickAt(applyClock.Add(-5 * time.Minute))
	if v := publish(t, c, small(t, "paris", "- {queue: a}")); v.AtMs != applyClock.UnixMilli() {
		t.Errorf("the log is five minutes behind: applied at %d, want now, %d", v.AtMs, applyClock.UnixMilli())
	}
	simulated := applyClock.AddDate(0, 0, -30)
	tickAt(simulated)
	if v := publish(t, c, small(t, "paris", "- {queue: b}")); v.AtMs != simulated.UnixMilli() || v.MadeMs != applyClock.UnixMilli() {
		t.Errorf("a simulation of last month: applied at %d, made at %d; want %d and %d", v.AtMs, v.MadeMs, simulated.UnixMilli(), applyClock.UnixMilli())
	}
}

func TestHistoryOfSeveralCentres(t *testing.T) {
	c := openConfigs(t)
	history := func(centre, want string) {
		t.Helper()
		if _, err := c.History(t.Context(), centre); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("history of %q: %v, want %q", centre, err, want)
		}
	}
	history("", "nothing was applied yet")
	publish(t, c, small(t, "paris", "- {queue: a}"))
	publish(t, c, small(t, "lyon", "- {queue: b}"))
	history("", "give --centre with one of lyon, paris")
	history("brest", "nothing was applied for centre brest")
	h, err := c.History(t.Context(), "lyon")
	if err != nil || len(h.Versions) != 1 {
		t.Fatalf("lyon: %+v, %v", h, err)
	}
	if _, err := c.Plan(t.Context(), "brest", small(t, "paris", "- {queue: a}")); err == nil || !strings.Contains(err.Error(), "make them the same") {
		t.Errorf("two ids: %v", err)
	}
}

// The archive keeps the newest versions, and of the older ones only the pages that those have in common with them.
func TestTheArchiveForgetsOldVersions(t *testing.T) {
	c := openConfigs(t)
	a, err := readArchive(t.Context(), c.log, 0)
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= keptVersions+3; n++ {
		v := ConfigVersion{Centre: "paris", Version: n, State: StatePublished, Pages: []string{"common", fmt.Sprint("own-", n)}}
		if n == keptVersions+3 {
			v.Pages[1] = "own-1" // back to how it was at first
		}
		if err := a.put(t.Context(), v, [][]byte{[]byte("[]"), []byte("[]")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.prune(t.Context(), "paris"); err != nil {
		t.Fatal(err)
	}
	if a, err = readArchive(t.Context(), c.log, 0); err != nil {
		t.Fatal(err)
	}
	if own := a.of("paris"); len(own) != keptVersions || own[0].Version != 4 || len(a.pages) != keptVersions+1 || a.pages[pageKey("paris", "own-1")] == nil {
		t.Errorf("%d versions from %d, %d pages; want %d from 4, and a page more than versions", len(own), own[0].Version, len(a.pages), keptVersions)
	}
}
