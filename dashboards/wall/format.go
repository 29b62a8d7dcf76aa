// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

const narrowSpace = indicator.NarrowSpace

// written is a value as it is written: its number, and its unit beside it.
type written struct{ number, unit string }

// text is the value in one piece.
func (w written) text(l Lang) string {
	switch {
	case w.unit == "":
		return w.number
	case l == English && w.unit == "%":
		return w.number + "%"
	}
	return w.number + narrowSpace + w.unit
}

// write writes a value, in the unit of a format: a fraction, milliseconds, things per hour, cents, or a count.
func write(l Lang, f Format, x float64) written {
	switch f {
	case FormatPercent:
		return written{decimal(l, 100*x, 1), "%"}
	case FormatDuration:
		return duration(l, int64(math.Round(x)))
	case FormatHours:
		hours := x / float64(time.Hour.Milliseconds())
		if hours >= 100 {
			return written{decimal(l, hours, 0), "h"}
		}
		return written{decimal(l, hours, 1), "h"}
	case FormatPerHour:
		return written{decimal(l, x, 1), "/h"}
	case FormatMoney:
		return written{decimal(l, x/100, 0), "€"}
	case FormatPoints, FormatMean:
		return written{decimal(l, x, 1), ""}
	}
	return written{decimal(l, x, 0), ""}
}

// writeLimit writes a limit, without decimals when it has none.
func writeLimit(l Lang, f Format, x float64) written {
	w := write(l, f, x)
	for _, none := range []string{",0", ".0"} {
		w.number = strings.TrimSuffix(w.number, none)
	}
	return w
}

// duration is seconds up to a minute, then 6:42 min, then 1:05 h.
func duration(l Lang, ms int64) written {
	seconds := (ms + 500) / 1000
	switch {
	case seconds < 60:
		return written{strconv.FormatInt(seconds, 10), "s"}
	case seconds < 3600:
		return written{clock(seconds/60, seconds%60), "min"}
	case seconds < 100*3600:
		return written{clock(seconds/3600, seconds/60%60), "h"}
	}
	return written{decimal(l, float64(seconds)/3600, 0), "h"}
}

func clock(whole, rest int64) string {
	if rest < 10 {
		return strconv.FormatInt(whole, 10) + ":0" + strconv.FormatInt(rest, 10)
	}
	return strconv.FormatInt(whole, 10) + ":" + strconv.FormatInt(rest, 10)
}

// decimal writes a number in the manner of a language.
func decimal(l Lang, x float64, places int) string { return l.language().Decimal(x, places) }

// signed writes a difference with its sign.
func signed(l Lang, x float64, places int) string { return l.language().Signed(x, places) }

// hourMinute is a time of the clock: 14:05, or 14 h 05, and 8 h on the hour.
func hourMinute(l Lang, t time.Time) string {
	if l == English {
		return t.Format("15:04")
	}
	text := strconv.Itoa(t.Hour()) + narrowSpace + "h"
	if t.Minute() != 0 {
		text += narrowSpace + t.Format("04")
	}
	return text
}

// longDate is "mardi 17 novembre", or "Tuesday 17 November".
func longDate(l Lang, t time.Time) string {
	if l == English {
		return t.Format("Monday 2 January")
	}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return frenchDays[t.Weekday()] + " " + day + " " + frenchMonths[t.Month()-1]
}

// shortDate is "3 déc.", or "3 Dec".
func shortDate(l Lang, t time.Time) string {
	if l == English {
		return t.Format("2 Jan")
	}
	return strconv.Itoa(t.Day()) + narrowSpace + frenchShortMonths[t.Month()-1]
}

var (
	frenchShortMonths = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}

	frenchDays   = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)
