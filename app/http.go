// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// routes is the HTTP interface. It works without internet.
func (a *App) routes(events http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/events", events)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	mux.HandleFunc("GET /healthz", a.healthz)
	a.live.Register(mux)
	explanations := a.newExplainHTTP()
	mux.Handle("GET /api/v1/explain", a.live.Guard(explanations.explain()))
	mux.Handle("GET /api/v1/abandoned", a.live.Guard(explanations.abandoned()))
	a.registerRoutes(mux, explanations)
	mux.HandleFunc("GET /{$}", a.index)
	return mux
}

// health is what /healthz says of a partition.
type health struct {
	Partition    int   `json:"partition"`
	Halted       bool  `json:"halted"`
	Lag          int64 `json:"lag"`
	ClockMs      int64 `json:"clock_ms"`
	StoredOffset int64 `json:"stored_offset"`
	Behind       bool  `json:"store_behind"`
}

// healthz answers 200 while every partition of this instance is digested, 503 when one is halted: restarting does not
// mend it, a person must look.
func (a *App) healthz(w http.ResponseWriter, _ *http.Request) {
	status := http.StatusOK
	list := []health{}
	for _, number := range a.runner.Partitions() {
		s := a.runner.StatsOf(number)
		h := health{Partition: number, Halted: s.Halted.Load(), Lag: s.Lag(), ClockMs: s.ClockMs.Load(),
			StoredOffset: s.StoredOffset.Load(), Behind: s.Behind.Load()}
		if h.Halted {
			status = http.StatusServiceUnavailable
		}
		list = append(list, h)
	}
	writeJSON(w, status, map[string]any{"version": a.o.Version, "partitions": list})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}

func (a *App) index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Vigie</title>
<h1>Vigie %s</h1><ul>
<li><a href="/wall">/wall</a>: the wall boards
<li><a href="/api/v1/indicators">/api/v1/indicators</a>: live indicators of every centre on this instance
<li><a href="/api/v1/alerts">/api/v1/alerts</a>: what fires, and what was over not long ago
<li><a href="/api/v1/openapi.json">/api/v1/openapi.json</a>: the live API, described
<li><code>/api/v1/explain?indicator=sl_neg&amp;queue=...&amp;day=...</code>: what a number was made of
<li><code>/api/v1/abandoned?queue=...&amp;day=...</code>: who gave up, to call them back
<li><a href="/api/v1/incidents">/api/v1/incidents</a>, <code>/api/v1/incidents/...</code>: incidents, what each cost and what was done
<li><code>/api/v1/alerts/noise?week=last</code>: how noisy the alerts of a week were
<li><code>POST /v1/events</code>: events in, as CloudEvents JSON
<li><a href="/metrics">/metrics</a>: the pipeline's own health, for Prometheus
<li><a href="/healthz">/healthz</a>: is every partition digested
</ul></html>`, html.EscapeString(a.o.Version))
}
