// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/alerts/delivery"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/tools/alerting"
)

// alertPatience bounds what a test of alerts waits for; nothing takes nearly as long.
const alertPatience = time.Minute

// handClock is a clock that the test moves. It begins at a border of a pane.
type handClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *handClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) move(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return c.at
}

// alertSite is one centre with rules, its log, and Alertmanagers that tell a webhook, each at a path of its own.
type alertSite struct {
	t      testing.TB
	broker *embedded.Broker
	topics eventlog.Options
	clock  *handClock // nil: the wall clock
	hook   *alerting.Webhook
	ams    []*alerting.Server
	amOpts []alerting.Options
	app    *App
	events int // published so far
}

// newAlertSite starts a broker and n Alertmanagers. The rules are those of rules.yaml.
func newAlertSite(t testing.TB, n int, rules string) *alertSite {
	t.Helper()
	return newAlertSiteAt(t, &handClock{at: time.Now().Truncate(10 * time.Second)}, n, rules)
}

func newAlertSiteAt(t testing.TB, clock *handClock, n int, rules string) *alertSite {
	t.Helper()
	broker, err := embedded.StartBroker(t.Context(), embedded.BrokerOptions{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Close() })
	s := &alertSite{t: t, broker: broker, clock: clock, hook: alerting.StartWebhook(t),
		topics: eventlog.Options{Brokers: []string{broker.Addr()}, Partitions: 1, Replication: 1}}
	for i := range n {
		o := alerting.Options{DataDir: t.TempDir(), Config: fmt.Sprintf(`
route: {receiver: hook, group_wait: 0s, group_interval: 1s, repeat_interval: 1h, group_by: ['...']}
receivers: [{name: hook, webhook_configs: [{url: %s/%d, send_resolved: true}]}]
`, s.hook.URL, i)}
		am := alerting.StartAlertmanager(t, o)
		o.Addr = am.Addr
		s.ams, s.amOpts = append(s.ams, am), append(s.amOpts, o)
	}
	folder := t.TempDir()
	for name, text := range map[string]string{"centre.yaml": "id: lyon\ntimezone: Europe/Paris\n", "rules.yaml": rules} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	org, err := ReadOrganisation(os.DirFS(folder), "lyon")
	if err != nil {
		t.Fatal(err)
	}
	records, err := configRecords(org, "lyon", s.nowMs())
	if err != nil {
		t.Fatal(err)
	}
	s.start()
	s.publish(records...)
	return s
}

// start begins an instance, as an operator does. The clock is the test's; with none of it, the wall's.
func (s *alertSite) start() {
	s.t.Helper()
	var urls []string
	for _, am := range s.ams {
		urls = append(urls, am.URL)
	}
	o := Options{Kafka: s.topics, Group: "vigie", CheckpointEvery: 10 * time.Second, Version: "test", Pace: 1,
		Alerting: delivery.Options{URLs: urls, ResendEvery: 5 * time.Second, Links: delivery.Links{Vigie: "http://vigie.example", Runbooks: delivery.DefaultRunbooks}}}
	if s.clock != nil {
		o.Now, o.TickEvery = s.clock.now, 20*time.Millisecond
	}
	app, err := New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := app.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.app = app
	s.t.Cleanup(func() { s.stopApp(app) })
}

func (s *alertSite) stopApp(a *App) {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		s.t.Error(err)
	}
}

// restart takes the instance down in order, and up again.
func (s *alertSite) restart() {
	s.t.Helper()
	s.stopApp(s.app)
	s.start()
}

// publish puts events into the log, now.
func (s *alertSite) publish(events ...event.Event) {
	s.t.Helper()
	if err := publishEvents(s.t.Context(), s.app.producer, events, s.nowMs()); err != nil {
		s.t.Fatal(err)
	}
	s.events += len(events)
}

func (s *alertSite) nowMs() int64 {
	if s.clock == nil {
		return time.Now().UnixMilli()
	}
	return s.clock.now().UnixMilli()
}

// say publishes an event of a contact in a queue.
func (s *alertSite) say(t event.Type, queue string) {
	s.t.Helper()
	at := s.nowMs()
	s.publish(event.Event{ID: fmt.Sprint("event-", s.events), Source: "pbx", Type: t, Time: at, Centre: "lyon", Contact: fmt.Sprint(queue, "-", s.visit(t)), Queue: queue})
}

// visit numbers the contacts of the site: one enters, and the same one gives up.
func (s *alertSite) visit(t event.Type) int {
	if t == event.QueueEntered {
		return s.events
	}
	return s.events - 1
}

// pass moves the clock by whole panes, one at a time, and waits each time until the machine has seen it. It returns when the
// last of them began.
func (s *alertSite) pass(panes int) (began time.Time) {
	s.t.Helper()
	for range panes {
		began = time.Now()
		at := s.clock.move(10 * time.Second).UnixMilli()
		s.until("the clock of the log is "+fmt.Sprint(at), func() bool { return s.app.Runner().StatsOf(0).ClockMs.Load() >= at })
	}
	return began
}

// until waits for what other processes bring about.
func (s *alertSite) until(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(alertPatience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("in vain waited for: %s", what)
		}
	}
}

// told lists what an Alertmanager has told of an alert, in order: "firing", "resolved".
func (s *alertSite) told(am int, rule, scope string) []string {
	var list []string
	for _, n := range s.hook.All() {
		for _, a := range n.Alerts {
			if n.Path == fmt.Sprint("/", am) && a.Labels["alertname"] == rule && a.Labels["scope"] == scope {
				list = append(list, a.Status)
			}
		}
	}
	return list
}

// await waits until an Alertmanager has told so much of an alert, and returns when the last word of it came.
func (s *alertSite) await(am int, rule, scope string, want ...string) time.Time {
	s.t.Helper()
	s.until(fmt.Sprintf("Alertmanager %d says %v of %s/%s", am, want, rule, scope), func() bool { return len(s.told(am, rule, scope)) >= len(want) })
	s.sees(am, rule, scope, want...)
	var at time.Time
	for _, n := range s.hook.All() {
		for _, a := range n.Alerts {
			if n.Path == fmt.Sprint("/", am) && a.Labels["alertname"] == rule && a.Labels["scope"] == scope {
				at = n.At
			}
		}
	}
	return at
}

// sees checks that an Alertmanager has told exactly so much of an alert up to now.
func (s *alertSite) sees(am int, rule, scope string, want ...string) {
	s.t.Helper()
	if got := s.told(am, rule, scope); !slices.Equal(got, want) {
		s.t.Errorf("Alertmanager %d told of %s/%s: %v, want %v", am, rule, scope, got, want)
	}
}

// held is an alert as an Alertmanager holds it.
type held struct {
	Labels, Annotations         map[string]string
	StartsAt, EndsAt, UpdatedAt time.Time
	GeneratorURL                string
}

// holds reads what an Alertmanager holds, by rule and scope.
func (s *alertSite) holds(am int) map[string]held {
	s.t.Helper()
	response, err := http.Get(s.ams[am].URL + "/api/v2/alerts")
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var list []held
	if err := json.Unmarshal(raw, &list); err != nil {
		s.t.Fatalf("%v in %s", err, raw)
	}
	all := map[string]held{}
	for _, h := range list {
		all[h.Labels["alertname"]+"/"+h.Labels["scope"]] = h
	}
	return all
}

// awaitHeld waits until an Alertmanager has heard of an alert since an instant.
func (s *alertSite) awaitHeld(am int, key string, since time.Time) held {
	s.t.Helper()
	s.until(fmt.Sprintf("Alertmanager %d hears of %s", am, key), func() bool { return s.holds(am)[key].UpdatedAt.After(since) })
	return s.holds(am)[key]
}

// awaitTaken waits until the first Alertmanager has acknowledged all that the instance has to say.
func (s *alertSite) awaitTaken() {
	s.t.Helper()
	s.until("all is told", func() bool {
		stats := s.app.delivery.Stats()[0]
		return stats.Waiting == 0 && stats.Requests > 0 && !stats.SucceededAt.IsZero()
	})
}

func yamlRule(name string, members ...string) string {
	return fmt.Sprintf("- {rule: %s, scope: queue, severity: critical, audience: page, owner: telephony, show: waiting, runbook: docs/runbooks.md#longest-wait,\n"+
		"   summary_en: '{{.Scope}}: {{.Value}} waiting', summary_fr: '{{.Scope}} : {{.Value}} en attente', %s}\n", name, strings.Join(members, ", "))
}
