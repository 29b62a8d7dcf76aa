// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
)

// maxWordBytes bounds the body of a request that says something.
const maxWordBytes = 16 << 10

// registerHTTP answers what is asked of incidents, actions and noise, and takes words on them.
type registerHTTP struct {
	sayer *RegisterSayer
	ask   *explainHTTP
	find  func(ctx context.Context, centre string) (string, *time.Location, int64, error)
}

// registerRoutes adds the routes: whoever may read reads, whoever may write writes.
func (a *App) registerRoutes(mux *http.ServeMux, explanations *explainHTTP) {
	h := &registerHTTP{ask: explanations, find: a.findCentre, sayer: &RegisterSayer{Publisher: Publisher{a.producer}, Catalogue: a.catalogue, Own: a.catalogueOf, Find: a.findCentre, Firing: a.firing}}
	for route, handler := range map[string]http.HandlerFunc{
		"GET /api/v1/incidents":            h.incidents,
		"GET /api/v1/incidents/{incident}": h.incident,
		"GET /api/v1/actions":              h.actions,
		"GET /api/v1/alerts/noise":         h.noise,
	} {
		mux.Handle(route, a.live.Guard(handler))
	}
	for route, handler := range map[string]http.HandlerFunc{
		"POST /api/v1/incidents":                  h.says(event.IncidentOpened, ""),
		"POST /api/v1/incidents/{incident}/close": h.says(event.IncidentClosed, "incident"),
		"POST /api/v1/actions":                    h.says(event.ActionStarted, ""),
		"POST /api/v1/actions/{action}/end":       h.says(event.ActionEnded, "action"),
		"POST /api/v1/acknowledgements":           h.says(event.AlertAcknowledged, ""),
	} {
		mux.Handle(route, a.live.GuardWrite(handler))
	}
}

// findCentre finds a centre on this instance: the one that is named, or the only one.
func (a *App) findCentre(_ context.Context, name string) (string, *time.Location, int64, error) {
	centres := a.board.Centres()
	if name == "" && len(centres) > 1 {
		return "", nil, 0, ask("there are %d centres; give centre", len(centres))
	}
	c, ok := a.board.Find(name)
	if !ok {
		return "", nil, 0, ask("centre %q is not on this instance, or has sent no event yet", name)
	}
	return c.Centre, c.Config.Location, c.AsOfMs, nil
}

// catalogueOf is the catalogue with what a centre of this instance defines itself.
func (a *App) catalogueOf(_ context.Context, centre string) (*indicator.Catalogue, error) {
	if c, ok := a.board.Find(centre); ok {
		return c.Catalogue, nil
	}
	return a.catalogue, nil
}

// firing lists where a rule's alerts fire, by the machine.
func (a *App) firing(_ context.Context, centre, rule string) ([]FiringAlert, error) {
	c, ok := a.board.Find(centre)
	if !ok {
		return nil, nil
	}
	var list []FiringAlert
	for i := range c.Alerts {
		if x := &c.Alerts[i]; x.Rule == rule && x.State == wall.AlertFiring {
			list = append(list, FiringAlert{register.Place{Kind: x.Scope.Kind, ID: x.Scope.ID}, x.SinceMs})
		}
	}
	return list, nil
}

// says takes a word. inPath is the part of the path that names the incident or action.
func (h *registerHTTP) says(t event.Type, inPath string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		word, err := readWord(w, r)
		if err == nil && inPath != "" {
			if word.ID != "" && word.ID != r.PathValue(inPath) {
				err = ask("id is %q, and the path names %q; leave id out", word.ID, r.PathValue(inPath))
			}
			word.ID = r.PathValue(inPath)
		}
		var said RegisterSaid
		if err == nil {
			ctx, cancel := context.WithTimeout(r.Context(), explainTimeout)
			defer cancel()
			said, err = h.sayer.Say(ctx, t, word)
		}
		if err != nil {
			failAsk(w, err)
			return
		}
		writeJSON(w, http.StatusAccepted, said)
	}
}

// readWord reads the body of a request. It must be called JSON by its sender: a page of another site cannot send that unasked.
func readWord(w http.ResponseWriter, r *http.Request) (RegisterWord, error) {
	var word RegisterWord
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return word, ask("content type %q: send application/json", r.Header.Get("Content-Type"))
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxWordBytes))
	d.DisallowUnknownFields()
	if err := d.Decode(&word); err != nil {
		return word, ask("the body: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return word, ask("the body holds more than one object; send one")
	}
	return word, nil
}

// failAsk answers with why not: what was asked was wrong, or something is away.
func failAsk(w http.ResponseWriter, err error) {
	status := http.StatusServiceUnavailable
	var wrong *AskError
	if errors.As(err, &wrong) {
		status = http.StatusBadRequest
	}
	writeJSON(w, status, map[string]string{"error": err.Error()})
}

// answer answers a question on the register, as JSON or as text for people.
func (h *registerHTTP) answer(w http.ResponseWriter, r *http.Request, find func(context.Context, *Explainer, RegisterOptions) (body any, text func(io.Writer) error, err error)) {
	ctx, cancel := context.WithTimeout(r.Context(), explainTimeout)
	defer cancel()
	o, form, err := registerParameters(r.URL.Query())
	o.ID = r.PathValue("incident")
	if _, loc, _, found := h.find(ctx, o.Centre); err == nil && found == nil && o.Timezone == "" {
		o.Timezone = loc.String() // of a centre that is here; of another one the configuration tells
	}
	var body any
	var text func(io.Writer) error
	if err == nil {
		var x *Explainer
		if x, err = h.ask.explainer(ctx); err == nil {
			body, text, err = find(ctx, x, o)
		}
	}
	switch {
	case err != nil:
		failAsk(w, err)
	case form == "text":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_ = text(w) // the client went away
	default:
		writeJSON(w, http.StatusOK, body)
	}
}

func (h *registerHTTP) incidents(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, func(ctx context.Context, x *Explainer, o RegisterOptions) (any, func(io.Writer) error, error) {
		list, zone, lang, err := x.Incidents(ctx, o)
		if list == nil {
			list = []register.Incident{}
		}
		return map[string]any{"incidents": list}, func(out io.Writer) error { return register.WriteIncidents(out, list, lang, zone) }, err
	})
}

func (h *registerHTTP) incident(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, func(ctx context.Context, x *Explainer, o RegisterOptions) (any, func(io.Writer) error, error) {
		told, err := x.Incident(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return told, told.WriteText, nil
	})
}

func (h *registerHTTP) actions(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, func(ctx context.Context, x *Explainer, o RegisterOptions) (any, func(io.Writer) error, error) {
		list, zone, lang, err := x.Actions(ctx, o)
		return map[string]any{"actions": list}, func(out io.Writer) error { return register.WriteActions(out, list, lang, zone) }, err
	})
}

func (h *registerHTTP) noise(w http.ResponseWriter, r *http.Request) {
	h.answer(w, r, func(ctx context.Context, x *Explainer, o RegisterOptions) (any, func(io.Writer) error, error) {
		noise, lang, err := x.Noise(ctx, o)
		return noise, func(out io.Writer) error { return noise.WriteText(out, lang) }, err
	})
}

// registerParameters reads the parameters of a question. An unknown one is refused.
func registerParameters(values url.Values) (o RegisterOptions, form string, err error) {
	window := ""
	texts := map[string]*string{"centre": &o.Centre, "from": &o.From, "to": &o.To, "timezone": &o.Timezone, "lang": &o.Language, "week": &o.Week,
		"level": &o.Level, "window": &window, "format": &form}
	for name, given := range values {
		into := texts[name]
		switch {
		case into == nil:
			return o, form, ask("there is no parameter %q", name)
		case len(given) > 1:
			return o, form, ask("%s is given twice", name)
		}
		*into = given[0]
	}
	if window != "" {
		if o.Window, err = time.ParseDuration(window); err != nil {
			return o, form, ask("window %q: write a duration such as 30m", window)
		}
	}
	if form != "" && form != "json" && form != "text" {
		return o, form, ask("format %q: choose json or text", form)
	}
	return o, form, nil
}
