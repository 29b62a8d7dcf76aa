// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// explainTimeout bounds a question, so that a large one does not hold ClickHouse for ever.
const explainTimeout = 30 * time.Second

// explainHTTP answers GET /api/v1/explain and GET /api/v1/abandoned. Advisors are never shown: the interface does not know
// who asks.
type explainHTTP struct {
	catalogue *indicator.Catalogue
	configs   ConfigReader
	open      func(context.Context) (*store.Store, error) // each question asks for it; nil without ClickHouse
}

func (a *App) newExplainHTTP() *explainHTTP {
	h := &explainHTTP{catalogue: a.catalogue,
		configs: ConfigsReader(&Configs{log: a.kafka, now: a.o.Now, logger: a.log})}
	if a.o.ClickHouse.Addr != "" {
		h.open = a.past.open
	}
	return h
}

// explainer is what answers a question. A question that breaks off does not keep the next one from the store.
func (h *explainHTTP) explainer(ctx context.Context) (*Explainer, error) {
	if h.open == nil {
		return nil, ask("explanations need ClickHouse: start vigie run with --clickhouse")
	}
	st, err := h.open(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	return &Explainer{Store: st, Catalogue: h.catalogue, Configs: h.configs}, nil
}

// written is an answer in its three forms.
type written interface {
	WriteText(io.Writer) error
}

// handle answers a question with what answer finds, in the form that was asked for.
func (h *explainHTTP) handle(answer func(context.Context, *Explainer, ExplainOptions) (written, func(io.Writer) error, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), explainTimeout)
		defer cancel()
		o, form, err := explainParameters(r.URL.Query())
		var result written
		var table func(io.Writer) error
		if err == nil {
			var x *Explainer
			if x, err = h.explainer(ctx); err == nil {
				result, table, err = answer(ctx, x, o)
			}
		}
		var wrong *AskError
		switch {
		case errors.As(err, &wrong):
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": wrong.Error()})
		case err != nil:
			writeJSON(w, http.StatusServiceUnavailable, map[string]string{"error": err.Error()})
		case form == "csv":
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="vigie.csv"`)
			_ = table(w) // the client went away
		case form == "text":
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_ = result.WriteText(w)
		default:
			writeJSON(w, http.StatusOK, result)
		}
	}
}

func (h *explainHTTP) explain() http.HandlerFunc {
	return h.handle(func(ctx context.Context, x *Explainer, o ExplainOptions) (written, func(io.Writer) error, error) {
		e, err := x.Explain(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return e, func(w io.Writer) error { return e.WriteCSV(w, o.Page <= 1) }, nil
	})
}

func (h *explainHTTP) abandoned() http.HandlerFunc {
	return h.handle(func(ctx context.Context, x *Explainer, o ExplainOptions) (written, func(io.Writer) error, error) {
		o.Indicator = ""
		list, err := x.Abandoned(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return list, list.WriteCSV, nil
	})
}

// explainParameters reads the parameters of a question. An unknown one is refused: a misspelt filter would otherwise show
// everything.
func explainParameters(values url.Values) (o ExplainOptions, form string, err error) {
	texts := map[string]*string{"indicator": &o.Indicator, "centre": &o.Centre, "from": &o.From, "to": &o.To, "day": &o.Day,
		"timezone": &o.Timezone, "lang": &o.Language, "only": &o.Only, "format": &form}
	numbers := map[string]func(int64){"page": func(n int64) { o.Page = int(n) }, "limit": func(n int64) { o.Size = int(n) },
		"as_of": func(n int64) { o.AsOf = &n }, "min_wait_ms": func(n int64) { o.MinWaitMs = n }}
	for name, given := range values {
		value := given[0]
		if len(given) > 1 {
			return o, form, ask("%s is given twice", name)
		}
		if into := texts[name]; into != nil {
			*into = value
			continue
		}
		if set := numbers[name]; set != nil {
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				return o, form, ask("%s %q: give a whole number, 0 or more", name, value)
			}
			set(n)
			continue
		}
		kind, is := indicator.ParseScopeKind(name)
		if !is {
			return o, form, ask("there is no parameter %q", name)
		}
		if o.Scope != indicator.ScopeCentre {
			return o, form, ask("%s and %s: one scope at a time", o.Scope, kind)
		}
		o.Scope, o.ID = kind, value
	}
	switch form {
	case "", "json", "csv", "text":
		return o, form, nil
	}
	return o, form, ask("format %q: choose json, csv or text", form)
}
