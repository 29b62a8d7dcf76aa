// SPDX-License-Identifier: Apache-2.0

package live

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// frozen is a server over the demo centre at 10:20 on its day, whose clock stands still.
func frozen(t testing.TB, change func(*Options)) (*centre, *served) {
	t.Helper()
	c := capRivage(t)
	c.tenTwenty()
	c.holdStill()
	o := Options{Board: c.board, History: c.facts.history, Now: func() time.Time { return time.UnixMilli(c.shownMs()) }}
	if change != nil {
		change(&o)
	}
	return c, serve(t, o)
}

func get(t testing.TB, s *served, path string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

func parse[T any](t testing.TB, body []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

func TestIndicatorsAreFiltered(t *testing.T) {
	_, s := frozen(t, nil)
	response, body := get(t, s, "/api/v1/indicators?centre=cap-rivage&scope=queue:assistance,team:mistral&window=30m&indicator=sl_live,aht")
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", response.Status, body)
	}
	got := parse[IndicatorsAnswer](t, body)
	if len(got.Centres) != 1 || len(got.Centres[0].Scopes) != 2 {
		t.Fatalf("got %s", body)
	}
	queue, team := got.Centres[0].Scopes[0], got.Centres[0].Scopes[1]
	if queue.Kind != "queue" || queue.ID != "assistance" || len(queue.Windows) != 1 || len(queue.Windows["30m"]) != 2 {
		t.Errorf("the queue: %+v", queue)
	}
	if team.ID != "mistral" || len(team.Windows["30m"]) != 1 || team.Windows["30m"][0].ID != "aht" {
		t.Errorf("a team has a handle time and no service level, got %+v", team)
	}
	if sl, ok := queue.Find("30m", "sl_live"); !ok || sl.Value == nil || sl.Denominator < 50 || *sl.Value != float64(sl.Numerator)/float64(sl.Denominator) {
		t.Errorf("live service level: %+v", sl)
	}
}

// What is a state has a value of this instant, from the gauges beside it; what is said of contacts for days is provisional.
func TestValuesNowAndProvisional(t *testing.T) {
	_, s := frozen(t, nil)
	_, body := get(t, s, "/api/v1/indicators?scope=queue:assistance&window=now,today&indicator=waiting_per_advisor,longest_wait,days_of_stock,csat,offered")
	queue := parse[IndicatorsAnswer](t, body).Centres[0].Scopes[0]
	if len(queue.Windows) != 2 || len(queue.Windows["now"]) != 2 || len(queue.Windows["today"]) != 2 {
		t.Fatalf("got %s", body)
	}
	each, _ := queue.Find("now", "waiting_per_advisor")
	waiting, people := queue.Gauges["waiting"], queue.Gauges["advisors_logged"]
	if waiting == 0 || people == 0 || each.Value == nil || each.Numerator != waiting || each.Denominator != people || *each.Value != float64(waiting)/float64(people) || each.Provisional {
		t.Errorf("%d wait and %d are there, the API says %+v", waiting, people, each)
	}
	if longest, _ := queue.Find("now", "longest_wait"); longest.Numerator != queue.LongestWaitMs || longest.Unit != "ms" {
		t.Errorf("the longest wait is %d ms, the API says %+v", queue.LongestWaitMs, longest)
	}
	// What Erlang says of the queue's staffing group at this instant, and nothing of mail, which waits for hours.
	_, body = get(t, s, "/api/v1/indicators?scope=queue:assistance,queue:mail&window=now&indicator=staff_required,staff_required_c,staff_present,staff_gap,predicted_service_level")
	staff := parse[IndicatorsAnswer](t, body).Centres[0].Scopes
	if len(staff) != 2 || len(staff[0].Windows["now"]) != 5 {
		t.Fatalf("got %s", body)
	}
	value := func(id string) float64 {
		if v, _ := staff[0].Find("now", id); v.Value != nil {
			return *v.Value
		}
		t.Errorf("%s of assistance cannot be told: %s", id, body)
		return 0
	}
	// At 10:20 of the story 18 people of assistance face 1.8 times their calls.
	if required, present := value("staff_required"), value("staff_present"); required <= present || present < 10 || present > 25 ||
		value("staff_gap") != present-required || value("staff_required_c") < required || value("predicted_service_level") > 5000 {
		t.Errorf("staffing of assistance: %s", body)
	}
	if v, _ := staff[1].Find("now", "staff_required"); v.Value != nil {
		t.Errorf("mail asks for %v people", *v.Value)
	}
	// The queues of the centre have other thresholds (urgence answers within 10 s, orvalie within 30 s), one queue has one.
	_, body = get(t, s, "/api/v1/indicators?scope=centre,queue:assistance&window=today&indicator=sl_live,answer_rate")
	levels := parse[IndicatorsAnswer](t, body).Centres[0].Scopes
	ofCentre, _ := levels[0].Find("today", "sl_live")
	rate, _ := levels[0].Find("today", "answer_rate")
	ofQueue, _ := levels[1].Find("today", "sl_live")
	if !ofCentre.Mixed || rate.Mixed || ofQueue.Mixed {
		t.Errorf("thresholds: %s", body)
	}
	csat, _ := queue.Find("today", "csat")
	offered, _ := queue.Find("today", "offered")
	if !csat.Provisional || offered.Provisional {
		t.Errorf("satisfaction: %+v; calls: %+v", csat, offered)
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	_, s := frozen(t, nil)
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/api/v1/indicators?centre=lyon":              {404, "not on this instance"},
		"/api/v1/indicators?scope=advisor:a001":       {400, "write centre, or one of"},
		"/api/v1/indicators?scope=queue":              {400, "queue:NAME"},
		"/api/v1/indicators?window=2h":                {400, "now, 5m, 15m, 30m, 1h or today"},
		"/api/v1/indicators?indicator=anser_rate":     {400, "answer_rate"},
		"/api/v1/stream?board=west":                   {404, "it can be centre, alize"},
		"/api/v1/board?board=west":                    {404, "it can be centre, alize"},
		"/api/v1/stream?scope=advisor:a001&window=5m": {400, "write centre, or one of"},
		"/wall/assets/secret.html":                    {404, "no such file"},
	} {
		response, body := get(t, s, path)
		if response.StatusCode != want.status || !strings.Contains(parse[problem](t, body).Error, want.text) {
			t.Errorf("%s: %s %s, want %d with %q", path, response.Status, body, want.status, want.text)
		}
	}
}

// The same answer has the same ETag and is not sent twice; the next record makes another.
func TestETag(t *testing.T) {
	c, s := frozen(t, nil)
	const path = "/api/v1/indicators?scope=queue:assistance&window=today"
	first, body := get(t, s, path)
	tag := first.Header.Get("ETag")
	if again, rest := get(t, s, path, "If-None-Match", `"other", W/`+tag); again.StatusCode != http.StatusNotModified || len(rest) != 0 {
		t.Errorf("the same again: %s, %d bytes; want 304 and none", again.Status, len(rest))
	}
	view := parse[IndicatorsAnswer](t, body).Centres[0]
	advance(c, paris(10, 20, 1))
	later, body := get(t, s, path, "If-None-Match", tag)
	next := parse[IndicatorsAnswer](t, body).Centres[0]
	if later.StatusCode != http.StatusOK || later.Header.Get("ETag") == tag || next.Offset <= view.Offset || next.AsOfMs != paris(10, 20, 1) {
		t.Errorf("a second later: %s, offset %d after %d, as of %d", later.Status, next.Offset, view.Offset, next.AsOfMs)
	}
}

// A tile shows the very number that the API gives for the same queue and window.
func TestBoardEqualsIndicators(t *testing.T) {
	_, s := frozen(t, nil)
	_, body := get(t, s, "/api/v1/board?board=mistral&lang=fr")
	board := parse[wall.Board](t, body)
	_, body = get(t, s, "/api/v1/indicators?scope=queue:assistance,team:mistral")
	scopes := parse[IndicatorsAnswer](t, body).Centres[0].Scopes
	compared := 0
	for tile, at := range map[string]struct {
		scope  int
		window string
	}{"service_live": {0, "30m"}, "service_day": {0, "today"}, "answer_rate": {0, "today"}, "abandons": {0, "30m"}, "asa": {0, "30m"},
		"refused": {0, "today"}, "aht": {1, "30m"}, "occupancy": {1, "1h"}} {
		for _, row := range board.Rows {
			for _, got := range row.Tiles {
				if got.ID != tile {
					continue
				}
				compared++
				want, ok := scopes[at.scope].Find(at.window, got.Indicator)
				if !ok || got.Raw == nil || *got.Raw != *want.Value || *got.Numerator != want.Numerator || *got.Denominator != want.Denominator {
					t.Errorf("%s: the tile has %+v, the API %+v", tile, got, want)
				}
			}
		}
	}
	if compared != 8 {
		t.Errorf("%d tiles compared, want 8", compared)
	}
}

// Without tokens only this machine reads, and only under its own name; with tokens whoever shows one.
func TestWhoMayRead(t *testing.T) {
	c := capRivage(t)
	c.until(paris(9, 0, 0))
	const token = "0123456789abcdef"
	f := func(change func(*Options), remote, host, header, value string, want int) {
		t.Helper()
		o := Options{Board: c.board}
		change(&o)
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		s.Register(mux)
		r := httptest.NewRequest(http.MethodGet, "/api/v1/walls", nil)
		r.RemoteAddr, r.Host = remote, host
		if header != "" {
			r.Header.Set(header, value)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("from %s to %s with %s %q: %d %s, want %d", remote, host, header, value, w.Code, w.Body, want)
		}
	}
	none := func(*Options) {}
	public := func(o *Options) { o.ReadPublic = true }
	tokens := func(o *Options) { o.ReadTokens = []string{"another-long-token", token} }
	const here, away = "127.0.0.1:4711", "10.1.2.3:4711"
	f(none, here, "localhost:8080", "", "", 200)
	f(none, "[::1]:4711", "[::1]:8080", "", "", 200)
	f(none, away, "vigie.example:8080", "", "", 403)
	f(none, here, "evil.example", "", "", 403)                         // a name that was pointed at this machine
	f(none, here, "localhost:8080", "X-Forwarded-For", "1.2.3.4", 403) // a proxy on this machine
	f(public, away, "vigie.example", "", "", 200)
	f(tokens, here, "localhost:8080", "", "", 401)
	f(tokens, away, "vigie.example", "Authorization", "Bearer "+token, 200)
	f(tokens, away, "vigie.example", "Authorization", "Bearer "+token[1:], 401)
	f(tokens, away, "vigie.example", "Cookie", tokenCookie+"="+token, 200)
	for _, o := range []Options{{ReadTokens: []string{"short"}}, {ReadTokens: []string{token}, ReadPublic: true}, {Limits: map[string]wall.Limits{"asaa": {}}}} {
		o.Board = c.board
		if _, err := New(o); err == nil {
			t.Errorf("accepted %+v", o)
		}
	}
}

// A wall is opened once with its token; after that the address has none, and the browser's cookie does.
func TestWallTokenBecomesACookie(t *testing.T) {
	const token = "0123456789abcdef"
	_, s := frozen(t, func(o *Options) { o.ReadTokens = []string{token} })
	response, _ := get(t, s, "/wall/mistral?lang=fr&token="+token)
	cookies := response.Cookies()
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/wall/mistral?lang=fr" || len(cookies) != 1 || !cookies[0].HttpOnly {
		t.Fatalf("%s to %q with %v", response.Status, response.Header.Get("Location"), cookies)
	}
	if response, _ = get(t, s, "/wall/mistral?lang=fr", "Cookie", cookies[0].Name+"="+cookies[0].Value); response.StatusCode != http.StatusOK {
		t.Errorf("with the cookie: %s", response.Status)
	}
	if response, _ = get(t, s, "/wall/mistral?token=wrong-wrong-wrong"); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("with another token: %s", response.Status)
	}
}
