// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// receiver stands for one Alertmanager: it notes what it is sent, and can be away. Time in these tests is synctest's.
type receiver struct {
	mu    sync.Mutex
	away  error  // instead of an answer
	code  int    // of the answers; 200 when 0
	body  string // of the answers
	began time.Time
	got   []string // "60 queue/support until 300": seconds since the test began
	raw   []string // the requests
	posts []posted // the alerts
	heard func([]posted)
}

// RoundTrip implements http.RoundTripper.
func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.away != nil {
		r.got = append(r.got, fmt.Sprintf("%d away", r.seconds(time.Now())))
		return nil, r.away
	}
	r.raw = append(r.raw, request.URL.String()+" "+string(raw))
	if r.code != 0 {
		r.got = append(r.got, fmt.Sprintf("%d answers %d", r.seconds(time.Now()), r.code))
		return &http.Response{StatusCode: r.code, Status: http.StatusText(r.code), Body: io.NopCloser(strings.NewReader(r.body)), Request: request}, nil
	}
	var list []posted
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	r.posts = append(r.posts, list...)
	if r.heard != nil {
		r.heard(list)
	}
	for _, a := range list {
		word := "until"
		if !a.EndsAt.After(time.Now()) {
			word = "over"
		}
		r.got = append(r.got, fmt.Sprintf("%d %s/%s %s %d", r.seconds(time.Now()), a.Labels["alertname"], a.Labels["scope"], word, r.seconds(a.EndsAt)))
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(nil)), Request: request}, nil
}

func (r *receiver) seconds(at time.Time) int { return int(at.Sub(r.began) / time.Second) }

// take returns what came since the last time.
func (r *receiver) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

func (r *receiver) set(away error, code int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away, r.code = away, code
}

var errAway = errors.New("connection refused")

// loadCatalogue reads the catalogue once for all tests.
var loadCatalogue = sync.OnceValues(func() (*indicator.Catalogue, error) { return indicator.Load() })

// rule is a rule on queues that shows an indicator; change may make it another one.
func rule(t testing.TB, name string, change func(*event.RuleConfig)) *alerts.Rule {
	t.Helper()
	c := event.RuleConfig{Rule: name, ScopeKind: "queue", When: "sl_live < limit", Limit: "80%", Window: "5m", Show: "sl_live", Severity: "critical", Audience: "page",
		Owner: "telephony", Runbook: "docs/runbooks.md#service-level", SummaryEn: "{{.Scope}}: {{.Value}}", SummaryFr: "{{.Scope}} : {{.Value}}",
		DescriptionEn: "Below {{.Limit}}."}
	if change != nil {
		change(&c)
	}
	catalogue, err := loadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	r, err := alerts.Compile(catalogue, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fires is an alert of a rule since an instant; over is the same that ended at another.
func fires(r *alerts.Rule, scope string, since time.Time) alerts.Alert {
	return alerts.Alert{Rule: r, Centre: "lyon", Scope: scope, StartsAt: since.UnixMilli(),
		Labels: []alerts.Label{{Name: "alertname", Value: r.RuleConfig.Rule}, {Name: "centre", Value: "lyon"}, {Name: "scope", Value: scope}, {Name: "severity", Value: r.Severity}},
		Shown:  alerts.Shown{Valid: true, Numerator: 61, Denominator: 100, Hundredths: 6100}}
}

func over(a alerts.Alert, at time.Time) alerts.Alert {
	a.ResolvedAt = at.UnixMilli()
	return a
}

func setOf(list ...alerts.Alert) []alerts.Set {
	return []alerts.Set{{Centre: "lyon", Alerts: list}}
}

// site is a delivery at work with two Alertmanagers, in a bubble of synctest.
type site struct {
	*Delivery
	t         *testing.T
	am, other *receiver
	began     time.Time
	stop      func()
}

// inBubble runs f with a delivery, and stops it. The log's clock follows the wall clock unless f holds it back.
func inBubble(t *testing.T, change func(*Options), f func(t *testing.T, s *site)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &site{t: t, am: &receiver{began: time.Now()}, other: &receiver{began: time.Now()}, began: time.Now()}
		s.start(change)
		defer func() { s.stop() }()
		f(t, s)
	})
}

// start begins a delivery that knows nothing, as a process does.
func (s *site) start(change func(*Options)) {
	o := Options{URLs: []string{"http://am-1:9093", "http://am-2:9093/prefix/"}}
	if change != nil {
		change(&o)
	}
	o.transport = s
	d, err := New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	s.Delivery, s.stop = d, func() {
		cancel()
		<-done
	}
}

// RoundTrip gives a request to the Alertmanager that it names.
func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "am-1:9093" {
		return s.am.RoundTrip(r)
	}
	return s.other.RoundTrip(r)
}

// say lets the machine speak at this instant, its clock up to date, and waits until all that follows at once is done.
func (s *site) say(sets ...alerts.Set) {
	s.Take(3, time.Now().UnixMilli(), sets)
	synctest.Wait()
}

// sayFrom is say of a machine whose clock is behind.
func (s *site) sayFrom(behind time.Duration, sets ...alerts.Set) {
	s.Take(3, time.Now().Add(-behind).UnixMilli(), sets)
	synctest.Wait()
}

// pass lets time pass.
func (s *site) pass(d time.Duration) {
	time.Sleep(d) // of the bubble: it takes no time
	synctest.Wait()
}

// wants compares what the first Alertmanager got since the last time.
func (s *site) wants(want ...string) {
	s.t.Helper()
	if got := s.am.take(); !slices.Equal(got, want) {
		s.t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
