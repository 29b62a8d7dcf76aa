// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// shown is how a value is shown: the unit that Grafana writes beside it, and what divides the indicator's unit to give it.
type shown struct {
	title    string // of the column
	cases    string // title of the column of its number of cases; empty when that is not shown
	unit     string // Grafana's id
	decimals float64
	div      int64
}

// scaled is an expression in the unit that is shown.
func (s shown) scaled(value string) string {
	if s.div == 1 || s.div == 0 {
		return value
	}
	if !strings.HasSuffix(value, ")") || strings.HasPrefix(value, "toFloat64") {
		value = "(" + value + ")"
	}
	return value + " / " + strconv.FormatInt(s.div, 10)
}

const (
	secondMs = 1000
	hourMs   = 3_600_000
	dayMs    = 24 * hourMs
	centsPer = 100
	fullBp   = 10_000
)

// showAs is how indicators of a unit are shown. Times are in seconds, as the trade says them (an AHT of 404 s); those of
// deferred work are in hours.
func showAs(ind *indicator.Indicator) shown {
	switch ind.Unit {
	case indicator.UnitPercent:
		return shown{unit: "percentunit", decimals: 1, div: 1}
	case indicator.UnitBp:
		return shown{unit: "percentunit", decimals: 1, div: fullBp}
	case indicator.UnitMs:
		if ind.Subject == "deferred" || ind.Subject == "people" || strings.HasSuffix(ind.ID, "_ms") {
			return shown{unit: "suffix:h", decimals: 1, div: hourMs}
		}
		return shown{unit: "suffix:s", decimals: 0, div: secondMs}
	case indicator.UnitCents:
		return shown{unit: "suffix:€", decimals: 0, div: centsPer}
	case indicator.UnitCentsPerHour:
		return shown{unit: "suffix:€/h", decimals: 0, div: centsPer}
	case indicator.UnitPerHour:
		return shown{unit: "suffix:/h", decimals: 1, div: 1}
	case indicator.UnitPoints:
		return shown{unit: "none", decimals: 0, div: 1}
	}
	if strings.Contains(ind.Formula, "/") {
		return shown{unit: "none", decimals: 1, div: 1}
	}
	return shown{unit: "none", decimals: 0, div: 1}
}

// say writes a bound as a title says it: 80 %, 20 s.
func (s shown) say(value float64, l indicator.Language) string {
	text := number(value)
	unit := ""
	switch {
	case s.unit == "percentunit":
		text, unit = number(value*100), " %"
	case strings.HasPrefix(s.unit, "suffix:"):
		unit = " " + strings.TrimPrefix(s.unit, "suffix:")
	}
	if l == indicator.French {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + unit
}
