// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/live"
)

// sighting is when a reader got a frame, and up to which record of the log that frame counts.
type sighting struct {
	at     time.Time
	offset int64
	count  int64 // of customers, where the frame says it
}

// streamReader is a client of /api/v1/stream that notes when frames come. Its sightings are read after run has returned.
type streamReader struct {
	url       string
	event     string // the frames that it looks at
	parse     func(data []byte) (count int64, err error)
	sightings []sighting
	seen      func(count int64) // called for each frame; may be nil
}

// run reads until ctx ends. opened is told once, when the server has begun to answer.
func (r *streamReader) run(ctx context.Context, client *http.Client, opened func()) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return fmt.Errorf("opening a stream: %w", err)
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("opening a stream: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("opening %s: %s", r.url, response.Status)
	}
	opened()
	err = r.read(bufio.NewReaderSize(response.Body, 64<<10))
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("the stream %s ended early: %w", r.url, err)
}

// read takes frame after frame until the stream ends.
func (r *streamReader) read(from *bufio.Reader) error {
	var name string
	var data []byte
	var frame sighting
	for {
		line, err := readLine(from)
		if err != nil {
			return err
		}
		switch {
		case len(line) > 0:
			key, value, _ := bytes.Cut(line, []byte(": "))
			switch string(key) {
			case "event":
				name = string(value)
			case "id":
				if _, err := fmt.Sscanf(string(value), "%d-%d-", new(int32), &frame.offset); err != nil {
					return fmt.Errorf("the id %q of a frame: %w", value, err)
				}
			case "data":
				data = value
			}
		case name == r.event:
			frame.at = time.Now()
			if r.parse != nil {
				if frame.count, err = r.parse(data); err != nil {
					return err
				}
			}
			r.sightings = append(r.sightings, frame)
			if r.seen != nil {
				r.seen(frame.count)
			}
			name = ""
		}
	}
}

// readLine reads a line of any length, without its end.
func readLine(from *bufio.Reader) ([]byte, error) {
	line, err := from.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line, []byte("\n")), nil
}

// customersIn is how many customers have come, as a frame of indicators says it.
func customersIn(data []byte) (int64, error) {
	var answer live.IndicatorsAnswer
	if err := json.Unmarshal(data, &answer); err != nil {
		return 0, fmt.Errorf("reading a frame of indicators: %w", err)
	}
	for i := range answer.Centres {
		for j := range answer.Centres[i].Scopes {
			if v, ok := answer.Centres[i].Scopes[j].Find("today", "offered"); ok {
				return v.Numerator, nil
			}
		}
	}
	return 0, nil // nobody has come yet
}

// readers are the clients of one measurement: one of the API, and walls.
type readers struct {
	api     *streamReader
	walls   []*streamReader
	client  *http.Client
	cancel  context.CancelFunc
	running sync.WaitGroup
	failed  chan error
}

// openReaders opens the stream of the indicators and those of walls, and returns when the server answers all of them.
func openReaders(ctx context.Context, addr, centre string, walls int, boards []string, seen func(int64)) (*readers, error) {
	base := "http://" + addr + "/api/v1/stream?centre=" + centre
	r := &readers{api: &streamReader{url: base + "&scope=centre&window=today&indicator=offered", event: "indicators", parse: customersIn, seen: seen},
		client: &http.Client{Transport: &http.Transport{}}, failed: make(chan error, walls+1)}
	for w := range walls {
		board := boards[w%len(boards)]
		lang := []string{"fr", "en"}[w/len(boards)%2]
		r.walls = append(r.walls, &streamReader{url: base + "&board=" + board + "&lang=" + lang, event: "board"})
	}
	ctx, r.cancel = context.WithCancel(ctx)
	opened := make(chan struct{}, walls+1)
	for _, one := range append([]*streamReader{r.api}, r.walls...) {
		r.running.Go(func() {
			if err := one.run(ctx, r.client, func() { opened <- struct{}{} }); err != nil {
				r.failed <- err
			}
		})
	}
	for range walls + 1 {
		select {
		case <-opened:
		case err := <-r.failed:
			r.close()
			return nil, err
		case <-ctx.Done():
			r.close()
			return nil, ctx.Err()
		}
	}
	return r, nil
}

// close ends all streams and waits for them.
func (r *readers) close() {
	r.cancel()
	r.running.Wait()
	r.client.CloseIdleConnections()
}

// boardsToShow are the boards that walls show: the centre's and those of its first teams, ten in all.
func boardsToShow(advisors int) []string {
	const most = 10
	boards := []string{"centre"}
	for t := range min(busyTeams(advisors), most-1) {
		boards = append(boards, strings.ToLower(busyTeamName(t)))
	}
	return boards
}
