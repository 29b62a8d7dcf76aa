// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// Opening hours outlive the configuration that said them: a letter keeps those that were known when it came, as a queue leg
// keeps its T. So they are names of the world: the zone, then the calendar as published, or nothing for what never closes.

// openingText is the name of opening hours.
func openingText(zoneName string, calendar []byte) string {
	return zoneName + "\x00" + string(calendar)
}

// hoursOf returns opening hours by their name.
func (w *World) hoursOf(id ID) *zone.Hours {
	if h := w.hours[id]; h != nil {
		return h
	}
	h, err := w.readHours(w.names.name(id))
	if err != nil {
		panic("BUG: opening hours that applied do not read back: " + err.Error())
	}
	w.hours[id] = h
	return h
}

// knowsHours tells whether a name is that of opening hours: in a damaged snapshot it may not be.
func (w *World) knowsHours(id ID) bool {
	if w.hours[id] != nil {
		return true
	}
	h, err := w.readHours(w.names.name(id))
	if err == nil {
		w.hours[id] = h
	}
	return err == nil
}

func (w *World) readHours(text string) (*zone.Hours, error) {
	if text == "" { // nothing was configured
		return zone.AlwaysOpen(time.UTC), nil
	}
	zoneName, calendar, _ := strings.Cut(text, "\x00")
	loc := w.cfg.location
	if zoneName != loc.String() {
		var err error
		if loc, err = zone.Load(zoneName); err != nil {
			return nil, err
		}
	}
	if calendar == "" {
		return zone.AlwaysOpen(loc), nil
	}
	c, err := event.ParseCalendarConfig([]byte(calendar))
	if err != nil {
		return nil, err
	}
	return c.OpeningHours(loc), nil
}

// openingAt is what a queue's rule says of its hours.
func (w *World) openingAt(rule *queueRule) ID {
	if id, known := w.cfg.opening[rule.calendar]; known {
		return id
	}
	return w.cfg.always
}
