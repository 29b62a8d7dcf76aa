// SPDX-License-Identifier: Apache-2.0

package alerting

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// Notification is what Alertmanager posts to a webhook, and when it came.
type Notification struct {
	At          time.Time `json:"-"`
	Path        string    `json:"-"` // that it was posted to
	Receiver    string
	Status      string // firing or resolved
	GroupLabels map[string]string
	Alerts      []Alert
}

// Alert is one of a notification.
type Alert struct {
	Status       string // firing or resolved
	Labels       map[string]string
	Annotations  map[string]string
	StartsAt     time.Time
	EndsAt       time.Time
	GeneratorURL string
	Fingerprint  string
}

// Webhook receives notifications, until the end of the test.
type Webhook struct {
	URL string // what is appended to it becomes Notification.Path

	t       testing.TB
	mu      sync.Mutex
	got     []Notification
	arrived chan struct{} // closed, and made anew, at each arrival
}

// StartWebhook starts a receiver on a free port.
func StartWebhook(t testing.TB) *Webhook {
	t.Helper()
	w := &Webhook{t: t, arrived: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

func (w *Webhook) receive(answer http.ResponseWriter, request *http.Request) {
	n := Notification{At: time.Now(), Path: request.URL.Path}
	if err := json.NewDecoder(request.Body).Decode(&n); err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = append(w.got, n)
	close(w.arrived)
	w.arrived = make(chan struct{})
}

// All is what came so far, in order.
func (w *Webhook) All() []Notification {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.got)
}

// Await gives the first notification for which want holds, the earlier ones included, and fails the test when none
// comes in time.
func (w *Webhook) Await(limit time.Duration, want func(Notification) bool) Notification {
	w.t.Helper()
	deadline := time.After(limit)
	for seen := 0; ; {
		w.mu.Lock()
		got, arrived := w.got[seen:], w.arrived
		w.mu.Unlock()
		for _, n := range got {
			if want(n) {
				return n
			}
		}
		seen += len(got)
		select {
		case <-arrived:
		case <-deadline:
			w.t.Fatalf("no such notification in %v; came: %+v", limit, w.All())
		}
	}
}
