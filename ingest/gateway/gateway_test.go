// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// log is a Publisher in memory.
type log struct {
	keys   []string
	values []string
	err    error
}

// Publish keeps the records.
func (l *log) Publish(_ context.Context, records []ingest.Record) error {
	if l.err != nil {
		return l.err
	}
	for _, r := range records {
		l.keys, l.values = append(l.keys, string(r.Key)), append(l.values, string(r.Value))
	}
	return nil
}

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func newGateway(t *testing.T, l *log, change func(*Options)) *Gateway {
	t.Helper()
	o := Options{Publisher: l, Now: func() time.Time { return now }}
	if change != nil {
		change(&o)
	}
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// ev is a valid event with the given id and further attributes.
func ev(id string, more ...string) string {
	at := `"time":"2026-11-23T09:59:58Z"`
	for i, m := range more {
		if strings.HasPrefix(m, `"time"`) {
			at, more[i] = m, `"site":"lyon"`
		}
	}
	return `{"specversion":"1.0","id":"` + id + `","source":"crm","type":"queue.entered",` + at +
		`,"centre":"paris","contact":"c1","queue":"support"` + strings.Join(append([]string{""}, more...), ",") + `}`
}

func post(g *Gateway, contentType, body string, headers ...string) (*httptest.ResponseRecorder, Answer) {
	r := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	var a Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		a.Error = "not JSON: " + w.Body.String()
	}
	return w, a
}

func TestRequests(t *testing.T) {
	a, b := ev("1"), ev("2")
	bad := strings.Replace(ev("3"), "queue.entered", "queue.joined", 1)
	for _, c := range []struct {
		name, contentType, body    string
		status, accepted, rejected int
	}{
		{"one event", "application/cloudevents+json", a, 202, 1, 0},
		{"one event as plain JSON", "application/json", " " + a + "\n", 202, 1, 0},
		{"an array as plain JSON", "application/json; charset=UTF-8", "[" + a + "," + b + "]", 202, 2, 0},
		{"a batch", "application/cloudevents-batch+json", "[" + a + ", " + b + "]\n", 202, 2, 0},
		{"an empty batch", "application/cloudevents-batch+json", "[]", 202, 0, 0},
		{"lines", "application/x-ndjson", a + "\r\n\n" + b, 202, 2, 0},
		{"no lines", "application/x-ndjson", "", 202, 0, 0},
		{"each event is judged by itself", "application/x-ndjson", a + "\n" + bad + "\n{\n" + b + "\n", 202, 2, 2},
		{"all bad", "application/cloudevents-batch+json", "[" + bad + "]", 400, 0, 1},
		{"an array where one event belongs", "application/cloudevents+json", "[" + a + "]", 400, 0, 1},
		{"an event where an array belongs", "application/cloudevents-batch+json", a, 400, 0, 0},
		{"nothing", "application/json", "", 400, 0, 0},
		{"a cut array", "application/json", "[" + a + ",", 400, 0, 0},
		{"an array without end", "application/json", "[" + a, 400, 0, 0},
		{"something after the array", "application/json", "[" + a + "]]", 400, 0, 0},
		{"no content type", "", a, 415, 0, 0},
		{"a form", "application/x-www-form-urlencoded", a, 415, 0, 0},
		{"another charset", "application/json; charset=latin1", a, 415, 0, 0},
		{"too many events", "application/x-ndjson", strings.Repeat(a+"\n", 4), 413, 0, 0},
		{"too many in an array", "application/json", "[" + strings.Repeat(a+",", 3) + a + "]", 413, 0, 0},
		{"too large a body", "application/json", strings.Repeat(" ", 4097), 413, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &log{}
			g := newGateway(t, l, func(o *Options) { o.MaxEvents, o.MaxBodyBytes = 3, 4096 })
			if c.name == "each event is judged by itself" {
				g.o.MaxEvents = 4
			}
			w, answer := post(g, c.contentType, c.body)
			if w.Code != c.status || answer.Accepted != c.accepted || len(answer.Rejected) != c.rejected || len(l.values) != c.accepted {
				t.Errorf("%d %s, %d stored; want %d, %d accepted, %d rejected", w.Code, w.Body, len(l.values), c.status, c.accepted, c.rejected)
			}
			if failed := c.status >= 400 && c.rejected == 0; failed != (answer.Error != "") {
				t.Errorf("error text %q with status %d", answer.Error, w.Code)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("content type %q", got)
			}
		})
	}
}

func TestRejections(t *testing.T) {
	config := strings.NewReplacer(`"queue.entered"`, `"config.centre"`, `,"contact":"c1","queue":"support"`, `,"data":{}`).Replace(ev("1"))
	for _, c := range []struct{ name, event, field, reason string }{
		{"unknown attribute", ev("1", `"queu":"x"`), "queu", "unknown_attribute"},
		{"missing attribute", strings.Replace(ev("1"), `,"queue":"support"`, "", 1), "queue", "missing"},
		{"bad word", ev("1", `"channel":"pigeon"`), "channel", "bad_word"},
		{"broken JSON", "{", "", "bad_json"},
		{"ahead of the clock", ev("1", `"time":"2026-11-23T10:05:00.001Z"`), "time", "ahead"},
		{"an import's lane", ev("1", `"lane":"january"`), "lane", "not_from_outside"},
		{"configuration", config, "type", "not_from_outside"},
		{"configuration of people", strings.Replace(config, "config.centre", "config.team", 1), "type", "not_from_outside"},
		{"a correction of nothing", strings.Replace(config, `"config.centre"`, `"correction.issued"`, 1), "data.measures", "missing"},
		{"a tick", `{"specversion":"1.0","id":"1","source":"x","type":"tick","time":"2026-11-23T10:00:00Z","received":"2026-11-23T10:00:00Z"}`,
			"type", "not_from_outside"},
		{"the end of an import", strings.Replace(ev("1"), "queue.entered", "import.finished", 1), "type", "not_from_outside"},
		{"a customer in clear", ev("1", `"customer":"0612345678"`), "customer", "clear_customer"},
		{"an old customer in clear", ev("1", `"customerold":"0612345678"`), "customerold", "clear_customer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &log{}
			w, answer := post(newGateway(t, l, nil), "application/cloudevents+json", c.event)
			if w.Code != 400 || len(answer.Rejected) != 1 || len(l.values) != 0 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if r := answer.Rejected[0]; r.Index != 0 || r.Field != c.field || r.Reason != c.reason || r.Detail == "" {
				t.Errorf("%+v, want field %q, reason %q", r, c.field, c.reason)
			}
		})
	}
}

func TestIndexOfRejectedEvent(t *testing.T) {
	_, answer := post(newGateway(t, &log{}, nil), "application/x-ndjson", ev("1")+"\n\n"+ev("2", `"x":"y"`)+"\n"+ev("3"))
	if answer.Accepted != 2 || len(answer.Rejected) != 1 || answer.Rejected[0].Index != 1 {
		t.Errorf("%+v, want the second event rejected", answer)
	}
}

// The gateway's clock is the log's clock: what the sender says about received does not count.
func TestReceivedIsOurs(t *testing.T) {
	l := &log{}
	g := newGateway(t, l, nil)
	if w, _ := post(g, "application/json", ev("1", `"received":"2030-01-01T00:00:00Z"`)); w.Code != 202 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var e event.Event
	var d event.Decoder
	if err := d.Decode([]byte(l.values[0]), &e); err != nil {
		t.Fatal(err)
	}
	if e.Received != now.UnixMilli() || l.keys[0] != "paris" || e.Time != now.UnixMilli()-2000 {
		t.Errorf("key %s, event %s", l.keys[0], l.values[0])
	}
}

func TestSkewBorder(t *testing.T) {
	w, _ := post(newGateway(t, &log{}, nil), "application/json", ev("1", `"time":"2026-11-23T10:05:00Z"`))
	if w.Code != 202 {
		t.Errorf("exactly five minutes ahead: %d %s", w.Code, w.Body)
	}
	w, _ = post(newGateway(t, &log{}, nil), "application/json", ev("1", `"time":"2020-01-01T00:00:00Z"`))
	if w.Code != 202 {
		t.Errorf("late is fine: %d %s", w.Code, w.Body)
	}
}

func TestCustomersAreHashed(t *testing.T) {
	privacy, err := ingest.NewPrivacy(ingest.PrivacyOptions{Current: ingest.Key{ID: "k1", Secret: []byte("0123456789abcdef")}})
	if err != nil {
		t.Fatal(err)
	}
	l := &log{}
	g := newGateway(t, l, func(o *Options) { o.Privacy = privacy })
	hash, _ := privacy.Identifier("jeanne@example.org")
	body := ev("1", `"customer":"jeanne@example.org"`) + "\n" + ev("2", `"customer":"`+hash+`"`) + "\n" + ev("3", `"customer":"anonymous"`)
	if w, answer := post(g, "application/x-ndjson", body); answer.Accepted != 3 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for i, want := range []bool{true, true, false} {
		if got := strings.Contains(l.values[i], `"customer":"`+hash+`"`); got != want || strings.Contains(l.values[i], "jeanne") {
			t.Errorf("event %d: %s", i+1, l.values[i])
		}
	}
}

// When the log does not answer, nothing counts as accepted and the sender is told to come back.
func TestLogUnavailable(t *testing.T) {
	var counters ingest.Counters
	g := newGateway(t, &log{err: errors.New("no broker")}, func(o *Options) { o.Counters = &counters })
	w, answer := post(g, "application/x-ndjson", ev("1")+"\n{}")
	if w.Code != 503 || answer.Accepted != 0 || w.Header().Get("Retry-After") == "" || strings.Contains(answer.Error, "broker") {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	if got := fmt.Sprint(counters.Snapshot()); got != "[{publish_errors  1} {rejected missing 1}]" {
		t.Errorf("counters %s", got)
	}
}

func TestToken(t *testing.T) {
	g := newGateway(t, &log{}, func(o *Options) { o.Token = "0123456789abcdef" })
	for header, status := range map[string]int{
		"Bearer 0123456789abcdef": 202, "bearer 0123456789abcdef": 202,
		"": 401, "Bearer": 401, "Bearer wrong": 401, "Basic 0123456789abcdef": 401, "0123456789abcdef": 401, "Bearer 0123456789abcdefg": 401,
	} {
		w, _ := post(g, "application/json", ev("1"), "Authorization", header)
		if w.Code != status || (status == 401) != (w.Header().Get("WWW-Authenticate") != "") {
			t.Errorf("%q: %d %v, want %d", header, w.Code, w.Header(), status)
		}
	}
}

func TestMethodsAndEncodings(t *testing.T) {
	g := newGateway(t, &log{}, nil)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(method, "/v1/events", nil))
		if w.Code != 405 || w.Header().Get("Allow") != "POST" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	if w, a := post(g, "application/json", ev("1"), "Content-Encoding", "gzip"); w.Code != 415 || !strings.Contains(a.Error, "uncompressed") {
		t.Errorf("compressed body: %d %s", w.Code, w.Body)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, o := range map[string]Options{
		"no publisher":   {},
		"short token":    {Publisher: &log{}, Token: "abc"},
		"negative limit": {Publisher: &log{}, MaxEvents: -1},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Whatever the body, the answer is one of the documented ones and each event sent is accepted or rejected.
func FuzzBody(f *testing.F) {
	for _, body := range []string{ev("1"), "[" + ev("1") + "]", ev("1") + "\n" + ev("2"), "[", "[1,null]", "{}", "[[]]"} {
		for kind := range 4 {
			f.Add(body, uint8(kind))
		}
	}
	types := strings.Split(acceptedTypes, ", ")
	f.Fuzz(func(t *testing.T, body string, kind uint8) {
		l := &log{}
		g, err := New(Options{Publisher: l, Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		w, a := post(g, types[int(kind)%len(types)], body)
		switch {
		case w.Code == 202 && a.Error == "", w.Code == 400 && a.Accepted == 0:
		case w.Code == 413 && a.Accepted == 0 && len(l.values) == 0:
		default:
			t.Fatalf("%q: %d %s", body, w.Code, w.Body)
		}
		if a.Accepted != len(l.values) {
			t.Fatalf("%q: %d accepted, %d stored", body, a.Accepted, len(l.values))
		}
	})
}
