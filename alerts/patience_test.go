// SPDX-License-Identifier: Apache-2.0

package alerts_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// A share is compared with a share: 70 is 7000 %, and an alert on it would fire always, or never.
func TestDoubts(t *testing.T) {
	for _, c := range []struct {
		when, limit string
		limits      map[string]string
		want        string
	}{
		{when: "sl_live < 70", want: "when: sl_live is a share, and 70 is 7000%; write 70%"},
		{when: "sl_live<limit && offered >= 20", limit: "70", limits: map[string]string{"a": "85%", "b": "1.5"},
			want: "limit: sl_live is a share, and 70 is 7000%; write 70%\nlimits: sl_live is a share, and 1.5 is 150%; write 1.5%"},
		{when: "sl_live < 70% && offered >= 20 && longest_wait_ms > 20s"},
		{when: "sl_live < 0.7 || sl_live >= 1"},
		{when: "sl_live < target(service_level) - 10%"},
	} {
		r, err := alerts.Compile(catalogue, event.RuleConfig{Rule: "r", ScopeKind: "queue", When: c.when, Limit: c.limit, Limits: c.limits, Window: "5m", SummaryEn: "x", SummaryFr: "x"})
		if err != nil {
			t.Errorf("%s: %v", c.when, err)
			continue
		}
		got := ""
		if doubts := r.Doubts(); len(doubts) > 0 {
			got = doubts.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.when, got, c.want)
		}
	}
}

// parisian is a centre in Paris.
type parisian struct {
	*centre
	loc *time.Location
}

func (p parisian) Zone() *time.Location { return p.loc }

// Hours are those of the clock on the wall. From two to four, a Sunday of October has three hours (two o'clock comes twice, at 0:00 and
// 1:00 UTC), one of March one (two o'clock is skipped at 1:00 UTC), and others two.
func TestHoursWhenTheClocksChange(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string][2]string{"2026-10-25": {"00:00:00", "03:00:00"}, "2026-03-29": {"01:00:00", "02:00:00"}, "2026-10-18": {"00:00:00", "02:00:00"}} {
		midnight, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		c := newCentre()
		c.gauge("q", indicator.GaugeWaiting, 5)
		e := alerts.NewEngine("c")
		from := midnight.Add(-2 * time.Hour).UnixMilli()
		e.SetRules(compile(t, waitingRule(func(r *event.RuleConfig) { r.Hours, r.Days = "02:00-04:00", []string{"sunday"} })), parisian{c, paris}, from)
		var got [2]string
		for at := from; at < from+8*60*minute; at += pane {
			changes, _ := e.Evaluate(at, c)
			for _, x := range changes {
				switch clock := time.UnixMilli(x.At).UTC().Format(time.TimeOnly); x.To {
				case alerts.PhaseFiring:
					got[0] += clock
				case alerts.PhaseResolved:
					got[1] += clock
				}
			}
		}
		if got != want {
			t.Errorf("%s: fires from %s to %s UTC, want %s to %s", date, got[0], got[1], want[0], want[1])
		}
	}
}

// Taken down and up again while it is kept alive, while at_most_every holds it back, and while it is pending, an alert comes to the
// same as without: nothing of it begins anew.
func TestARestartForgetsNoPatience(t *testing.T) {
	rule := waitingRule(func(r *event.RuleConfig) { r.ForMs, r.KeepMs, r.EveryMs = minute, 2*minute, 20*minute })
	life := func(restarts bool) (told []string) {
		c := newCentre()
		rules := compile(t, rule)
		e := alerts.NewEngine("c")
		e.SetRules(rules, c, start)
		for n := range int64(6 * 30) {
			at := start + n*pane
			waiting := int64(0)
			if min := n / 6; min < 5 || min >= 9 { // waits for five minutes, and again from the ninth on
				waiting = 5
			}
			c.gauge("q", indicator.GaugeWaiting, waiting)
			changes, _ := e.Evaluate(at, c)
			for _, x := range changes {
				told = append(told, fmt.Sprintf("%d %s", (x.At-start)/1000, x.To))
			}
			if restarts {
				other := alerts.NewEngine("c")
				other.SetRules(rules, c, at)
				if err := other.ReadState(e.AppendState(nil)); err != nil {
					t.Fatal(err)
				}
				e = other
			}
		}
		return told
	}
	// It fires after a minute; nobody waits from 300 s on, so it is over two minutes later; it may fire again 20 minutes after it did.
	want := []string{"0 pending", "60 firing", "420 resolved", "540 pending", "1260 firing"}
	for _, restarts := range []bool{false, true} {
		if got := life(restarts); !slices.Equal(got, want) {
			t.Errorf("with restarts %t: %v, want %v", restarts, got, want)
		}
	}
}
