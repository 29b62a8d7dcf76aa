// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// The synthetic centre is as busy as asked for, and its events make sense to the machine: nothing is refused, and every
// customer who came has been answered, has given up, or is on the way.
func TestBusyCentre(t *testing.T) {
	const fromMs, rate, advisors, seconds = 1_800_000_000_000, 1000, 400, 60
	c := newBusyCentre("bench", "", fromMs, rate, advisors)
	m := aggregator.New(0)
	step := func(e *event.Event) {
		m.Step(m.Offset()+1, event.AppendJSON(nil, e))
		for _, d := range m.Ready().DeadLetters {
			t.Errorf("%s at %d was refused: %s", e.Type, e.Time-fromMs, d.Reason)
		}
		m.Clear()
	}
	for _, e := range organisation.Records("bench", 1, fromMs, busyOrganisation(advisors, fromMs).Objects()) {
		e.Received = fromMs
		step(&e)
	}
	counted, came, steady := 0, int64(0), fromMs+2000+c.settleMs()
	for c.nextAt() < steady+seconds*1000 {
		e := c.next()
		if e.Type == event.QueueEntered {
			came++
		}
		if e.Time >= steady {
			counted++
		}
		step(e)
	}
	if counted < 0.97*rate*seconds || counted > 1.03*rate*seconds {
		t.Errorf("%d events in %d s, want %d a second", counted, seconds, rate)
	}
	sums := make([]int64, indicator.NumMeasures)
	m.Worlds()[0].Measures(indicator.ScopeCentre, "", aggregator.WindowToday, false, sums)
	waiting := sums[indicator.Offered] - sums[indicator.Answered] - sums[indicator.Abandoned]
	if sums[indicator.Offered] != came || waiting < 0 || waiting > 2*rate*busyRingMs/1000 || sums[indicator.Lost] != 0 {
		t.Errorf("%d came; offered %d, answered %d, abandoned %d, lost %d", came, sums[indicator.Offered], sums[indicator.Answered], sums[indicator.Abandoned], sums[indicator.Lost])
	}
}

// Worked by hand: customers came at 0, 100, 200 and 300 ms; a reader had counts of 1 at 50 ms, 3 at 450 ms and 4 at 460 ms.
// The first is left out, since the reader's first frame may show what was there before it.
func TestCountSeen(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(1_800_000_000_000 + int64(ms)) }
	came := []time.Time{at(0), at(100), at(200), at(300)}
	seen := []sighting{{at: at(50), count: 1}, {at: at(450), count: 3}, {at: at(460), count: 4}}
	var d delays
	countSeen(&d, came, seen, at(0), at(1000))
	if d.n != 3 || d.percentile(500) != 250*time.Millisecond || d.percentile(990) != 350*time.Millisecond || d.percentile(1) != 160*time.Millisecond {
		t.Errorf("got %s, want 160, 250 and 350 ms", &d)
	}
	var late delays
	if countSeen(&late, came, seen, at(150), at(250)); late.n != 1 || late.most() != 250*time.Millisecond {
		t.Errorf("from 150 to 250 ms: %s, want 250 ms once", &late)
	}
	if none := new(delays); none.percentile(500) != 0 || none.most() != 0 {
		t.Errorf("nothing was seen: %s", none)
	}
	// A board at record 9 is older than the API's frame at 10, and no older than the one at 7.
	api := []sighting{{offset: 3, count: 1}, {offset: 7, count: 4}, {offset: 10, count: 6}}
	for _, c := range [][2]int64{{2, 0}, {7, 4}, {9, 4}, {10, 6}, {99, 6}} {
		if got := withCounts([]sighting{{offset: c[0]}}, api)[0].count; got != c[1] {
			t.Errorf("a board at record %d counts %d, want %d", c[0], got, c[1])
		}
	}
}

// oneLineAnswer has no line breaks, as a frame has none.
var oneLineAnswer = strings.NewReplacer("\n", "", "\t", "").Replace(topAnswer)

// A stream as docs/wall.md and the OpenAPI document describe it.
func TestStreamReader(t *testing.T) {
	stream := "retry: 1000\n\nevent: beat\ndata: {}\n\nevent: indicators\nid: 1-41-1794903301742\ndata: " + oneLineAnswer + "\n\n" +
		"event: indicators\nid: 1-50-1794903302742\ndata: {\"centres\":[]}\n\n"
	r := &streamReader{event: "indicators", parse: customersIn}
	if err := r.read(bufio.NewReader(strings.NewReader(stream))); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if len(r.sightings) != 2 || r.sightings[0].offset != 41 || r.sightings[0].count != 25 || r.sightings[1].offset != 50 || r.sightings[1].count != 0 {
		t.Errorf("got %+v", r.sightings)
	}
	for name, broken := range map[string]string{"id": "event: indicators\nid: x\n\n", "data": "event: indicators\nid: 1-2-3\ndata: {\n\n"} {
		r := &streamReader{event: "indicators", parse: customersIn}
		if err := r.read(bufio.NewReader(strings.NewReader(broken))); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("a broken %s: %v", name, err)
		}
	}
}

// The whole measurement, small: through the embedded broker and the store, walls looking on, with an import into the same
// centre. Everything is seen, by each wall, and nothing is left behind.
func TestMeasureLatency(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	const walls, rate = 3, 100
	var out bytes.Buffer
	r, err := MeasureLatency(ctx, LatencyOptions{Rate: rate, Walls: walls, Advisors: 30, For: 2 * time.Second, Import: 3000, Version: "test", Out: &out,
		EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"}})
	if err != nil {
		t.Fatal(err)
	}
	const came = 33 // two seconds of 100 events a second, 6.06 events a customer
	if r.API.n < came-1 || r.API.n > came+1 || r.Walls.n != walls*r.API.n || r.Imported != 3000 || r.API.most() <= 0 {
		t.Errorf("%d customers were seen in the stream, %d times on walls, %d events imported; want about %d, three times as many, 3000",
			r.API.n, r.Walls.n, r.Imported, came)
	}
	r.Write(&out, walls)
	for _, want := range []string{"30 advisors, 1 teams, 1 queues", "visible in the stream   p50", "(3 walls, ", "imported meanwhile      3000"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestLatencyOptions(t *testing.T) {
	good := LatencyOptions{Rate: 2000, Walls: 200, Advisors: 5000, For: 30 * time.Second}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*LatencyOptions){
		"rate 0":      func(o *LatencyOptions) { o.Rate = 0 },
		"walls 5000":  func(o *LatencyOptions) { o.Walls = 5000 },
		"at least 1s": func(o *LatencyOptions) { o.For = 0 },
		"import -1":   func(o *LatencyOptions) { o.Import = -1 },
	} {
		o := good
		change(&o)
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
