// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/tools/alerting"
)

// An alert on its way: rules, log, machine, delivery, and two real Alertmanagers that tell a webhook. vigie is restarted while the alert
// is pending and while it fires, the first Alertmanager is restarted, the second one dies and comes back: nobody is called
// twice, and nobody is told that it is over before it is.
func TestAlertsReachAlertmanager(t *testing.T) {
	s := newAlertSite(t, 2, yamlRule("waiting", "when: waiting >= 1", "for: 20s", "keep_firing_for: 20s"))
	s.pass(2)
	s.say(event.QueueEntered, "support")
	s.pass(2) // the condition holds at both borders: pending since the first
	s.restart()
	s.sees(0, "waiting", "support")
	began := s.pass(1) // 20 s after the first border
	latency := s.await(0, "waiting", "support", "firing").Sub(began)
	t.Logf("from the border of the pane to the webhook of a real Alertmanager, after a restart: %v", latency)
	s.await(1, "waiting", "support", "firing")
	checkHeld(t, s, s.clock.now())

	s.pass(3)
	restarted := time.Now()
	s.restart()
	s.awaitHeld(0, "waiting/support", restarted)
	s.pass(2)
	s.sees(0, "waiting", "support", "firing")

	s.ams[0].Stop() // it forgets alerts, and remembers whom it told
	restarted = time.Now()
	s.ams[0] = alerting.StartAlertmanager(t, s.amOpts[0])
	if again := s.awaitHeld(0, "waiting/support", restarted); again.StartsAt.IsZero() {
		t.Error("the alert has no beginning")
	}

	s.ams[1].Kill()
	s.say(event.QueueEntered, "sales")
	s.pass(2)
	began = s.pass(1)
	latency = s.await(0, "waiting", "sales", "firing").Sub(began)
	t.Logf("from the border of the pane to the webhook, with the other Alertmanager dead: %v", latency)
	died := time.Now()
	s.ams[1] = alerting.StartAlertmanager(t, s.amOpts[1])
	s.awaitHeld(1, "waiting/sales", died)
	s.awaitHeld(1, "waiting/support", died)
	s.await(1, "waiting", "sales", "firing")

	s.say(event.QueueAbandoned, "sales")
	s.pass(4) // it is over when nobody has waited for 20 s
	for am := range 2 {
		s.await(am, "waiting", "sales", "firing", "resolved")
	}
	s.sees(0, "waiting", "support", "firing")
	for _, stats := range s.app.delivery.Stats() {
		t.Logf("%s: %d alerts in %d requests, failed %v, waited on average %.0f ms for the acknowledgement", stats.URL, stats.Alerts, stats.Requests, stats.Failed,
			1000*stats.DelaySeconds/max(float64(stats.Delays), 1))
	}
}

// checkHeld compares what an Alertmanager holds with what the rule says, word by word.
func checkHeld(t *testing.T, s *alertSite, fired time.Time) {
	t.Helper()
	h := s.holds(1)["waiting/support"]
	want := held{Labels: map[string]string{"alertname": "waiting", "centre": "lyon", "scope_kind": "queue", "scope": "support", "severity": "critical", "audience": "page", "owner": "telephony"},
		Annotations: map[string]string{"summary": "support: 1 waiting", "summary_fr": "support : 1 en attente", "panel_url": "http://vigie.example/wall/centre?centre=lyon",
			"runbook_url": "https://github.com/vigie-kpi/vigie/blob/main/docs/runbooks.md#longest-wait"},
		GeneratorURL: "http://vigie.example/wall/centre?centre=lyon"}
	got := held{Labels: h.Labels, Annotations: h.Annotations, GeneratorURL: h.GeneratorURL}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what Alertmanager holds (-want +got):\n%s", diff)
	}
	if d := h.EndsAt.Sub(h.UpdatedAt); d < 15*time.Second || d > 21*time.Second {
		t.Errorf("announced for %v, want four times 5 s", d)
	}
	if h.StartsAt.After(time.Now()) {
		t.Errorf("it began at %v, which is still to come; it fired at %v", h.StartsAt, fired)
	}
}

// A value that crosses its limit at every border of a pane is one alert.
func TestFlappingIsOneAlert(t *testing.T) {
	s := newAlertSite(t, 1, yamlRule("waiting", "when: waiting >= 1", "keep_firing_for: 1m"))
	for range 8 {
		s.say(event.QueueEntered, "support")
		s.pass(1)
		s.say(event.QueueAbandoned, "support")
		s.pass(1)
	}
	s.await(0, "waiting", "support", "firing")
	s.pass(7)
	s.await(0, "waiting", "support", "firing", "resolved")
}

// Hours of a bad past are read from the log at the start: whom they would have called is not called. What fires when the past is
// read is told, once.
func TestALongCatchUpCallsNobody(t *testing.T) {
	s := newAlertSite(t, 1, yamlRule("waiting", "when: waiting >= 1", "keep_firing_for: 10s"))
	s.pass(1)
	s.stopApp(s.app)
	// Three hours pass in the log without an instance that digests it. Each minute somebody waits in one of twenty queues, and gives up.
	from := s.clock.now()
	kafka, err := eventlog.Open(s.topics)
	if err != nil {
		t.Fatal(err)
	}
	defer kafka.Close()
	producer := kafka.NewProducer(eventlog.Events)
	defer producer.Close(context.Background())
	past := 0
	for at := from; at.Before(from.Add(3 * time.Hour)); at = at.Add(time.Minute) {
		queue := fmt.Sprint("queue-", past%20)
		for i, typ := range []event.Type{event.QueueEntered, event.QueueAbandoned} {
			e := event.Event{ID: fmt.Sprint("past-", past, "-", i), Source: "pbx", Type: typ, Time: at.Add(time.Duration(25*i) * time.Second).UnixMilli(), Centre: "lyon",
				Contact: fmt.Sprint("past-", past), Queue: queue}
			if err := publishEvents(t.Context(), producer, []event.Event{e}, e.Time); err != nil {
				t.Fatal(err)
			}
		}
		past++
	}
	s.clock.move(3 * time.Hour)
	e := event.Event{ID: "now", Source: "pbx", Type: event.QueueEntered, Time: s.clock.now().UnixMilli() - 30_000, Centre: "lyon", Contact: "now", Queue: "support"}
	if err := publishEvents(t.Context(), producer, []event.Event{e}, e.Time); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.pass(2)
	s.await(0, "waiting", "support", "firing")
	s.awaitTaken()
	if all := s.hook.All(); len(all) != 1 {
		t.Errorf("%d notifications for one alert: %+v", len(all), all)
	}
	for key := range s.holds(0) {
		if strings.Contains(key, "queue-") {
			t.Errorf("Alertmanager was told of %s", key)
		}
	}
	if state := s.app.delivery.State(); state.Withheld < int64(past) {
		t.Errorf("%d sets were withheld, and %d alerts came and went", state.Withheld, past)
	}
}

// A second instance takes over from one that stops while an alert fires: nobody is called again, and the alert goes on until it is
// over. Its link is a question that /api/v1/explain understands.
func TestTakeOver(t *testing.T) {
	rule := strings.Replace(yamlRule("calls", "when: offered >= 1", "window: 5m", "keep_firing_for: 10s"), "show: waiting", "show: offered", 1)
	s := newAlertSite(t, 1, rule)
	s.pass(1)
	s.say(event.QueueEntered, "support")
	s.pass(1)
	s.await(0, "calls", "support", "firing")
	fired := s.clock.now()
	first := s.app
	s.start()
	s.stopApp(first)
	taken := time.Now()
	s.pass(2)
	if h := s.awaitHeld(0, "calls/support", taken); h.UpdatedAt.Before(taken) {
		t.Errorf("last heard of at %v, before the take-over", h.UpdatedAt)
	}
	s.sees(0, "calls", "support", "firing")
	link, err := url.Parse(s.holds(0)["calls/support"].Annotations["explain_url"])
	if err != nil {
		t.Fatal(err)
	}
	o, _, err := explainParameters(link.Query())
	if err != nil || link.Path != "/api/v1/explain" || o.Indicator != "offered" || o.Centre != "lyon" || o.Scope != indicator.ScopeQueue || o.ID != "support" ||
		o.From != fired.Add(-5*time.Minute).UTC().Format(time.RFC3339) || o.To != fired.UTC().Format(time.RFC3339) {
		t.Errorf("%s asks %+v, %v", link, o, err)
	}
	s.pass(33) // the call leaves the window of five minutes
	s.await(0, "calls", "support", "firing", "resolved")
}
