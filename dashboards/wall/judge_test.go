// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

type measures = map[indicator.Measure]int64

// live is 30 minutes of sl_live = within / (within + crossed).
func live(within, crossed int64) measures {
	return measures{indicator.AnsweredWithin: within, indicator.Crossed: crossed, indicator.AbandonedWithin: 0}
}

// The edges of each word, as the boards' table has them: at the limit a value is still on the better side.
func TestEdges(t *testing.T) {
	f := func(tile string, s Scope, window Window, m measures, want State) {
		t.Helper()
		w := newWorld(t)
		w.count(s, window, m)
		if got := w.tile(tile); got.State != want {
			t.Errorf("%s of %v: %s (%s), want %s", tile, m, got.State, got.Text, want)
		}
	}
	// Live service level, 30 min: >= 80, 70 to 80, below; n >= 20.
	f("service_live", help, Last30m, live(80, 20), StateOK)
	f("service_live", help, Last30m, live(7999, 2001), StateWatch)
	f("service_live", help, Last30m, live(70, 30), StateWatch)
	f("service_live", help, Last30m, live(6999, 3001), StateAct)
	f("service_live", help, Last30m, live(20, 0), StateOK)
	f("service_live", help, Last30m, live(19, 0), StateTooFew)
	f("service_live", help, Last30m, live(0, 20), StateAct)
	// Today's service level: >= 80, 75 to 80.
	f("service_day", help, Today, measures{indicator.SlMet: 80, indicator.SlDue: 100}, StateOK)
	f("service_day", help, Today, measures{indicator.SlMet: 75, indicator.SlDue: 100}, StateWatch)
	f("service_day", help, Today, measures{indicator.SlMet: 74, indicator.SlDue: 100}, StateAct)
	// Answer rate, settled: >= 92, 88 to 92.
	f("answer_rate", help, Today, measures{indicator.Answered: 92, indicator.Abandoned: 8}, StateOK)
	f("answer_rate", help, Today, measures{indicator.Answered: 88, indicator.Abandoned: 12}, StateWatch)
	f("answer_rate", help, Today, measures{indicator.Answered: 87, indicator.Left: 13}, StateAct)
	// Net abandons: <= 5, 5 to 8; n >= 30. Of 105 offered, 5 short ones do not count.
	net := func(abandoned int64) measures {
		return measures{indicator.Offered: 105, indicator.AbandonedShort: 5, indicator.Abandoned: abandoned + 5}
	}
	f("abandons", help, Last30m, net(5), StateOK)
	f("abandons", help, Last30m, net(6), StateWatch)
	f("abandons", help, Last30m, net(8), StateWatch)
	f("abandons", help, Last30m, net(9), StateAct)
	f("abandons", help, Last30m, measures{indicator.Offered: 29}, StateTooFew)
	// Answer speed: <= 25 s, 25 to 45 s.
	f("asa", help, Last30m, measures{indicator.Answered: 100, indicator.WaitAnsweredMs: 2_500_000}, StateOK)
	f("asa", help, Last30m, measures{indicator.Answered: 100, indicator.WaitAnsweredMs: 2_500_001}, StateWatch)
	f("asa", help, Last30m, measures{indicator.Answered: 100, indicator.WaitAnsweredMs: 4_500_000}, StateWatch)
	f("asa", help, Last30m, measures{indicator.Answered: 100, indicator.WaitAnsweredMs: 4_500_001}, StateAct)
	// Refused: none, up to 2 % of those offered. Whoever calls when it is closed is not counted against anybody.
	f("refused", help, Today, measures{indicator.Offered: 100, indicator.Refused: 7, indicator.RefusedClosed: 7}, StateOK)
	f("refused", help, Today, measures{indicator.Offered: 100, indicator.Refused: 2}, StateWatch)
	f("refused", help, Today, measures{indicator.Offered: 100, indicator.Refused: 3}, StateAct)
	// Occupancy, 60 min: 70 to 85 is well, below is low, up to 88 is to watch. It is (Q - available) / Q.
	busy := func(share int64) measures {
		return measures{indicator.OnContactMs: share * 1000, indicator.AvailableMs: (100 - share) * 1000}
	}
	f("occupancy", north, LastHour, busy(69), StateLow)
	f("occupancy", north, LastHour, busy(70), StateOK)
	f("occupancy", north, LastHour, busy(85), StateOK)
	f("occupancy", north, LastHour, busy(86), StateWatch)
	f("occupancy", north, LastHour, busy(88), StateWatch)
	f("occupancy", north, LastHour, busy(89), StateAct)
}

// Who waits is judged by who is there: 2 or a tenth, then a fifth.
func TestWaitingAgainstPeople(t *testing.T) {
	f := func(waiting, onQueue int64, want State) {
		t.Helper()
		w := newWorld(t)
		w.gauge(help, "waiting", waiting)
		w.gauge(north, "advisors_on_contact", onQueue)
		if got := w.tile("waiting"); got.State != want {
			t.Errorf("%d wait, %d on queue: %s, want %s", waiting, onQueue, got.State, want)
		}
	}
	f(2, 0, StateOK)
	f(3, 0, StateAct)
	f(3, 30, StateOK)
	f(3, 29, StateWatch)
	f(6, 30, StateWatch)
	f(7, 30, StateAct)
}

// The longest wait is judged by the T of its own queue: 20 s for help, 10 s for urgent; the worst speaks.
func TestLongestWaitAgainstItsOwnThreshold(t *testing.T) {
	f := func(helpMs, urgentMs int64, value string, want State) {
		t.Helper()
		w := newWorld(t)
		for _, a := range []string{"a", "b", "c"} {
			w.object(event.ConfigSkill, event.SkillConfig{Advisor: a, Queue: "urgent"})
		}
		w.gauge(help, "longest_wait_ms", helpMs)
		w.gauge(urgent, "longest_wait_ms", urgentMs)
		if got := w.tile("longest_wait"); got.State != want || got.Text != value || got.Notes[0] != "mixed thresholds" {
			t.Errorf("%d and %d ms: %s, %s, %v; want %s, %s", helpMs, urgentMs, got.Text, got.State, got.Notes, value, want)
		}
	}
	f(20_000, 10_000, "20\u202fs", StateOK)
	f(20_000, 10_001, "20\u202fs", StateWatch)
	f(60_000, 0, "1:00\u202fmin", StateWatch)
	f(60_001, 0, "1:00\u202fmin", StateAct)
	f(25_000, 30_001, "30\u202fs", StateAct)
}

// A target of so many an hour is published in hundredths, as limits are.
func TestATargetPerHour(t *testing.T) {
	w := newWorld(t)
	w.inputs.Board = "sales"
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "team", Scope: "sales", Indicator: "pitched_per_hour", Value: 550, Stage: event.StageInForce, CommunicatedAt: 1, From: 1})
	f := func(pitched int64, want State, gap string) {
		t.Helper()
		w.count(Scope{indicator.ScopeTeam, "sales"}, Today, measures{indicator.PitchedWon: pitched, indicator.ProductionMs: 10 * 3_600_000})
		if got := w.tile("pitched_per_hour"); got.State != want || got.Gap != gap || got.Target != "target ≥\u00a05.5\u202f/h" {
			t.Errorf("%d in ten hours: %s, %q, %q; want %s, %q", pitched, got.State, got.Target, got.Gap, want, gap)
		}
	}
	f(55, StateOK, "0.0")
	f(45, StateWatch, "−1.0")
	f(44, StateAct, "−1.1")
}

// A target of the configuration moves the limit of OK, and that of watch with it; a site's own limits win over both.
func TestTargetsMoveLimits(t *testing.T) {
	w := newWorld(t)
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "queue", Scope: "help", Indicator: "service_level", Value: 9000, Stage: event.StageInForce, CommunicatedAt: 1, From: 1})
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "queue", Scope: "help", Indicator: "service_level", Value: 5000, Stage: event.StageCommunicated, CommunicatedAt: 1, From: 2})
	f := func(met int64, want State, target, gap string) {
		t.Helper()
		w.count(help, Today, measures{indicator.SlMet: met, indicator.SlDue: 1000})
		got := w.tile("service_day")
		if got.State != want || got.Target != target || got.Gap != gap {
			t.Errorf("%d of 1000: %s, %q, %q; want %s, %q, %q", met, got.State, got.Target, got.Gap, want, target, gap)
		}
	}
	f(900, StateOK, "target ≥\u00a090%", "0.0 pts")
	f(899, StateWatch, "target ≥\u00a090%", "−0.1 pts")
	f(850, StateWatch, "target ≥\u00a090%", "−5.0 pts")
	f(849, StateAct, "target ≥\u00a090%", "−5.1 pts")
	w.inputs.Limits = map[string]Limits{"service_day": {OK: 5000, Watch: 4000}}
	f(500, StateOK, "target ≥\u00a050%", "0.0 pts")
}

// A handle time is judged by its distance from the target of the team, 6 min 40 s here; being fast is no better than being
// slow. Without a target nobody judges it.
func TestHandleTimeAgainstItsReference(t *testing.T) {
	w := newWorld(t)
	handled := func(meanMs int64) {
		w.count(north, Last30m, measures{indicator.Handled: 30, indicator.TalkMs: 30 * meanMs})
	}
	handled(400_000)
	if got := w.tile("aht"); got.State != StateInfo || got.Word != "" {
		t.Errorf("without a target: %s %q, want info without a word", got.State, got.Word)
	}
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "team", Scope: "north", Indicator: "aht", Value: 400_000, Stage: event.StageInForce, CommunicatedAt: 1, From: 1, Guard: "quality_score"})
	for meanMs, want := range map[int64]State{440_000: StateOK, 440_100: StateWatch, 480_000: StateWatch, 480_100: StateAct, 360_000: StateOK, 359_000: StateWatch, 319_000: StateAct} {
		handled(meanMs)
		if got := w.tile("aht"); got.State != want {
			t.Errorf("%d ms against 400,000: %s, want %s", meanMs, got.State, want)
		}
	}
}

// What the rest of the day must bring: 400 of 600 were met; 400 more are to come. For 80 % of 1,000, 400 of these 400 must
// be met; for 81 % more than there are.
func TestNeeded(t *testing.T) {
	f := func(met, due, toCome, target, want int64, within bool) {
		t.Helper()
		if got, ok := needed(met, due, toCome, target); got != want || ok != within {
			t.Errorf("%d of %d, %d to come, %d: got %d %v, want %d %v", met, due, toCome, target, got, ok, want, within)
		}
	}
	f(400, 600, 400, 8000, 10_000, true)
	f(400, 600, 400, 8100, 10_250, false)
	f(500, 600, 400, 8000, 7500, true)
	f(600, 600, 100, 8000, 0, true)
	f(80, 100, 0, 8000, 0, true)
	f(79, 100, 0, 8000, 0, false)
}

// When a team's queues are closed and nobody of it is at work, the share of the last one's time judges nobody; while somebody is, it
// does.
func TestOccupancyOfNobodyIsClosed(t *testing.T) {
	w := newWorld(t)
	w.reading.AsOfMs = noon + 9*3_600_000 // 21:00, and the office closes at 20:00
	w.count(north, LastHour, measures{indicator.OnContactMs: 60_000})
	if tile := w.tile("occupancy"); tile.State != StateClosed || tile.Value == "" && tile.Notes[0] != "opens at 08:00" {
		t.Errorf("nobody is at work: %+v", tile)
	}
	w.gauge(north, "advisors_logged", 1)
	if tile := w.tile("occupancy"); tile.State != StateAct || tile.Text != "100.0%" {
		t.Errorf("somebody is: %+v", tile)
	}
}
