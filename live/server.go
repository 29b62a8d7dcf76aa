// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// Options configure a Server.
type Options struct {
	Board   *Board
	History History // nil without a store
	Samples Samples // nil without a store
	// ReadTokens are the bearer tokens that let in; ReadPublic lets everybody in. Without either only this machine may read.
	ReadTokens []string
	ReadPublic bool
	// WriteTokens are the bearer tokens that let in who says something. Without any only this machine may.
	WriteTokens []string
	// Limits are a site's own borders between the words of a wall, by tile.
	Limits map[string]wall.Limits
	// Now is the clock by which events are stamped, and Pace how many of its seconds pass in one; 1 when zero.
	Now     func() time.Time
	Pace    float64
	Version string
	Logger  *slog.Logger
}

// staleAfter is how old data may be before a wall says so.
const staleAfter = 5 * time.Second

// Server answers to those who read.
type Server struct {
	o     Options
	hub   *hub
	days  *days
	guard func(http.Handler) http.Handler
	write func(http.Handler) http.Handler
	page  *pages
}

// New returns a server; Run makes its streams move.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Pace == 0 {
		o.Pace = 1
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	for id := range o.Limits {
		if !slices.Contains(wall.TileIDs(), id) {
			return nil, fmt.Errorf("limits of tile %q: no board has it; it can be %s", id, strings.Join(wall.TileIDs(), ", "))
		}
	}
	access, err := newAccess(o.ReadTokens, o.WriteTokens, o.ReadPublic)
	if err != nil {
		return nil, fmt.Errorf("who may read: %w", err)
	}
	page, err := newPages()
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, guard: access.guard, write: access.guardWrite, page: page, days: newDays(o.Board, o.History, o.Samples, o.Pace, o.Logger)}
	s.hub = newHub(s.beat)
	return s, nil
}

// Run keeps the streams and the course of the day up to date until ctx ends; then every stream ends.
func (s *Server) Run(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.days.run(ctx)
	}()
	s.hub.run(ctx, s.o.Board.moved)
	<-done
}

// Streams is how many streams are open.
func (s *Server) Streams() int { return s.hub.listeners() }

// Register adds the routes.
func (s *Server) Register(mux *http.ServeMux) {
	for route, handler := range map[string]http.HandlerFunc{
		"GET /api/v1/indicators":   s.indicators,
		"GET /api/v1/alerts":       s.alerts,
		"GET /api/v1/walls":        s.walls,
		"GET /api/v1/board":        s.board,
		"GET /api/v1/stream":       s.stream,
		"GET /api/v1/openapi.json": s.openAPI,
		"GET /wall":                s.wallIndex,
		"GET /wall/{board}":        s.wallPage,
		"GET /wall/assets/{file}":  s.wallAsset,
	} {
		mux.Handle(route, s.guard(handler))
	}
}

// Guard lets those in who may read: routes of others have the same door.
func (s *Server) Guard(next http.Handler) http.Handler { return s.guard(next) }

// GuardWrite lets those in who may write.
func (s *Server) GuardWrite(next http.Handler) http.Handler { return s.write(next) }

// fresh tells whether a centre's data are as new as they should be: the log's clock moves, and is not far behind.
func (s *Server) fresh(c *Centre) bool {
	behind := time.Duration(float64(s.o.Now().UnixMilli()-c.AsOfMs)/s.o.Pace) * time.Millisecond
	return behind <= staleAfter && time.Since(c.MovedAt) <= staleAfter
}

// evaluate makes a board; false when there is none of that name.
func (s *Server) evaluate(centre, board string, lang wall.Lang) (*wall.Board, bool) {
	c, ok := s.o.Board.Find(centre)
	if !ok {
		return nil, false
	}
	return wall.Evaluate(&wall.Inputs{Catalogue: c.Catalogue, Reading: c.Reading, Config: c.Config, Roster: c.Roster,
		Day: s.days.of(c), Board: board, Lang: lang, Limits: s.o.Limits, Stale: !s.fresh(c)})
}

// problem is the body of an answer that is an error.
type problem struct {
	Error string `json:"error"`
}

func fail(w http.ResponseWriter, status int, why string) { writeJSON(w, status, problem{why}) }

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client went away
}

// errNotHere says that a centre is not on this instance.
func errNotHere(centre string) error {
	if centre == "" {
		return errors.New("no centre of this instance has sent an event yet")
	}
	return fmt.Errorf("centre %q is not on this instance, or has sent no event yet", centre)
}
