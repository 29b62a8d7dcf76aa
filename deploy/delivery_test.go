// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/tools/alerting"
)

// startDeployed starts an Alertmanager with the configuration as it is deployed, but for the addresses and the waits.
func startDeployed(t *testing.T, hook *alerting.Webhook, box *mailbox) *alerting.Server {
	t.Helper()
	raw, err := os.ReadFile(alertmanagerConfig)
	if err != nil {
		t.Fatal(err)
	}
	config := string(raw)
	for _, change := range []struct{ from, to string }{
		{"smtp_smarthost: mail.example:587", "smtp_require_tls: false\n  smtp_smarthost: " + box.addr},
		{"templates/*.tmpl", absolute(t, "alertmanager/templates/vigie.tmpl")},
		{"http://deadman.example", hook.URL + "/deadman"},
		{"http://chat.example", hook.URL + "/chat"},
		{"http://pager.example", hook.URL + "/pager"},
		{"group_wait: 5s", "group_wait: 1s"}, {"group_wait: 10s", "group_wait: 1s"}, {"group_wait: 30s", "group_wait: 1s"},
	} {
		if strings.Count(config, change.from) != 1 {
			t.Fatalf("%q is %d times in %s, not once", change.from, strings.Count(config, change.from), alertmanagerConfig)
		}
		config = strings.Replace(config, change.from, change.to, 1)
	}
	return alerting.StartAlertmanager(t, alerting.Options{Config: config})
}

const posted = `[
 {"labels": {"alertname": "Watchdog", "severity": "none", "audience": "watchdog", "owner": "pipeline"}},
 {"labels": {"alertname": "feed_silent", "severity": "critical", "audience": "page", "centre": "paris", "scope_kind": "centre", "scope": "paris"}},
 {"labels": {"alertname": "service_level_live", "severity": "critical", "audience": "wall", "centre": "paris", "scope_kind": "queue", "scope": "support"}},
 {"labels": {"alertname": "source_stopped", "severity": "critical", "audience": "page", "centre": "paris", "scope_kind": "source", "scope": "asterisk:paris-1"}},
 {"labels": {"alertname": "longest_wait", "severity": "warning", "audience": "wall", "centre": "lille", "scope_kind": "queue", "scope": "ventes"}},
 {"labels": {"alertname": "items_overdue", "severity": "warning", "audience": "wall", "owner": "indigo", "centre": "lille", "scope_kind": "queue", "scope": "courrier"},
  "annotations": {"summary_fr": "courrier : 7 en retard", "summary": "courrier: 7 overdue"}, "startsAt": "2026-11-17T14:05:00Z"},
 {"labels": {"alertname": "VigieClockStanding", "severity": "critical", "audience": "page", "owner": "pipeline", "job": "vigie", "partition": "3"},
  "annotations": {"summary": "The clock of partition 3 stands still"}, "startsAt": "2026-11-17T14:05:00Z"},
 {"labels": {"alertname": "VigieNumbersLate", "severity": "warning", "audience": "page", "owner": "pipeline", "job": "vigie", "partition": "3"}}
]`

// Alerts of two centres and of the pipeline go where they should: one message a centre, a mail to the team that acts, a
// call to who is on call; and what follows from another alert goes nowhere.
func TestDelivery(t *testing.T) {
	t.Setenv("TZ", "Europe/Paris")
	hook, box := alerting.StartWebhook(t), startMailbox(t)
	am := startDeployed(t, hook, box)
	answer, err := http.Post(am.URL+"/api/v2/alerts", "application/json", strings.NewReader(posted))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the alerts are answered with %s", answer.Status)
	}
	for _, c := range []struct{ path, centre, want string }{
		{"/deadman/vigie", "", "Watchdog"},
		{"/chat/wall", "paris", "feed_silent"},
		{"/chat/wall", "lille", "items_overdue longest_wait"},
		{"/pager/vigie", "paris", "feed_silent"},
		{"/pager/vigie", "", "VigieClockStanding"},
	} {
		n := hook.Await(time.Minute, func(n alerting.Notification) bool { return n.Path == c.path && n.GroupLabels["centre"] == c.centre })
		names := map[string]bool{}
		for _, a := range n.Alerts {
			names[a.Labels["alertname"]] = true
		}
		want := strings.Fields(c.want)
		for _, name := range want {
			if !names[name] || len(names) != len(want) {
				t.Errorf("%s, centre %q: got %v, want %s", c.path, c.centre, names, c.want)
			}
		}
	}
	seen := map[string]letter{}
	l := box.await(t, "indigo@centre.example", seen)
	if want := "Alerte : courrier : 7 en retard"; l.subject != want {
		t.Errorf("subject %q, want %q", l.subject, want)
	}
	if want := "En cours\n\n- courrier : 7 en retard\n  à surveiller · lille · courrier · pour indigo · depuis 17/11 15:05\n"; strings.TrimSpace(l.parts["text/plain"]) != strings.TrimSpace(want) {
		t.Errorf("the mail says\n%s\nnot\n%s", l.parts["text/plain"], want)
	}
	if !strings.Contains(l.parts["text/html"], "<b>courrier : 7 en retard</b>") {
		t.Errorf("the mail shows\n%s", l.parts["text/html"])
	}
	box.await(t, "on-call@centre.example", seen)
	want := "VigieNumbersLate service_level_live source_stopped"
	if got := inhibited(t, am.URL); got != want {
		t.Errorf("inhibited are %s, want %s", got, want)
	}
}

// inhibited are the names of the alerts that Alertmanager keeps back because of another, sorted.
func inhibited(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url + "/api/v2/alerts?active=false&silenced=false&unprocessed=false&inhibited=true")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var list []struct{ Labels map[string]string }
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range list {
		names = append(names, a.Labels["alertname"])
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
