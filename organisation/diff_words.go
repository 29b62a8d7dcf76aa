// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// words turns members of published objects into words for people.
type words struct {
	loc       *time.Location
	dayStarts int               // minutes after midnight
	units     map[string]string // of indicators
}

// newWords takes the time zone from the organisation that will hold, else from the one before.
func newWords(before, after []event.ConfigObject, indicators []Indicator) *words {
	w := &words{loc: time.UTC, units: map[string]string{}}
	for _, in := range indicators {
		w.units[in.ID] = in.Unit
	}
	for _, o := range slices.Concat(before, after) {
		if own, err := event.ParseIndicatorConfig(o.Data); o.Type == event.ConfigIndicator && err == nil {
			w.units[own.ID] = own.Unit
		}
		if o.Type != event.ConfigCentre {
			continue
		}
		if centre, err := event.ParseCentreConfig(o.Data); err == nil {
			if loc, err := zone.Load(centre.Zone); err == nil {
				w.loc, w.dayStarts = loc, centre.DayStartsAtMinutes
			}
		}
	}
	return w
}

// labels says how a member is called and shown. Members that are not here are called what they are, with spaces.
var labels = map[string]struct {
	label string
	form  func(w *words, n int64) string
}{
	"threshold_ms":              {"T", (*words).duration},
	"short_abandon_ms":          {"S", (*words).duration},
	"variant":                   {"service level", nil},
	"zone":                      {"time zone", nil},
	"day_starts_at_minutes":     {"day starts at", (*words).clock},
	"contract_minutes_per_week": {"contract", (*words).minutes},
	"due_business_ms":           {"due in opening hours", (*words).duration},
	"due_working_days":          {"due in working days", nil},
	"communicated_at_ms":        {"communicated", (*words).moment},
	"for_ms":                    {"for", (*words).duration},
	"keep_ms":                   {"keeps firing for", (*words).duration},
	"every_ms":                  {"at most every", (*words).duration},
	"silent_ms":                 {"silent after", (*words).duration},
	"closed":                    {"closed on", nil},
	"exceptional":               {"hours of", nil},
	"hours":                     {"", nil},
	"categories":                {"", nil},
	"classes":                   {"", nil},
}

// values are the members that do not name or date the thing, in the order of their labels; nested ones one by one.
func (w *words) values(kind thing, members map[string]any) []value {
	var out []value
	for _, member := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(kind.id, member) || kind.dates && member == "to_ms" || member == "from_ms" || member == "value_to" {
			continue
		}
		label := strings.ReplaceAll(member, "_", " ")
		form := labels[member].form
		if known, ok := labels[member]; ok {
			label = known.label
		}
		switch v := members[member].(type) {
		case string:
			out = append(out, value{label, v})
		case json.Number:
			n, _ := v.Int64()
			switch {
			case member == "value":
				out = append(out, value{label, w.target(members, n)})
			case form != nil:
				out = append(out, value{label, form(w, n)})
			default:
				out = append(out, value{label, v.String()})
			}
		case []any:
			for _, item := range v {
				out = append(out, value{fmt.Sprintf("%s %v", label, item), present})
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				out = append(out, value{strings.TrimLeft(label+" "+key, " "), fmt.Sprint(v[key])})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b value) int { return cmp.Compare(a.label, b.label) })
	return out
}

// target shows a target's value in the unit of its indicator.
func (w *words) target(members map[string]any, n int64) string {
	indicator, _ := members["indicator"].(string)
	text := w.amount(n, w.units[indicator])
	if to, band := members["value_to"].(json.Number); band {
		upper, _ := to.Int64()
		text += " to " + w.amount(upper, w.units[indicator])
	}
	return text
}

func (w *words) amount(n int64, unit string) string {
	hundredths := func(suffix string) string {
		sign, whole := "", n
		if n < 0 {
			sign, whole = "-", -n
		}
		text := sign + strconv.FormatInt(whole/100, 10)
		if rest := whole % 100; rest != 0 {
			text = strings.TrimRight(fmt.Sprintf("%s.%02d", text, rest), "0")
		}
		return text + suffix
	}
	switch unit {
	case "percent", "bp":
		return hundredths(" %")
	case "ms":
		return shown(n)
	case "cents", "cents_per_hour":
		return hundredths(" EUR")
	case "per_hour", "points":
		return hundredths("")
	}
	return strconv.FormatInt(n, 10)
}

func (w *words) duration(ms int64) string { return shown(ms) }
func (w *words) minutes(n int64) string   { return shown(n * 60_000) }
func (w *words) clock(n int64) string     { return clockText(int(n)) }

// moment shows an instant in the centre's time: the date alone when it is the beginning of a business day.
func (w *words) moment(ms int64) string {
	wall := time.UnixMilli(ms).In(w.loc)
	if wall.Hour()*60+wall.Minute() == w.dayStarts && wall.Second() == 0 {
		return wall.Format(time.DateOnly)
	}
	return wall.Format("2006-01-02 15:04")
}

// period says from when to when, as the files do: a date as the end is the last day.
func (w *words) period(from, to int64) string {
	text := ""
	if from != always {
		text += " from " + w.moment(from)
	}
	if to == forEver {
		return text
	}
	wall := time.UnixMilli(to).In(w.loc)
	if wall.Hour()*60+wall.Minute() == w.dayStarts && wall.Second() == 0 {
		return text + " to " + wall.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return text + " to " + wall.Format("2006-01-02 15:04")
}

// instant reads a number of ms; 0 when it is not there.
func instant(member any) int64 {
	n, _ := member.(json.Number)
	ms, _ := n.Int64()
	return ms
}
