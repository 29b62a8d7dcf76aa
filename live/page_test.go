// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// pageTimeout bounds what a page may take to show something.
const pageTimeout = 30 * time.Second

// show opens a page in a window of that size and waits until it has drawn.
func show(t testing.TB, ctx context.Context, url string, width, height int64) {
	t.Helper()
	err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(url))
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, ctx, `!document.querySelector("main[aria-busy=true]")`)
}

// waitFor waits until an expression is true on the page.
func waitFor(t testing.TB, ctx context.Context, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		seen, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
		t.Fatalf("waiting for %s: %v; the page says:\n%s", expression, err, seen)
	}
}

func evaluate[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// shownTile is a tile as it is on the screen.
type shownTile struct{ ID, State, Value, Word string }

const shownTiles = `[...document.querySelectorAll("[data-tile]")].map((e) => ({ID: e.dataset.tile, State: e.dataset.state,
	Value: (e.querySelector(".number")?.textContent ?? "") + (e.querySelector(".unit")?.textContent ?? ""), Word: e.querySelector(".word")?.textContent ?? ""}))`

// What is on the screen is what the API says, tile by tile, on every kind of board and in both languages.
func TestScreenEqualsAPI(t *testing.T) {
	_, s := frozen(t, nil)
	ctx := startBrowser(t)
	for _, query := range []string{"mistral?lang=fr", "centre?lang=en", "indigo?lang=en", "tempo?lang=fr"} {
		show(t, ctx, s.URL+"/wall/"+query, 1920, 1080)
		id, lang, _ := strings.Cut(query, "?")
		_, body := get(t, s, "/api/v1/board?board="+id+"&"+lang)
		var want []shownTile
		for _, row := range parse[wall.Board](t, body).Rows {
			for _, tile := range row.Tiles {
				want = append(want, shownTile{tile.ID, string(tile.State), tile.Value + tile.Unit, tile.Word})
			}
		}
		got := evaluate[[]shownTile](t, ctx, shownTiles)
		if fmt.Sprint(got) != fmt.Sprint(want) || len(got) < 8 {
			t.Errorf("%s\n on screen %v\nby the API %v", query, got, want)
		}
	}
}

// cutOff lists what of the tiles and the head lies outside of its place, or ends in the middle of a word.
const cutOff = `[...document.querySelectorAll(".tile .number, .tile .word, .tile .gap, .tile .cases, .tile .notes, .tile .legend")].filter((e) => {
	const a = e.getBoundingClientRect(), b = e.closest(".tile").getBoundingClientRect();
	return a.width && (a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1);
}).concat([...document.querySelectorAll(".tile h2, .tile .notes span, .tile .notes, #subtitle, h1")].filter((e) =>
	e.clientWidth && (e.scrollWidth > e.clientWidth + 1 || e.id === "subtitle" && e.scrollHeight > e.clientHeight + 6)
)).map((e) => (e.closest(".tile")?.dataset.tile ?? "head") + ": " + e.textContent)`

// Nothing lies beside the screen or is cut off, on a phone, a laptop and a wall; the two larger ones show a board without scrolling.
func TestNothingBesideTheScreen(t *testing.T) {
	_, s := frozen(t, nil)
	ctx := startBrowser(t)
	for _, board := range []string{"mistral", "centre", "indigo", "tempo", "garance", "safran", "eclosion"} {
		for _, c := range []struct {
			size [2]int64
			lang string // a wall is in proportion to a laptop, so each language is tried on one of them
		}{{[2]int64{390, 844}, "fr"}, {[2]int64{1280, 720}, "en"}, {[2]int64{1920, 1080}, "fr"}} {
			show(t, ctx, s.URL+"/wall/"+board+"?lang="+c.lang, c.size[0], c.size[1])
			scroll := evaluate[[]int64](t, ctx, `[document.documentElement.scrollWidth, document.documentElement.scrollHeight]`)
			if scroll[0] > c.size[0] || c.size[0] >= 1280 && scroll[1] > c.size[1] {
				t.Errorf("%s at %v: the page is %v", board, c, scroll)
			}
			if hidden := evaluate[[]string](t, ctx, cutOff); len(hidden) > 0 {
				t.Errorf("%s at %v: cut off: %q", board, c, hidden)
			}
		}
	}
}

// What boards have beside tiles: the strip names alerts before incidents, the challenge has its bar, a back office no chats and a
// burn-down, and what an hour of a campaign holds is a table as well.
func TestStripChallengeAndBurnDown(t *testing.T) {
	_, s := frozen(t, nil)
	ctx := startBrowser(t)
	strip := func(board string) []string {
		show(t, ctx, s.URL+"/wall/"+board+"?lang=en", 1280, 720)
		return evaluate[[]string](t, ctx, `[...document.querySelectorAll("#strip li")].map((e) => e.dataset.kind + " " + e.dataset.severity + " " + !!e.querySelector("svg"))`)
	}
	if got := strip("mistral"); len(got) < 2 || got[0] != "alert critical true" || !slices.Contains(got, "incident  true") {
		t.Errorf("the strip in the incident: %q, want a critical alert first, and the incident", got)
	}
	strip("tempo")
	bar := evaluate[[]float64](t, ctx, `[document.querySelector("[data-tile=challenge] .done"), document.querySelector("[data-tile=challenge] .progress")].map((e) => e.getBoundingClientRect().width)`)
	_, body := get(t, s, "/api/v1/board?board=tempo&lang=en")
	rows := parse[wall.Board](t, body).Rows
	share := rows[len(rows)-1].Tiles[0].Progress.Share
	if d := bar[0]/bar[1] - share; share <= 0 || d > 0.01 || d < -0.01 {
		t.Errorf("the bar is %v of %v, the share is %v", bar[0], bar[1], share)
	}
	if got := evaluate[[]string](t, ctx, `[...document.querySelectorAll(".curve thead th")].map((e) => e.textContent)`); !slices.Equal(got, []string{"Hour", "pitched", "won", "conversion"}) {
		t.Errorf("the table of the curve has the columns %q", got)
	}
	if n := evaluate[int](t, ctx, `document.querySelectorAll(".plot rect.band").length`); n != 2 {
		t.Errorf("%d stretches of legal hours, want two: 10:00 to 13:00 and 14:00 to 20:00", n)
	}
	strip("indigo")
	if n := evaluate[int](t, ctx, `document.querySelectorAll("[data-tile=chat_service], [data-tile=slots], .plot .l, .plot .target").length`); n != 0 {
		t.Errorf("a back office without chats shows %d things of others", n)
	}
	due := evaluate[string](t, ctx, `document.querySelector("[data-tile=due_today] .number").textContent`)
	if last := evaluate[string](t, ctx, `[...document.querySelectorAll(".curve tbody tr")].at(-1).lastChild.textContent`); last != due {
		t.Errorf("the last bar of the burn-down is %s, and %s are due", last, due)
	}
}

// A page follows the log, says within seconds that its server is gone, keeps what it showed, and comes back by itself to the
// next server.
func TestPageSurvivesARestart(t *testing.T) {
	c := capRivage(t)
	c.tenTwenty()
	c.holdStill()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	stop := serveOn(t, c, listener)
	ctx := startBrowser(t)
	show(t, ctx, "http://"+addr+"/wall/mistral?lang=en", 1280, 720)
	waitFor(t, ctx, `document.documentElement.dataset.fresh === "live"`)

	advance(c, paris(10, 20, 7))
	waitFor(t, ctx, `document.getElementById("as-of").textContent === "data as of 10:20:07"`)
	before := evaluate[string](t, ctx, `document.querySelector("[data-tile=service_live] .number").textContent`)

	gone := time.Now()
	stop()
	waitFor(t, ctx, `document.documentElement.dataset.fresh === "stale"`)
	if took := time.Since(gone); took > staleAfter+2*time.Second {
		t.Errorf("the page took %s to say that it is stale", took)
	}
	if got := evaluate[[]shownTile](t, ctx, shownTiles); got[2].Word != "Stale" || !strings.HasPrefix(got[2].Value, before) {
		t.Errorf("a stale tile: %+v, want the word Stale beside %s", got[2], before)
	}

	listener, err = net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer serveOn(t, c, listener)()
	advance(c, paris(10, 20, 30))
	waitFor(t, ctx, `document.documentElement.dataset.fresh === "live" && document.getElementById("as-of").textContent === "data as of 10:20:30"`)
}

// serveOn serves a centre whose log stands still between two advances, until it is stopped.
func serveOn(t *testing.T, c *centre, listener net.Listener) (stop func()) {
	t.Helper()
	s, err := New(Options{Board: c.board, Now: func() time.Time { return time.UnixMilli(c.shownMs()) }})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s.Register(mux)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	server := &http.Server{Handler: mux}
	go server.Serve(listener) //nolint:errcheck // it ends with Close
	return func() {
		cancel()
		<-done
		server.Close()
	}
}

// shownMs is the clock of the newest reading: a log without any delay.
func (c *centre) shownMs() int64 {
	if now, ok := c.board.Find(""); ok {
		return now.AsOfMs
	}
	return 0
}
