// SPDX-License-Identifier: Apache-2.0

// Package gateway is the HTTP door: POST /v1/events takes events from systems that speak our language already.
//
// It knows HTTP, the envelope and what an outsider may not say. It never knows where events go (see ingest.Publisher)
// or what they mean. Start with New.
package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// Options configures the gateway.
type Options struct {
	Publisher ingest.Publisher
	Now       func() time.Time // stamps received; default time.Now
	Privacy   *ingest.Privacy  // hashes customers' identifiers; nil: only hashes are accepted
	Counters  *ingest.Counters // may be nil

	Token          string        // bearer token that requests must carry; empty: none
	MaxSkew        time.Duration // how far an event's time may be ahead of our clock; default 5 minutes
	MaxBodyBytes   int64         // default 4 MiB
	MaxEvents      int           // per request; default 10,000
	PublishTimeout time.Duration // default 10 s
}

const (
	defaultMaxSkew        = 5 * time.Minute
	defaultMaxBodyBytes   = 4 << 20
	defaultMaxEvents      = 10_000 // of 400 bytes each fill the default body
	defaultPublishTimeout = 10 * time.Second
	minTokenBytes         = 16
	retryAfterSeconds     = 2
)

// Gateway is the handler of POST /v1/events. It may serve several requests at once.
type Gateway struct {
	o         Options
	tokenHash [sha256.Size]byte
}

// New checks the options and returns the handler.
func New(o Options) (*Gateway, error) {
	if o.Publisher == nil {
		return nil, errors.New("gateway: no publisher")
	}
	if o.Token != "" && len(o.Token) < minTokenBytes {
		return nil, fmt.Errorf("gateway: the token has %d characters: give at least %d random ones, for example from `openssl rand -hex 16`",
			len(o.Token), minTokenBytes)
	}
	if o.MaxSkew < 0 || o.MaxBodyBytes < 0 || o.MaxEvents < 0 || o.PublishTimeout < 0 {
		return nil, errors.New("gateway: a limit is negative; 0 means the default")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxSkew == 0 {
		o.MaxSkew = defaultMaxSkew
	}
	if o.MaxBodyBytes == 0 {
		o.MaxBodyBytes = defaultMaxBodyBytes
	}
	if o.MaxEvents == 0 {
		o.MaxEvents = defaultMaxEvents
	}
	if o.PublishTimeout == 0 {
		o.PublishTimeout = defaultPublishTimeout
	}
	return &Gateway{o: o, tokenHash: sha256.Sum256([]byte(o.Token))}, nil
}

// Rejection says why one event of a request was refused.
type Rejection struct {
	Index  int    `json:"index"` // of the event in the request, from 0
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// Answer is the body of every response. Rejected events are not in the log; accepted ones are stored durably.
type Answer struct {
	Accepted int         `json:"accepted"`
	Rejected []Rejection `json:"rejected"`
	Error    string      `json:"error,omitempty"` // why the request as a whole failed
}

// ServeHTTP takes one request. Each event is judged by itself: 202 when at least one was accepted (or none was sent),
// 400 when all were refused. When the log does not answer it is 503 and nothing counts as accepted: the sender repeats
// the request, and events that had arrived are recognised by their ids.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		fail(w, http.StatusMethodNotAllowed, "use POST")
		return
	}
	if !g.authorised(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="vigie"`)
		fail(w, http.StatusUnauthorized, "send the header Authorization: Bearer TOKEN")
		return
	}
	split, err := splitterFor(r.Header)
	if err != nil {
		w.Header().Set("Accept-Post", acceptedTypes)
		fail(w, http.StatusUnsupportedMediaType, err.Error())
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, g.o.MaxBodyBytes))
	if err != nil {
		g.failRead(w, err)
		return
	}
	raw, err := split(body, g.o.MaxEvents)
	if errors.Is(err, errTooMany) {
		fail(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("more than %d events: send several requests", g.o.MaxEvents))
		return
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	g.take(r.Context(), w, raw)
}

// take judges the events and publishes the good ones.
func (g *Gateway) take(ctx context.Context, w http.ResponseWriter, raw [][]byte) {
	var decoder event.Decoder
	answer := Answer{Rejected: []Rejection{}}
	records := make([]ingest.Record, 0, len(raw))
	now := g.o.Now().UnixMilli()
	for i, data := range raw {
		var e event.Event
		if err := g.judge(&decoder, data, &e, now); err != nil {
			answer.Rejected = append(answer.Rejected, rejection(i, err))
			continue
		}
		records = append(records, ingest.Record{Key: []byte(e.Centre), Value: event.AppendJSON(nil, &e)})
	}
	for _, rejected := range answer.Rejected {
		g.o.Counters.Add(ingest.CountRejected, rejected.Reason, 1)
	}
	if len(records) > 0 {
		ctx, cancel := context.WithTimeout(ctx, g.o.PublishTimeout)
		defer cancel()
		if err := g.o.Publisher.Publish(ctx, records); err != nil {
			g.o.Counters.Add(ingest.CountPublishErrors, "", 1)
			w.Header().Set("Retry-After", strconv.Itoa(retryAfterSeconds))
			fail(w, http.StatusServiceUnavailable, "the log did not take the events; send the same request again, events keep their ids")
			return
		}
	}
	g.o.Counters.Add(ingest.CountPublished, "", int64(len(records)))
	answer.Accepted = len(records)
	status := http.StatusAccepted
	if answer.Accepted == 0 && len(answer.Rejected) > 0 {
		status = http.StatusBadRequest
	}
	write(w, status, answer)
}

// judge decodes one event, checks what an outsider may say, and stamps it.
func (g *Gateway) judge(d *event.Decoder, data []byte, e *event.Event, now event.Millis) error {
	if err := d.Decode(data, e); err != nil {
		return err
	}
	if err := fromOutside(e); err != nil {
		return err
	}
	e.Received = now
	if err := g.hideCustomer(e); err != nil {
		return err
	}
	if err := e.Validate(); err != nil {
		return err
	}
	if len(e.Data) > 0 { // few types have any, and the machine would only make a dead letter of it
		if err := event.CheckPayload(e.Type, e.Data); err != nil {
			return err
		}
	}
	if ahead := e.Time - now; ahead > g.o.MaxSkew.Milliseconds() {
		return &refusal{field: "time", reason: "ahead", detail: fmt.Sprintf(
			"%s ahead of this server's clock, at most %s is accepted: set the sender's clock (NTP)",
			(time.Duration(ahead) * time.Millisecond).Round(time.Second), g.o.MaxSkew)}
	}
	return nil
}

// refusal is a reason of the gateway's own, beside event.FieldError.
type refusal struct{ field, reason, detail string }

// Error returns the field and the detail.
func (r *refusal) Error() string { return r.field + ": " + r.detail }

// fromOutside refuses what only Vigie itself may say.
func fromOutside(e *event.Event) error {
	if e.Type == event.Tick || e.Type == event.ImportFinished || strings.HasPrefix(e.Type.String(), "config.") {
		return &refusal{"type", "not_from_outside", fmt.Sprintf("%s is written by vigie itself; configuration goes through `vigie apply`", e.Type)}
	}
	if e.Lane != "" {
		return &refusal{"lane", "not_from_outside", "lanes belong to imports of history, which do not come through this door"}
	}
	return nil
}

// hideCustomer replaces a customer's identifier in clear by its hashes.
func (g *Gateway) hideCustomer(e *event.Event) error {
	if e.CustomerOld != "" && !ingest.IsHash(e.CustomerOld) {
		return &refusal{"customerold", "clear_customer", ingest.ErrClear.Error()}
	}
	if e.Customer == "" || ingest.IsHash(e.Customer) {
		return nil
	}
	if g.o.Privacy == nil {
		return &refusal{"customer", "clear_customer", ingest.ErrClear.Error()}
	}
	e.Customer, e.CustomerOld = g.o.Privacy.Identifier(e.Customer)
	return nil
}

func rejection(index int, err error) Rejection {
	var own *refusal
	if errors.As(err, &own) {
		return Rejection{index, own.field, own.reason, own.detail}
	}
	var field *event.FieldError
	if errors.As(err, &field) {
		return Rejection{index, field.Field, field.Reason.String(), field.Detail}
	}
	return Rejection{index, "", "invalid", err.Error()}
}

func (g *Gateway) authorised(r *http.Request) bool {
	if g.o.Token == "" {
		return true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	given := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(given[:], g.tokenHash[:]) == 1
}

func (g *Gateway) failRead(w http.ResponseWriter, err error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		fail(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes: send several requests", tooLarge.Limit))
		return
	}
	fail(w, http.StatusBadRequest, "the body could not be read to its end")
}

func fail(w http.ResponseWriter, status int, text string) {
	write(w, status, Answer{Rejected: []Rejection{}, Error: text})
}

func write(w http.ResponseWriter, status int, a Answer) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// The sender may be gone; then nobody is left to be told.
	_ = json.NewEncoder(w).Encode(a)
}

// mediaType returns the request's content type without parameters, or an error that says what is accepted.
func mediaType(h http.Header) (string, error) {
	if c := h.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		return "", fmt.Errorf("content encoding %q: send the body uncompressed", c)
	}
	t, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return "", fmt.Errorf("content type %q: send one of %s", h.Get("Content-Type"), acceptedTypes)
	}
	if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") {
		return "", fmt.Errorf("charset %q: send UTF-8", c)
	}
	return t, nil
}
