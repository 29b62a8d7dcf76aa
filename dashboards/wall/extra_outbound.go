// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// openToday is how long campaigns, or the queues of the board where it has none, are open on this business day, and how much of
// that has passed, in ms.
func (e *evaluation) openToday() (totalMs, passedMs int64) {
	rule := ServedQueues
	if e.info.Kind == KindOutbound {
		rule = AllCampaigns
	}
	for _, span := range e.mergedSpans(rule) {
		totalMs += span[1] - span[0]
		passedMs += max(0, min(span[1], e.Reading.AsOfMs)-span[0])
	}
	return totalMs, passedMs
}

// mergedSpans are the opening hours of this business day in which any of some queues or campaigns is open.
func (e *evaluation) mergedSpans(rule ScopeRule) [][2]int64 {
	var spans, merged [][2]int64
	for _, s := range e.scopes(rule) {
		spans = append(spans, e.openSpans(s)...)
	}
	slices.SortFunc(spans, func(a, b [2]int64) int { return int((a[0] - b[0]) / 1000) })
	for _, s := range spans {
		if n := len(merged); n > 0 && s[0] <= merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], s[1])
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// pace judges a count of the day against the share of its target that should be there by now, and says what each hour that is
// left must bring.
func (e *evaluation) pace(t *Tile, spec *TileSpec, f *figure, l Limits) {
	target, targeted := e.Config.Target(spec.Indicator, f.scopes[0], e.Reading.AsOfMs)
	if t.State != StateInfo || !targeted || target.Value <= 0 {
		return
	}
	t.State, t.Gap = e.paceState(f.value.Numerator, target.Value, l)
	t.Unit = "/" + narrowSpace + decimal(e.Lang, float64(target.Value), 0)
	t.Text = t.Value + narrowSpace + t.Unit
	t.Target = e.say(wordTarget, decimal(e.Lang, float64(target.Value), 0))
	t.addFirst(e.paceNote(f.value.Numerator, target.Value))
}

func (e *evaluation) paceState(n, target int64, l Limits) (State, string) {
	total, passed := e.openToday()
	if total == 0 || passed == 0 {
		return StateInfo, ""
	}
	gap := signed(e.Lang, float64(n)-float64(float64(target)*float64(passed)/float64(total)), 0)
	return higher(nearest(float64(n)*fullBp*float64(total)/(float64(target)*float64(passed))), l), gap
}

// paceNote says what is needed for each hour that is left.
func (e *evaluation) paceNote(n, target int64) string {
	total, passed := e.openToday()
	left := float64(total-passed) / float64(time.Hour.Milliseconds())
	switch {
	case n >= target:
		return e.say(wordReached)
	case left <= 0:
		return e.say(wordMissing, decimal(e.Lang, float64(target-n), 0))
	}
	return e.say(wordPaceNeeded, decimal(e.Lang, float64(target-n), 0), decimal(e.Lang, float64(target-n)/left, 1))
}

// list says how much of the lists is left, and on which day they end by the pace of the last week.
func (e *evaluation) list(t *Tile, f *figure) {
	v, known := e.value("penetration", ListLife, f.scopes)
	share, ok := v.Float()
	if !known || !ok || t.State == StateClosed {
		return
	}
	left := max(v.Denominator-v.Numerator, 0)
	t.Window = e.say(wordWorked, writeLimit(e.Lang, FormatPercent, float64(int64(float64(100*share)+0.5))/100).text(e.Lang))
	number := decimal(e.Lang, float64(left), 0)
	if day, ok := e.listEnds(f.scopes, left); ok {
		t.addFirst(e.say(wordListEnds, number, shortDate(e.Lang, day)))
	} else {
		t.addFirst(e.say(wordLeftOnList, number))
	}
}

// maxListDays bounds how far ahead the end of a list is looked for.
const maxListDays = 90

// listEnds is the day on which nothing is left, at the pace of the open days of the last week.
func (e *evaluation) listEnds(scopes []Scope, left int64) (time.Time, bool) {
	past, known := e.pastValue("penetration", LastWeek, scopes)
	if !known || past.Numerator <= 0 {
		return time.Time{}, false
	}
	isOpen := func(day time.Time) bool {
		return slices.ContainsFunc(scopes, func(s Scope) bool {
			k := e.Config.calendars[e.calendarOf(s)]
			return k == nil || len(k.spans(day)) > 0
		})
	}
	days := int64(0)
	for back := range LastWeek.Days() {
		if isOpen(e.now.AddDate(0, 0, -1-int(back))) {
			days++
		}
	}
	if days == 0 {
		return time.Time{}, false
	}
	needed := (left*days + past.Numerator - 1) / past.Numerator // open days, the last one begun
	for ahead := 1; ahead <= maxListDays; ahead++ {
		if day := e.now.AddDate(0, 0, ahead); isOpen(day) {
			if needed--; needed <= 0 {
				return day, true
			}
		}
	}
	return time.Time{}, false
}

// ownPast compares a rate of each campaign, and of each number that its dials present, with its own last fortnight, and judges
// the worst: a number that networks show as unwanted gives itself away so. A distance that chance alone explains is told, and
// not judged; of several numbers one is far off by chance more often, so of them more is asked.
func (e *evaluation) ownPast(t *Tile, spec *TileSpec, f *figure, l Limits) {
	if t.State != StateInfo {
		return
	}
	worst := againstPast{}
	for _, s := range append(e.numbers(), f.scopes...) {
		window := spec.Window
		if s.Kind == indicator.ScopeLine {
			window = numbersWindow
		}
		now, _ := e.value(spec.Indicator, window, []Scope{s})
		past, known := e.pastValue(spec.Indicator, Fortnight, []Scope{s})
		x, ok := now.Float()
		usual, usualOK := past.Float()
		if !known || !ok || !usualOK || usual == 0 || now.Sample < spec.MinN || past.Sample < spec.MinN {
			continue
		}
		name := s.ID
		if s.Kind == indicator.ScopeCampaign {
			name = e.Config.campaignName(s.ID)
		}
		one := againstPast{name, (x/usual - 1) * fullBp, chance(x-usual, usual, now.Sample, errorsOf(s))}
		if worst.name == "" || worst.chance && !one.chance || worst.chance == one.chance && one.bp < worst.bp {
			worst = one
		}
	}
	if worst.name == "" {
		t.addFirst(e.say(wordNoHistory))
		return
	}
	t.State = higher(nearest(worst.bp), l)
	note := wordOwnPast
	if worst.chance {
		t.State = StateOK
	} else if t.State == StateAct {
		note = wordFlagged
	}
	t.Gap = signed(e.Lang, worst.bp/100, 0) + narrowSpace + "%"
	t.addFirst(e.say(note, worst.name))
}

// numbersWindow is over how long a number is looked at: it presents a part of a campaign's dials, too few in half an hour.
const numbersWindow = LastHour

// numbers are the lines that dials presented lately: trunks that calls come in by are none.
func (e *evaluation) numbers() []Scope {
	return slices.DeleteFunc(e.scopesOf(indicator.ScopeLine), func(s Scope) bool {
		sums := e.Reading.Scopes[s].Windows[numbersWindow]
		return sums == nil || sums.Panes[indicator.Dialled] == 0
	})
}

// againstPast is how far a campaign or a number is from its own past.
type againstPast struct {
	name   string
	bp     float64 // in shares of the past
	chance bool    // that may be chance
}

// errorsOf is how many standard errors away something is no longer chance.
func errorsOf(s Scope) float64 {
	if s.Kind == indicator.ScopeLine {
		return 2.5
	}
	return 2
}

// chance tells that a share of n cases lies within so many standard errors of the one that was usual.
func chance(distance, usual float64, n int64, errors float64) bool {
	return float64(distance*distance)*float64(n) < float64(errors*errors)*usual*(1-usual)
}

// guards are the quality indicators that a challenge may be guarded by here.
var guards = []string{"quality_score", "compliant_rate", "csat", "cancellation_rate"}

// challengeOf is the team's target in force that has a quality guard, and counts something of the day.
func (e *evaluation) challengeOf() (event.TargetConfig, *indicator.Indicator, bool) {
	for _, t := range e.Config.TargetsOf(Scope{indicator.ScopeTeam, e.team}, e.Reading.AsOfMs) {
		ind, known := e.Catalogue.Lookup(t.Indicator)
		if known && t.Guard != "" && ind.Unit == indicator.UnitCount && t.Value > 0 {
			return t, ind, true
		}
	}
	return event.TargetConfig{}, nil, false
}

// challenge shows how far the team is on its way, and whether quality still holds: without it the challenge is suspended.
func (e *evaluation) challenge(t *Tile) {
	target, ind, ok := e.challengeOf()
	scope := []Scope{{indicator.ScopeTeam, e.team}}
	v, known := e.value(target.Indicator, Today, scope)
	if !ok || !known {
		return
	}
	t.Indicator, t.Scopes, t.Notes = target.Indicator, []string{scope[0].String()}, nil
	e.setFigure(t, FormatPercent, float64(v.Numerator*100/target.Value)/100)
	t.Value = writeLimit(e.Lang, FormatPercent, *t.Raw).number
	t.Text = written{t.Value, t.Unit}.text(e.Lang)
	total, passed := e.openToday()
	t.Progress = &Progress{Share: min(float64(v.Numerator)/float64(target.Value), 1), Text: e.say(wordProgress, e.say(ind.Name), decimal(e.Lang, float64(v.Numerator), 0), decimal(e.Lang, float64(target.Value), 0))}
	t.Window = e.say(ind.Name)
	if total > 0 {
		t.Progress.Expected = float64(passed) / float64(total)
	}
	t.State, t.Gap = e.paceState(v.Numerator, target.Value, Limits{OK: fullBp, Watch: 8500})
	t.Notes = []string{e.guard(t, target.Guard, scope)}
}

// guard tells how the quality guard of a challenge stands, and suspends the challenge when it is broken.
func (e *evaluation) guard(t *Tile, id string, scope []Scope) string {
	ind, known := e.Catalogue.Lookup(id)
	if !known {
		return ""
	}
	name := e.say(ind.Name)
	wanted, targeted := e.Config.Target(id, scope[0], e.Reading.AsOfMs)
	if !targeted {
		wanted, targeted = e.Config.Target(id, Scope{}, e.Reading.AsOfMs)
	}
	v, _ := e.value(id, guardWindow, scope)
	x, ok := v.Float()
	if !ok || !targeted || ind.HasSample() && v.Sample < ind.MinSample {
		return e.say(wordGuardUnknown, name)
	}
	if ind.Unit == indicator.UnitBp {
		x /= fullBp
	}
	figure := write(e.Lang, FormatPercent, x).text(e.Lang)
	kept := nearest(x*fullBp) >= float64(wanted.Value)
	if ind.Better == indicator.DirectionLower {
		kept = nearest(x*fullBp) <= float64(wanted.Value)
	}
	if kept {
		return e.say(wordGuardKept, name, figure)
	}
	t.State = StateWatch
	return e.say(wordGuardBroken, name, figure)
}
