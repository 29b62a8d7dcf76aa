// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

const (
	// writeTimeout is how long a client may take for one frame; then it is let go, and comes back by itself.
	writeTimeout = 10 * time.Second
	// retryMs is when a browser that lost us tries again.
	retryMs = 1000
)

// The events of a stream.
const (
	eventBoard      = "board"
	eventIndicators = "indicators"
	eventBeat       = "beat" // nothing new, still here
)

// Beat is the data of the event beat, and the frame of the others: what the page's clock needs.
type Beat struct {
	NowMs int64   `json:"now_ms"`
	Pace  float64 `json:"pace"` // seconds of that clock in one
	Page  string  `json:"page"` // of the page's own files: a page with another one loads itself anew
}

// BoardFrame is the data of the event board.
type BoardFrame struct {
	Beat
	Board json.RawMessage `json:"board"` // a wall.Board
}

func (s *Server) now() Beat {
	return Beat{NowMs: s.o.Now().UnixMilli(), Pace: s.o.Pace, Page: s.page.hash}
}

func (s *Server) beat() *frame {
	data, err := json.Marshal(s.now())
	if err != nil {
		panic("BUG: three plain values do not marshal: " + err.Error())
	}
	return &frame{event: eventBeat, data: data}
}

// stream answers with server-sent events: a board (?board=), or indicators, filtered as in /api/v1/indicators.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	key, newest, status, why := s.topic(r)
	if why != "" {
		fail(w, status, why)
		return
	}
	l, err := s.hub.listen(key, newest)
	if err != nil {
		w.Header().Set("Retry-After", "5")
		fail(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer s.hub.leave(l)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	send(r.Context(), http.NewResponseController(w), w, l)
}

// send writes frames until the client or the server goes.
func send(ctx context.Context, control *http.ResponseController, w http.ResponseWriter, l *listener) {
	opening := fmt.Sprintf("retry: %d\n\n", retryMs)
	for {
		if err := control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
			return
		}
		if opening != "" {
			if _, err := w.Write([]byte(opening)); err != nil {
				return
			}
			opening = ""
		}
		if err := control.Flush(); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case f, open := <-l.frames:
			if !open || writeFrame(w, f) != nil {
				return
			}
		}
	}
}

func writeFrame(w http.ResponseWriter, f *frame) error {
	head := "event: " + f.event + "\n"
	if f.id != "" {
		head += "id: " + f.id + "\n"
	}
	_, err := fmt.Fprintf(w, "%sdata: %s\n\n", head, f.data)
	return err
}

// topic finds out what a request wants to see. Requests for the same thing have the same key.
func (s *Server) topic(r *http.Request) (key string, newest func() *frame, status int, why string) {
	q := r.URL.Query()
	centre := q.Get("centre")
	c, ok := s.o.Board.Find(centre)
	if !ok {
		return "", nil, http.StatusNotFound, errNotHere(centre).Error()
	}
	if id := q.Get("board"); id != "" {
		lang := langOf(r)
		if _, ok := s.evaluate(c.Centre, id, lang); !ok {
			return "", nil, http.StatusNotFound, s.noBoard(c.Centre, id)
		}
		return fmt.Sprintf("board %q %q %s", c.Centre, id, lang), func() *frame { return s.boardFrame(c.Centre, id, lang) }, 0, ""
	}
	_, f, err := s.filter(q)
	if err != nil {
		return "", nil, http.StatusBadRequest, err.Error()
	}
	return fmt.Sprintf("indicators %q %v", c.Centre, *f), func() *frame { return s.indicatorsFrame(c.Centre, f) }, 0, ""
}

// boardFrame makes the newest frame of a board, nil when it is gone.
func (s *Server) boardFrame(centre, id string, lang wall.Lang) *frame {
	b, ok := s.evaluate(centre, id, lang)
	if !ok {
		return nil
	}
	content, err := json.Marshal(b)
	if err != nil {
		panic("BUG: a board does not marshal: " + err.Error())
	}
	data, err := json.Marshal(BoardFrame{s.now(), content})
	if err != nil {
		panic("BUG: a board does not marshal again: " + err.Error())
	}
	return &frame{id: frameID(b.Partition, b.Offset, b.AsOfMs), event: eventBoard, content: content, data: data}
}

func (s *Server) indicatorsFrame(centre string, f *Filter) *frame {
	views := s.o.Board.Views(centre, f)
	if len(views) == 0 {
		return nil
	}
	data, err := json.Marshal(IndicatorsAnswer{views})
	if err != nil {
		panic("BUG: indicators do not marshal: " + err.Error())
	}
	return &frame{id: frameID(views[0].Partition, views[0].Offset, views[0].AsOfMs), event: eventIndicators, content: data, data: data}
}

// frameID grows with the log.
func frameID(partition int32, offset, asOfMs int64) string {
	return fmt.Sprintf("%d-%d-%d", partition, offset, asOfMs)
}
