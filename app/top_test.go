// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// topAnswer is what an instance says, by docs and OpenAPI: 20 of 25 answered within the threshold, two who wait.
const topAnswer = `{"centres":[{"centre":"lyon","zone":"Europe/Paris","as_of_ms":1763366400000,"partition":0,"offset":41,"config_version":1,"scopes":[
	{"kind":"queue","id":"support","waiting":2,"longest_wait_ms":31500,"gauges":{},"windows":{"today":[
		{"id":"offered","value":25,"numerator":25,"denominator":1,"n":25,"unit":"count"},
		{"id":"sl_neg","value":0.8,"numerator":20,"denominator":25,"n":25,"unit":"percent"},
		{"id":"asa","value":null,"numerator":0,"denominator":0,"n":0,"unit":"ms"}]}}]}]}`

func TestTop(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer secret":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/api/v1/indicators" && r.URL.Query().Get("centre") == "lyon":
			w.Write([]byte(topAnswer))
		default:
			http.Error(w, "centre \"x\" is not on this instance", http.StatusNotFound)
		}
	}))
	defer server.Close()
	for _, c := range []struct {
		name string
		o    TopOptions
		want []string // in the output, or in the error
	}{
		{"a board", TopOptions{URL: server.URL + "/", Centre: "lyon", Token: "secret"},
			[]string{"lyon", "as of 2025-11-17 09:00:00", "record 41", "queue support", "2", "31.5 s", "25", "80.0 %", "-"}},
		{"no token", TopOptions{URL: server.URL, Centre: "lyon"}, []string{"401", "--token-file"}},
		{"another centre", TopOptions{URL: server.URL, Centre: "x", Token: "secret"}, []string{"404", "not on this instance"}},
		{"nobody there", TopOptions{URL: "http://127.0.0.1:1"}, []string{"is vigie running there"}},
		{"no address", TopOptions{URL: "8080"}, []string{"http://127.0.0.1:8080"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			c.o.Out, c.o.Every, c.o.Once = &out, time.Second, true
			if err := Top(t.Context(), c.o); err != nil {
				out.WriteString(err.Error())
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in:\n%s", want, out.String())
				}
			}
		})
	}
}
