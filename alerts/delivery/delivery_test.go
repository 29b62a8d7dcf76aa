// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
)

// An alert is told at once, announced for four minutes, told again each minute, and its end for a quarter of an hour.
func TestTold(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		s.say()
		s.pass(10 * time.Second)
		a := fires(r, "support", time.Now())
		s.say(setOf(a)...)
		s.wants("10 low/support until 250")
		s.pass(60 * time.Second)
		s.say() // nothing new
		s.wants("70 low/support until 310")
		s.pass(20 * time.Second)
		s.say(setOf(over(a, time.Now()))...)
		s.wants("90 low/support over 90")
		s.pass(60 * time.Second)
		s.wants("150 low/support over 90")
		s.pass(30 * time.Minute)
		if got := s.am.take(); len(got) != 14 { // 15 minutes in all
			t.Errorf("its end was told %d more times: %q", len(got), got)
		}
		if state := s.State(); state.Firing != 0 || state.Ended != 0 {
			t.Errorf("the book holds %+v", state)
		}
		stats := s.Stats()[0]
		if stats.URL != "http://am-1:9093" || stats.Alerts != 18 || stats.Delays != 1 || stats.DelaySeconds != 0 || stats.Waiting != 0 {
			t.Errorf("counted %+v", stats)
		}
	})
}

// The request is Alertmanager's: POST of a JSON array to /api/v2/alerts, times with their zone, links in annotations. Written out by hand.
func TestRequest(t *testing.T) {
	links := func(o *Options) {
		o.Links = Links{Vigie: "https://vigie.example/", Runbooks: "https://docs.example/main/"}
	}
	inBubble(t, links, func(t *testing.T, s *site) {
		s.say()
		s.pass(10 * time.Minute)
		s.say(setOf(fires(rule(t, "low", nil), "support", time.Now().Add(-250*time.Millisecond)))...)
		want := `http://am-2:9093/prefix/api/v2/alerts [{"labels":{"alertname":"low","centre":"lyon","scope":"support","severity":"critical"},` +
			`"annotations":{"description":"Below 80%.","explain_url":"https://vigie.example/api/v1/explain?centre=lyon\u0026from=2000-01-01T00%3A04%3A59Z\u0026indicator=sl_live\u0026queue=support\u0026to=2000-01-01T00%3A09%3A59Z",` +
			`"panel_url":"https://vigie.example/wall/centre?centre=lyon","runbook_url":"https://docs.example/main/docs/runbooks.md#service-level","summary":"support: 61.0%","summary_fr":"support : 61,0 %"},` +
			`"startsAt":"2000-01-01T00:09:59.75Z","endsAt":"2000-01-01T00:14:00Z","generatorURL":"https://vigie.example/wall/centre?centre=lyon"}]`
		if len(s.other.raw) != 1 || s.other.raw[0] != want {
			t.Errorf("got  %s\nwant %s", strings.Join(s.other.raw, "\n"), want)
		}
	})
}

// An Alertmanager that is away holds up nobody. When it is back it is told what holds then, and not what it missed.
func TestOneIsAway(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		s.say()
		s.am.set(errAway, 0)
		a, b := fires(r, "a", time.Now()), fires(r, "b", time.Now())
		s.say(setOf(a)...)
		if got := s.other.take(); len(got) != 1 {
			t.Errorf("the other one got %q", got)
		}
		s.pass(5 * time.Minute)
		if got := s.am.take(); len(got) < 20 || len(got) > 30 { // 0.5, 1, 2, 4, 8, then each 15 s
			t.Errorf("%d attempts in five minutes", len(got))
		}
		if stats := s.Stats()[0]; stats.Waiting != 1 || stats.Failed[ReasonUnreachable] != stats.Requests || !stats.SucceededAt.IsZero() {
			t.Errorf("counted %+v", stats)
		}
		s.say(setOf(over(a, time.Now()), b)...)
		s.am.set(nil, 0)
		s.pass(15 * time.Second)
		got := s.am.take()
		if len(got) != 2 || !strings.Contains(got[0], "low/a over 300") || !strings.Contains(got[1], "low/b until") {
			t.Errorf("when it was back it got %q", got)
		}
	})
}

// What an Alertmanager answers decides when it is asked again.
func TestAnswers(t *testing.T) {
	f := func(code int, reason string, again bool) {
		t.Helper()
		inBubble(t, nil, func(t *testing.T, s *site) {
			s.say()
			s.am.set(nil, code)
			s.say(setOf(fires(rule(t, "low", nil), "a", time.Now()))...)
			s.pass(59 * time.Second)
			got := s.am.take()
			if (len(got) > 1) != again || len(got) > 12 {
				t.Errorf("%d: %d requests in a minute", code, len(got))
			}
			s.pass(time.Minute)
			if len(s.am.take()) == 0 {
				t.Errorf("%d: never again", code)
			}
			if n := s.Stats()[0].Failed[reason]; n == 0 {
				t.Errorf("%d is not counted as %s", code, reason)
			}
		})
	}
	f(400, ReasonRefused, false) // the valid ones are taken, and the others are no better a second later
	f(401, ReasonDenied, true)
	f(302, ReasonDenied, true)
	f(404, ReasonDenied, true)
	f(429, ReasonServer, true)
	f(500, ReasonServer, true)
	f(503, ReasonServer, true)
}

// While a machine catches up what was known to fire is kept alive, and neither fires nor ends are told; then what holds is.
func TestCatchingUp(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		known, gone := fires(r, "known", time.Now().Add(-time.Hour)), fires(r, "gone", time.Now().Add(-time.Hour))
		s.sayFrom(40*time.Second, setOf(known, gone)...) // the checkpoint, taken 40 s ago
		s.wants()
		past := fires(r, "past", time.Now().Add(-20*time.Second))
		s.sayFrom(30*time.Second, setOf(known, gone, past)...)
		s.pass(79 * time.Second)
		s.wants() // they are known for three minutes after the checkpoint
		s.pass(time.Second)
		s.wants("80 low/gone until 320", "80 low/known until 320")
		s.sayFrom(20*time.Second, setOf(known, over(gone, time.Now()), over(past, time.Now()))...)
		s.pass(time.Minute)
		s.wants("140 low/gone until 380", "140 low/known until 380")
		now := fires(r, "now", time.Now())
		s.sayFrom(16*time.Second, setOf(known, over(gone, s.began.Add(80*time.Second)), over(past, s.began.Add(80*time.Second)), now)...)
		s.wants()
		s.say() // caught up, and nothing has changed since
		// The instance before may have told past: its end is told, in case.
		s.wants("140 low/gone over 80", "140 low/now until 380", "140 low/past over 80")
	})
}

// A restart that catches up at once tells what fires again, which is known over there, and the end of what is over; nothing is
// told of what was over already.
func TestRestart(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		s.say()
		on, off := fires(r, "on", time.Now()), fires(r, "off", time.Now())
		s.say(setOf(on, off)...)
		s.am.take()
		s.pass(20 * time.Second)
		s.say(setOf(on, over(off, time.Now()))...)
		s.wants("20 low/off over 20")
		s.stop()
		s.start(nil)
		s.sayFrom(30*time.Second, setOf(on, off)...) // of a checkpoint from before the end
		s.pass(2 * time.Second)
		s.wants() // to tell off again would call somebody for what is over
		s.say(setOf(on, over(off, s.began.Add(20*time.Second)))...)
		s.wants("22 low/off over 20", "22 low/on until 262")
	})
}

// A restart so quick that the checkpoint is hardly old: what follows in the log is digested first, up to a tick of this instance.
func TestQuickRestart(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		s.pass(10 * time.Second)
		off := fires(rule(t, "low", nil), "off", time.Now().Add(-time.Minute))
		s.sayFrom(3*time.Second, setOf(off)...)
		s.wants()
		s.sayFrom(2*time.Second, setOf(over(off, time.Now().Add(-2*time.Second)))...)
		s.wants()
		s.pass(time.Second)
		s.say()
		s.wants("11 low/off over 8")
	})
}

// The alerts of an old checkpoint are told when they still fire, and never else.
func TestOldCheckpoint(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		var old []alerts.Alert
		for i := range 50 {
			old = append(old, fires(r, fmt.Sprint("queue-", i), time.Now().Add(-2*time.Hour)))
		}
		s.sayFrom(181*time.Second, setOf(old...)...)
		s.pass(30 * time.Minute)
		s.wants()
		s.say(setOf(old[7])...)
		s.wants("1800 low/queue-7 until 2040")
	})
}

// What fires beside an alert that says the same more plainly is not told, unless it was told before.
func TestInhibited(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r, plain := rule(t, "low", nil), rule(t, "feed_silent", nil)
		s.say()
		before := fires(r, "before", time.Now())
		s.say(setOf(before)...)
		s.wants("0 low/before until 240")
		s.pass(10 * time.Second)
		silent, beside := fires(plain, "centre", time.Now()), fires(r, "beside", time.Now())
		before.InhibitedBy, beside.InhibitedBy = "feed_silent", "feed_silent"
		s.say(setOf(silent, before, beside)...)
		s.wants("10 feed_silent/centre until 250")
		s.pass(50 * time.Second)
		s.wants("60 low/before until 300")
		before.InhibitedBy, beside.InhibitedBy = "", ""
		s.say(setOf(over(silent, time.Now()), before, beside)...)
		s.wants("60 feed_silent/centre over 60", "60 low/beside until 300")
	})
}

// An alert whose labels are others now is another alert: the one before is over.
func TestOtherLabels(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		s.say()
		a := fires(rule(t, "low", nil), "a", time.Now())
		s.say(setOf(a)...)
		s.pass(10 * time.Second)
		s.am.take()
		milder := fires(rule(t, "low", func(c *event.RuleConfig) { c.Severity = "warning" }), "a", s.began)
		s.say(setOf(milder)...)
		s.wants("10 low/a over 10", "10 low/a until 250")
	})
}

// Words that change are no change of the alert: they come with the next repetition.
func TestOtherWords(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		s.say()
		s.say(setOf(fires(rule(t, "low", nil), "a", time.Now()))...)
		s.pass(10 * time.Second)
		s.am.take()
		s.say(setOf(fires(rule(t, "low", func(c *event.RuleConfig) { c.SummaryEn = "other" }), "a", s.began))...)
		s.wants()
		s.pass(50 * time.Second)
		s.wants("60 low/a until 300")
		if last := s.am.raw[len(s.am.raw)-1]; !strings.Contains(last, `"summary":"other"`) {
			t.Errorf("got %s", last)
		}
	})
}

// A partition that is another instance's is told by that one; a set of one centre says nothing of another.
func TestPartitions(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		s.say()
		s.Take(4, time.Now().UnixMilli(), nil)
		s.say(setOf(fires(r, "a", time.Now()))...)
		paris := fires(r, "p", time.Now())
		paris.Centre, paris.Labels[1].Value = "paris", "paris"
		s.Take(4, time.Now().UnixMilli(), []alerts.Set{{Centre: "paris", Alerts: []alerts.Alert{paris}}})
		s.pass(time.Second)
		s.wants("0 low/a until 240", "0 low/p until 240")
		s.Leave(3)
		s.pass(2 * time.Minute)
		s.wants("60 low/p until 300", "120 low/p until 360")
	})
}

// A partition that is halted is judged by nobody: what fires is kept alive, for as long as it takes, and says so; it is let go of
// when the partition is assigned anew. What was over stays over.
func TestAHaltedPartitionIsNoEnd(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		s.say()
		ended := fires(r, "b", time.Now())
		s.say(setOf(fires(r, "a", time.Now()), ended)...)
		s.pass(10 * time.Second)
		s.say(setOf(fires(r, "a", s.began), over(ended, time.Now()))...)
		s.am.take()
		s.Halt(3)
		s.pass(10 * time.Minute)
		told := s.am.take()
		if n := len(told); n == 0 || told[n-1] != "600 low/a until 840" && told[n-2] != "600 low/a until 840" {
			t.Errorf("ten minutes after the halt: %v", told)
		}
		says := func(raw string) bool {
			return strings.Contains(raw, `"scope":"a"`) && strings.Contains(raw, "Not judged since 2000-01-01 00:00 UTC: its partition of the log is halted.")
		}
		if !slices.ContainsFunc(s.am.raw, says) {
			t.Errorf("no word on the halt in %s", s.am.raw)
		}
		s.Leave(3)
		s.pass(5 * time.Minute)
		s.wants()
	})
}

// The demo lives faster than time, and on another day: what Alertmanager is told is in its own time.
func TestOtherClock(t *testing.T) {
	day := time.Date(2026, 11, 17, 10, 0, 0, 0, time.UTC)
	var began time.Time
	fast := func(o *Options) {
		began = time.Now()
		o.Now, o.Pace = func() time.Time { return day.Add(60 * time.Since(began)) }, 60
	}
	inBubble(t, fast, func(t *testing.T, s *site) {
		r := rule(t, "low", nil)
		s.Take(3, day.UnixMilli(), nil)
		s.pass(time.Minute) // 11:00 there
		a := fires(r, "a", day.Add(50*time.Minute))
		s.Take(3, day.Add(59*time.Minute).UnixMilli(), setOf(a))
		s.pass(0)
		s.wants("60 low/a until 300")
		if raw := s.am.raw[0]; !strings.Contains(raw, `"startsAt":"2000-01-01T00:00:50Z"`) {
			t.Errorf("got %s", raw)
		}
		s.pass(30 * time.Second)
		s.Take(3, day.Add(89*time.Minute).UnixMilli(), setOf(over(a, day.Add(80*time.Minute))))
		s.pass(0)
		s.wants("90 low/a over 80")
	})
}

// The book is bounded, and so is a request.
func TestBounds(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site) {
		r := rule(t, "low", func(c *event.RuleConfig) { c.DescriptionEn = "" })
		s.say()
		var many []alerts.Alert
		for i := range maxAlerts + 5 {
			many = append(many, fires(r, fmt.Sprint(i), time.Now()))
		}
		s.say(setOf(many...)...)
		if got := len(s.am.take()); got != maxAlerts {
			t.Errorf("%d alerts were told", got)
		}
		if state := s.State(); state.Firing != maxAlerts || state.Dropped != 5 {
			t.Errorf("the book holds %+v", state)
		}
		if got := s.Stats()[0].Requests; got != (maxAlerts+255)/256 {
			t.Errorf("%d requests", got)
		}
	})
}
