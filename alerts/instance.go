// SPDX-License-Identifier: Apache-2.0

package alerts

// Verdict is what a rule says of a scope at an instant. Each is another thing: that a queue is closed is no reason to believe
// that it is well.
type Verdict uint8

// The verdicts. Append only: they are in snapshots.
const (
	VerdictFalse   Verdict = iota // the condition does not hold
	VerdictTrue                   // it holds
	VerdictBetween                // it does not hold, and what would clear a firing alert does not either
	VerdictClosed                 // outside of the hours of the rule
	VerdictSilent                 // the sources say nothing, so that nothing can be judged
	VerdictNoData                 // there is no value: nothing happened, or the scope was never heard of
	VerdictTooFew                 // less than the minimum
	VerdictRemoved                // the rule is no longer there, or no longer for this scope
	numVerdicts
)

var verdictNames = [numVerdicts]string{"false", "true", "between", "closed", "silent", "no_data", "too_few", "removed"}

// String returns the verdict's name in the store.
func (v Verdict) String() string {
	if v >= numVerdicts {
		return "invalid"
	}
	return verdictNames[v]
}

// Phase is where an alert is in its life.
type Phase uint8

// The phases. Append only: they are in snapshots.
const (
	PhaseInactive Phase = iota
	PhasePending        // the condition holds, not yet for long enough
	PhaseFiring
	PhaseResolved // it was over not long ago; in transitions and sets, no phase of its own inside
	numPhases
)

var phaseNames = [numPhases]string{"inactive", "pending", "firing", "resolved"}

// String returns the phase's name in the store.
func (p Phase) String() string {
	if p >= numPhases {
		return "invalid"
	}
	return phaseNames[p]
}

// life is the state of one rule for one scope: instants in ms UTC, 0 for none.
type life struct {
	phase      Phase // inactive, pending or firing
	verdict    Verdict
	pendingAt  int64 // since when the condition holds, while pending
	startsAt   int64 // when the newest alert fired
	resolvedAt int64 // when it was over; for RetainMs
	clearAt    int64 // since when a firing alert could be over
	firedAt    int64 // startsAt for as long as Rule.EveryMs asks for it
	shown      Shown
}

// quiet tells a life that is as if it had never been looked at.
func (l *life) quiet() bool { return *l == life{} }

// step takes the verdict of an instant. It returns the phase of a transition, and whether there is one.
func (l *life) step(r *Rule, at int64, v Verdict) (to Phase, changed bool) {
	l.verdict = v
	if l.firedAt != 0 && at-l.firedAt >= r.EveryMs {
		l.firedAt = 0
	}
	if l.phase == PhaseFiring {
		return l.stepFiring(r, at, v)
	}
	if v != VerdictTrue {
		was := l.phase
		l.phase, l.pendingAt = PhaseInactive, 0
		return PhaseInactive, was == PhasePending
	}
	if l.phase == PhaseInactive {
		l.phase, l.pendingAt, changed = PhasePending, at, true
	}
	if at-l.pendingAt < r.ForMs || l.firedAt != 0 {
		return PhasePending, changed
	}
	l.phase, l.pendingAt = PhaseFiring, 0
	l.startsAt, l.resolvedAt, l.clearAt, l.firedAt = at, 0, 0, 0
	if r.EveryMs > 0 {
		l.firedAt = at
	}
	return PhaseFiring, true
}

func (l *life) stepFiring(r *Rule, at int64, v Verdict) (to Phase, changed bool) {
	switch v {
	case VerdictTrue, VerdictBetween, VerdictSilent: // silence is no sign of health
		l.clearAt = 0
		return PhaseFiring, false
	case VerdictClosed, VerdictRemoved: // nothing to wait for
	default:
		if l.clearAt == 0 {
			l.clearAt = at
		}
		if at-l.clearAt < r.KeepMs {
			return PhaseFiring, false
		}
	}
	l.phase, l.clearAt, l.resolvedAt = PhaseInactive, 0, at
	return PhaseResolved, true
}

// forget drops an alert whose end every receiver has had the time to learn of. It returns whether there was one.
func (l *life) forget(at int64) bool {
	if l.resolvedAt == 0 || at-l.resolvedAt < RetainMs {
		return false
	}
	l.resolvedAt = 0
	if l.phase != PhaseFiring {
		l.startsAt, l.shown = 0, Shown{}
	}
	return true
}
