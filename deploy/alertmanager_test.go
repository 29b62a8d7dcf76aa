// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/tools/alerting"
)

const alertmanagerConfig = "alertmanager/alertmanager.yml"

func TestAlertmanagerByAmtool(t *testing.T) {
	if _, err := alerting.Run(t, alerting.Amtool, "check-config", absolute(t, alertmanagerConfig)); err != nil {
		t.Error(err)
	}
}

// Who is told of what, by amtool from the routes.
func TestRoutes(t *testing.T) {
	for _, c := range []struct{ labels, want string }{
		{"alertname=Watchdog severity=none audience=watchdog owner=pipeline", "watchdog"},
		// The pipeline: critical rings, the rest is a mail, what can wait waits for office hours.
		{"alertname=VigieDown severity=critical audience=page owner=pipeline instance=a:8080", "on-call"},
		{"alertname=VigieStoreBehind severity=warning audience=page owner=pipeline partition=3", "on-call-mail"},
		{"alertname=VigieVersionsDiffer severity=info audience=page owner=pipeline", "office"},
		{"alertname=VigieDailyJobLate severity=warning audience=page owner=pipeline centre=cap-rivage", "on-call-mail"},
		// A centre: the room always knows; who is on call when it rings; the team that acts by mail.
		{"alertname=feed_silent severity=critical audience=page centre=cap-rivage scope_kind=centre scope=cap-rivage", "wall,on-call"},
		{"alertname=source_stopped severity=critical audience=page centre=cap-rivage scope_kind=source scope=simulator:telephony", "wall,on-call"},
		{"alertname=dial_illegal severity=critical audience=page owner=tempo centre=cap-rivage scope_kind=campaign scope=decouverte", "wall,on-call"},
		{"alertname=service_level_live severity=critical audience=wall centre=cap-rivage scope_kind=queue scope=assistance", "wall"},
		{"alertname=items_overdue severity=warning audience=wall owner=indigo centre=cap-rivage scope_kind=queue scope=courrier", "wall,team"},
		// What nobody has thought of.
		{"alertname=Foreign", "on-call"},
	} {
		arguments := append([]string{"config", "routes", "test", "--config.file=" + absolute(t, alertmanagerConfig), "--verify.receivers=" + c.want}, strings.Fields(c.labels)...)
		if _, err := alerting.Run(t, alerting.Amtool, arguments...); err != nil {
			t.Errorf("%s: %v", c.labels, err)
		}
	}
}

// The mails, word by word, as Alertmanager makes them: 14:05 UTC in November is 15:05 in Paris.
func TestMails(t *testing.T) {
	t.Setenv("TZ", "Europe/Paris")
	for _, name := range []string{"en.subject", "en.text", "fr.subject", "fr.text", "fr.html"} {
		kind := "text"
		if strings.HasSuffix(name, ".html") {
			kind = "html"
		}
		got, err := alerting.Run(t, alerting.Amtool, "template", "render", "--template.glob="+absolute(t, "alertmanager/templates/vigie.tmpl"),
			"--template.data="+absolute(t, "testdata/mail.json"), "--template.type="+kind, `--template.text={{ template "vigie.`+name+`" . }}`)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want, err := os.ReadFile(filepath.Join("testdata", "mail."+name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(got) != strings.TrimSpace(string(want)) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}
