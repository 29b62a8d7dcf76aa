// SPDX-License-Identifier: Apache-2.0

package live

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// reader reads a stream, frame by frame.
type reader struct {
	t    testing.TB
	scan *bufio.Scanner
}

func openStream(t testing.TB, s *served, path string) *reader {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %s", response.Status, response.Header.Get("Content-Type"))
	}
	scan := bufio.NewScanner(response.Body)
	scan.Buffer(nil, 4<<20)
	return &reader{t, scan}
}

// next returns the next event of that name; ok is false when the stream has ended.
func (r *reader) next(name string) (id, data string, ok bool) {
	event := ""
	for r.scan.Scan() {
		line := r.scan.Text()
		switch {
		case strings.HasPrefix(line, "event: "):
			event = line[len("event: "):]
		case strings.HasPrefix(line, "id: "):
			id = line[len("id: "):]
		case strings.HasPrefix(line, "data: "):
			data = line[len("data: "):]
		case line == "" && event == name:
			return id, data, true
		case line == "":
			event, id, data = "", "", ""
		}
	}
	return "", "", false
}

// A stream begins with what is known, goes on with each change in the order of the log, and says that it is alive when
// nothing changes.
func TestStreamFollowsTheLog(t *testing.T) {
	c, s := frozen(t, nil)
	r := openStream(t, s, "/api/v1/stream?board=mistral&lang=fr")
	last := int64(0)
	for second := range 3 {
		id, data, ok := r.next(eventBoard)
		if !ok {
			t.Fatal("the stream ended")
		}
		frame := parse[struct {
			NowMs int64      `json:"now_ms"`
			Board wall.Board `json:"board"`
		}](t, []byte(data))
		var partition int32
		var offset, asOf int64
		if _, err := fmt.Sscanf(id, "%d-%d-%d", &partition, &offset, &asOf); err != nil || offset != frame.Board.Offset || asOf != frame.Board.AsOfMs {
			t.Fatalf("id %q of a board at %d, %d: %v", id, frame.Board.Offset, frame.Board.AsOfMs, err)
		}
		if asOf <= last || frame.NowMs < asOf || frame.Board.Stale {
			t.Errorf("frame %d is of %d after %d; now %d, stale %v", second, asOf, last, frame.NowMs, frame.Board.Stale)
		}
		last = asOf
		advance(c, paris(10, 20, second+1))
	}
	if _, data, ok := r.next(eventBeat); !ok || parse[Beat](t, []byte(data)).NowMs != paris(10, 20, 3) {
		t.Errorf("beat %s", data)
	}
}

// advance moves the centre's clock once the board may be read again.
func advance(c *centre, ms int64) {
	c.board.parts[0].next = time.Time{}
	c.until(ms)
	c.holdStill()
}

// A clock of the log that stands still, or is far behind, is said to be stale, within five seconds.
func TestStale(t *testing.T) {
	var now atomic.Int64 // the server reads it, too
	now.Store(paris(10, 20, 0))
	c, s := frozen(t, func(o *Options) { o.Now = func() time.Time { return time.UnixMilli(now.Load()) } })
	stale := func() bool {
		b, ok := s.live.evaluate("", "mistral", wall.French)
		if !ok {
			t.Fatal("no board")
		}
		return b.Stale
	}
	if stale() {
		t.Error("fresh data are called stale")
	}
	now.Add(5001)
	if !stale() {
		t.Error("data of five seconds ago pass for fresh")
	}
	advance(c, now.Load())
	if stale() {
		t.Error("fresh again, and still called stale")
	}
	c.movedAt(time.Now().Add(-staleAfter - time.Second))
	if !stale() {
		t.Error("a clock that has not moved for six seconds passes for alive")
	}
}

// When the server ends, so do its streams, at once; another may be opened on the next server.
func TestStreamEndsWithTheServer(t *testing.T) {
	c := capRivage(t)
	c.tenTwenty()
	server, err := New(Options{Board: c.board})
	if err != nil {
		t.Fatal(err)
	}
	l, err := server.hub.listen("k", server.beat)
	if err != nil {
		t.Fatal(err)
	}
	if f := <-l.frames; f.event != eventBeat {
		t.Errorf("first frame: %s", f.event)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { server.Run(ctx); close(done) }()
	cancel()
	<-done
	_, open := <-l.frames
	if open { // a frame that was sent before the end
		_, open = <-l.frames
	}
	if open {
		t.Error("the stream is still open")
	}
	server.hub.leave(l)
	if n := server.Streams(); n != 0 {
		t.Errorf("%d streams are left", n)
	}
	if _, err := server.hub.listen("k", server.beat); err == nil {
		t.Error("a server that has ended takes listeners")
	}
}

// One who is slow gets the newest frame and holds nobody up; one computation serves all; the number is bounded.
func TestSlowAndMany(t *testing.T) {
	h := newHub(func() *frame { return &frame{event: eventBeat} })
	made := 0
	newest := func() *frame {
		made++
		text := fmt.Appendf(nil, "%d", made)
		return &frame{event: eventBoard, content: text, data: text}
	}
	var all []*listener
	for range maxListeners {
		l, err := h.listen("one", newest)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	if _, err := h.listen("one", newest); err == nil {
		t.Error("more listeners than allowed")
	}
	if made != 1 {
		t.Errorf("%d listeners cost %d computations, want 1", maxListeners, made)
	}
	for range 5 {
		h.push()
	}
	for _, l := range all {
		if f := <-l.frames; string(f.data) != "6" {
			t.Fatalf("a slow listener gets frame %s, want the sixth", f.data)
		}
		h.leave(l)
	}
	if len(h.topics) != 0 || h.listeners() != 0 {
		t.Errorf("%d topics and %d listeners are left", len(h.topics), h.listeners())
	}
}
