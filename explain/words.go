// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// words writes in one language, and times in one zone.
type words struct {
	l   indicator.Language
	loc *time.Location
}

func (w words) say(en, fr string) string { return indicator.Text{En: en, Fr: fr}.In(w.l) }

func (w words) sayf(en, fr string, args ...any) string { return fmt.Sprintf(w.say(en, fr), args...) }

// duration is exact to the millisecond, because 20.04 s is beyond a threshold of 20 s.
func (w words) duration(ms int64) string {
	if ms < 0 {
		return "−" + w.duration(-ms)
	}
	seconds := w.decimal(ms%60_000, 3) + " s"
	switch minutes := ms / 60_000; {
	case minutes == 0:
		return seconds
	case minutes < 60:
		return fmt.Sprintf("%d min %s", minutes, seconds)
	default:
		return fmt.Sprintf("%d h %d min %s", minutes/60, minutes%60, seconds)
	}
}

// decimal writes value / 10^places exactly, without zeros at its end; value is not negative.
func (w words) decimal(value int64, places int) string {
	text := fmt.Sprintf("%0*d", places+1, value)
	whole, rest := text[:len(text)-places], strings.TrimRight(text[len(text)-places:], "0")
	if rest == "" {
		return whole
	}
	return whole + w.say(".", ",") + rest
}

// quantity is a sum of a measure with its unit.
func (w words) quantity(m indicator.Measure, value int64) string {
	sign := ""
	if value < 0 {
		sign, value = "−", -value
	}
	switch m.Info().Unit {
	case indicator.UnitMs:
		return sign + w.duration(value)
	case indicator.UnitCents:
		return sign + w.money(value)
	case indicator.UnitBp:
		return sign + w.decimal(value, 2) + " %"
	}
	return sign + strconv.FormatInt(value, 10)
}

func (w words) money(cents int64) string {
	return fmt.Sprintf("%d%s%02d", cents/100, w.say(".", ","), cents%100)
}

// signed is a number with its sign always shown.
func signed(n int64) string {
	if n < 0 {
		return "−" + strconv.FormatInt(-n, 10)
	}
	return "+" + strconv.FormatInt(n, 10)
}

// value is an indicator's value as people write it.
func (w words) value(x float64, unit indicator.Unit) string {
	number := func(x float64, places int) string {
		return strings.Replace(strconv.FormatFloat(x, 'f', places, 64), ".", w.say(".", ","), 1)
	}
	switch unit {
	case indicator.UnitPercent:
		return number(x*100, 2) + " %"
	case indicator.UnitBp:
		return number(x/100, 2) + " %"
	case indicator.UnitMs:
		return number(x/1000, 3) + " s"
	case indicator.UnitCents:
		return number(x/100, 2)
	case indicator.UnitPerHour:
		return number(x, 2) + w.say(" per hour", " par heure")
	case indicator.UnitCentsPerHour:
		return number(x/100, 2) + w.say(" per hour", " par heure")
	case indicator.UnitPoints:
		return number(x, 1) + " points"
	}
	if x == float64(int64(x)) {
		return strconv.FormatInt(int64(x), 10)
	}
	return number(x, 4)
}

// clock is an instant's time of day, in the zone; with the date when that is another than from's.
func (w words) clock(ms, from int64) string {
	t, day := time.UnixMilli(ms).In(w.loc), time.UnixMilli(from).In(w.loc)
	if t.Format(time.DateOnly) == day.Format(time.DateOnly) {
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02 15:04:05")
}

func (w words) instant(ms int64) string { return time.UnixMilli(ms).In(w.loc).Format(time.RFC3339) }
