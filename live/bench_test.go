// SPDX-License-Identifier: Apache-2.0

package live

import (
	"bytes"
	"context"
	"net/http"
	"testing"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// BenchmarkReading is what the machine's goroutine pays for one reading of the demo centre, its windows full.
func BenchmarkReading(b *testing.B) {
	c := capRivage(b)
	c.until(paris(11, 0, 0))
	b.ReportAllocs()
	for b.Loop() {
		for _, w := range c.machine.Worlds() {
			read(c.machine, w)
		}
	}
}

// BenchmarkBoard is one board, evaluated.
func BenchmarkBoard(b *testing.B) {
	_, s := frozen(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := s.live.evaluate("", "mistral", wall.French); !ok {
			b.Fatal("no board")
		}
	}
}

// BenchmarkWalls is one push to 200 walls, over HTTP on this machine: ten boards in two languages, until every wall has it.
func BenchmarkWalls(b *testing.B) {
	const walls = 200
	c, s := frozen(b, nil)
	ids := wall.Boards(c.board.Centres()[0].Config, wall.French)[:10]
	got := make(chan struct{}, walls)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	for i := range walls {
		lang := []string{"fr", "en"}[i/10%2]
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/stream?board="+ids[i%10].ID+"&lang="+lang, nil)
		if err != nil {
			b.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		defer response.Body.Close()
		go func() {
			buffer := make([]byte, 1<<16)
			for {
				n, err := response.Body.Read(buffer)
				if err != nil {
					return
				}
				if bytes.HasSuffix(buffer[:n], []byte("\n\n")) { // the end of an event
					select {
					case got <- struct{}{}:
					default:
					}
				}
			}
		}()
	}
	ms := paris(10, 20, 0)
	for b.Loop() {
		ms += 1000
		advance(c, ms)
		for len(got) > 0 {
			<-got
		}
		s.live.hub.push()
		for range walls {
			<-got
		}
	}
}
