// SPDX-License-Identifier: Apache-2.0

package live

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// The incident of the demo day: its story has the live service-level alert of assistance at 10:09.
func TestAlertsOfTheStory(t *testing.T) {
	_, s := frozen(t, nil)
	find := func(path string) (AlertView, bool) {
		t.Helper()
		response, body := get(t, s, path)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %s", path, response.Status, body)
		}
		list := parse[AlertsAnswer](t, body).Centres[0].Alerts
		i := slices.IndexFunc(list, func(a AlertView) bool { return a.Rule == "service_level_live" })
		if i < 0 {
			return AlertView{}, false
		}
		return list[i], true
	}
	for _, path := range []string{"/api/v1/alerts", "/api/v1/alerts?centre=cap-rivage&scope=queue:assistance", "/api/v1/indicators"} {
		a, ok := find(path)
		if !ok || a.Scope != "queue:assistance" || a.Severity != "critical" || a.Audience != "wall" || a.SinceMs < paris(10, 9, 0) || a.SinceMs >= paris(10, 10, 0) ||
			!strings.HasPrefix(a.Name.En, "assistance: live service level ") || !strings.HasPrefix(a.Name.Fr, "assistance : niveau de service en direct ") {
			t.Errorf("%s: %+v", path, a)
		}
		if (a.State == "resolved") != (a.UntilMs != 0) {
			t.Errorf("%s: %s until %d", path, a.State, a.UntilMs)
		}
	}
	if a, ok := find("/api/v1/alerts?scope=queue:urgence"); ok {
		t.Errorf("an alert of another queue: %+v", a)
	}
	_, data, ok := openStream(t, s, "/api/v1/stream?scope=queue:assistance&indicator=sl_live").next(eventIndicators)
	if !ok || !strings.Contains(data, `"rule":"service_level_live"`) {
		t.Errorf("the stream has no alert: %.300s", data)
	}
	if response, body := get(t, s, "/api/v1/alerts?centre=west"); response.StatusCode != http.StatusNotFound {
		t.Errorf("a centre that is not here: %s %s", response.Status, body)
	}
	if response, body := get(t, s, "/api/v1/alerts?scope=advisor:x"); response.StatusCode != http.StatusBadRequest {
		t.Errorf("a person: %s %s", response.Status, body)
	}
}
