// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

func TestValidate(t *testing.T) {
	f := func(o Options, want string) {
		t.Helper()
		err := o.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	one := []string{"http://am:9093"}
	f(Options{URLs: []string{"http://am:9093", "https://am.example/prefix"}, Token: "x"}, "")
	f(Options{URLs: []string{"am:9093"}}, "give http:// or https://")
	f(Options{URLs: []string{"http://%"}}, "give its address")
	f(Options{URLs: []string{"http://me:secret@am:9093"}}, "--alertmanager-password-file")
	f(Options{URLs: []string{"http://am:9093/api/v2/alerts"}}, "without what comes after its prefix")
	f(Options{URLs: []string{"http://am:9093", "http://am:9093/"}}, "given twice")
	f(Options{URLs: one, Token: "x", User: "u", Password: "p"}, "choose one")
	f(Options{URLs: one, User: "u"}, "user and password go together")
	f(Options{URLs: one, KeyFile: "k"}, "go together")
	f(Options{URLs: one, Links: Links{Vigie: "vigie.example"}}, "external-url")
	f(Options{URLs: one, Links: Links{Runbooks: "docs"}}, "runbook-url")
	err := Options{URLs: []string{"http://me:secret@am:9093"}}.Validate()
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the password is told: %v", err)
	}
}

func TestFilesThatAreWrong(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	one := []string{"https://am:9093"}
	for _, x := range []struct {
		o    Options
		want string
	}{
		{Options{URLs: one, CAFile: empty}, "holds no certificate"}, {Options{URLs: one, CAFile: empty + "x"}, "reading the authorities"},
		{Options{URLs: one, CertFile: empty, KeyFile: empty}, "reading the client's certificate"},
	} {
		if _, err := New(x.o); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%+v: %v", x.o, err)
		}
	}
}

// A server with a certificate of its own authority gets the credentials; one whose certificate nobody vouches for gets nothing.
func TestCredentials(t *testing.T) {
	f := func(change func(*Options), want string) {
		t.Helper()
		got := make(chan string, 10)
		server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header.Get("Authorization") }))
		defer server.Close()
		ca := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		o := Options{URLs: []string{server.URL}, CAFile: ca}
		change(&o)
		stats := tellOnce(t, o)
		switch {
		case want == "" && (len(got) > 0 || stats.Failed[ReasonUnreachable] == 0):
			t.Errorf("a server that nobody knows was told something: %+v", stats)
		case want != "":
			if auth := <-got; auth != want {
				t.Errorf("got %q, want %q", auth, want)
			}
		}
	}
	f(func(o *Options) { o.Token = "t0ken" }, "Bearer t0ken")
	f(func(o *Options) { o.User, o.Password = "vigie", "secret" }, "Basic dmlnaWU6c2VjcmV0") // base64 of vigie:secret
	f(func(o *Options) { o.CAFile = "" }, "")
}

// A server that does not answer in time is as good as away, and holds up the end of nothing.
func TestSlowAnswer(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	stats := tellOnce(t, Options{URLs: []string{server.URL}, Timeout: 20 * time.Millisecond})
	if stats.Failed[ReasonUnreachable] == 0 || stats.Alerts != 0 {
		t.Errorf("counted %+v", stats)
	}
}

// tellOnce tells a server of one alert, and returns what is counted after the first request.
func tellOnce(t *testing.T, o Options) Stats {
	t.Helper()
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	a := fires(rule(t, "low", func(c *event.RuleConfig) { c.Runbook = "" }), "a", time.Now())
	d.Take(0, time.Now().UnixMilli(), nil)
	d.Take(0, time.Now().UnixMilli(), setOf(a))
	for d.Stats()[0].Requests == 0 {
		if ctx.Err() != nil {
			t.Fatal("no request was made")
		}
		time.Sleep(time.Millisecond) // until the request is over
	}
	cancel()
	<-done
	return d.Stats()[0]
}
