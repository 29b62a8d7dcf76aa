// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// TestBlockRoundTrip: what goes in by the builder is what a query reads, column by
// column.
func TestBlockRoundTrip(t *testing.T) {
	s := openMigrated(t)
	w := newWorld("lyon", "")
	b := NewBuilder()
	b.addFact(w, &aggregator.Fact{
		At: at(t, "2026-03-02T10:29:59.999Z"), Offset: 41, Seq: 3, Contact: "c'1\\", Version: 7, Day: 20514, Grain: aggregator.GrainAdvisorLeg,
		Dims: aggregator.Dims{Programme: w.id("edf"), Site: w.id("vaise"), Queue: w.id("support"), Campaign: w.id("spring"), Channel: w.id("voice"),
			Direction: w.id("inbound"), Team: w.id("équipe A"), HomeTeam: w.id("équipe B"), Advisor: w.id("zoé"), Reason: w.id("billing")},
	}, []aggregator.Inc{inc(indicator.Answered, 1), inc(indicator.WaitAnsweredMs, 12345), inc(indicator.Answered, 2),
		bin(indicator.WaitAnsweredBins, 13, 1), bin(indicator.WaitAnsweredBins, 4, 2), bin(indicator.WaitAnsweredBins, 13, 1)})
	b.addContact(w, &aggregator.ContactRow{Contact: "c1", Customer: "k1:x", Offset: 41, StartedAt: at(t, "2026-03-02T10:00:00Z"), Day: 20514,
		FirstQueue: w.id("sales"), Dims: aggregator.Dims{Queue: w.id("support")}, Outcome: aggregator.OutcomeAnswered, QueueLegs: 2, AdvisorLegs: 1, WaitMs: 5, HandleMs: 6,
		CustomerOld: "k0:x", Entered: aggregator.Instant{At: at(t, "2026-03-02T10:01:00Z"), Day: 20514}, Base: aggregator.Instant{At: at(t, "2026-03-03T01:00:00Z"), Day: 20515},
		TalkMs: 4, Conversations: "support\tzoé\t\t\t"})
	b.addOutcome(w, &aggregator.OutcomeRow{Contact: "c1", Offset: 41, At: at(t, "2026-03-02T10:30:00Z"), Day: 20514, InTime: true, Source: w.id("crm"), ID: 1 << 63, Object: 2,
		Seq: 3, Version: 7, Type: event.SaleRecorded, Said: aggregator.Dims{Queue: w.id("support"), Advisor: w.id("zoé"), Reason: w.id("billing")}, Team: w.id("équipe A"),
		HomeTeam: w.id("équipe B"), Site: w.id("vaise"), Value: 4900, Class: 1, Marks: 64, CSAT: 5, NPS: 11, CES: 1})
	b.addGauge(w, &aggregator.Gauge{At: at(t, "2026-03-02T10:30:00Z"), Scope: indicator.ScopeQueue, Name: w.id("support"),
		Values: [aggregator.NumGauges]int64{aggregator.GaugeWaiting: 4, aggregator.GaugePaused: 2}})
	block := b.Seal("epoch-1", 5, 40, 41, "v1")
	writer, err := s.OpenWriter(t.Context(), "epoch-1", 5, WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, writer, block)

	got := scalar[string](t, s, `SELECT toString(tuple(centre, lane, day, quarter, at, grain, programme, site, queue, campaign, channel, direction, team,
		home_team, advisor, reason, contact, epoch, partition, offset, seq, config_version, answered, wait_answered_ms, offered, wait_answered_bins,
		wait_abandoned_bins)) FROM {db}.facts`)
	// Day 20514 is 2026-03-02: 56 years and 14 leap days make 20,454 on 2026-01-01, then 31+28+1.
	want := `('lyon','','2026-03-02','2026-03-02 10:15:00','2026-03-02 10:29:59.999','advisor_leg','edf','vaise','support','spring','voice','inbound','équipe A',` +
		`'équipe B','zoé','billing','c\'1\\','epoch-1',5,41,3,7,3,12345,0,{4:2,13:2},{})`
	if got != want {
		t.Errorf("fact\n got %s\nwant %s", got, want)
	}
	got = scalar[string](t, s, `SELECT toString(tuple(contact, customer, day, started_at, ended_at, outcome, first_queue, queue, queue_legs, advisor_legs,
		wait_ms, handle_ms, epoch, partition, offset, deleted, customer_old, entered_at, entered_day, base_at, base_day, abandoned_at, talk_ms, conversations)) FROM {db}.contacts FINAL`)
	want = `('c1','k1:x','2026-03-02','2026-03-02 10:00:00.000',NULL,'answered','sales','support',2,1,5,6,'epoch-1',5,41,0,` +
		`'k0:x','2026-03-02 10:01:00.000','2026-03-02','2026-03-03 01:00:00.000','2026-03-03',NULL,4,'support\tzoé\t\t\t')`
	if got != want {
		t.Errorf("contact\n got %s\nwant %s", got, want)
	}
	got = scalar[string](t, s, `SELECT toString(tuple(centre, contact, at, day, type, source, id, object, in_time, sequence, queue, advisor, team, reason, member_team,
		member_home_team, member_site, value, class, marks, csat, nps, ces, epoch, partition, offset, config_version)) FROM {db}.outcomes FINAL`)
	want = `('lyon','c1','2026-03-02 10:30:00.000','2026-03-02','sale.recorded','crm',-9223372036854775808,2,1,3,'support','zoé','','billing','équipe A','équipe B','vaise',` +
		`4900,1,64,5,11,1,'epoch-1',5,41,7)`
	if got != want {
		t.Errorf("outcome\n got %s\nwant %s", got, want)
	}
	got = scalar[string](t, s, `SELECT toString(tuple(centre, scope, id, at, waiting, advisors_logged, advisors_paused, epoch, partition)) FROM {db}.gauges`)
	if want = `('lyon','queue','support','2026-03-02 10:30:00.000',4,0,2,'epoch-1',5)`; got != want {
		t.Errorf("gauge\n got %s\nwant %s", got, want)
	}
	ledger, err := s.Ledger(t.Context(), "epoch-1", 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	wantLedger := &Ledger{Epoch: "epoch-1", Partition: 5, Last: 41, Rows: []LedgerRow{{40, 41, 1, 1, 1, block.Hash, "v1"}}}
	if diff := cmp.Diff(wantLedger, ledger); diff != "" {
		t.Errorf("ledger (-want +got)\n%s", diff)
	}
}

// TestContactsReplace: the row of the greatest offset stands, and a contact merged
// into another is gone.
func TestContactsReplace(t *testing.T) {
	s := openMigrated(t)
	w := newWorld("lyon", "")
	b := NewBuilder()
	for _, c := range []aggregator.ContactRow{
		{Contact: "a", Offset: 1, Day: 20514}, {Contact: "a", Offset: 3, Day: 20514, QueueLegs: 2, EndedAt: 5},
		{Contact: "b", Offset: 2, Day: 20514}, {Contact: "b", Offset: 4, Day: 20514, Deleted: true},
	} {
		b.addContact(w, &c)
	}
	write(t, openWriter(t, s, 0, nil), b.Seal("e1", 0, 0, 9, "test"))
	if got := scalar[string](t, s, "SELECT toString(groupArray((contact, queue_legs, toUnixTimestamp64Milli(ended_at)))) FROM {db}.contacts FINAL"); got != "[('a',2,5)]" {
		t.Errorf("contacts %s", got)
	}
}

// twoDays is a block whose facts lie on both sides of midnight: 3 on the first day,
// worth 1+2+4 offered, and 2 on the second, worth 8+16.
func twoDays(t testing.TB) *Block {
	w := newWorld("lyon", "")
	return seal(t, w, 0, 100, 109,
		made{at: "2026-03-02T23:58:00Z", offset: 101, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 1), bin(indicator.WaitAnsweredBins, 7, 1)}},
		made{at: "2026-03-03T00:00:01Z", offset: 102, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 8)}},
		made{at: "2026-03-02T23:59:00Z", offset: 103, queue: "sales", incs: []aggregator.Inc{inc(indicator.Offered, 2)}},
		made{at: "2026-03-03T00:00:02Z", offset: 104, queue: "sales", incs: []aggregator.Inc{inc(indicator.Offered, 16), bin(indicator.WaitAnsweredBins, 9, 1)}},
		made{at: "2026-03-02T23:59:59Z", offset: 104, seq: 1, queue: "sales", incs: []aggregator.Inc{inc(indicator.Offered, 4)}})
}

// sums is rows and offered per day, as text.
func sums(t testing.TB, s *Store) string {
	t.Helper()
	return scalar[string](t, s, `SELECT toString(groupArray((d, n, o, b))) FROM
		(SELECT toString(day) AS d, count() AS n, sum(offered) AS o, sumMap(wait_answered_bins) AS b FROM {db}.facts GROUP BY day ORDER BY day)`)
}

const twoDaysSums = `[('2026-03-02',3,7,{7:1}),('2026-03-03',2,24,{9:1})]`

// storeDay stores the facts of one day of a block under the block's token, as an
// insert does that was cut between the parts of two days.
func storeDay(t testing.TB, s *Store, b *Block, day string) {
	t.Helper()
	wanted := at(t, day+"T00:00:00Z") / (daySeconds * 1000)
	rows := b.facts.onDays(func(d int64) bool { return d == wanted })
	if rows.rows == 0 || rows.rows == b.facts.rows {
		t.Fatalf("%d of %d rows are on %s", rows.rows, b.facts.rows, day)
	}
	if err := s.insert(t.Context(), "facts", token("facts", b), factColumnsOf([]factPiece{{b, rows}}, true)); err != nil {
		t.Fatal(err)
	}
}

// TestTokenIsPerDay: the token of a block that spans two days, of which one is
// stored, makes ClickHouse add the other and nothing else, whatever the retry sends.
func TestTokenIsPerDay(t *testing.T) {
	for _, day := range []string{"2026-03-02", "2026-03-03"} {
		t.Run(day, func(t *testing.T) {
			s, b := openMigrated(t), twoDays(t)
			storeDay(t, s, b, day)
			for range 2 {
				if err := s.insert(t.Context(), "facts", token("facts", b), factColumnsOf(allFacts(b), true)); err != nil {
					t.Fatal(err)
				}
			}
			if got := sums(t, s); got != twoDaysSums {
				t.Errorf("got %s, want %s", got, twoDaysSums)
			}
		})
	}
}

// TestRecoveryOfTwoDays: a block of which one day is stored is completed by the
// next run, even when ClickHouse has forgotten its token.
func TestRecoveryOfTwoDays(t *testing.T) {
	for _, forgotten := range []bool{false, true} {
		t.Run(fmt.Sprintf("forgotten=%v", forgotten), func(t *testing.T) {
			s, b := openMigrated(t), twoDays(t)
			storeDay(t, s, b, "2026-03-02")
			if forgotten {
				forgetTokens(t, s)
			}
			write(t, openWriter(t, s, 0, nil), b)
			if got := sums(t, s); got != twoDaysSums {
				t.Errorf("got %s, want %s", got, twoDaysSums)
			}
		})
	}
}

// forgetTokens empties the window of deduplication, as more than 20,000 inserts do.
func forgetTokens(t testing.TB, s *Store) {
	t.Helper()
	execute(t, s, "ALTER TABLE {db}.facts MODIFY SETTING non_replicated_deduplication_window = 0")
	execute(t, s, "ALTER TABLE {db}.facts MODIFY SETTING non_replicated_deduplication_window = 20000")
}

// TestForgottenTokenDoubles: without the count before the insert, a forgotten token
// doubles a block. It is what TestEvictedWindow prevents.
func TestForgottenTokenDoubles(t *testing.T) {
	s, b := openMigrated(t), twoDays(t)
	for range 2 {
		if err := s.insert(t.Context(), "facts", token("facts", b), factColumnsOf(allFacts(b), true)); err != nil {
			t.Fatal(err)
		}
		forgetTokens(t, s)
	}
	if got := scalar[uint64](t, s, "SELECT count() FROM {db}.facts"); got != 10 {
		t.Errorf("%d rows, want 10: the test does not empty the window any more", got)
	}
}

// TestEvictedWindow: all the facts of the block in flight are stored, the token is
// forgotten, and the ledger has no row: the next run counts, and adds nothing.
func TestEvictedWindow(t *testing.T) {
	s, b := openMigrated(t), twoDays(t)
	if err := s.insert(t.Context(), "facts", token("facts", b), factColumnsOf(allFacts(b), true)); err != nil {
		t.Fatal(err)
	}
	forgetTokens(t, s)
	w := openWriter(t, s, 0, nil)
	write(t, w, b)
	if got := sums(t, s); got != twoDaysSums {
		t.Errorf("got %s, want %s", got, twoDaysSums)
	}
	if w.Last() != 109 {
		t.Errorf("last is %d, want 109", w.Last())
	}
}

// errCrash stands for the death of the process.
var errCrash = errors.New("crash")

// crashBlocks are three blocks of one partition, the second of two days, with
// contacts and gauges; the last has no rows at all.
func crashBlocks(t testing.TB) []*Block {
	w := newWorld("lyon", "")
	b := NewBuilder()
	made{at: "2026-03-02T10:00:00Z", offset: 90, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 32)}}.add(t, b, w)
	first := b.Seal("e1", 0, 90, 99, "test")
	second := twoDays(t)
	filled := NewBuilder()
	filled.block = second
	filled.addContact(w, &aggregator.ContactRow{Contact: "c1", Offset: 104, Day: 20514})
	filled.addGauge(w, &aggregator.Gauge{At: at(t, "2026-03-03T00:00:00Z"), Scope: indicator.ScopeCentre})
	second = filled.Seal("e1", 0, 100, 109, "test")
	return []*Block{first, second, b.Seal("e1", 0, 110, 119, "test")}
}

// TestCrashAtEachEffect: the process dies at each effect of each block, a new one
// replays from the first block, and the store is that of a run without faults.
func TestCrashAtEachEffect(t *testing.T) {
	clean := runAll(t, openMigrated(t), 0, 0)
	for effect := FactsSent; effect <= LedgerWritten; effect++ {
		for crashed := 1; crashed <= 3; crashed++ {
			t.Run(fmt.Sprintf("%s of block %d", effect, crashed), func(t *testing.T) {
				s := openMigrated(t)
				if got := runAll(t, s, effect, crashed); got != clean {
					t.Errorf("got\n%s\nwant\n%s", got, clean)
				}
			})
		}
	}
}

// runAll writes the blocks, dies once at an effect of one of them (from 1), starts
// again from the first block, and tells what is stored.
func runAll(t testing.TB, s *Store, at Effect, crashed int) string {
	t.Helper()
	for run := 1; ; run++ {
		died := false
		block := 0
		w := openWriter(t, s, 0, func(_ context.Context, e Effect) error {
			if run == 1 && e == at && block == crashed {
				return errCrash
			}
			return nil
		})
		for i, b := range crashBlocks(t) {
			block = i + 1
			err := w.Write(t.Context(), b)
			if died = errors.Is(err, errCrash); died {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if died == (run > 1 || crashed == 0) {
			t.Fatalf("run %d: died is %v", run, died)
		}
		if !died {
			break
		}
	}
	ledger, err := s.Ledger(t.Context(), "e1", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintln(sums(t, s),
		scalar[uint64](t, s, "SELECT count() FROM {db}.contacts"), scalar[uint64](t, s, "SELECT count() FROM {db}.gauges"), ledger)
}

// TestMismatchStops: a block that differs from the ledger in its rows or its borders is
// an error that says what differs, and nothing is written.
func TestMismatchStops(t *testing.T) {
	s := openMigrated(t)
	w := newWorld("lyon", "")
	fact := func(offered int64) made {
		return made{at: "2026-03-02T10:00:00Z", offset: 5, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, offered)}}
	}
	write(t, openWriter(t, s, 0, nil), seal(t, w, 0, 0, 9, fact(1)))
	writer := openWriter(t, s, 0, nil)
	for _, c := range []struct {
		name  string
		block *Block
		says  string
	}{
		{"other rows", seal(t, w, 0, 0, 9, fact(2)), "hash"},
		{"other end", seal(t, w, 0, 0, 8, fact(1)), "ends at 9"},
		{"other start", seal(t, w, 0, 3, 9, fact(1)), "no block that starts at 3"},
		{"across the end", seal(t, w, 0, 5, 15, fact(1)), "no block that starts at 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := writer.Write(t.Context(), c.block)
			var mismatch *MismatchError
			if !errors.Is(err, ErrMismatch) || !errors.As(err, &mismatch) {
				t.Fatalf("error %v", err)
			}
			if mismatch.First != c.block.First || mismatch.Last != c.block.Last || !strings.Contains(mismatch.Detail, c.says) {
				t.Errorf("error %v does not say %q", err, c.says)
			}
			if IsRetryable(err) {
				t.Error("a mismatch must not be retried")
			}
		})
	}
	if got := scalar[int64](t, s, "SELECT sum(offered) FROM {db}.facts"); got != 1 {
		t.Errorf("offered is %d, want 1", got)
	}
	same := seal(t, w, 0, 0, 9, fact(1))
	if verdict, err := writer.Check(same); verdict != VerdictStored || err != nil {
		t.Errorf("the same block is %s, %v", verdict, err)
	}
	write(t, writer, same)
	if got := scalar[uint64](t, s, "SELECT count() FROM {db}.blocks"); got != 1 {
		t.Errorf("%d rows in the ledger, want 1", got)
	}
}

// TestOldVersionInFlight: an old version of the program stored the facts of a block and
// died before the ledger; the new one makes other facts of the same records. ClickHouse
// would drop them in silence, because the token is the same.
func TestOldVersionInFlight(t *testing.T) {
	s := openMigrated(t)
	w := newWorld("lyon", "")
	block := func(incs ...aggregator.Inc) *Block {
		return seal(t, w, 0, 0, 9, made{at: "2026-03-02T10:00:00Z", offset: 5, queue: "support", incs: incs})
	}
	old := block(inc(indicator.Offered, 1))
	if err := s.insert(t.Context(), "facts", token("facts", old), factColumnsOf(allFacts(old), true)); err != nil {
		t.Fatal(err)
	}
	err := openWriter(t, s, 0, nil).Write(t.Context(), block(inc(indicator.Offered, 1), inc(indicator.Answered, 1)))
	if !errors.Is(err, ErrMismatch) || !strings.Contains(err.Error(), "sum of answered: 0 and 1") {
		t.Errorf("error %v", err)
	}
}

// TestDroppedInsert: somebody deleted the facts of a block in flight. ClickHouse still
// knows its token, acknowledges the insert and drops it; that must not pass.
func TestDroppedInsert(t *testing.T) {
	s, b := openMigrated(t), twoDays(t)
	if err := s.insert(t.Context(), "facts", token("facts", b), factColumnsOf(allFacts(b), true)); err != nil {
		t.Fatal(err)
	}
	execute(t, s, "ALTER TABLE {db}.facts DELETE WHERE day = '2026-03-02' SETTINGS mutations_sync = 2")
	err := openWriter(t, s, 0, nil).Write(t.Context(), b)
	if !errors.Is(err, ErrMismatch) || !strings.Contains(err.Error(), "an insert of 5 facts was acknowledged and 3 of them are not there") {
		t.Errorf("error %v", err)
	}
}

// TestOtherBorders: facts beyond the ledger were stored in a block with other borders.
// The blocks made now hold the same facts, so each is found to be there.
func TestOtherBorders(t *testing.T) {
	s := openMigrated(t)
	w := newWorld("lyon", "")
	fact := func(offset int64) made {
		return made{at: "2026-03-02T10:00:00Z", offset: offset, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, offset)}}
	}
	old := seal(t, w, 0, 0, 29, fact(5), fact(15), fact(25))
	if err := s.insert(t.Context(), "facts", token("facts", old), factColumnsOf(allFacts(old), true)); err != nil {
		t.Fatal(err)
	}
	writer := openWriter(t, s, 0, nil)
	for first := int64(0); first < 40; first += 10 {
		write(t, writer, seal(t, w, 0, first, first+9, fact(first+5)))
	}
	if got := scalar[int64](t, s, "SELECT sum(offered) FROM {db}.facts"); got != 5+15+25+35 {
		t.Errorf("offered is %d, want 80", got)
	}
}

// TestLogsAreApart: the same partition and offsets of another log are other blocks.
func TestLogsAreApart(t *testing.T) {
	s, b := openMigrated(t), twoDays(t)
	write(t, openWriter(t, s, 0, nil), b)
	other, err := s.OpenWriter(t.Context(), "e2", 0, WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if other.Last() != -1 {
		t.Errorf("last of the new log is %d, want -1", other.Last())
	}
	if err := other.Write(t.Context(), b); err == nil {
		t.Error("a writer took the block of another log")
	}
	b.Epoch = "e2"
	write(t, other, b)
	if got := scalar[uint64](t, s, "SELECT count() FROM {db}.facts"); got != 10 {
		t.Errorf("%d rows, want 10", got)
	}
}

// TestManyDaysInOneBlock: a block of an import may span more days than ClickHouse
// accepts in one insert by default (100).
func TestManyDaysInOneBlock(t *testing.T) {
	s := openMigrated(t)
	w := newWorld("lyon", "import-1")
	var facts []made
	for i := range 101 {
		day := fmt.Sprintf("2025-%02d-%02d", i/28+1, i%28+1)
		facts = append(facts, made{at: day + "T10:00:00Z", offset: int64(i), queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 1)}})
	}
	write(t, openWriter(t, s, 0, nil), seal(t, w, 0, 0, 119, facts...))
	if got := scalar[uint64](t, s, "SELECT uniqExact(day) FROM {db}.facts"); got != 101 {
		t.Errorf("%d days, want 101", got)
	}
}

// TestLedgerConflict: a ledger with two different blocks of the same records is refused.
func TestLedgerConflict(t *testing.T) {
	l := Ledger{Epoch: "e1", Last: 29, Rows: []LedgerRow{{First: 0, Last: 9, Hash: 1}, {First: 0, Last: 9, Hash: 1}, {First: 10, Last: 19, Hash: 2}}}
	if err := l.check(); err != nil {
		t.Errorf("a block noted twice alike: %v", err)
	}
	l.Rows = append(l.Rows, LedgerRow{First: 15, Last: 29, Hash: 3})
	if err := l.check(); !errors.Is(err, ErrMismatch) {
		t.Errorf("overlapping blocks: %v", err)
	}
}

// TestOnDays: the copy of a day's rows has that day's measures and bins and no others.
func TestOnDays(t *testing.T) {
	b := twoDays(t)
	var all []int64
	for _, day := range slices.Sorted(maps.Keys(b.facts.tallies())) {
		part := b.facts.onDays(func(d int64) bool { return d == day })
		all = append(all, int64(part.rows))
		all = append(all, part.measures[indicator.Offered]...)
		for i, row := range part.bins[indicator.WaitAnsweredBins].rows {
			all = append(all, int64(row), int64(part.bins[indicator.WaitAnsweredBins].bins[i]))
		}
	}
	if diff := cmp.Diff([]int64{3, 1, 2, 4, 0, 7, 2, 8, 16, 1, 9}, all); diff != "" {
		t.Error(diff)
	}
}
