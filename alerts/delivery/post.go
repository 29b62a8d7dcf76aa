// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// alertsPath is where Alertmanager takes alerts, version 2 of its API.
const alertsPath = "/api/v2/alerts"

// maxAnswerBytes is how much of an answer is read, to say what was wrong.
const maxAnswerBytes = 1000

// posted is an alert as Alertmanager reads it.
type posted struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// Why a request failed: a closed list, for metrics.
const (
	ReasonUnreachable = "unreachable" // no answer: refused, cut off, too slow
	ReasonServer      = "server"      // it answered that it cannot
	ReasonDenied      = "denied"      // it wants other credentials, or lives at another address
	ReasonRefused     = "refused"     // it does not take these alerts; the valid ones among them are taken
)

// Reasons lists why requests fail.
var Reasons = []string{ReasonUnreachable, ReasonServer, ReasonDenied, ReasonRefused}

// statusError is an answer that is no success.
type statusError struct {
	reason, status, said string
}

func (e *statusError) Error() string {
	if e.said == "" {
		return "it answered " + e.status
	}
	return fmt.Sprintf("it answered %s: %s", e.status, e.said)
}

// refusedError is an answer that no new attempt would change.
type refusedError struct{ statusError }

func reasonOf(err error) string {
	var refused *refusedError
	var status *statusError
	switch {
	case errors.As(err, &refused):
		return refused.reason
	case errors.As(err, &status):
		return status.reason
	}
	return ReasonUnreachable
}

// post sends alerts in one request. A *refusedError says that trying again is of no use.
func (q *queue) post(ctx context.Context, batch []due) error {
	list := make([]posted, len(batch))
	for i := range batch {
		d := &batch[i]
		list[i] = posted{Labels: d.content.labels, Annotations: d.content.annotations, StartsAt: d.startsAt, EndsAt: d.endsAt, GeneratorURL: d.content.link}
		if list[i].EndsAt.Before(list[i].StartsAt) {
			list[i].EndsAt = list[i].StartsAt // a clock was set back; Alertmanager refuses an alert that ends before it starts
		}
	}
	body, err := json.Marshal(list)
	if err != nil {
		panic("BUG: an alert does not marshal: " + err.Error())
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, q.target, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("a request to %s: %w", q.target, err)
	}
	request.Header.Set("Content-Type", "application/json")
	switch {
	case q.o.Token != "":
		request.Header.Set("Authorization", "Bearer "+q.o.Token)
	case q.o.User != "":
		request.SetBasicAuth(q.o.User, q.o.Password)
	}
	answer, err := q.client.Do(request)
	if err != nil {
		return fmt.Errorf("posting %d alerts: %w", len(batch), err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswerBytes))
	if answer.StatusCode/100 == 2 {
		return nil // it has them, whatever happened to the rest of its answer
	}
	if err != nil {
		return fmt.Errorf("reading the answer to %d alerts: %w", len(batch), err)
	}
	return answerError(answer, strings.TrimSpace(string(said)))
}

func answerError(answer *http.Response, said string) error {
	e := statusError{ReasonServer, answer.Status, said}
	switch code := answer.StatusCode; {
	case code == http.StatusBadRequest || code == http.StatusUnprocessableEntity || code == http.StatusRequestEntityTooLarge:
		e.reason = ReasonRefused
		return &refusedError{e}
	case code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || code/100 == 5:
	default:
		e.reason = ReasonDenied
	}
	return &e
}
