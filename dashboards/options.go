// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// Options say for whom the boards are made.
type Options struct {
	Catalogue *indicator.Catalogue
	Centre    Centre
	// Languages are those of the boards: each has its own boards. At least one.
	Languages []indicator.Language
	Sources   Sources
}

// Centre is what of a centre is on boards.
type Centre struct {
	ID, Name string
	Zone     string // IANA time zone in which boards show times
	// ThresholdMs is T of the centre, ms: the wait within which a contact should be answered.
	ThresholdMs int64
	Queues      []Queue
	Teams       []Team
	Campaigns   []Campaign
	Targets     []Target
	// Steps are the targets of teams with their days, those in force and those that were told and begin later.
	Steps []Step
	// Boards are the centre's own, beside those that every centre has.
	Boards []organisation.Board
}

// Queue is a queue that boards can show. Queues of one Group share the people who serve them; empty for a group of its own.
type Queue struct{ ID, Name, Channel, Group string }

// deferred tells whether contacts of the queue are messages, to be replied to by a due time.
func (q Queue) deferred() bool {
	return q.Channel == "email" || q.Channel == "letter" || q.Channel == "social"
}

// Team is a team that boards can show. Kind is its kind in the organisation: inbound, outbound, backoffice...
type Team struct{ ID, Name, Kind string }

// works tells whether a team of this kind does the work of a wall: inbound, backoffice or outbound. A kind that we do not
// know does all of it.
func (t Team) works(wall string) bool {
	switch t.Kind {
	case "inbound", "night", "newcomers":
		return wall == "inbound"
	case "blended":
		return wall == "inbound" || wall == "outbound"
	case "backoffice", "outbound":
		return wall == t.Kind
	}
	return true
}

// Campaign is an outbound campaign that boards can show.
type Campaign struct{ ID, Name string }

// Target is a wanted value in the indicator's unit, shares from 0 to 1. Min and Max are equal unless it is a band.
type Target struct {
	Indicator string
	Kind      indicator.ScopeKind
	Scope     string // empty for the centre
	Min, Max  float64
	Guard     string // indicator of quality without which it does not hold; empty for none
}

// Step is a target of a team for some days: of several on one indicator, a target that rises or falls. To is the first day after it, empty for ever.
type Step struct {
	Indicator, Team string
	From, To        string // days, as 2026-11-17
	Value           float64
}

// Sources are the uids of Grafana's data sources. People is the ClickHouse source of what is about teams and advisors: package
// roles gives it an account of its own.
type Sources struct{ ClickHouse, People, Prometheus string }

// The uids of the data sources unless told.
const (
	DefaultClickHouse = "clickhouse"
	DefaultPeople     = "clickhouse-people"
	DefaultPrometheus = "prometheus"
)

// Validate checks what Generate needs and fills nothing in.
func (o *Options) Validate() error {
	switch {
	case o.Catalogue == nil:
		return errors.New("dashboards: the catalogue of indicators is missing")
	case o.Centre.ID == "":
		return errors.New("dashboards: the centre has no id; write one in its centre.yaml, or give --centre")
	case len(o.Languages) == 0:
		return errors.New("dashboards: no language; choose en, fr or both")
	}
	for _, t := range o.Centre.Targets {
		if _, ok := o.Catalogue.Lookup(t.Indicator); !ok {
			return fmt.Errorf("dashboards: a target is set on %s, which is no indicator; did you mean %s?", t.Indicator, o.Catalogue.Suggest(t.Indicator))
		}
	}
	return nil
}

func (o *Options) clickHouse() string { return cmp.Or(o.Sources.ClickHouse, DefaultClickHouse) }
func (o *Options) people() string     { return cmp.Or(o.Sources.People, DefaultPeople) }
func (o *Options) prometheus() string { return cmp.Or(o.Sources.Prometheus, DefaultPrometheus) }

// sourceOf is the uid of the data source that a query is put to, by what it reads.
func (o *Options) sourceOf(sql string) string {
	for _, about := range []string{"AND team IN (", "AND advisor IN (", "scope = 'team'", "scope = 'advisor'"} {
		if strings.Contains(sql, about) {
			return o.people()
		}
	}
	return o.clickHouse()
}

// target is the target of an indicator for a scope, and whether there is one.
func (c *Centre) target(id string, kind indicator.ScopeKind, scope string) (Target, bool) {
	for _, t := range c.Targets {
		if t.Indicator == id && t.Kind == kind && t.Scope == scope {
			return t, true
		}
	}
	return Target{}, false
}
