// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
	"github.com/vigie-kpi/vigie/store"
)

// DefaultLevel is the service level whose points an incident costs: each queue's contractual one.
const DefaultLevel = "service_level"

// RegisterOptions say what of the register is asked for. Texts are as people write them; each has the flag and the parameter of the
// same name.
type RegisterOptions struct {
	Centre   string // empty: the only one there is
	ID       string // of one incident
	From, To string // bound beginnings; empty: the last 28 days
	Timezone string
	Language string // en or fr
	Week     string // of the noise report: 2026-W47; empty: the last whole one
	Level    string // the service level; DefaultLevel when empty
	// Window is how much before an action and from its begin on is compared; register.DefaultEffectWindow when 0.
	Window time.Duration
}

const defaultRegisterDays = 28

// EffectWindows are the lengths that RegisterOptions.Window may have, for people.
const EffectWindows = "5m to 4h"

const (
	minEffectWindow = 5 * time.Minute
	maxEffectWindow = 4 * time.Hour
)

// Incidents lists the incidents that began in the time asked for, with the zone and the language to show them in.
func (x *Explainer) Incidents(ctx context.Context, o RegisterOptions) ([]register.Incident, *time.Location, indicator.Language, error) {
	q, sq, err := x.registerQuery(ctx, o)
	if err != nil {
		return nil, nil, 0, err
	}
	list, err := x.Store.Incidents(ctx, sq)
	return list, q.zone, q.language, err
}

// Actions lists the actions that began in the time asked for, each with its effect.
func (x *Explainer) Actions(ctx context.Context, o RegisterOptions) ([]register.ToldAction, *time.Location, indicator.Language, error) {
	q, sq, err := x.registerQuery(ctx, o)
	if err != nil {
		return nil, nil, 0, err
	}
	asOfMs, err := x.Store.LogClock(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	list, err := x.Store.Actions(ctx, sq)
	if err != nil {
		return nil, nil, 0, err
	}
	told := []register.ToldAction{}
	for i := range list {
		var incident *register.Incident
		if list[i].Incident != "" {
			found, err := x.Store.Incidents(ctx, store.RegisterQuery{Centre: q.Centre, ID: list[i].Incident})
			if err != nil {
				return nil, nil, 0, err
			}
			if len(found) > 0 {
				incident = &found[0]
			}
		}
		t, err := x.tellAction(ctx, q, o, list[i], incident, asOfMs)
		if err != nil {
			return nil, nil, 0, err
		}
		told = append(told, t)
	}
	return told, q.zone, q.language, nil
}

// registerQuery finds centre, zone and time.
func (x *Explainer) registerQuery(ctx context.Context, o RegisterOptions) (*question, store.RegisterQuery, error) {
	if o.Window != 0 && (o.Window < minEffectWindow || o.Window > maxEffectWindow) {
		return nil, store.RegisterQuery{}, ask("window %s: choose %s", o.Window, EffectWindows)
	}
	q := &question{ExplainOptions: ExplainOptions{Centre: o.Centre, Timezone: o.Timezone, Language: o.Language}}
	if err := x.locate(ctx, q); err != nil {
		return nil, store.RegisterQuery{}, err
	}
	sq := store.RegisterQuery{Centre: q.Centre, ID: o.ID}
	if o.ID != "" {
		return q, sq, nil
	}
	var err error
	if o.From != "" {
		if sq.FromMs, err = q.instant("from", o.From); err != nil {
			return nil, sq, err
		}
	} else {
		clock, err := x.Store.LogClock(ctx)
		if err != nil {
			return nil, sq, err
		}
		sq.FromMs = max(1, time.UnixMilli(clock).AddDate(0, 0, -defaultRegisterDays).UnixMilli())
	}
	if o.To != "" {
		if sq.ToMs, err = q.instant("to", o.To); err != nil {
			return nil, sq, err
		}
	}
	return q, sq, nil
}

// Incident tells one incident: what it cost, what was done about it and what that brought.
func (x *Explainer) Incident(ctx context.Context, o RegisterOptions) (*register.Told, error) {
	if o.ID == "" {
		return nil, ask("which incident? vigie incident list shows them")
	}
	q, sq, err := x.registerQuery(ctx, o)
	if err != nil {
		return nil, err
	}
	found, err := x.Store.Incidents(ctx, sq)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ask("there is no incident %q of centre %s; vigie incident list shows those there are", o.ID, q.Centre)
	}
	t := &register.Told{Incident: found[0], Zone: q.zone.String(), Language: q.language, Location: q.zone, Actions: []register.ToldAction{}}
	if t.AsOfMs, err = x.Store.LogClock(ctx); err != nil {
		return nil, err
	}
	if err := x.tellImpact(ctx, o, t); err != nil {
		return nil, err
	}
	belongs := store.RegisterQuery{Centre: q.Centre, Incident: o.ID}
	actions, err := x.Store.Actions(ctx, belongs)
	if err != nil {
		return nil, err
	}
	for _, a := range actions {
		told, err := x.tellAction(ctx, q, o, a, &t.Incident, t.AsOfMs)
		if err != nil {
			return nil, err
		}
		t.Actions = append(t.Actions, told)
	}
	acks, err := x.Store.Acknowledgements(ctx, belongs)
	if err != nil {
		return nil, err
	}
	t.Acks = append([]register.Acknowledgement{}, acks...)
	t.Say()
	return t, nil
}

// tellImpact computes what an incident cost, or says why that cannot be told.
func (x *Explainer) tellImpact(ctx context.Context, o RegisterOptions, t *register.Told) error {
	i := &t.Incident
	say := func(en, fr string, args ...any) {
		t.NoImpact = fmt.Sprintf(indicator.Text{En: en, Fr: fr}.In(t.Language), args...)
	}
	level, err := x.level(ctx, o.Centre, o.Level)
	if err != nil {
		return err
	}
	switch {
	case !i.Placed:
		say("Nobody has said where it hurts: vigie incident open --id %s --scope queue:NAME --at TIME tells, and gives what it cost.",
			"Personne n'a dit où : vigie incident open --id %s --scope queue:NOM --at HEURE le dit, et donne son coût.", i.ID)
		return nil
	case !level.Scopes.Has(i.Place.Kind):
		say("What an incident costs is told per %s: a %s has no abandons and no service level of its own.",
			"Le coût d'un incident se dit par %s : le périmètre %s n'a ni abandon ni NS.", level.Scopes, i.Place.Kind)
		return nil
	}
	others, err := x.Store.Incidents(ctx, store.RegisterQuery{Centre: i.Centre, FromMs: i.OpenedMs - (register.BaselineWeeks*7+2)*dayMs, ToMs: i.OpenedMs})
	if err != nil {
		return err
	}
	plan, unknown := register.NewPlan(i, t.Location, t.AsOfMs, others)
	if unknown != nil {
		t.NoImpact = unknown.In(t.Language)
		return nil
	}
	sums, err := x.Store.ImpactSums(ctx, level, i, plan)
	if err != nil {
		return err
	}
	t.Impact = plan.Impact(i, sums, level.ID)
	return nil
}

const dayMs = 24 * 60 * 60 * 1000

// level finds the service level to tell points of.
func (x *Explainer) level(ctx context.Context, centre, id string) (*indicator.Indicator, error) {
	id = cmp.Or(id, DefaultLevel)
	catalogue, err := x.catalogueFor(ctx, centre, id)
	if err != nil {
		return nil, err
	}
	ind, ok := catalogue.Lookup(id)
	if !ok || !ind.FromSums() || !ind.AddsUp() || ind.Unit != indicator.UnitPercent {
		return nil, ask("level %q: choose a share whose parts add up, such as service_level, sl_neg or answer_rate", id)
	}
	return ind, nil
}

// tellAction computes what an action brought, or says why that cannot be told.
func (x *Explainer) tellAction(ctx context.Context, q *question, o RegisterOptions, a register.Action, incident *register.Incident, asOfMs int64) (register.ToldAction, error) {
	t := register.ToldAction{Action: a, Sentence: a.Sentence(nil, q.language)}
	window := o.Window
	if window == 0 {
		window = register.DefaultEffectWindow
	}
	catalogue, err := x.catalogueFor(ctx, q.Centre, a.Indicator)
	if err != nil {
		return t, err
	}
	ind, ok := catalogue.Lookup(a.Indicator)
	if !ok || !register.Measurable(ind) || !ind.Scopes.Has(a.Place.Kind) {
		t.NoEffect = fmt.Sprintf(indicator.Text{En: "%s is not measured per %s.", Fr: "%s ne se mesure pas par %s."}.In(q.language), a.Indicator, a.Place.Kind)
		return t, nil
	}
	plan, unknown := register.NewEffectPlan(&a, incident, q.zone, window, asOfMs)
	if unknown != nil {
		t.NoEffect = unknown.In(q.language)
		return t, nil
	}
	readings, err := x.Store.Readings(ctx, ind, q.Centre, a.Place, plan.Spans())
	if err != nil {
		return t, err
	}
	t.Effect = a.Effect(ind, plan, readings)
	t.Sentence = a.Sentence(t.Effect, q.language)
	return t, nil
}

// Noise tells how noisy the alerts of a week were.
func (x *Explainer) Noise(ctx context.Context, o RegisterOptions) (*register.Noise, indicator.Language, error) {
	q := &question{ExplainOptions: ExplainOptions{Centre: o.Centre, Timezone: o.Timezone, Language: o.Language}}
	if err := x.locate(ctx, q); err != nil {
		return nil, 0, err
	}
	clock, err := x.Store.LogClock(ctx)
	if err != nil {
		return nil, 0, err
	}
	monday, err := weekOf(o.Week, time.UnixMilli(clock).In(q.zone))
	if err != nil {
		return nil, 0, err
	}
	end := monday.AddDate(0, 0, 7)
	fired, err := x.Store.Firings(ctx, store.RegisterQuery{Centre: q.Centre, FromMs: monday.AddDate(0, 0, -1).UnixMilli(), ToMs: end.AddDate(0, 0, 1).UnixMilli()})
	if err != nil {
		return nil, 0, err
	}
	acks, err := x.Store.Acknowledgements(ctx, store.RegisterQuery{Centre: q.Centre, FromMs: monday.AddDate(0, 0, -1).UnixMilli(), ToMs: end.AddDate(0, 0, 1).UnixMilli()})
	if err != nil {
		return nil, 0, err
	}
	return register.NewNoise(q.Centre, monday, fired, acks), q.language, nil
}

// weekOf is the Monday of a week as 2026-W47, of the one that goes on for "this", of the last whole one for nothing.
func weekOf(text string, now time.Time) (time.Time, error) {
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	this := midnight.AddDate(0, 0, -(int(midnight.Weekday())+6)%7)
	switch text {
	case "", "last":
		return this.AddDate(0, 0, -7), nil
	case "this":
		return this, nil
	}
	wrong := ask("week %q: write a week as 2026-W47, or last, or this", text)
	year, number, ok := strings.Cut(text, "-W")
	y, err := strconv.Atoi(year)
	n, err2 := strconv.Atoi(number)
	if !ok || err != nil || err2 != nil || y < 1970 || y > 2100 || n < 1 || n > 53 || len(number) != 2 {
		return time.Time{}, wrong
	}
	fourth := time.Date(y, 1, 4, 0, 0, 0, 0, now.Location()) // always in the first week
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(n-1))
	if _, is := monday.ISOWeek(); is != n {
		return time.Time{}, wrong
	}
	return monday, nil
}

// firingWithinMs is how long ago an alert that fires may have begun.
const firingWithinMs = 7 * dayMs

// firingNow lists where a rule's alerts fire, by what is stored.
func firingNow(ctx context.Context, st *store.Store, centre, rule string) ([]FiringAlert, error) {
	clock, err := st.LogClock(ctx)
	if err != nil {
		return nil, err
	}
	fired, err := st.Firings(ctx, store.RegisterQuery{Centre: centre, ID: rule, FromMs: max(1, clock-firingWithinMs)})
	if err != nil {
		return nil, err
	}
	fired = slices.DeleteFunc(fired, func(f register.Firing) bool { return f.ResolvedMs != 0 })
	var list []FiringAlert
	for _, f := range fired {
		list = append(list, FiringAlert{f.Place, f.AtMs})
	}
	return list, nil
}
