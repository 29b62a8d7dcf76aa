// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/indicator"
)

// lifeOfAnAlert is what a rule on a queue gives: it is pending at 10:00:10, fires at 10:01:10 with 6 of 10 calls answered, and at
// 10:07:00 its rule is changed in the same record that ends it, so that two transitions have one instant. It says its share when it fires.
func lifeOfAnAlert(t testing.TB) *Block {
	t.Helper()
	return lifeSaying(t, indicator.Text{En: "live service level 60%", Fr: "niveau de service en direct 60 %"}, indicator.Text{En: "live 60%", Fr: "NS 60 %"})
}

// lifeSaying is that life with other words, or none, when it fires.
func lifeSaying(t testing.TB, text, short indicator.Text) *Block {
	t.Helper()
	b, w := NewBuilder(), newWorld("lyon", "")
	begun := at(t, "2026-03-02T10:00:10Z")
	said := func(to alerts.Phase) (indicator.Text, indicator.Text) {
		if to == alerts.PhaseFiring {
			return text, short
		}
		return indicator.Text{}, indicator.Text{}
	}
	step := func(afterMs, offset int64, seq uint32, to alerts.Phase, why alerts.Verdict, shown alerts.Shown) {
		text, short := said(to)
		b.addTransition(w, &aggregator.Transition{Transition: alerts.Transition{At: begun + afterMs, Rule: "service_level_live", Kind: "queue", Scope: "support",
			Severity: "critical", Audience: "page", To: to, Why: why, Shown: shown, Text: text, Short: short}, Offset: offset, Seq: seq})
	}
	step(0, 10, 0, alerts.PhasePending, alerts.VerdictTrue, alerts.Shown{})
	step(60_000, 20, 0, alerts.PhaseFiring, alerts.VerdictTrue, alerts.Shown{Valid: true, Numerator: 6, Denominator: 10, Hundredths: 6000})
	step(410_000, 30, 0, alerts.PhaseResolved, alerts.VerdictRemoved, alerts.Shown{Numerator: 6, Denominator: 10, Valid: true, Hundredths: 6000})
	step(410_000, 30, 1, alerts.PhasePending, alerts.VerdictTrue, alerts.Shown{})
	return b.Seal("e1", 0, 0, 99, "test")
}

// TestAlertsAreStoredOnce: transitions are there once, each with what it means, though their block was written by one process
// that died before the ledger and again by the next, when ClickHouse had forgotten the token.
func TestAlertsAreStoredOnce(t *testing.T) {
	s := openMigrated(t)
	for range 2 {
		b := lifeOfAnAlert(t)
		if err := s.insert(t.Context(), "alerts", token("alerts", b), columns([]piece{{b, &b.alerts}}, alertFields[:])); err != nil {
			t.Fatal(err)
		}
		execute(t, s, "ALTER TABLE {db}.alerts MODIFY SETTING non_replicated_deduplication_window = 0") // forgets the token
		execute(t, s, "ALTER TABLE {db}.alerts MODIFY SETTING non_replicated_deduplication_window = 20000")
	}
	write(t, openWriter(t, s, 0, nil), lifeOfAnAlert(t))
	if verdict, err := openWriter(t, s, 0, nil).Check(lifeOfAnAlert(t)); verdict != VerdictStored || err != nil {
		t.Errorf("after a restart: %v, %v", verdict, err)
	}
	want := "[('lyon','10:00:10','service_level_live','queue','support','pending','critical','page','true',0,0,'','','','',10,0,'e1',0)," +
		"('lyon','10:01:10','service_level_live','queue','support','firing','critical','page','true',6,10,'live service level 60%','niveau de service en direct 60 %','live 60%','NS 60 %',20,0,'e1',0)," +
		"('lyon','10:07:00','service_level_live','queue','support','resolved','critical','page','removed',6,10,'','','','',30,0,'e1',0)," +
		"('lyon','10:07:00','service_level_live','queue','support','pending','critical','page','true',0,0,'','','','',30,1,'e1',0)]"
	got := scalar[string](t, s, `SELECT toString(groupArray((centre, formatDateTime(at, '%H:%i:%S'), rule, scope, id, state, severity, audience, reason,
		numerator, denominator, text_en, text_fr, short_en, short_fr, offset, seq, epoch, partition))) FROM (SELECT * FROM {db}.alerts FINAL ORDER BY at, offset, seq)`)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestWordsAreNotHashed: a block that a program of before stored without the words of its alerts is the same when a newer one makes it again
// with words. The hash is that of the program before words.
func TestWordsAreNotHashed(t *testing.T) {
	const before = uint64(0xc06adbda2da41dad)
	for name, b := range map[string]*Block{"with words": lifeOfAnAlert(t), "without": lifeSaying(t, indicator.Text{}, indicator.Text{})} {
		if b.Hash != before {
			t.Errorf("%s: %#x, want %#x", name, b.Hash, before)
		}
	}
}
