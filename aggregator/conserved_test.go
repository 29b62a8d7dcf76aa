// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// The laws of MEASURES hold after each step for the centre and for each queue, team and advisor. (A programme, campaign or channel
// may be learned while a contact lasts: its begin then counts elsewhere than its end.) What somebody adds by a correction obeys
// no law and is left out.
var lawful = [...]indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeQueue, indicator.ScopeTeam, indicator.ScopeAdvisor}

// scopeName is a scope.
type scopeName struct {
	kind indicator.ScopeKind
	name string
}

// scopeSums is what the facts of a scope add up to, less corrections.
type scopeSums struct {
	n       [indicator.NumMeasures]int64
	touched bool // since the laws were checked last
}

// sumOf returns the sums of a scope, nothing when no fact has named it.
func (r *run) sumOf(kind indicator.ScopeKind, name string) *[indicator.NumMeasures]int64 {
	if s := r.scopes[scopeName{kind, name}]; s != nil {
		return &s.n
	}
	return new([indicator.NumMeasures]int64)
}

// scopesOf are the sums of the scopes that a fact counts in.
func (r *run) scopesOf(d *dimensions) []*scopeSums {
	var list []*scopeSums
	for _, kind := range lawful {
		name := d.scope(kind)
		if name == "" {
			continue
		}
		s := r.scopes[scopeName{kind, name}]
		if s == nil {
			s = &scopeSums{}
			r.scopes[scopeName{kind, name}] = s
		}
		list = append(list, s)
	}
	return list
}

// law is a whole, and parts of it that have nothing in common. When they are all of it, exact.
type law struct {
	exact bool
	whole []indicator.Measure
	parts []indicator.Measure
	but   indicator.ScopeSet // kinds of scope in which it does not hold, for a reason
}

type list = []indicator.Measure

func exactly(whole, parts list) law { return law{exact: true, whole: whole, parts: parts} }
func within(whole indicator.Measure, parts ...indicator.Measure) law {
	return law{whole: list{whole}, parts: parts}
}

var laws = []law{
	exactly(list{indicator.Left}, list{indicator.LeftTimeout, indicator.LeftOverflow, indicator.LeftCallback, indicator.LeftVoicemail,
		indicator.LeftKey, indicator.LeftEmpty, indicator.LeftWithdrawn}),
	exactly(list{indicator.Refused}, list{indicator.RefusedClosed, indicator.RefusedFull, indicator.RefusedNoAdvisor, indicator.RefusedDeterred}),
	within(indicator.Offered, indicator.OfferedTransferred),
	within(indicator.Offered, indicator.OfferedMissedWithin),
	within(indicator.Offered, indicator.QueueContacts),
	within(indicator.Answered, indicator.AnsweredWithin),
	within(indicator.Abandoned, indicator.AbandonedShort),
	within(indicator.Abandoned, indicator.AbandonedWithin),
	within(indicator.AbandonedWithin, indicator.AbandonedShort), // S <= T
	within(indicator.Left, indicator.LeftWithin),
	within(indicator.LeftCallback, indicator.LeftCallbackWithin),
	within(indicator.LeftWithin, indicator.LeftCallbackWithin),

	within(indicator.Contacts, indicator.ContactsIdentified),
	within(indicator.ResolutionAsked, indicator.Resolved),

	within(indicator.Offers, indicator.OffersCancelled, indicator.Missed),
	exactly(list{indicator.Transferred}, list{indicator.TransferredBlind, indicator.TransferredConsult}),
	within(indicator.Transferred, indicator.TransferredExternal),
	within(indicator.Handled, indicator.ReleasedByAdvisor, indicator.ReleasedByCustomer),
	within(indicator.Handled, indicator.Held),
	within(indicator.Handled, indicator.TalkShort),
	within(indicator.Handled, indicator.Assisted),
	within(indicator.Assisted, indicator.TakenOver),

	exactly(list{indicator.LoggedMs}, list{indicator.AvailableMs, indicator.RingingMs, indicator.OnContactMs, indicator.WrappingMs,
		indicator.BreakMs, indicator.LunchMs, indicator.TrainingMs, indicator.MeetingMs, indicator.CoachingMs, indicator.BackofficeMs,
		indicator.TechnicalMs, indicator.MonitorMs, indicator.OtherMs}),
	{exact: true, whole: list{indicator.LoadMs}, parts: list{indicator.OnContactMs, indicator.WrappingMs},
		but: 1 << indicator.ScopeTeam}, // a leg keeps the team at its connection; time in a state goes with the membership
	within(indicator.SlotsOpenMs, indicator.SlotsUsedMs),
	within(indicator.Connected, indicator.ShortGap),
	within(indicator.PlannedMs, indicator.AdherentMs),
	within(indicator.PlannedMs, indicator.PlannedProductiveMs),

	within(indicator.Evaluations, indicator.CriticalCustomer),
	within(indicator.Evaluations, indicator.CriticalBusiness),
	within(indicator.Evaluations, indicator.CriticalCompliance),
	within(indicator.CsatAnswers, indicator.CsatSatisfied),
	within(indicator.NpsAnswers, indicator.NpsPromoters, indicator.NpsDetractors),
	within(indicator.CesAnswers, indicator.CesEasy),

	exactly(list{indicator.Dialled}, list{indicator.DialHuman, indicator.DialMachine, indicator.DialNoAnswer, indicator.DialBusy,
		indicator.DialInvalid, indicator.DialRejected}),
	within(indicator.DialHuman, indicator.DialAbandoned),
	within(indicator.Sales, indicator.SalesCancelled),
	within(indicator.SaleCents, indicator.CancelledCents),
	exactly(list{indicator.CancelledCents}, list{indicator.CancelledBookedCents}),
	within(indicator.DialsChecked, indicator.DialsNoBasis, indicator.DialsOutOfWindow, indicator.DialsOverCap, indicator.DialsInRefusal,
		indicator.DialsCliRefused, indicator.DialsUnverifiable),
	within(indicator.DialsChecked, indicator.DialCheckDisagreed),

	within(indicator.Replies, indicator.ItemsFirstReplied),
	within(indicator.ItemsDue, indicator.ItemsMet),
	within(indicator.ComplaintAckDue, indicator.ComplaintAckMet),
	within(indicator.ComplaintReplyDue, indicator.ComplaintReplyMet),

	within(indicator.CallbacksDue, indicator.CallbacksKept),
}

// holds returns "" or how a law is broken.
func (l *law) holds(n *[indicator.NumMeasures]int64) string {
	var whole, parts int64
	for _, m := range l.whole {
		whole += n[m]
	}
	broken := false
	for _, m := range l.parts {
		parts += n[m]
		broken = broken || n[m] < 0
	}
	if !broken && parts <= whole && (!l.exact || parts == whole) {
		return ""
	}
	text := ""
	for _, m := range l.whole {
		text += fmt.Sprintf(" %s %d", m, n[m])
	}
	text += ", of which"
	for _, m := range l.parts {
		if n[m] != 0 {
			text += fmt.Sprintf(" %s %d", m, n[m])
		}
	}
	return text
}

// isOf tells whether the measures of a law are booked in a kind of scope, and whether the law is meant for it.
func (l *law) isOf(kind indicator.ScopeKind) bool {
	for _, m := range append(l.whole[:len(l.whole):len(l.whole)], l.parts...) {
		if !m.Info().Scopes.Has(kind) {
			return false
		}
	}
	return !l.but.Has(kind)
}

var lawsOf = func() (of [indicator.NumScopeKinds][]*law) {
	for i := range laws {
		for _, kind := range lawful {
			if laws[i].isOf(kind) {
				of[kind] = append(of[kind], &laws[i])
			}
		}
	}
	return of
}()

// conserved checks the laws of MEASURES that hold after each step.
func (r *run) conserved() {
	w := r.m.Worlds()[0]
	if err := w.CheckWatched(); err != nil {
		r.tb.Fatal(err)
	}
	for scope, s := range r.scopes {
		if scope.kind == indicator.ScopeQueue {
			r.balances(w, scope.name, &s.n)
		}
		if !s.touched {
			continue
		}
		s.touched = false
		for _, l := range lawsOf[scope.kind] {
			if broken := l.holds(&s.n); broken != "" {
				r.tb.Fatalf("%s %s:%s", scope.kind, scope.name, broken)
			}
		}
		n := &s.n
		there := n[indicator.AvailableMs] + n[indicator.RingingMs] + n[indicator.OnContactMs] + n[indicator.WrappingMs]
		if made := n[indicator.ProductionMs]; made < 0 || made > there && scope.kind != indicator.ScopeQueue {
			r.tb.Fatalf("%s %s: production_ms %d, there for contacts %d ms", scope.kind, scope.name, made, there)
		}
	}
}

// balances checks what depends on those who wait in a queue now.
func (r *run) balances(w *aggregator.World, queue string, n *[indicator.NumMeasures]int64) {
	waiting, _ := w.Waiting(queue)
	if n[indicator.Offered] != n[indicator.Answered]+n[indicator.Abandoned]+n[indicator.Left]+n[indicator.Lost]+int64(waiting) {
		r.tb.Fatalf("%s: offered %d, answered %d, abandoned %d, left %d, lost %d, waiting %d", queue, n[indicator.Offered],
			n[indicator.Answered], n[indicator.Abandoned], n[indicator.Left], n[indicator.Lost], waiting)
	}
	open := n[indicator.ItemsOpening] + n[indicator.ItemsCreated] + n[indicator.ItemsReopened] - n[indicator.ItemsSolved] - n[indicator.ItemsDropped]
	if stock := w.OpenItems(queue); open != int64(stock) {
		r.tb.Fatalf("%s: %d items are open, the measures say %d", queue, stock, open)
	}
	late := n[indicator.Answered] - n[indicator.AnsweredWithin] + n[indicator.Abandoned] - n[indicator.AbandonedWithin] +
		n[indicator.Left] - n[indicator.LeftWithin] + n[indicator.Lost]
	if beyond := n[indicator.Crossed] - late; beyond < 0 || beyond > int64(waiting) {
		r.tb.Fatalf("%s: crossed %d, late or lost %d, waiting %d", queue, n[indicator.Crossed], late, waiting)
	}
}

// Each kind of scope that the manager steers by has laws, or the test above proves nothing.
func TestEveryScopeHasLaws(t *testing.T) {
	for kind, atLeast := range map[indicator.ScopeKind]int{indicator.ScopeQueue: 20, indicator.ScopeTeam: 15, indicator.ScopeAdvisor: 15} {
		if n := len(lawsOf[kind]); n < atLeast {
			t.Errorf("%s: %d laws", kind, n)
		}
	}
}
