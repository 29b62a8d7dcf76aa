// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

const hourMs = int64(time.Hour / time.Millisecond)

// south is a back office: its messages have a limit of 8 opening hours, from 8:00 to 20:00 on Tuesday and Wednesday.
func south(t *testing.T) *world {
	w := newWorld(t)
	w.inputs.Board = "south"
	w.object(event.ConfigQueue, event.QueueConfig{Queue: "mail", Name: "Mail", Channel: event.ChannelEmail, Calendar: "office", DueBusinessMs: 8 * hourMs, From: 1})
	return w
}

// 105 open at 56 solved in seven days are 13.1 days. 70 came in and 4 again, 56 were solved and 3 dropped: 15 more than this
// morning.
func TestStockInDays(t *testing.T) {
	w := south(t)
	w.gauge(mail, "items_open", 105)
	if got := w.tile("stock"); got.State != StateInfo || got.Gap != "" || got.Notes[0] != "mail 105" {
		t.Errorf("without a store: %+v", got)
	}
	w.count(mail, Today, measures{indicator.ItemsCreated: 70, indicator.ItemsReopened: 4, indicator.ItemsSolved: 56, indicator.ItemsDropped: 3})
	w.past(LastWeek, mail, measures{indicator.ItemsSolved: 56})
	if got := w.tile("stock"); got.State != StateAct || got.Gap != "13.1 d" || got.Window != "+15 today" {
		t.Errorf("%+v, want act, 13.1 d, +15 today", got)
	}
	f := func(open int64, want State) {
		t.Helper()
		w.gauge(mail, "items_open", open)
		if got := w.tile("stock"); got.State != want {
			t.Errorf("%d open at 8 a day: %s, want %s", open, got.State, want)
		}
	}
	f(8, StateOK)
	f(9, StateWatch)
	f(12, StateWatch)
	f(13, StateAct)
}

// Eight opening hours: at noon, what came at 11:00 has used an eighth of them, and so on; the night does not count.
func TestOldestAgainstItsLimit(t *testing.T) {
	w := south(t)
	f := func(now, age int64, value, gap string, want State) {
		t.Helper()
		w.reading.AsOfMs = now
		w.gauge(mail, "oldest_unanswered_ms", age)
		if got := w.tile("oldest"); got.State != want || got.Text != value || got.Gap != gap {
			t.Errorf("%d h old: %s, %s, %s; want %s, %s, %s", age/hourMs, got.Text, got.Gap, got.State, value, gap, want)
		}
	}
	f(noon, hourMs, "1.0\u202fh", "12% of limit", StateOK)
	f(noon+hourMs, 5*hourMs, "5.0\u202fh", "62% of limit", StateWatch)
	f(noon+hourMs, 5*hourMs-15*60_000, "4.8\u202fh", "59% of limit", StateOK)
	// Tuesday 18:00 to Wednesday 14:00 are 2 and 6 opening hours: all of the limit, and one second more is too much.
	wednesday := noon + 26*hourMs
	f(wednesday, 20*hourMs, "8.0\u202fh", "100% of limit", StateWatch)
	f(wednesday+10_000, 20*hourMs+10_000, "8.0\u202fh", "100% of limit", StateAct)
	// Without a limit nobody judges it, and it is told by the clock.
	w.object(event.ConfigQueue, event.QueueConfig{Queue: "mail", Channel: event.ChannelEmail, Calendar: "office", From: 2})
	f(noon, 30*hourMs, "30.0\u202fh", "", StateInfo)
}

// Of twenty replies the 18th is the one that nine in ten reach. With a limit of 8 opening hours, 8:00 h is all of it (a bin
// ends there: it is 28 of 32 parts into the doubling from 15,360 s on), and 9:36 h is 1.2 times it. 40 h are in the bin up to 145,920 s.
func TestFirstReplyAgainstItsLimit(t *testing.T) {
	w := south(t)
	f := func(ms int64, n int64, value, gap string, want State) {
		t.Helper()
		w.bins(mail, Today, indicator.ReplyBusinessBins, []uint16{indicator.BinOf(hourMs), indicator.BinOf(ms)}, []int64{n - 3, 3})
		if got := w.tile("first_reply"); got.State != want || got.Text != value || got.Gap != gap {
			t.Errorf("%d of %d took %d min: %s, %s, %s; want %s, %s, %s", 3, n, ms/60_000, got.Text, got.Gap, got.State, value, gap, want)
		}
	}
	f(8*hourMs, 20, "8.0\u202fh", "100% of limit", StateOK)
	f(8*hourMs+1, 20, "8.1\u202fh", "101% of limit", StateWatch)
	f(10*hourMs, 20, "10.1\u202fh", "126% of limit", StateAct)
	f(8*hourMs, 19, "8.0\u202fh", "", StateTooFew)
	f(8*hourMs, 31, "1.0\u202fh", "12% of limit", StateOK) // the 28th of 31 took an hour
	if got := w.tile("first_reply"); got.Notes[0] != "limit 8\u202fh" || got.Notes[1] != "Mail" || got.Notes[2] != "half of them in 1.0\u202fh" || *got.N != 31 {
		t.Errorf("notes %q, n %d", got.Notes, *got.N)
	}
	// Five working days of twelve hours are 60 h; letters that take 40 h are well, and say less than mail that takes all of its 8 h.
	w.object(event.ConfigQueue, event.QueueConfig{Queue: "letters", Name: "Letters", Channel: event.ChannelLetter, Calendar: "office", DueWorkingDays: 5})
	w.object(event.ConfigSkill, event.SkillConfig{Advisor: "d", Queue: "letters"})
	letters := Scope{indicator.ScopeQueue, "letters"}
	w.bins(letters, Today, indicator.ReplyBusinessBins, []uint16{indicator.BinOf(40 * hourMs)}, []int64{20})
	f(8*hourMs, 20, "8.0\u202fh", "100% of limit", StateOK)
	f(hourMs, 20, "40.5\u202fh", "67% of limit", StateOK)
}

// The usual day solves 4 in each quarter from noon to 20:00, 16 an hour: 16 are done at 13:00; 120 at 19:30, half an hour before
// closing; 124 at 19:45; 129 not before closing.
func TestDueTodayIsDoneWhen(t *testing.T) {
	w := south(t)
	w.past(LastWeek, mail, nil)
	w.inputs.Day.UsualDays = 2
	for at := noon; at < noon+8*hourMs; at += QuarterMs {
		w.inputs.Day.Usual[mail] = append(w.inputs.Day.Usual[mail], quarter(at, measures{indicator.ItemsSolved: 8}))
	}
	f := func(due int64, gap string, want State) {
		t.Helper()
		w.gauge(mail, "items_due_today", due)
		if got := w.tile("due_today"); got.State != want || got.Gap != gap {
			t.Errorf("%d due: %s, %s; want %s, %s", due, got.Gap, got.State, gap, want)
		}
	}
	f(16, "done by 13:00", StateOK)
	f(120, "done by 19:30", StateOK)
	f(124, "done by 19:45", StateWatch)
	f(129, "not today", StateAct)
	f(0, "", StateOK)
	// By noon 60 are usually done, and today 40 were: two thirds of the pace, so that 16 take an hour and a half.
	w.inputs.Day.Usual[mail] = append(w.inputs.Day.Usual[mail], quarter(noon-QuarterMs, measures{indicator.ItemsSolved: 120}))
	w.count(mail, Today, measures{indicator.ItemsSolved: 40})
	f(16, "done by 13:30", StateOK)
	// Today's pace is trusted up to half and one and a half times the usual.
	w.count(mail, Today, measures{indicator.ItemsSolved: 600})
	f(96, "done by 16:00", StateOK)
	// A day on which nothing much was done, say the first, is no usual one.
	w.inputs.Day.UsualDays = 100
	f(16, "", StateInfo)
	w.inputs.Day.UsualDays = 0
	f(16, "", StateInfo)
	// In the morning the day's work is still to come; after closing, which is at 20:00, what is left of it will not be done.
	w.reading.AsOfMs = noon - 5*hourMs
	f(16, "", StateInfo)
	w.reading.AsOfMs = noon + 8*hourMs
	f(16, "not today", StateAct)
	f(0, "", StateClosed)
}

// The burn-down has what was due at the start of each quarter, now at the quarter that goes on, and what can still be done.
func TestBurnDown(t *testing.T) {
	w := south(t)
	w.past(LastWeek, mail, nil)
	w.inputs.Day.UsualDays = 1
	w.inputs.Day.Usual[mail] = []Quarter{quarter(noon, measures{indicator.ItemsSolved: 6}), quarter(noon+QuarterMs, measures{indicator.ItemsSolved: 10}), quarter(noon-QuarterMs, measures{indicator.ItemsCreated: 40})}
	level := func(at, due, open int64) StockLevel {
		return StockLevel{at, map[string]int64{"mail": open, "help": 9}, map[string]int64{"mail": due, "help": 9}}
	}
	w.inputs.Day.Stock = []StockLevel{level(noon-2*QuarterMs, 20, 0), level(noon-QuarterMs, 17, 100), level(noon, 15, 109)}
	w.inputs.Day.Quarters = map[Scope][]Quarter{mail: {quarter(noon-2*QuarterMs, measures{indicator.ItemsSolved: 8, indicator.ItemsCreated: 9, indicator.ItemsOpening: 100, indicator.ItemsDropped: 1}), quarter(noon-QuarterMs, measures{indicator.ItemsSolved: 3})}}
	w.gauge(mail, "items_open", 107)
	w.reading.AsOfMs = noon + QuarterMs/3
	w.gauge(mail, "items_due_today", 14)
	c := w.board().Curve
	at := func(ms int64) CurvePoint {
		i := slices.IndexFunc(c.Quarters, func(p CurvePoint) bool { return p.StartMs == ms })
		return c.Quarters[i]
	}
	for _, want := range []struct {
		at, bar int64
		left    float64
		open    bool
	}{{noon - 2*QuarterMs, 20, 16, false}, {noon - QuarterMs, 17, 16, false}, {noon, 14, 14, true}} {
		if p := at(want.at); p.Bar == nil || *p.Bar != want.bar || *p.Expected != want.left || p.Open != want.open {
			t.Errorf("at %s: bar %v, capacity %v, open %v; want %+v", p.Time, p.Bar, p.Expected, p.Open, want)
		}
	}
	if p := at(noon + QuarterMs); p.Bar != nil || *p.Expected != 10 {
		t.Errorf("to come: %+v, want no bar, and 10 that can be done", p)
	}
	if p := at(noon - 3*QuarterMs); p.Bar != nil {
		t.Errorf("before anything is known: %+v", p)
	}
	// The stock rose by 9 while 3 were done: 12 letters of an earlier day came at once, of 40 that usually come in the day. Before
	// that 9 came in, and 100 were open before anybody counted: neither is a batch.
	if len(c.Flags) != 1 || c.Flags[0].Kind != FlagBatch || c.Flags[0].Text != "Mail: 12 at once" || c.Line != "" || c.Target != nil {
		t.Errorf("flags %+v, line %q", c.Flags, c.Line)
	}
}

// Tiles of chats give way on the board of a team without chats.
func TestOnlyWithChats(t *testing.T) {
	w := south(t)
	has := func() (tiles string) {
		for _, row := range w.board().Rows {
			for _, tile := range row.Tiles {
				tiles += tile.ID + " "
			}
		}
		return tiles
	}
	if got := has(); strings.Contains(got, "chat_service") || strings.Contains(got, "slots") {
		t.Errorf("a team without chats has %s", got)
	}
	w.object(event.ConfigQueue, event.QueueConfig{Queue: "chat", Channel: event.ChannelChat})
	w.object(event.ConfigSkill, event.SkillConfig{Advisor: "d", Queue: "chat"})
	if got := has(); !strings.Contains(got, "chat_service") || !strings.Contains(got, "slots") {
		t.Errorf("a team with chats has %s", got)
	}
}

// None is well, some are to watch, one that is too late asks to act.
func TestPromises(t *testing.T) {
	f := func(soon, late int64, value string, want State) {
		t.Helper()
		w := south(t)
		w.gauge(mail, "complaints_ack_soon", soon)
		w.gauge(mail, "complaints_ack_late", late)
		if got := w.tile("complaint_ack"); got.State != want || got.Value != value {
			t.Errorf("%d soon, %d late: %s, %s; want %s, %s", soon, late, got.Value, got.State, value, want)
		}
	}
	f(0, 0, "0", StateOK)
	f(3, 0, "3", StateWatch)
	f(3, 1, "4", StateAct)
}

// A callback that somebody has in hand is no matter, one that nobody has is to watch, one that is too late asks to act.
func TestCallbacksToMake(t *testing.T) {
	f := func(pending, nobodys, late int64, want State) {
		t.Helper()
		w := newWorld(t)
		w.gauge(help, "callbacks_pending", pending)
		w.gauge(help, "callbacks_unassigned", nobodys)
		w.gauge(help, "callbacks_overdue", late)
		if got := w.tile("callbacks"); got.State != want {
			t.Errorf("%d to make, %d nobody's, %d late: %s, want %s", pending, nobodys, late, got.State, want)
		}
	}
	f(0, 0, 0, StateOK)
	f(2, 0, 0, StateOK)
	f(2, 1, 0, StateWatch)
	f(2, 0, 1, StateAct)
}

// Follow-ups of all campaigns together: up to 3 late ones are to watch.
func TestLateFollowUps(t *testing.T) {
	f := func(late int64, want State) {
		t.Helper()
		w := newWorld(t)
		w.inputs.Board = "sales"
		w.object(event.ConfigCampaign, event.CampaignConfig{Campaign: "spring", Purpose: event.PurposeProspecting, Calendar: "office"})
		w.gauge(Scope{indicator.ScopeCampaign, "spring"}, "follow_ups_overdue", late)
		if got := w.tile("follow_ups"); got.State != want {
			t.Errorf("%d late: %s, want %s", late, got.State, want)
		}
	}
	f(0, StateOK)
	f(3, StateWatch)
	f(4, StateAct)
}

// Help: asked for is to watch, for more than a minute to act.
func TestHelp(t *testing.T) {
	f := func(asked, ms int64, want State) {
		t.Helper()
		w := newWorld(t)
		w.gauge(north, "help_requests", asked)
		w.gauge(north, GaugeHelpMs, ms)
		if got := w.tile("help"); got.State != want {
			t.Errorf("%d for %d ms: %s, want %s", asked, ms, got.State, want)
		}
	}
	f(0, 0, StateOK)
	f(1, 60_000, StateWatch)
	f(1, 60_001, StateAct)
}

// Without a target, a handle time is compared with the team's own last four weeks: 400 s, so up to 440 s is well.
func TestHandleTimeAgainstItsPast(t *testing.T) {
	w := newWorld(t)
	w.past(FourWeeks, north, measures{indicator.Handled: 100, indicator.TalkMs: 40_000_000})
	f := func(meanMs int64, want State) {
		t.Helper()
		w.count(north, Last30m, measures{indicator.Handled: 30, indicator.TalkMs: 30 * meanMs})
		if got := w.tile("aht"); got.State != want || got.Target != "ref. 6:40\u202fmin, 28 d" {
			t.Errorf("%d ms: %s, %q; want %s", meanMs, got.State, got.Target, want)
		}
	}
	f(440_000, StateOK)
	f(441_000, StateWatch)
	f(481_000, StateAct)
}

// What goes on comes first, the critical alert before the incident, that before the warning; what concerns another team, is
// meant for those on call, or is said more plainly by another alert, is not shown.
func TestStrip(t *testing.T) {
	w := newWorld(t)
	alert := func(rule string, s Scope, severity, audience, inhibited string, since, until int64) Alert {
		return Alert{Rule: rule, Scope: s, Name: Text{En: rule, Fr: rule}, Severity: severity, Audience: audience, InhibitedBy: inhibited, SinceMs: since, UntilMs: until}
	}
	w.reading.Alerts = []Alert{
		alert("warning", help, "warning", "wall", "", noon-60_000, 0),
		alert("over", help, "critical", "wall", "", noon-600_000, noon-60_000),
		alert("critical", Scope{Kind: indicator.ScopeCentre}, "critical", "wall", "", noon-3_600_000, 0),
		alert("page", help, "critical", "page", "", noon, 0),
		alert("other queue", urgent, "critical", "wall", "", noon, 0),
		alert("other team", Scope{indicator.ScopeTeam, "south"}, "critical", "wall", "", noon, 0),
		alert("inhibited", help, "critical", "wall", "critical", noon, 0),
	}
	w.reading.Flags = []Notice{{ID: "i", Kind: FlagIncident, Reason: "incident", FromMs: noon - 120_000}, {ID: "a", Kind: FlagAction, Lever: event.LeverOverflow, Reason: "to west", FromMs: noon - 30_000, UntilMs: noon - 20_000}}
	got := ""
	for _, f := range w.board().Strip {
		got += f.Kind + " " + f.Place + ", " + f.Text + " " + f.When + "; "
	}
	if want := "alert Centre, critical since 11:00; incident Incident, incident since 11:58; alert Help, warning since 11:59; "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	w.reading.Alerts = w.reading.Alerts[1:2]
	w.reading.Flags[0].UntilMs = noon - 1000
	got = ""
	for _, f := range w.board().Strip {
		got += f.Text + " " + f.When + "; "
	}
	if want := "Overflow: to west 11:59 to 11:59; incident 11:58 to 11:59; over 11:50 to 11:59; "; got != want {
		t.Errorf("all over: got %s, want %s", got, want)
	}
}

// What somebody has acknowledged stands behind what nobody has, and says when it was seen. A rule's words for walls are said in the
// place of its sentence, of which the id of the scope is left out: the place is named beside it.
func TestStripWordsAndAcknowledged(t *testing.T) {
	w := newWorld(t)
	critical := func(rule string, s Scope, name string) Alert {
		return Alert{Rule: rule, Scope: s, Name: Text{En: name, Fr: name}, Severity: "critical", Audience: "wall", SinceMs: noon - 600_000}
	}
	seen, sentence, short := critical("seen", help, "no colon here"), critical("sentence", Scope{Kind: indicator.ScopeCentre}, "c : aucune source"), critical("short", north, "north: a long sentence")
	seen.SeenMs = noon - 540_000 // 11:51
	sentence.SinceMs, short.Short = noon-660_000, Text{En: "in short", Fr: "en bref"}
	w.reading.Alerts = []Alert{seen, sentence, short}
	strip := func() string {
		got := ""
		for _, f := range w.board().Strip {
			got += f.Place + ", " + f.Text + " " + f.Seen + "; "
		}
		return got
	}
	if got, want := strip(), "North, in short ; Centre, aucune source ; Help, no colon here seen 11:51; "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	w.inputs.Lang = French
	if got, want := strip(), "North, en bref ; Centre, aucune source ; Help, no colon here vue à 11\u202fh\u202f51; "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
