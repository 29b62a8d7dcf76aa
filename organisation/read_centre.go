// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

func (r *reader) readCentre(s *source) {
	e := s.mapping(s.root, centreFields)
	if e == nil {
		return
	}
	o := r.org
	o.ID, o.Centre.Name = e.text("id"), e.text("name")
	if zone := r.zone(e); zone != "" {
		o.Centre.Zone = zone
	}
	o.Centre.DayStartsAtMinutes = e.clock("day_starts")
	if ms := e.waitMs("threshold", "20s"); ms != 0 {
		o.Centre.ThresholdMs = ms
	}
	if e.has("short_abandon") {
		o.Centre.ShortAbandonMs, o.ShortGiven = e.shortMs(), true
	}
	word := func(key string, words []string, into *string) { *into = cmp.Or(e.word(key, words), *into) }
	o.Centre.Wall = r.wall(e, wallCentre)
	word("service_level", event.Variants, &o.Centre.Variant)
	word("unknown_queues", event.Unknowns, &o.Centre.UnknownQueues)
	word("unknown_advisors", event.Unknowns, &o.Centre.UnknownAdvisors)
	if !e.failed && o.ShortGiven {
		r.checkShort(e, o.Centre.ThresholdMs, o.Centre.ShortAbandonMs, "")
	}
	o.FitShort()
	e.check(o.Centre.Validate())
}

// FitShort keeps S <= T when nobody chose S.
func (o *Organisation) FitShort() {
	if !o.ShortGiven {
		o.Centre.ShortAbandonMs = min(o.Centre.ShortAbandonMs, o.Centre.ThresholdMs)
	}
}

// shortMs reads S, which at the centre may be 0: no abandon is short.
func (e *entry) shortMs() int64 {
	if d, err := time.ParseDuration(e.text("short_abandon")); err == nil && d == 0 {
		return 0
	}
	return e.waitMs("short_abandon", "5s")
}

// checkShort checks S <= T where both are known. from tells where the one that is not written here comes from.
func (r *reader) checkShort(e *entry, thresholdMs, shortMs int64, from string) {
	switch {
	case shortMs <= thresholdMs || !e.has("short_abandon") && !e.has("threshold"):
	case e.has("short_abandon"):
		e.fail("short_abandon", "S is %s here, longer than T, %s%s: an abandon is short only while the service level can still be met; make S at most T",
			shown(shortMs), shown(thresholdMs), from)
	default:
		e.fail("threshold", "T is %s here, shorter than S, %s%s: an abandon is short only while the service level can still be met; give short_abandon, too",
			shown(thresholdMs), shown(shortMs), from)
	}
}

// zone reads a key timezone; "" when it is not there or wrong.
func (r *reader) zone(e *entry) string {
	name := e.text("timezone")
	if name == "" {
		return ""
	}
	if _, err := zone.Load(name); err != nil {
		e.fail("timezone", "%v", err)
		return ""
	}
	return name
}

func (r *reader) readProgrammes(s *source) {
	for _, e := range s.list(programmeFields) {
		p := Programme{ID: e.text("programme"), Name: e.text("name")}
		r.declare("programmes.yaml", e, "programme", p.ID, p.ID, giveOnce)
		e.check((&event.ProgrammeConfig{Programme: p.ID, Name: p.Name}).Validate())
		r.org.Programmes = append(r.org.Programmes, p)
	}
}

func (r *reader) readSites(s *source) {
	for _, e := range s.list(siteFields) {
		site := Site{ID: e.text("site"), Name: e.text("name"), Zone: r.zone(e)}
		r.declare("sites.yaml", e, "site", site.ID, site.ID, giveOnce)
		e.check((&event.SiteConfig{Site: site.ID, Name: site.Name, Zone: site.Zone}).Validate())
		r.org.Sites = append(r.org.Sites, site)
	}
}

func (r *reader) readTeams(s *source) {
	for _, e := range s.list(teamFields) {
		t := Team{ID: e.text("team"), Name: e.text("name"), Site: r.name(e, "site", "sites.yaml"), Kind: e.text("kind")}
		r.declare("teams.yaml", e, "team", t.ID, t.ID, giveOnce)
		t.Wall = r.wall(e, wallTeam)
		e.check(t.config().Validate())
		r.org.Teams = append(r.org.Teams, t)
	}
}

// readHolidays reads lists of dates; what each date is called is for people.
func (r *reader) readHolidays(s *source) {
	root := resolved(s.root)
	if root.Kind != yaml.MappingNode {
		s.fail(s.root, "this must hold lists of holidays; begin with a name and a colon, then write \"  2026-12-25: Noël\" below it")
		return
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, days := root.Content[i], resolved(root.Content[i+1])
		e := &entry{src: s, node: key}
		r.declare("holidays.yaml", e, "list", key.Value, key.Value, giveOnce)
		if days.Kind != yaml.MappingNode {
			s.fail(key, "%s: no dates; write them below it, such as \"  2026-12-25: Noël\"", key.Value)
			continue
		}
		r.holidays[key.Value] = e.dateKeys(days, key.Value)
	}
}

// dateKeys reads the keys of a mapping as dates, and returns them sorted.
func (e *entry) dateKeys(n *yaml.Node, what string) []Date {
	var dates []Date
	for i := 0; i+1 < len(n.Content); i += 2 {
		date, ok := e.oneDate(n.Content[i], what)
		if ok && slices.Contains(dates, date) {
			e.failed = true
			e.src.fail(n.Content[i], "%s: %s is given twice; give it once", what, date)
			continue
		}
		if ok {
			dates = append(dates, date)
		}
	}
	slices.Sort(dates)
	return dates
}

func (e *entry) oneDate(n *yaml.Node, what string) (Date, bool) {
	if _, err := time.Parse(time.DateOnly, n.Value); err != nil {
		e.failed = true
		e.src.fail(n, "%s: found %s, write a date such as 2026-12-25", what, quoted(n.Value))
		return "", false
	}
	return Date(n.Value), true
}

func (r *reader) readCalendars(s *source) {
	for _, e := range s.list(calendarFields) {
		c := Calendar{ID: e.text("calendar")}
		r.declare("calendars.yaml", e, "calendar", c.ID, c.ID, giveOnce)
		c.Week = e.weekHours()
		for _, list := range r.namesIn(e, "holidays", "holidays.yaml") {
			c.Closed = append(c.Closed, r.holidays[list]...)
		}
		for _, it := range e.texts("closed") {
			if date, ok := e.oneDate(it.node, "closed"); ok {
				c.Closed = append(c.Closed, date)
			}
		}
		slices.Sort(c.Closed)
		c.Closed = slices.Compact(c.Closed)
		c.Exceptional = e.exceptional()
		e.check(c.config().Validate())
		r.org.Calendars = append(r.org.Calendars, c)
	}
}

// weekHours reads the hours of the seven days, each of which must be there: a day forgotten would be a day closed.
func (e *entry) weekHours() [7][]event.Span {
	var hours [7][]event.Span
	n := e.fields["hours"]
	if n == nil {
		return hours // reported as missing
	}
	if n.Kind != yaml.MappingNode {
		e.fail("hours", "must say the hours of each day, for example {mon: \"08:00-20:00\", ..., sun: closed}")
		return hours
	}
	given := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		day := slices.Index(weekdays, key.Value)
		switch {
		case day < 0:
			e.failed = true
			e.src.fail(key, "hours: there is no day %s%s; the days are %s", quoted(key.Value), event.DidYouMean(key.Value, week), oneOf(week))
			return hours
		case given[key.Value]:
			e.failed = true
			e.src.fail(key, "hours: %s is given twice; give it once", key.Value)
			continue
		}
		given[key.Value] = true
		hours[day] = e.spans(n.Content[i+1], "hours: "+key.Value)
	}
	for _, day := range week {
		if !given[day] {
			e.fail("hours", "%s has no hours; write \"%s: closed\", or for example %s: \"08:00-20:00\"", day, day, day)
		}
	}
	if !e.failed && !slices.ContainsFunc(hours[:], func(spans []event.Span) bool { return len(spans) > 0 }) {
		e.fail("hours", "no weekday is open; give the hours of at least one")
	}
	return hours
}

func (e *entry) exceptional() map[Date][]event.Span {
	n := e.fields["exceptional"]
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		e.fail("exceptional", "must say the hours of dates, for example {2026-12-24: \"08:00-16:00\"}")
		return nil
	}
	e.dateKeys(n, "exceptional")
	hours := map[Date][]event.Span{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		hours[Date(n.Content[i].Value)] = e.spans(n.Content[i+1], "exceptional: "+n.Content[i].Value)
	}
	return hours
}
