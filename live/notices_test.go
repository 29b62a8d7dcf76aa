// SPDX-License-Identifier: Apache-2.0

package live

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/event"
)

// What is said of incidents and actions is on the boards that it concerns: a queue's on those of the teams that serve it, a team's on
// its own, and all on the overview.
func TestNoticesOfTheRegister(t *testing.T) {
	c := capRivage(t)
	c.tenTwenty()
	say := func(typ event.Type, object string, minute int, data string) {
		c.step(&event.Event{ID: object + typ.String(), Source: "test", Type: typ, Centre: "cap-rivage", Object: object, Time: paris(10, minute, 0),
			Received: paris(10, 20, 0), Data: []byte(data)})
	}
	say(event.IncidentOpened, "inc-chat", 5, `{"scope_kind":"queue","scope":"chat","title":"chat is slow"}`)
	say(event.ActionStarted, "act-1", 18, `{"lever":"breaks","scope_kind":"queue","scope":"assistance","indicator":"sl_live","expected":2000,"by":"supervisor"}`)
	say(event.ActionEnded, "act-1", 19, `{}`)
	say(event.IncidentOpened, "inc-indigo", 10, `{"scope_kind":"team","scope":"indigo","title":"no network"}`)
	c.board.parts[0].next = time.Time{} // it was read just now
	c.observe()
	c.holdStill()
	s := serve(t, Options{Board: c.board})
	_, body := get(t, s, "/api/v1/indicators?scope=queue:assistance")
	notices := parse[IndicatorsAnswer](t, body).Centres[0].Notices
	want := NoticeView{Kind: "action", ID: "act-1", Scope: "queue:assistance", Lever: "breaks", FromMs: paris(10, 18, 0), UntilMs: paris(10, 19, 0)}
	if !slices.Contains(notices, want) || slices.ContainsFunc(notices, func(n NoticeView) bool { return n.ID == "inc-chat" }) {
		t.Errorf("notices of assistance: %+v", notices)
	}
	// The curve has them all; the strip has three only, and at this minute alerts of the story fill it.
	f := func(board string, said ...string) {
		t.Helper()
		_, body := get(t, s, "/api/v1/board?lang=fr&board="+board)
		flags := parse[wall.Board](t, body).Curve.Flags
		for _, text := range []string{"chat is slow", "no network", "Pauses déplacées"} {
			shown := slices.ContainsFunc(flags, func(f wall.CurveFlag) bool { return strings.Contains(f.Text, text) })
			if want := slices.Contains(said, text); shown != want {
				t.Errorf("board %s shows %q: %v, want %v", board, text, shown, want)
			}
		}
	}
	f("mistral", "Pauses déplacées") // serves assistance
	f("safran", "chat is slow")      // serves boutique and chat
	f("indigo", "no network")
	f("centre", "chat is slow", "no network", "Pauses déplacées")
}

// Who may write shows a token in the header; without any, it is this machine only. A cookie does not do, and neither does a token
// of those who may only read.
func TestWhoMayWrite(t *testing.T) {
	const reader, writer = "0123456789abcdef-read", "0123456789abcdef-write"
	status := func(o Options, from string, header ...string) int {
		t.Helper()
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8080/api/v1/incidents", nil)
		r.RemoteAddr = from
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.GuardWrite(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })).ServeHTTP(w, r)
		return w.Code
	}
	const here, away = "127.0.0.1:4000", "192.0.2.7:4000"
	f := func(got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
	open := Options{Board: NewBoard(catalogue(t)), ReadPublic: true}
	f(status(open, here), http.StatusAccepted)
	f(status(open, here, "X-Forwarded-For", "192.0.2.7"), http.StatusForbidden)
	f(status(open, away), http.StatusForbidden) // everybody reads, and nobody writes
	guarded := Options{Board: open.Board, ReadTokens: []string{reader}, WriteTokens: []string{writer}}
	f(status(guarded, here), http.StatusUnauthorized)
	f(status(guarded, away, "Authorization", "Bearer "+reader), http.StatusUnauthorized)
	f(status(guarded, away, "Cookie", tokenCookie+"="+writer), http.StatusUnauthorized)
	f(status(guarded, away, "Authorization", "Bearer "+writer), http.StatusAccepted)
	if _, err := New(Options{Board: open.Board, WriteTokens: []string{"short"}}); err == nil || !strings.Contains(err.Error(), "who may write") {
		t.Errorf("a short token: %v", err)
	}
}
