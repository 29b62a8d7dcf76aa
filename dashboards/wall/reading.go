// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"cmp"

	"github.com/vigie-kpi/vigie/indicator"
)

// Scope is whose value something is. The centre's ID is "".
type Scope struct {
	Kind indicator.ScopeKind
	ID   string
}

// String returns the scope as the API writes it: "queue:assistance", or "centre".
func (s Scope) String() string {
	if s.Kind == indicator.ScopeCentre {
		return s.Kind.String()
	}
	return s.Kind.String() + ":" + s.ID
}

func compareScopes(a, b Scope) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// Reading is what the live machine knows of a centre at one record of the log. It is immutable once made, and may be
// shared between goroutines.
type Reading struct {
	Centre    string
	AsOfMs    int64
	Partition int32
	Offset    int64
	// Scopes holds no person.
	Scopes map[Scope]*Sums
	// Gauges lists the names of the gauges that this version of the machine has.
	Gauges map[string]bool
	Flags  []Notice
	// Alerts are those that fire, and those that were over in the last quarter of an hour, by rule and scope.
	Alerts []Alert
}

// The states of an alert.
const (
	AlertFiring   = "firing"
	AlertResolved = "resolved"
)

// Alert is an alert of a rule, in the rule's words. SinceMs is when it fired, UntilMs when it was over, 0 while it fires; both on
// the clock of the log.
type Alert struct {
	Rule             string
	Scope            Scope
	Name             Text // one line that says what is the matter
	Description      Text // more about it; may be empty
	Short            Text // a few words for beside the name of the scope; may be empty
	Severity         string
	Audience         string
	Owner, Runbook   string
	State            string
	SinceMs, UntilMs int64
	// SeenMs is when somebody first acknowledged it, 0 when nobody did, and SeenCause is why it came, by one of event.Causes.
	SeenMs    int64
	SeenCause string
	// InhibitedBy is the rule of another alert that says the same more plainly; "" for none. A wall leaves this one out.
	InhibitedBy string
}

// Sums are the live sums of one scope.
type Sums struct {
	Gauges  map[string]int64 // by name; one that is absent is 0
	Windows map[Window]*WindowSums
}

// WindowSums are the sums over one window: Panes up to now, Minutes over whole minutes, for what touches wall-clock time.
// Both are indexed by measure.
type WindowSums struct {
	Panes, Minutes []int64
	Bins           [indicator.NumBinFamilies]Bins
}

// Bins are counts of waits, in ascending order of bins.
type Bins struct {
	Bins   []uint16
	Counts []int64
}

// Value evaluates an indicator over the sums of several scopes: sum over sum. It returns false when none of the scopes has
// ever been seen, or the indicator is not shown for their kind.
func (r *Reading) Value(ind *indicator.Indicator, window Window, scopes ...Scope) (indicator.Value, bool) {
	var parts []*WindowSums
	for _, s := range scopes {
		if !ind.Scopes.Has(s.Kind) {
			return indicator.Value{}, false
		}
		if sums := r.Scopes[s]; sums != nil && sums.Windows[window] != nil {
			parts = append(parts, sums.Windows[window])
		}
	}
	return Eval(ind.Form, parts...), len(parts) > 0
}

// Eval evaluates a formula over added-up sums.
func Eval(f *indicator.Form, parts ...*WindowSums) indicator.Value {
	if family, ok := f.Bins(); ok {
		merged := Bins{}
		for _, p := range parts {
			merged = merge(merged, p.Bins[family])
		}
		return f.EvalBins(merged.Bins, merged.Counts)
	}
	var measures [indicator.NumMeasures]int64
	for _, p := range parts {
		from := p.Panes
		if f.TouchesTime() {
			from = p.Minutes
		}
		if from == nil {
			continue
		}
		for _, m := range f.Measures() {
			measures[m] += from[m]
		}
	}
	return f.Eval(measures[:])
}

// merge adds two histograms up.
func merge(a, b Bins) Bins {
	var sum Bins
	add := func(bin uint16, n int64) { sum.Bins, sum.Counts = append(sum.Bins, bin), append(sum.Counts, n) }
	i, j := 0, 0
	for i < len(a.Bins) || j < len(b.Bins) {
		switch {
		case j == len(b.Bins) || i < len(a.Bins) && a.Bins[i] < b.Bins[j]:
			add(a.Bins[i], a.Counts[i])
			i++
		case i == len(a.Bins) || b.Bins[j] < a.Bins[i]:
			add(b.Bins[j], b.Counts[j])
			j++
		default:
			add(a.Bins[i], a.Counts[i]+b.Counts[j])
			i, j = i+1, j+1
		}
	}
	return sum
}

// onQueueGauges are the advisors who are with a customer or ready for one.
var onQueueGauges = []string{"advisors_available", "advisors_ringing", "advisors_on_contact", "advisors_wrapping"}

const (
	gaugeOnQueue = "advisors_on_queue" // the sum of onQueueGauges
	gaugeLongest = "longest_wait_ms"
	gaugeOldest  = "oldest_item_ms"

	gaugeOpen       = "items_open"
	gaugeDueToday   = "items_due_today"
	gaugeUnanswered = "oldest_unanswered_ms"

	gaugeStaffPresent  = "staff_present"
	gaugeStaffRequired = "staff_required"
)

// Gauges of a Reading that are not the machine's: whoever makes it fills them in, of the centre and of teams.
const (
	GaugePlannedNow  = "planned_now"    // advisors whom their schedules want with customers
	GaugePlannedSoon = "planned_in_30m" // the same SoonMs ahead
	// GaugeBreakMs is how much of the next quarter of an hour planned breaks take from those on queue, less what they give back.
	GaugeBreakMs = "break_ahead_ms"
	GaugeHelpMs  = "help_asked_ms" // how long somebody has been asking for help without a break
)

// SoonMs is how far ahead staffing is looked at.
const SoonMs = 2 * QuarterMs

// Gauge adds a gauge up over scopes; of what is a greatest, it takes the greatest. It returns false for a gauge that the
// machine does not have.
func (r *Reading) Gauge(name string, scopes ...Scope) (int64, bool) {
	var total int64
	for _, s := range scopes {
		sums := r.Scopes[s]
		if sums == nil {
			continue
		}
		switch name {
		case gaugeOnQueue:
			for _, part := range onQueueGauges {
				total += sums.Gauges[part]
			}
		case gaugeLongest, gaugeOldest, gaugeUnanswered, GaugeHelpMs:
			total = max(total, sums.Gauges[name])
		default:
			total += sums.Gauges[name]
		}
	}
	return total, name == gaugeOnQueue || r.Gauges[name]
}
