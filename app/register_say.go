// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/register"
)

// registerSource is who says what comes through the commands and the API.
const registerSource = "vigie.register"

// registerAheadMs is how far ahead of the log's clock something may begin: an action that is about to.
const registerAheadMs = 60 * 60 * 1000

// RegisterWord is one word on an incident, an action or an alert, as people say it. Each member has the flag, and the member of the
// request, of the same name.
type RegisterWord struct {
	Centre string `json:"centre"` // empty: the only one there is
	// ID names the incident or action; empty: one is made from when and where it begins.
	ID    string `json:"id"`
	Alert string `json:"alert"` // the rule
	// Scope is queue:assistance and the like; empty: the centre, or where the alert fires.
	Scope     string `json:"scope"`
	Title     string `json:"title"`
	Cause     string `json:"cause"`
	Incident  string `json:"incident"`
	Lever     string `json:"lever"`
	Indicator string `json:"indicator"`
	// Expected is in points for shares, seconds for times, else in the unit of the indicator.
	Expected float64 `json:"expected"`
	By       string  `json:"by"`
	// At is when it happened; empty: now, or when the alert fired.
	At   string `json:"at"`
	Void bool   `json:"void"`
}

// The members that each word may have, beside centre, by and at.
var wordMembers = map[event.Type][]string{
	event.IncidentOpened:    {"id", "alert", "scope", "title", "cause"},
	event.IncidentClosed:    {"id", "cause", "void"},
	event.ActionStarted:     {"id", "scope", "title", "incident", "lever", "indicator", "expected"},
	event.ActionEnded:       {"id", "void"},
	event.AlertAcknowledged: {"alert", "scope", "cause", "incident"},
}

// check refuses members that say nothing here: who gives them means something else.
func (w *RegisterWord) check(t event.Type) error {
	allowed := append([]string{"centre", "by", "at"}, wordMembers[t]...)
	v := reflect.ValueOf(*w)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("json"); !v.Field(i).IsZero() && !slices.Contains(allowed, name) {
			return ask("%s means nothing in %s, which has %s", name, t, strings.Join(allowed, ", "))
		}
	}
	ends := t == event.IncidentClosed || t == event.ActionEnded
	switch {
	case ends && w.ID == "":
		return ask("id is missing: say which one is over")
	case t == event.AlertAcknowledged && w.Alert == "":
		return ask("alert is missing: name the rule")
	}
	return nil
}

// RegisterSaid is a word that is in the log.
type RegisterSaid struct {
	Centre string         `json:"centre"`
	Type   string         `json:"type"`
	ID     string         `json:"id,omitempty"` // of the incident or action
	Scope  register.Place `json:"scope"`
	AtMs   int64          `json:"at_ms"`
}

// FiringAlert is where an alert fires, and since when.
type FiringAlert struct {
	Place   register.Place
	SinceMs int64
}

// RegisterSayer brings words on incidents, actions and alerts into the log.
type RegisterSayer struct {
	Publisher ingest.Publisher
	Catalogue *indicator.Catalogue
	// Own returns the catalogue with what a centre defines itself. It may be nil: then Catalogue is all there is.
	Own func(ctx context.Context, centre string) (*indicator.Catalogue, error)
	// Find returns the centre that is meant, its zone, and the log's clock there.
	Find func(ctx context.Context, centre string) (name string, zone *time.Location, clockMs int64, err error)
	// Firing lists where a rule's alerts fire now. It may be nil: nobody knows.
	Firing func(ctx context.Context, centre, rule string) ([]FiringAlert, error)
}

// Say checks a word and brings it into the log, durably. The same word said again is the same event. The error is an *AskError when
// the word is wrong.
func (r *RegisterSayer) Say(ctx context.Context, t event.Type, w RegisterWord) (RegisterSaid, error) {
	said := RegisterSaid{Type: t.String(), ID: w.ID}
	if err := w.check(t); err != nil {
		return said, err
	}
	centre, zone, clockMs, err := r.Find(ctx, w.Centre)
	if err != nil {
		return said, err
	}
	said.Centre = centre
	if said.AtMs, err = atOf(w.At, zone); err != nil {
		return said, err
	}
	if err := r.place(ctx, &said, &w, t); err != nil {
		return said, err
	}
	said.AtMs = cmp.Or(said.AtMs, clockMs)
	if said.AtMs > clockMs+registerAheadMs {
		return said, ask("at %s is more than an hour ahead of the centre's clock; say it when it happens", w.At)
	}
	catalogue := r.Catalogue
	if r.Own != nil {
		if catalogue, err = r.Own(ctx, centre); err != nil {
			return said, err
		}
	}
	data, err := w.data(catalogue, t, said.Scope)
	if err != nil {
		return said, err
	}
	if t != event.AlertAcknowledged && said.ID == "" {
		said.ID = idOf(t, &w, &said)
	}
	e := event.Event{ID: wordID(&said, data), Source: registerSource, Type: t, Time: said.AtMs, Received: clockMs, Centre: centre, Object: said.ID, Data: data}
	if err := e.Validate(); err != nil {
		return said, ask("%v", err)
	}
	if err := event.CheckPayload(t, data); err != nil {
		return said, ask("%s", strings.TrimPrefix(err.Error(), "data."))
	}
	if err := r.Publisher.Publish(ctx, []ingest.Record{{Key: []byte(centre), Value: event.AppendJSON(nil, &e)}}); err != nil {
		return said, fmt.Errorf("the log did not take it: %w; say it again, it counts once", err)
	}
	return said, nil
}

// atOf reads when something happened; 0 when nobody says.
func atOf(text string, loc *time.Location) (int64, error) {
	if text == "" {
		return 0, nil
	}
	q := question{zone: loc}
	return q.instant("at", text)
}

// place finds where it is, and since when an alert fires.
func (r *RegisterSayer) place(ctx context.Context, said *RegisterSaid, w *RegisterWord, t event.Type) error {
	if w.Scope != "" {
		if err := said.Scope.UnmarshalText([]byte(w.Scope)); err != nil {
			return ask("%v", err)
		}
	}
	if w.Alert == "" || r.Firing == nil {
		return nil
	}
	firing, err := r.Firing(ctx, said.Centre, w.Alert)
	if err != nil {
		return err
	}
	if w.Scope != "" {
		firing = slices.DeleteFunc(firing, func(f FiringAlert) bool { return f.Place != said.Scope })
	}
	switch {
	case len(firing) == 1:
		said.Scope = firing[0].Place
		if t == event.IncidentOpened && said.AtMs == 0 {
			said.AtMs = firing[0].SinceMs
		}
	case len(firing) > 1:
		var places []string
		for _, f := range firing {
			places = append(places, f.Place.String())
		}
		return ask("alert %s fires in several places; give scope, one of %s", w.Alert, strings.Join(places, ", "))
	case w.Scope == "":
		return ask("alert %s does not fire now; give scope (where it fired), and at (since when) when it is over by now", w.Alert)
	}
	return nil
}

// data is the payload of a word.
func (w *RegisterWord) data(catalogue *indicator.Catalogue, t event.Type, p register.Place) ([]byte, error) {
	kind := p.Kind.String()
	var payload any
	switch t {
	case event.IncidentOpened:
		payload = event.Incident{ScopeKind: kind, Scope: p.ID, Rule: w.Alert, Title: w.Title, Cause: w.Cause, By: w.By}
	case event.IncidentClosed:
		payload = event.IncidentEnd{Cause: w.Cause, By: w.By, Void: w.Void}
	case event.ActionEnded:
		payload = event.ActionEnd{By: w.By, Void: w.Void}
	case event.AlertAcknowledged:
		payload = event.Acknowledgement{Rule: w.Alert, ScopeKind: kind, Scope: p.ID, Cause: w.Cause, Incident: w.Incident, By: w.By}
	case event.ActionStarted:
		ind, ok := catalogue.Lookup(w.Indicator)
		switch {
		case w.Indicator == "":
			return nil, ask("indicator is missing: name the one that the action is to move, for example sl_live")
		case !ok:
			return nil, ask("%s", strings.TrimSpace(fmt.Sprintf("there is no indicator %q; %s docs/indicators.md lists them", w.Indicator, catalogue.Suggest(w.Indicator))))
		case !register.Measurable(ind):
			return nil, ask("%s cannot tell an effect: choose a share or a mean, such as sl_live; a count says more of the length of a time than of what happened in it", ind.ID)
		case !ind.Scopes.Has(p.Kind):
			return nil, ask("%s is not counted per %s; choose one of %s", ind.ID, p.Kind, ind.Scopes)
		}
		payload = event.Action{Lever: w.Lever, Incident: w.Incident, ScopeKind: kind, Scope: p.ID, Indicator: w.Indicator,
			Expected: register.Integer(ind, w.Expected), Title: w.Title, By: w.By}
	}
	data, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", t, err)
	}
	return data, nil
}

// idOf names an incident or an action by when and where it begins, so that who says the same twice says it of one thing.
func idOf(t event.Type, w *RegisterWord, said *RegisterSaid) string {
	parts := []string{"inc"}
	if t == event.ActionStarted {
		parts = []string{"act", w.Lever}
	}
	at := time.UnixMilli(said.AtMs).UTC().Format("20060102T1504Z")
	return strings.Join(append(parts, at, cmp.Or(said.Scope.ID, said.Scope.Kind.String())), "-")
}

// wordID is the same for the same word.
func wordID(said *RegisterSaid, data []byte) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%s", said.Type, said.ID, said.AtMs, data))
	return hex.EncodeToString(sum[:16])
}
