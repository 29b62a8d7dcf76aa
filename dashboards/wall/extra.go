// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// extra tells what a tile has beyond its figure. A tile that is closed, or has no figure, is left as it is; so is one whose
// extra cannot be told: then nobody judges it.
func (e *evaluation) extra(t *Tile, spec *TileSpec, f *figure, b bounds) {
	switch spec.Extra {
	case ExtraStaff:
		e.staff(t, f)
	case ExtraStock:
		e.stock(t, f, b.Limits)
	case ExtraDueToday:
		e.dueToday(t, f)
	case ExtraOldest:
		e.oldest(t, f, b.Limits)
	case ExtraReply:
		e.reply(t, spec, f, b.Limits)
	case ExtraPace:
		e.pace(t, spec, f, b.Limits)
	case ExtraList:
		e.list(t, f)
	case ExtraOwnPast:
		e.ownPast(t, spec, f, b.Limits)
	case ExtraChallenge:
		e.challenge(t)
	}
}

// addFirst puts notes before those that a tile has.
func (t *Tile) addFirst(notes ...string) {
	notes = slices.DeleteFunc(notes, func(n string) bool { return n == "" })
	t.Notes = append(notes, t.Notes...)
}

// setFigure replaces the figure of a tile.
func (e *evaluation) setFigure(t *Tile, format Format, raw float64) {
	w := write(e.Lang, format, raw)
	t.Value, t.Unit, t.Text, t.Raw = w.number, w.unit, w.text(e.Lang), &raw
}

// channelNames are the channels of work that waits.
var channelNames = []struct {
	channel string
	name    Text
}{
	{event.ChannelEmail, Text{En: "mail", Fr: "courriels"}},
	{event.ChannelLetter, Text{En: "letters", Fr: "courriers"}},
	{event.ChannelSocial, Text{En: "social", Fr: "réseaux"}},
	{event.ChannelSMS, Text{En: "SMS", Fr: "SMS"}},
}

// stock says how many days the stock would last, by how much it has changed today, and which channels it is of.
func (e *evaluation) stock(t *Tile, f *figure, l Limits) {
	if t.State != StateInfo {
		return
	}
	var today [indicator.NumMeasures]int64
	for _, s := range f.scopes {
		if sums := e.Reading.Scopes[s]; sums != nil && sums.Windows[Today] != nil {
			for m, n := range sums.Windows[Today].Panes {
				today[m] += n
			}
		}
	}
	if moved, ok := indicator.GaugeItemsOpen.Flow(today[:]); ok {
		t.Window = e.say(wordSinceMorning, signed(e.Lang, float64(moved), 0))
	}
	for _, c := range channelNames {
		var n int64
		for _, s := range f.scopes {
			if e.Config.Queue(s.ID, e.Reading.AsOfMs).Channel == c.channel {
				open, _ := e.Reading.Gauge(gaugeOpen, s)
				n += open
			}
		}
		if n > 0 {
			t.Notes = append(t.Notes, e.say(c.name)+" "+decimal(e.Lang, float64(n), 0))
		}
	}
	if days, ok := e.daysOfStock(f); ok {
		t.State = lower(nearest(days*fullBp), l)
		t.Gap = e.say(wordDays, decimal(e.Lang, days, 1))
	}
}

func (e *evaluation) daysOfStock(f *figure) (float64, bool) {
	ind, known := e.Catalogue.Lookup("days_of_stock")
	if !known || e.Day == nil || e.Day.Long[LastWeek] == nil {
		return 0, false
	}
	var measures [indicator.NumMeasures]int64
	for _, s := range f.scopes {
		if past := e.Day.Long[LastWeek][s]; past != nil {
			for _, m := range ind.Measures() {
				measures[m] += past.Panes[m]
			}
		}
	}
	var gauges [indicator.NumGauges]int64
	gauges[indicator.GaugeItemsOpen] = f.gauge
	v := ind.EvalNow(measures[:], gauges[:])
	days, ok := v.Float()
	return days, ok && v.Sample >= ind.MinSample
}

// oldest shows the age in opening time, of the queue whose oldest has used up most of its limit, and judges that share.
func (e *evaluation) oldest(t *Tile, f *figure, l Limits) {
	if t.State != StateInfo || f.gauge == 0 {
		return
	}
	now := e.Reading.AsOfMs
	worstBp, worst := int64(-1), event.QueueConfig{}
	var worstMs, worstLimitMs int64
	for _, s := range f.scopes {
		age, _ := e.Reading.Gauge(gaugeUnanswered, s)
		q := e.Config.Queue(s.ID, now)
		if age == 0 {
			continue
		}
		hours := e.Config.hours(q.Calendar)
		limitMs := limitOf(&q, hours, now-age)
		if limitMs == 0 {
			continue
		}
		passedMs := hours.Between(now-age, now)
		if bp := passedMs * fullBp / max(limitMs, 1); bp > worstBp {
			worstBp, worst, worstMs, worstLimitMs = bp, q, passedMs, limitMs
		}
	}
	if worstBp < 0 {
		return
	}
	e.setFigure(t, FormatHours, float64(worstMs))
	t.State = lower(float64(worstBp), l)
	t.Gap = e.say(wordOfLimit, writeLimit(e.Lang, FormatPercent, float64(worstBp/100)/100).text(e.Lang))
	t.Target = e.say(wordLimit, writeLimit(e.Lang, FormatHours, float64(worstLimitMs)).text(e.Lang))
	t.addFirst(t.Target, nameOr(worst.Name, worst.Queue))
}

// limitOf is the opening time within which a message that came at an instant wants its reply; 0 where the queue has no limit.
func limitOf(q *event.QueueConfig, hours *zone.Hours, cameMs int64) int64 {
	if q.DueBusinessMs > 0 || q.DueWorkingDays == 0 {
		return q.DueBusinessMs
	}
	return hours.Between(cameMs, hours.WorkingDayEnd(cameMs, q.DueWorkingDays))
}

// reply shows how soon nine in ten first replies came, of the queue in which they used up most of its limit, and judges that
// share. Queues with different limits have no percentile together. Of a limit in working days a message that came at closing
// has least, so that is what all are held against.
func (e *evaluation) reply(t *Tile, spec *TileSpec, f *figure, l Limits) {
	if t.State != StateInfo {
		return
	}
	lastOfDay := time.Date(e.now.Year(), e.now.Month(), e.now.Day(), 23, 59, 59, 0, e.Config.Location)
	worstBp, worst := int64(-1), event.QueueConfig{}
	var worstScope Scope
	var worstP90 indicator.Value
	var worstLimitMs int64
	for _, s := range f.scopes {
		q := e.Config.Queue(s.ID, e.Reading.AsOfMs)
		limitMs := limitOf(&q, e.Config.hours(q.Calendar), lastOfDay.UnixMilli())
		p90, _ := e.value(spec.Indicator, spec.Window, []Scope{s})
		if limitMs == 0 || !p90.Valid || p90.Sample < f.minN {
			continue
		}
		if bp := p90.Numerator * fullBp / limitMs; bp > worstBp {
			worstBp, worst, worstScope, worstP90, worstLimitMs = bp, q, s, p90, limitMs
		}
	}
	if worstBp < 0 {
		return
	}
	e.setFigure(t, FormatHours, float64(worstP90.Numerator))
	t.Numerator, t.Denominator, t.N = &worstP90.Numerator, &worstP90.Denominator, &worstP90.Sample
	t.Cases = e.say(wordCases, decimal(e.Lang, float64(worstP90.Sample), 0))
	t.Trend, t.Scopes = Trend{}, []string{worstScope.String()}
	t.State = lower(float64(worstBp), l)
	t.Gap = e.say(wordOfLimit, writeLimit(e.Lang, FormatPercent, float64(worstBp/100)/100).text(e.Lang))
	t.Target = e.say(wordLimit, writeLimit(e.Lang, FormatHours, float64(worstLimitMs)).text(e.Lang))
	half, _ := e.value("first_reply_p50", spec.Window, []Scope{worstScope})
	halfMs, _ := half.Float()
	t.addFirst(t.Target, nameOr(worst.Name, worst.Queue), e.say(wordHalfIn, write(e.Lang, FormatHours, halfMs).text(e.Lang)))
}

// lateMs is how long before closing the day's work must be done for the day to be safe.
const lateMs = 2 * QuarterMs

// dueToday says when what is due today will be done at the usual pace, what is due first.
func (e *evaluation) dueToday(t *Tile, f *figure) {
	if t.State != StateInfo {
		return
	}
	if f.gauge == 0 {
		t.State = StateOK
		t.addFirst(e.say(wordAllDone))
		return
	}
	until := e.opening(ServedDeferred)
	if _, dayEnds := e.Config.BusinessDay(e.Reading.AsOfMs); !until.open && (until.until.IsZero() || until.until.UnixMilli() >= dayEnds) {
		t.State, t.Gap = StateAct, e.say(wordNotToday)
		return
	}
	if p, ok := e.workPace(backOffice.Curve.Burn, f.scopes); ok && until.open && !until.until.IsZero() {
		closeMs := until.until.UnixMilli()
		end, done := p.finish(e.Reading.AsOfMs, closeMs, float64(f.gauge))
		switch {
		case !done:
			t.State, t.Gap = StateAct, e.say(wordNotToday)
			return
		case end > closeMs-lateMs:
			t.State = StateWatch
		default:
			t.State = StateOK
		}
		at := hourMinute(e.Lang, time.UnixMilli(end).In(e.Config.Location))
		t.Gap = e.say(wordDoneAt, at)
	}
}

// workPace is what is done in each quarter of the usual day, as today's people do it.
type workPace struct {
	quarters []Quarter
	done     *indicator.Indicator
	share    float64 // of the usual, by how today went so far
	days     int64
}

// paceMinN is how much must usually be done by now to compare today with it; then today may be half or one and a half times it.
// A usual day on which hardly anything is done tells no pace.
const (
	paceMinN  = 30
	paceDayN  = 10
	paceLeast = 0.5
	paceMost  = 1.5
)

// workPace finds the pace of some queues; false without past weeks.
func (e *evaluation) workPace(b *BurnSpec, scopes []Scope) (*workPace, bool) {
	done, known := e.Catalogue.Lookup(b.Done)
	if !known || e.Day == nil || e.Day.UsualDays == 0 || !e.hasUsual(scopes) {
		return nil, false
	}
	p := &workPace{done: done, share: 1, days: e.Day.UsualDays}
	var usualSoFar, usualDay float64
	for _, s := range scopes {
		p.quarters = append(p.quarters, e.Day.Usual[s]...)
	}
	for _, q := range p.quarters {
		usualDay += p.of(q)
		if q.StartMs+QuarterMs <= e.Reading.AsOfMs {
			usualSoFar += p.of(q)
		}
	}
	if usualDay < paceDayN {
		return nil, false
	}
	today, _ := e.value(b.Done, Today, scopes)
	if usualSoFar >= paceMinN {
		p.share = min(max(float64(today.Numerator)/usualSoFar, paceLeast), paceMost)
	}
	return p, true
}

// of is what is usually done in a quarter.
func (p *workPace) of(q Quarter) float64 {
	return float64(Eval(p.done.Form, q.Sums).Numerator) / float64(p.days)
}

// capacity is what can be done from one instant to another.
func (p *workPace) capacity(from, to int64) float64 {
	var sum float64
	for _, q := range p.quarters {
		if overlap := min(to, q.StartMs+QuarterMs) - max(from, q.StartMs); overlap > 0 {
			sum += p.of(q) * float64(overlap) / float64(QuarterMs)
		}
	}
	return sum * p.share
}

// finish finds the minute at which some work is done; false when that is not before the end.
func (p *workPace) finish(from, end int64, work float64) (at int64, done bool) {
	const (
		minuteMs = 60_000
		dust     = 1e-6 // of adding fractions of messages up
	)
	for at = from; at < end; at += minuteMs {
		next := min(at+minuteMs, end)
		if work -= p.capacity(at, next); work <= dust {
			return next, true
		}
	}
	return end, false
}
