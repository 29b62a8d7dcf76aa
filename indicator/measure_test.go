// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strings"
	"testing"
)

func TestEveryMeasureIsDescribed(t *testing.T) {
	seen := map[string]bool{}
	for i := range NumMeasures {
		m := Measure(i)
		info := m.Info()
		if info.Name == "" || info.Doc == "" || info.Scopes == 0 {
			t.Errorf("measure %d (%q) lacks a name, a meaning or scopes", i, info.Name)
		}
		if seen[info.Name] {
			t.Errorf("measure %q is listed twice", info.Name)
		}
		seen[info.Name] = true
		if back, ok := ParseMeasure(info.Name); !ok || back != m {
			t.Errorf("ParseMeasure(%q) = %d, %v; want %d", info.Name, back, ok, m)
		}
		if isMs := strings.HasSuffix(info.Name, "_ms"); isMs != (info.Unit == UnitMs) {
			t.Errorf("measure %q has unit %v", info.Name, info.Unit)
		}
		if info.Time && info.Unit != UnitMs {
			t.Errorf("wall-clock measure %q is not in milliseconds", info.Name)
		}
	}
}

// The numbers are stored: these few, written down once, must never move.
func TestMeasureNumbersDoNotMove(t *testing.T) {
	for m, want := range map[Measure]int{Offered: 0, SlDue: 29, IvrServed: 53, TakenOver: 78, AvailableMs: 79, CallbackDelayMs: 179} {
		if int(m) != want {
			t.Errorf("%v has number %d, want %d", m, m, want)
		}
	}
}

func TestScopes(t *testing.T) {
	for _, c := range []struct {
		measure Measure
		scopes  string
	}{
		{Abandoned, "centre, programme, queue, campaign, channel"},
		{AnsweredWithin, "centre, programme, team, advisor, queue, campaign, channel"},
		{Contacts, "centre, programme, channel"},
		{QueueContacts, "queue"},
		{Handled, "centre, programme, team, advisor, queue, campaign, channel, line, workstation"},
		{DialHuman, "centre, programme, team, advisor, queue, campaign, channel, line"},
		{AvailableMs, "centre, team, advisor"},
	} {
		if got := c.measure.Info().Scopes.String(); got != c.scopes {
			t.Errorf("%v is booked in %q, want %q", c.measure, got, c.scopes)
		}
	}
}
