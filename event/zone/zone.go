// SPDX-License-Identifier: Apache-2.0

// Package zone knows the time zones of the world, from data inside the binary: the same log gives the same business
// days on every machine, whatever zone files that machine has.
//
// It never reads the machine's own zone files. Start with Load and Calendar.
package zone

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"time"
)

// Version is the IANA release of the embedded data. It is written into checkpoints, because a new release may move
// the borders of future days.
const Version = "2025c"

// zoneinfo.zip is the IANA time zone database (public domain), compiled, one entry a zone.
//
//go:embed zoneinfo.zip
var data []byte

// Load returns the zone with that IANA name, for example "Europe/Paris".
func Load(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("time zone %q: give an IANA name such as Europe/Paris", name)
	}
	if name == "UTC" {
		return time.UTC, nil
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("reading the embedded time zones: %w", err)
	}
	f, err := r.Open(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not in the IANA database %s: give a name such as Europe/Paris or Indian/Reunion", name, Version)
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("reading time zone %q: %w", name, err)
	}
	loc, err := time.LoadLocationFromTZData(name, raw)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: give an IANA name such as Europe/Paris: %w", name, err)
	}
	return loc, nil
}

// Calendar tells the business day of an instant: days in one zone that start at a fixed local time, for example 05:00
// so that a night shift belongs to the day on which it began. Days of 23 and 25 hours are ordinary.
//
// It remembers the last day it was asked for; it is not safe for concurrent use.
type Calendar struct {
	loc           *time.Location
	startsMinutes int

	day        int32 // the remembered day ...
	start, end int64 // ... is [start, end), ms UTC; end = 0 before the first question
}

// NewCalendar returns the calendar of a zone whose days start startsMinutes after local midnight (0 to 1439).
func NewCalendar(loc *time.Location, startsMinutes int) *Calendar {
	return &Calendar{loc: loc, startsMinutes: startsMinutes}
}

// Day returns the business day that ms (UTC) belongs to, as days since 1970-01-01.
func (c *Calendar) Day(ms int64) int32 {
	if ms < c.start || ms >= c.end {
		c.remember(ms)
	}
	return c.day
}

// Bounds returns the first instant of a business day and of the next one, in ms UTC.
func (c *Calendar) Bounds(day int32) (start, end int64) {
	return c.startOf(day), c.startOf(day + 1)
}

func (c *Calendar) remember(ms int64) {
	t := time.UnixMilli(ms).In(c.loc)
	civil := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	day := int32(civil.Unix() / secondsPerDay)
	if ms < c.startOf(day) {
		day--
	} else if ms >= c.startOf(day+1) {
		day++
	}
	c.day = day
	c.start, c.end = c.Bounds(day)
}

// startOf is the instant at which a business day starts. A start that the clocks skip begins after the gap, one that
// they repeat begins at its first occurrence: both follow from time.Date.
func (c *Calendar) startOf(day int32) int64 {
	civil := time.Unix(int64(day)*secondsPerDay, 0).UTC()
	y, m, d := civil.Date()
	return time.Date(y, m, d, c.startsMinutes/60, c.startsMinutes%60, 0, 0, c.loc).UnixMilli()
}

const secondsPerDay = 24 * 60 * 60
