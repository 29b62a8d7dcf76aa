// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"testing"

	"github.com/vigie-kpi/vigie/event"
)

// letters: the batch of 14:00 is late, and until it comes its source says nothing.
func (d *scenes) letters(t *testing.T) {
	scanned := func(fromHour, fromMinute, toHour, toMinute int) int {
		n := 0
		for _, e := range d.of(event.ItemCreated, 0, d.at(24, 0)) {
			if e.Source == sourceScanner.name && e.Received >= d.at(fromHour, fromMinute) && e.Received < d.at(toHour, toMinute) {
				n++
			}
		}
		return n
	}
	morning, silent, late := scanned(9, 30, 10, 0), scanned(10, 0, 16, 10), scanned(16, 10, 16, 30)
	if morning < 70 || silent != 0 || late < 25 {
		t.Errorf("%d letters at 09:30, %d until 16:10, %d then", morning, silent, late)
	}
}

// loanAtTheDesk: whoever is lent to Indigo takes messages as one of Indigo, and goes back to the calls of orvalie.
func (d *scenes) loanAtTheDesk(t *testing.T) {
	asIndigo, calls := 0, 0
	for _, m := range d.truth.Items {
		for _, h := range m.Hands {
			if h.Advisor != "a050" || h.At < d.at(15, 30) || h.At >= d.at(17, 30) {
				continue
			}
			asIndigo++
			if h.Team != "indigo" {
				t.Errorf("a050 takes %s as one of %s", m.ID, h.Team)
			}
		}
	}
	for _, c := range d.truth.Calls {
		for _, talk := range c.Talks {
			if talk.Advisor == "a050" && talk.From >= d.at(17, 30) && talk.From < d.at(24, 0) {
				calls++
			}
		}
	}
	if asIndigo < 3 || calls == 0 {
		t.Errorf("a050 took %d messages while lent to Indigo, and %d calls afterwards", asIndigo, calls)
	}
}
