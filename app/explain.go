// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// Limits of one answer.
const (
	// MaxExplainSize is the most entries of a page: some 2 MB of JSON.
	MaxExplainSize = 1000
	// DefaultExplainSize is a page that a person reads.
	DefaultExplainSize = 50
	// maxExplainDays bounds an interval; a quarter of a year is what a report explains.
	maxExplainDays = 92
)

// ExplainOptions say what to explain, or whose abandons to list. Texts are as people write them; each has the flag and the
// parameter of the same name.
type ExplainOptions struct {
	Indicator string // not for a list of abandons
	Centre    string // empty: the only one there is
	// Scope is the kind of scope and ID which one; centre and nothing by default.
	Scope indicator.ScopeKind
	ID    string
	// From and To bound the interval; Day is a business day instead, as YYYY-MM-DD.
	From, To, Day string
	// Timezone is that of times without an offset, and of those that are written; empty: the centre's, else UTC.
	Timezone string
	AsOf     *int64 // the last log record to take into account
	Language string // en or fr
	Only     string // explain.OnlyAll and so on
	Page     int
	Size     int // entries of a page
	// Advisors shows who worked, by id, and allows the scope advisor: for those who may see it.
	Advisors  bool
	MinWaitMs int64 // of a list of abandons
}

// AskError is a question that cannot be answered as it is put; its text has the remedy.
type AskError struct{ text string }

// Error implements error.
func (e *AskError) Error() string { return e.text }

func ask(format string, args ...any) error { return &AskError{fmt.Sprintf(format, args...)} }

// ConfigReader reads the configurations of a centre that facts name, those that it has. It may be nil: what applied is then
// told by its version only.
type ConfigReader func(ctx context.Context, centre string, versions []uint32) ([]*explain.Configuration, error)

// Explainer answers where numbers come from.
type Explainer struct {
	Store     *store.Store
	Catalogue *indicator.Catalogue // the built-in one; what centres define themselves comes from the store
	Configs   ConfigReader
}

// question is what ExplainOptions ask for, read.
type question struct {
	ExplainOptions
	language     indicator.Language
	zone         *time.Location
	fromMs, toMs int64
}

// Explain explains an indicator. The error is an *AskError when the question is wrong.
func (x *Explainer) Explain(ctx context.Context, o ExplainOptions) (*explain.Explanation, error) {
	catalogue, err := x.catalogueFor(ctx, o.Centre, o.Indicator)
	if err != nil {
		return nil, err
	}
	ind, err := indicatorFor(catalogue, &o)
	if err != nil {
		return nil, err
	}
	q, err := x.read(ctx, o)
	if err != nil {
		return nil, err
	}
	sq := store.ExplainQuery{Centre: q.Centre, Scope: q.Scope, ID: q.ID, FromMs: q.fromMs, ToMs: q.toMs, Day: q.Day,
		Measures: explain.Relevant(ind, q.Scope), Advisors: q.Advisors}
	if family, ok := ind.Bins(); ok {
		sq.Family = &family
	}
	if q.AsOf != nil {
		newest, err := x.Store.Newest(ctx, q.Centre)
		if err != nil {
			return nil, err
		}
		newest.Offset = *q.AsOf
		sq.UpTo = &newest
	}
	r := &explain.Request{Catalogue: catalogue, Indicator: ind, Centre: q.Centre, Scope: q.Scope, ID: q.ID, FromMs: q.fromMs, ToMs: q.toMs,
		Day: q.Day, AsOf: q.AsOf, Language: q.language, Zone: q.zone, Advisors: q.Advisors, Page: explain.Page{Number: q.Page, Size: q.Size, Only: q.Only}}
	if err := x.gather(ctx, q, &sq, r); err != nil {
		return nil, err
	}
	return explain.Explain(r), nil
}

// gather reads the sums, the facts of the page, and the configurations that they name.
func (x *Explainer) gather(ctx context.Context, q *question, sq *store.ExplainQuery, r *explain.Request) error {
	totals, err := x.Store.ExplainTotals(ctx, *sq)
	if err != nil {
		return err
	}
	r.Sums, r.Bins = totals.Sums, totals.Bins
	if totals.Rows == 0 {
		r.Empty, err = x.whyEmpty(ctx, q)
		return err
	}
	if q.Day != "" {
		r.FromMs, r.ToMs = totals.FirstMs, totals.End
	}
	page := store.ExplainPage{Only: q.Only, Limit: q.Size, Offset: (q.Page - 1) * q.Size}
	page.Numerator, page.Denominator, _ = r.Indicator.Terms(r.Sums)
	if r.Facts, r.Counted, r.NotCounted, err = x.Store.ExplainFacts(ctx, *sq, page); err != nil {
		return err
	}
	var versions []uint32
	for i := range r.Facts {
		if v := r.Facts[i].Version; v != 0 && !slices.Contains(versions, v) {
			versions = append(versions, v)
		}
	}
	if x.Configs == nil || len(versions) == 0 {
		return nil
	}
	r.Configurations, err = x.Configs(ctx, q.Centre, versions)
	return err
}

// whyEmpty says why a scope has no facts, when it is because there is no such scope.
func (x *Explainer) whyEmpty(ctx context.Context, q *question) (string, error) {
	if q.Scope == indicator.ScopeCentre {
		return "", nil
	}
	names, err := x.Store.ScopeIDs(ctx, q.Centre, q.Scope)
	if err != nil || slices.Contains(names, q.ID) {
		return "", err
	}
	text := indicator.Text{En: "nothing was ever counted of %s %q", Fr: "rien n'a jamais été compté pour %s %q"}.In(q.language)
	text = fmt.Sprintf(text, q.Scope, q.ID)
	if near := event.Nearest(q.ID, names); near != "" && (q.Scope != indicator.ScopeAdvisor || q.Advisors) {
		text += fmt.Sprintf(indicator.Text{En: "; did you mean %q?", Fr: " ; vouliez-vous dire %q ?"}.In(q.language), near)
	}
	return text, nil
}

// catalogueFor is the built-in catalogue when it has the indicator, else the one with what the centre defines itself, as the
// views have it.
func (x *Explainer) catalogueFor(ctx context.Context, centre, id string) (*indicator.Catalogue, error) {
	if _, ok := x.Catalogue.Lookup(id); ok || id == "" {
		return x.Catalogue, nil
	}
	own, err := x.Store.OwnIndicators(ctx)
	if err != nil {
		return nil, err
	}
	if centre != "" {
		own = slices.DeleteFunc(own, func(v store.ConfigVersion) bool { return v.Centre != centre })
	}
	catalogue, _ := unite(x.Catalogue, own) // what cannot be added is in no view either, and was said where it came in
	return catalogue, nil
}

// indicatorFor finds what to explain, and checks that it is made of facts.
func indicatorFor(c *indicator.Catalogue, o *ExplainOptions) (*indicator.Indicator, error) {
	ind, ok := c.Lookup(o.Indicator)
	switch {
	case o.Indicator == "":
		return nil, ask("indicator is missing: name one, for example sl_live; docs/indicators.md lists them")
	case !ok:
		return nil, ask("%s", strings.TrimSpace(fmt.Sprintf("there is no indicator %q; %s docs/indicators.md lists them", o.Indicator, c.Suggest(o.Indicator))))
	case !ind.FromSums():
		return nil, ask("%s is of kind %s: it shows a state or a forecast, not a sum of facts, so no contacts stand behind it", ind.ID, ind.Kind)
	case !ind.Scopes.Has(o.Scope):
		return nil, ask("%s is not counted per %s; choose one of %s", ind.ID, o.Scope, ind.Scopes)
	case o.Scope == indicator.ScopeAdvisor && !o.Advisors:
		return nil, ask("explanations of one advisor are closed here: choose a team, or ask somebody who may see advisors")
	}
	return ind, nil
}

// read checks the options and finds centre, zone and interval.
func (x *Explainer) read(ctx context.Context, o ExplainOptions) (*question, error) {
	q := &question{ExplainOptions: o}
	if err := x.locate(ctx, q); err != nil {
		return nil, err
	}
	return q, q.interval()
}

// locate checks what was left out and finds centre and zone.
func (x *Explainer) locate(ctx context.Context, q *question) error {
	if err := q.defaults(); err != nil {
		return err
	}
	centres, err := x.Store.FactCentres(ctx)
	if err != nil {
		return err
	}
	switch {
	case q.Centre == "" && len(centres) == 1:
		q.Centre = centres[0]
	case q.Centre == "" && len(centres) == 0:
		return ask("nothing is stored yet")
	case q.Centre == "":
		return ask("there are %d centres; give centre, one of %s", len(centres), strings.Join(centres, ", "))
	case !slices.Contains(centres, q.Centre):
		return ask("nothing is stored of centre %q; there is %s", q.Centre, strings.Join(centres, ", "))
	}
	return x.findZone(ctx, q)
}

// defaults fills in what was left out, and refuses what has no meaning.
func (q *question) defaults() error {
	if q.Only == "" {
		q.Only = explain.OnlyAll
	}
	if q.Page == 0 {
		q.Page = 1
	}
	if q.Size == 0 {
		q.Size = DefaultExplainSize
	}
	switch q.Language {
	case "", "en":
	case "fr":
		q.language = indicator.French
	default:
		return ask("lang %q: choose en or fr", q.Language)
	}
	switch {
	case !slices.Contains(q.onlyWords(), q.Only):
		return ask("only %q: choose one of %s", q.Only, strings.Join(q.onlyWords(), ", "))
	case q.Page < 1 || q.Page > 1_000_000:
		return ask("page %d: pages count from 1", q.Page)
	case q.Size < 1 || q.Size > MaxExplainSize:
		return ask("limit %d: choose 1 to %d entries a page", q.Size, MaxExplainSize)
	case q.AsOf != nil && *q.AsOf < 0:
		return ask("as_of %d: it is the offset of a log record, 0 or more", *q.AsOf)
	case q.Scope != indicator.ScopeCentre && q.ID == "":
		return ask("%s is empty: name one", q.Scope)
	}
	return nil
}

// onlyWords are what Only may be: of an explanation, or of a list of abandons, which names no indicator.
func (q *question) onlyWords() []string {
	if q.Indicator == "" {
		return []string{explain.OnlyAll, OnlyToCall}
	}
	return []string{explain.OnlyAll, explain.OnlyCounted, explain.OnlyNotCounted}
}

// findZone takes the zone that was asked for, or the one of the newest configuration.
func (x *Explainer) findZone(ctx context.Context, q *question) error {
	name := q.Timezone
	if name == "" && x.Configs != nil {
		newest, err := x.Configs(ctx, q.Centre, nil)
		if err != nil {
			return err
		}
		if len(newest) > 0 {
			name = newest[0].Zone
		}
	}
	var err error
	if name == "" {
		if name, err = x.storedZone(ctx, q.Centre); err != nil {
			return err
		}
	}
	if q.zone, err = zone.Load(name); err != nil {
		return ask("timezone: %v", err)
	}
	return nil
}

// storedZone is the zone of a centre by the configuration that the store has seen in force; UTC where it has seen none.
func (x *Explainer) storedZone(ctx context.Context, centre string) (string, error) {
	object, err := x.Store.CentreObject(ctx, centre)
	if err != nil || object == "" {
		return "UTC", err
	}
	c, err := event.ParseCentreConfig([]byte(object))
	if err != nil {
		return "", fmt.Errorf("the configuration of centre %s in the store: %w; give timezone", centre, err)
	}
	return c.Zone, nil
}

// timeForms are how a time may be written.
var timeForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly}

// interval reads the bounds.
func (q *question) interval() error {
	if q.Day != "" {
		if q.From != "" || q.To != "" {
			return ask("day and from or to: give a business day, or an interval, not both")
		}
		if d, err := time.Parse(time.DateOnly, q.Day); err != nil || d.Unix() <= 0 || d.Year() > 2100 {
			return ask("day %q: write a date as YYYY-MM-DD, for example 2026-11-17", q.Day)
		}
		return nil
	}
	if q.From == "" || q.To == "" {
		return ask("the interval is missing: give day=2026-11-17, or from=2026-11-17T09:00 and to=2026-11-17T10:00")
	}
	var err error
	if q.fromMs, err = q.instant("from", q.From); err != nil {
		return err
	}
	if q.toMs, err = q.instant("to", q.To); err != nil {
		return err
	}
	switch most := int64(maxExplainDays) * 24 * 60 * 60 * 1000; {
	case q.toMs <= q.fromMs:
		return ask("to %s is not after from %s", q.To, q.From)
	case q.toMs-q.fromMs > most:
		return ask("the interval is longer than %d days; ask for a part of it", maxExplainDays)
	}
	return nil
}

func (q *question) instant(name, text string) (int64, error) {
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, text, q.zone); err == nil && t.UnixMilli() >= 0 && t.Year() <= 2100 {
			return t.UnixMilli(), nil
		}
	}
	return 0, ask("%s %q: write a time as 2026-11-17T09:00, or with an offset as 2026-11-17T09:00:00Z", name, text)
}

// Abandoned lists who gave up, and whether they came back since: whom to call.
func (x *Explainer) Abandoned(ctx context.Context, o ExplainOptions) (*explain.AbandonList, error) {
	if o.Scope != indicator.ScopeCentre && o.Scope != indicator.ScopeQueue {
		return nil, ask("abandons are listed of the whole centre or of a queue: an abandon belongs to no %s", o.Scope)
	}
	q, err := x.read(ctx, o)
	if err != nil {
		return nil, err
	}
	list, capped, err := x.Store.Abandons(ctx, store.AbandonQuery{Centre: q.Centre, Queue: q.ID, FromMs: q.fromMs, ToMs: q.toMs, Day: q.Day, MinWaitMs: q.MinWaitMs})
	if err != nil {
		return nil, err
	}
	if q.Only == OnlyToCall {
		list = slices.DeleteFunc(list, func(a explain.Abandon) bool { return a.CameBack() })
	}
	return explain.NewAbandonList(q.Centre, list, capped, q.Page, q.Size, q.language, q.zone), nil
}

// OnlyToCall leaves out of a list of abandons who was answered since.
const OnlyToCall = "to_call"

// ConfigsReader reads configurations from the archive in Kafka. A centre without any, and versions that the archive does not
// have, are left out. Without versions it reads the newest.
func ConfigsReader(c *Configs) ConfigReader {
	return func(ctx context.Context, centre string, versions []uint32) ([]*explain.Configuration, error) {
		a, err := readArchive(ctx, c.log, c.log.PartitionOf([]byte(centre)))
		if err != nil {
			return nil, fmt.Errorf("reading what configurations applied: %w", err)
		}
		own := a.of(centre)
		if versions == nil && len(own) > 0 {
			versions = []uint32{uint32(own[len(own)-1].Version)}
		}
		var list []*explain.Configuration
		for i := range own {
			if !slices.Contains(versions, uint32(own[i].Version)) {
				continue
			}
			objects, err := a.objects(&own[i])
			if err != nil {
				return nil, err
			}
			config, err := explain.ReadConfiguration(uint32(own[i].Version), objects)
			if err != nil {
				return nil, err
			}
			list = append(list, config)
		}
		return list, nil
	}
}
