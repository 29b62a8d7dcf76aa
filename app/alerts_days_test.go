// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

var daysFlag = flag.Int("vigie.days", 2, "quiet days, and as many troubled ones, for the table of delays and false alarms")

// fired is one alert of a day.
type fired struct {
	rule, scope string
	from, to    int64 // to: the end of the day when it was not over
}

// alertDay is one simulated day: what fired, and what truly happened.
type alertDay struct {
	alerts []fired
	truth  *simulator.Truth
}

// silence is a stretch in which nothing is heard of a source, of all when it has no name.
type silence struct {
	source   string
	from, to int64
}

// cut keeps sources quiet: what they say in a silence comes at its end.
type cut struct {
	simulator.Sink
	silences []silence
	held     []event.Event
}

// Put implements simulator.Sink.
func (c *cut) Put(e *event.Event) error {
	if err := c.release(e.Received); err != nil {
		return err
	}
	for _, s := range c.silences {
		if e.Received >= s.from && e.Received < s.to && (s.source == "" || s.source == e.Source) {
			late := e.Clone()
			late.Received = s.to
			c.held = append(c.held, late)
			return nil
		}
	}
	return c.Sink.Put(e)
}

// release lets go of what was held back up to an instant.
func (c *cut) release(now int64) error {
	for len(c.held) > 0 && c.held[0].Received <= now {
		if err := c.Sink.Put(&c.held[0]); err != nil {
			return err
		}
		c.held = c.held[1:]
	}
	return nil
}

// livedDay lets the demo centre live on the Tuesday of the story, by chance of another seed and with another story.
func livedDay(t *testing.T, seed uint64, story simulator.Story, silences ...silence) alertDay {
	t.Helper()
	before, state := learnt()
	var d alertDay
	open := map[backtestKey]int{}
	p, err := before.resume(state, func(r aggregator.Ready) {
		for _, x := range r.Transitions {
			key := backtestKey{x.Rule, x.Scope}
			switch x.To {
			case alerts.PhaseFiring:
				open[key] = len(d.alerts)
				d.alerts = append(d.alerts, fired{rule: x.Rule, scope: x.Scope, from: x.At, to: 1 << 60})
			case alerts.PhaseResolved:
				d.alerts[open[key]].to = x.At
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	spec := simulator.CapRivage(p.organisation)
	spec.Story = story
	o := &simulator.Options{From: simulator.CapRivageDay, To: "2026-11-18", Seed: seed}
	if d.truth, err = simulator.Run(spec, o, &cut{Sink: p, silences: silences}); err != nil {
		t.Fatal(err)
	}
	p.finish()
	return d
}

// trouble is one incident, and the rules that are there for it.
type trouble struct {
	name     string
	from, to int64
	rules    []string // each as rule/scope
}

// midnightOfStory is 00:00 in Paris on the day of the story, in winter.
const midnightOfStory = int64(1_794_870_000_000)

// troubles draws the incidents of a day, one of each kind, at hours that keep them apart.
func troubles(seed uint64) (story simulator.Story, silences []silence, list []trouble) {
	random := rand.New(rand.NewPCG(seed, 31))
	when := func(hour, minutes, length int) simulator.When {
		from := hour*60 + random.IntN(minutes)
		return simulator.When{Date: simulator.CapRivageDay, From: from, To: from + length}
	}
	add := func(name string, w simulator.When, rules ...string) {
		list = append(list, trouble{name, midnightOfStory + int64(w.From)*60_000, midnightOfStory + int64(w.To)*60_000, rules})
	}
	headsets := when(9, 30, 20)
	story.Headsets = []simulator.Headset{{When: headsets, Team: "eclosion", Advisors: 3}}
	add("headsets of three newcomers", headsets, "offers_missed/eclosion")
	surge := when(10, 60, 45)
	story.Surges = []simulator.Surge{{When: surge, Queue: "assistance", Reason: "espace client", Factor: 1.8}}
	add("1.8 times the calls of assistance", surge, "service_level_ahead/assistance", "service_level_live/assistance", "service_level_low/assistance",
		"abandons_high/assistance", "longest_wait/assistance", "demand_unusual/assistance")
	lunch := simulator.When{Date: simulator.CapRivageDay, From: 12*60 + 15, To: 13 * 60}
	story.Lunches = []simulator.Lunch{{When: lunch, Queue: "orvalie"}}
	add("all of orvalie at lunch", lunch, "service_level_ahead/orvalie", "longest_wait/orvalie", "too_few_available/orvalie", "service_level_low/orvalie",
		"abandons_high/orvalie", "staff_short/orvalie")
	scan := simulator.When{Date: simulator.CapRivageDay, From: 14 * 60, To: 16*60 + 10}
	story.Scans = []simulator.LateScan{{When: scan, Queue: "courrier"}}
	add("letters scanned two hours late", scan, "source_silent/courrier")
	trunk := when(14, 60, 15)
	story.Trunks = []simulator.Trunk{{When: trunk, Site: "saint-denis"}}
	add("trunk of a site", trunk, "talks_cut_short/alize")
	blunder := when(15, 30, 10)
	story.Blunders = []simulator.Blunder{{When: blunder, Campaign: "decouverte", Verdict: event.VerdictNoBasis, Share: 0.2}}
	add("calls without consent", blunder, "dial_illegal/decouverte")
	feed := when(16, 60, 5)
	add("all sources silent", feed, "feed_silent/cap-rivage")
	add("telephony silent, the others not", when(17, 30, 10), "source_stopped/simulator:telephony")
	for i, source := range []string{"", "simulator:telephony"} {
		x := &list[len(list)-2+i]
		silences = append(silences, silence{source, x.from, x.to})
	}
	stuck := when(12, 60, 120)
	story.Stuck = []simulator.StuckCallbacks{{When: stuck, Queue: "boutique"}}
	add("callbacks of boutique that nobody sees", stuck, "callback_due/boutique", "callback_missed/boutique")
	return story, silences, list
}

// delay is how long after an incident began an alert fired, -1 when none did until a quarter of an hour after its end; already
// tells that one fired before, which had no need to be told again.
func (d *alertDay) delay(x *trouble, rule string) (ms int64, already bool) {
	ms = -1
	for _, a := range d.alerts {
		switch {
		case a.rule+"/"+a.scope != rule || a.to <= x.from || a.from > x.to+15*60_000:
		case a.from < x.from:
			already = true
		case ms < 0:
			ms = a.from - x.from
		}
	}
	return ms, already
}

// answeredWithin is the share of those who came to a queue in a stretch and were picked up within T, of all that were picked up or
// gave up: sl_neg, by whom it is about. ok is false when nobody came.
func (d *alertDay) answeredWithin(queue string, thresholdMs, from, to int64) (share float64, ok bool) {
	within, all := 0, 0
	for _, c := range d.truth.Calls {
		for _, w := range c.Waits {
			if w.Queue != queue || w.From < from || w.From >= to || w.Ended != "picked_up" && w.Ended != "hung_up" {
				continue
			}
			all++
			if w.Ended == "picked_up" && w.To-w.From <= thresholdMs {
				within++
			}
		}
	}
	return float64(within) / float64(max(all, 1)), all > 0
}

// illegalDials counts the dials of a campaign that the simulator's own second check finds to break the law.
func (d *alertDay) illegalDials(campaign string) (n int64) {
	for _, day := range d.truth.Days {
		if c := day.Campaigns[campaign]; c != nil {
			for verdict, count := range c.Wrong {
				if verdict != event.VerdictUnverifiable {
					n += count
				}
			}
		}
	}
	return n
}

var withinMs = map[string]int64{"assistance": 20_000, "orvalie": 30_000, "urgence": 10_000, "boutique": 30_000}

// isFalse tells whether an alert of a quiet day was one that nothing happened for; known is false for rules that say what is so, and
// not what will be or why.
func (d *alertDay) isFalse(a fired) (wrong, known bool) {
	switch a.rule {
	case "service_level_ahead":
		share, ok := d.answeredWithin(a.scope, withinMs[a.scope], a.from, a.from+20*60_000)
		return ok && share >= 0.8, true
	case "day_out_of_reach":
		share, _ := d.answeredWithin(a.scope, withinMs[a.scope], midnightOfStory+5*60*60_000, midnightOfStory+29*60*60_000)
		wanted := 0.8
		if a.scope == "urgence" {
			wanted = 0.9
		}
		return share >= wanted, true
	case "dial_illegal":
		return d.illegalDials(a.scope) == 0, true
	case "demand_unusual", "source_silent", "talks_cut_short", "line_cut_short", "workstation_missed", "offers_missed", "feed_silent",
		"source_stopped", "dead_letters", "balance_not_zero":
		return true, true
	}
	return false, false
}

// dayTable adds up what rules did on many days.
type dayTable struct {
	quiet           map[string]*quietTally
	incidents       []string // each as incident | rule/scope, in order
	delays          map[string][]int64
	missed, already map[string]int
}

// quietTally is what one rule did on quiet days.
type quietTally struct {
	fired, wrong int
	judged       bool // it is known when it is wrong
}

// addQuiet lets one quiet day pass.
func (x *dayTable) addQuiet(t *testing.T, seed uint64) {
	d := livedDay(t, seed, simulator.Story{})
	for _, a := range d.alerts {
		q := x.quiet[a.rule]
		if q == nil {
			q = &quietTally{}
			x.quiet[a.rule] = q
		}
		wrong, known := d.isFalse(a)
		q.fired++
		q.judged = known
		if wrong {
			q.wrong++
			share, _ := d.answeredWithin(a.scope, withinMs[a.scope], midnightOfStory+5*60*60_000, midnightOfStory+29*60*60_000)
			t.Logf("seed %d: %s of %s at %s was for nothing; the day ended at %.1f %%", seed, a.rule, a.scope, clockTime(float64(a.from-midnightOfStory)), 100*share)
		}
	}
}

// addTroubled lets one day with incidents pass.
func (x *dayTable) addTroubled(t *testing.T, seed uint64) {
	story, silences, list := troubles(seed)
	d := livedDay(t, seed, story, silences...)
	for _, a := range d.alerts { // numbers that stand still are not judged
		for _, s := range silences {
			if queueRule := strings.HasPrefix(a.rule, "service_level_") || a.rule == "longest_wait" || a.rule == "too_few_available" || a.rule == "source_silent"; queueRule &&
				a.scope != "courrier" && a.from >= s.from+2*60_000 && a.from < s.to {
				t.Errorf("seed %d: %s of %s fired at %s, while nothing was heard of %s", seed, a.rule, a.scope, clockTime(float64(a.from-midnightOfStory)), cmp.Or(s.source, "any source"))
			}
		}
	}
	for k := range list {
		for _, rule := range list[k].rules {
			line := list[k].name + " | " + rule
			if !slices.Contains(x.incidents, line) {
				x.incidents = append(x.incidents, line)
			}
			switch ms, was := d.delay(&list[k], rule); {
			case was:
				x.already[line]++
			case ms >= 0:
				x.delays[line] = append(x.delays[line], ms)
			default:
				x.missed[line]++
			}
		}
	}
}

// write writes the rows of the two tables of docs/alerts.md.
func (x *dayTable) write(rules []string, days int) string {
	var b strings.Builder
	for _, line := range x.incidents {
		list := x.delays[line]
		slices.Sort(list)
		median, most := "", ""
		if n := len(list); n > 0 {
			median, most = clockTime(float64(list[n/2])), clockTime(float64(list[n-1]))
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %s | %s |\n", line, len(list), x.already[line], x.missed[line], median, most)
	}
	for _, rule := range rules {
		q := x.quiet[rule]
		if q == nil {
			fmt.Fprintf(&b, "| %s | 0 | 0 |\n", rule)
			continue
		}
		wrong := "–"
		if q.judged {
			wrong = fmt.Sprintf("%.2f", float64(q.wrong)/float64(days))
		}
		fmt.Fprintf(&b, "| %s | %.2f | %s |\n", rule, float64(q.fired)/float64(days), wrong)
	}
	return b.String()
}

// Days by chance of as many seeds: quiet ones, on which nothing goes wrong but what goes wrong in a centre that is slightly short
// of people, and troubled ones with nine incidents each. With -vigie.days 100 -v it logs the table of docs/alerts.md.
func TestDelaysAndFalseAlarms(t *testing.T) {
	x := dayTable{quiet: map[string]*quietTally{}, delays: map[string][]int64{}, missed: map[string]int{}, already: map[string]int{}}
	for i := range *daysFlag {
		x.addQuiet(t, uint64(1000+i))
		x.addTroubled(t, uint64(1000+i))
	}
	t.Logf("%d quiet and %d troubled days:\n%s", *daysFlag, *daysFlag, x.write(learntRules(t), *daysFlag))
	for _, always := range []string{"letters scanned two hours late | source_silent/courrier", "calls without consent | dial_illegal/decouverte",
		"all sources silent | feed_silent/cap-rivage", "trunk of a site | talks_cut_short/alize",
		"telephony silent, the others not | source_stopped/simulator:telephony"} {
		if x.missed[always] > 0 || len(x.delays[always]) == 0 {
			t.Errorf("%s: not found on %d days", always, x.missed[always])
		}
	}
	for _, never := range []string{"source_silent", "talks_cut_short", "feed_silent", "source_stopped", "dial_illegal", "dead_letters", "balance_not_zero"} {
		if q := x.quiet[never]; q != nil && q.wrong > 0 {
			t.Errorf("%s fired %d times on quiet days for nothing", never, q.wrong)
		}
	}
}

func learntRules(t *testing.T) (names []string) {
	t.Helper()
	p, _ := learnt()
	for i := range p.organisation.Rules {
		names = append(names, p.organisation.Rules[i].Rule)
	}
	return names
}

// A week of history, replayed as it came, pages nobody: what pages is silence, equipment, numbers that do not add up and the law,
// and nothing of it happened but, where the truth has any, dials that the law forbids.
func TestAWeekOfHistoryPagesNobody(t *testing.T) {
	org, err := ReadOrganisation(os.DirFS("../seeds/cap-rivage"), "cap-rivage")
	if err != nil {
		t.Fatal(err)
	}
	records := 0
	var paged []fired
	p := newRulePlayer(org, "cap-rivage", func(r aggregator.Ready) {
		records++
		for _, x := range r.Transitions {
			i := slices.IndexFunc(org.Rules, func(o organisation.Rule) bool { return o.Rule == x.Rule })
			if x.To == alerts.PhaseFiring && org.Rules[i].Audience == event.AudiencePage {
				paged = append(paged, fired{rule: x.Rule, scope: x.Scope, from: x.At})
			}
		}
	})
	d := alertDay{}
	o := &simulator.Options{From: "2026-10-27", To: "2026-11-03", Seed: simulator.CapRivageSeed}
	if d.truth, err = simulator.Run(simulator.CapRivage(org), o, p); err != nil {
		t.Fatal(err)
	}
	for _, a := range paged {
		if a.rule != "dial_illegal" || d.illegalDials(a.scope) == 0 {
			t.Errorf("%s of %s paged at %s", a.rule, a.scope, time.UnixMilli(a.from).UTC())
		}
	}
	t.Logf("%d records, %d pages", records, len(paged))
	if records < 100_000 {
		t.Errorf("only %d records were played", records)
	}
}
