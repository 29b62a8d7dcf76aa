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

// boardAnswer is what an instance says of a board, by the OpenAPI document.
const boardAnswer = `{"id":"mistral","kind":"inbound","lang":"fr","title":"Mistral","subtitle":"Assistance","centre":"cap-rivage","as_of_ms":1,"partition":0,"offset":1,
	"utc_offset_minutes":60,"as_of":"données à 10:20:00","date":"mardi 17 novembre","stale":false,"hint":"Rien à signaler","strip":[
	{"id":"a","kind":"alert","severity":"critical","place":"Assistance","text":"NS en direct 28,6 %","from_ms":1,"until_ms":0,"when":"depuis 10 h 09","seen_ms":2,"seen":"vue à 10 h 13"},
	{"id":"b","kind":"incident","severity":"","place":"Incident","text":"espace client","from_ms":1,"until_ms":0,"when":"depuis 10 h 02","seen_ms":0,"seen":""}],"rows":[
	{"size":"giant","tiles":[
		{"id":"waiting","title":"En attente","window":"","cases":"","state":"act","word":"Agir","value":"18","unit":"","text":"18","indicator":"waiting","scopes":[],
			"raw":18,"numerator":null,"denominator":null,"n":null,"target":"","gap":"","trend":{"arrow":"up","word":"en hausse"},"notes":[]},
		{"id":"service_live","title":"NS en direct","window":"30 min","cases":"n 118","state":"ok","word":"OK","value":"82,4","unit":"%","text":"82,4 %","indicator":"sl_live","scopes":[],
			"raw":0.824,"numerator":1,"denominator":2,"n":118,"target":"objectif 80 %","gap":"+2,4 pts","trend":{"arrow":"","word":""},"notes":["objectif 80 %","deux seuils"]}]},
	{"size":"normal","tiles":[
		{"id":"states","title":"Conseillers","window":"","cases":"","state":"info","word":"","value":"7","unit":"","text":"7","indicator":"","scopes":[],"raw":7,"numerator":null,
			"denominator":null,"n":null,"target":"","gap":"","trend":{"arrow":"","word":""},"notes":[],"bar":[{"id":"a","label":"en ligne","count":5},{"id":"b","label":"pause","count":2}]}]}]}`

// The columns are counted by hand: titles of 21 signs at most, values of six, words of four, one arrow, cases of five.
const boardShown = `Mistral   Assistance
mardi 17 novembre   données à 10:20:00

  En attente                 18  Agir  ↑
  NS en direct · 30 min  82,4 %  OK       n 118  +2,4 pts · objectif 80 % · deux seuils

  Conseillers                 7                  en ligne 5, pause 2

depuis 10 h 09   Assistance: NS en direct 28,6 %   ✓ vue à 10 h 13
depuis 10 h 02   Incident: espace client
`

func TestTopOfABoard(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "/api/v1/board?board=mistral&centre=cap-rivage&lang=fr" {
			t.Errorf("asked for %s", r.URL)
		}
		w.Write([]byte(boardAnswer))
	}))
	defer server.Close()
	var out bytes.Buffer
	o := TopOptions{URL: server.URL, Centre: "cap-rivage", Board: "mistral", Lang: "fr", Every: time.Second, Once: true, Out: &out}
	if err := Top(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if out.String() != boardShown {
		t.Errorf("got\n%s\nwant\n%s", &out, boardShown)
	}
	out.Reset()
	o.Live = true
	if err := Top(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "\x1b[1;31mAgir\x1b[0m") {
		t.Errorf("on a terminal a word has a colour beside: %q", &out)
	}
	o.Lang = "de"
	if err := Top(t.Context(), o); err == nil || !strings.Contains(err.Error(), "choose en or fr") {
		t.Errorf("got %v", err)
	}
}
