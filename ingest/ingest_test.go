// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

func TestNormalisePhone(t *testing.T) {
	for _, c := range []struct{ caller, country, want string }{ // want "" = nobody outside
		{"+33 6 12 34 56 78", "", "33612345678"},
		{"0033612345678", "", "33612345678"},
		{"33612345678", "", "33612345678"},
		{"+33 (0)6 12 34 56 78", "", "33612345678"},
		{"06.12.34.56.78", "", "0612345678"},
		{"06-12-34-56-78", "33", "33612345678"},
		{"0033612345678", "33", "33612345678"},
		{`"Jeanne Martin" <+33612345678>`, "33", "33612345678"},
		{"sip:+33612345678@operator.example", "", "33612345678"},
		{"tel:+33612345678", "", "33612345678"},
		{"12345", "", ""}, // an extension
		{"7009", "33", ""},
		{"anonymous", "", ""},
		{"Anonymous", "", ""},
		{"266696687", "", ""}, // "anonymous" on a keypad
		{"", "", ""},
		{"unknown", "", ""},
		{"<unknown>", "", ""},
		{`"Anonymous" <anonymous>`, "", ""},
		{"asterisk", "", ""},
		{"jeanne@example.org", "", ""},
		{"123456789012345678901", "", ""},
		{"٠٦١٢٣٤٥٦٧٨", "", ""}, // digits of another script
		{"+", "", ""},
		{"00", "33", ""},
	} {
		got, ok := NormalisePhone(c.caller, c.country)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%q (%s): %q %v, want %q", c.caller, c.country, got, ok, c.want)
		}
	}
}

func newPrivacy(t *testing.T, o PrivacyOptions) *Privacy {
	t.Helper()
	p, err := NewPrivacy(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestHashIsTheKeyedDigest(t *testing.T) {
	p := newPrivacy(t, PrivacyOptions{Current: Key{ID: "k1", Secret: []byte("0123456789abcdef")}})
	// printf 33612345678 | openssl dgst -sha256 -hmac 0123456789abcdef -binary | head -c16 | basenc --base64url
	const want = "k1:9SufXJy_tt_kQa7Jb5xBVw"
	if got, old := p.Phone("+33612345678"); got != want || old != "" {
		t.Errorf("%q %q, want %q and none", got, old, want)
	}
	if !IsHash(want) {
		t.Errorf("%q is not taken for a hash", want)
	}
	for _, clear := range []string{"33612345678", "k1:", "k1:short", "jeanne@example.org", "K1:" + want[3:], want + "x"} {
		if IsHash(clear) {
			t.Errorf("%q is taken for a hash", clear)
		}
	}
}

func TestKeyRotationCarriesBothHashes(t *testing.T) {
	first := Key{ID: "k1", Secret: []byte("0123456789abcdef")}
	second := Key{ID: "k2", Secret: []byte("fedcba9876543210")}
	before := newPrivacy(t, PrivacyOptions{Current: first})
	during := newPrivacy(t, PrivacyOptions{Current: second, Previous: &first})
	was, _ := before.Phone("0612345678")
	now, old := during.Phone("0612345678")
	if old != was || now == was || !strings.HasPrefix(now, "k2:") {
		t.Errorf("before %q; during the rotation %q and old %q", was, now, old)
	}
	second.Secret[0] = 'X' // the caller's bytes are the caller's
	if again, _ := during.Phone("0612345678"); again != now {
		t.Errorf("the key changed with the caller's bytes: %q, then %q", now, again)
	}
}

func TestIdentifier(t *testing.T) {
	p := newPrivacy(t, PrivacyOptions{Current: Key{ID: "k1", Secret: []byte("0123456789abcdef")}, Country: "33"})
	same := func(a, b string) {
		t.Helper()
		x, _ := p.Identifier(a)
		if y, _ := p.Identifier(b); x == "" || x != y {
			t.Errorf("%q and %q are %q and %q, want one customer", a, b, x, y)
		}
	}
	same("Jeanne@Example.org", " jeanne@example.org")
	same("0612345678", "+33 6 12 34 56 78")
	same("C-4711", "c-4711")
	for _, nobody := range []string{"", " ", "anonymous", "NULL"} {
		if got, _ := p.Identifier(nobody); got != "" {
			t.Errorf("%q became a customer", nobody)
		}
	}
	var none *Privacy
	if a, b := none.Phone("0612345678"); a != "" || b != "" {
		t.Error("without a key there are no customers")
	}
	if a, b := none.Identifier("0612345678"); a != "" || b != "" {
		t.Error("without a key there are no customers")
	}
}

func TestPrivacyOptionsAreChecked(t *testing.T) {
	good := Key{ID: "k1", Secret: []byte("0123456789abcdef")}
	for name, o := range map[string]PrivacyOptions{
		"no key":           {},
		"short secret":     {Current: Key{ID: "k1", Secret: []byte("short")}},
		"odd id":           {Current: Key{ID: "K:1", Secret: good.Secret}},
		"same id twice":    {Current: good, Previous: &good},
		"short previous":   {Current: good, Previous: &Key{ID: "k0", Secret: []byte("x")}},
		"country with +":   {Current: good, Country: "+33"},
		"country with 00":  {Current: good, Country: "033"},
		"country too long": {Current: good, Country: "3333"},
	} {
		if _, err := NewPrivacy(o); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "short") && strings.Contains(err.Error(), "0123") {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}

func TestDeadLetterIsJSON(t *testing.T) {
	d := DeadLetter{Source: "asterisk", Place: Place{File: "queue_log", Line: 7}, Reason: ReasonBadTime, Detail: "x", Raw: CutRaw([]byte("a\xff\x00\"b"))}
	var back map[string]string
	if err := json.Unmarshal(d.JSON(), &back); err != nil {
		t.Fatal(err)
	}
	if back["place"] != "queue_log:7" || back["reason"] != "bad_time" || back["raw"] != "a\uFFFD\x00\"b" {
		t.Errorf("%v", back)
	}
	for _, raw := range [][]byte{bytes.Repeat([]byte{0xff, 'a'}, 2000), bytes.Repeat([]byte("é"), 2000), []byte("a")} {
		if cut := CutRaw(raw); len(cut) > MaxRawBytes || !utf8.ValidString(cut) || len(raw) > 2 && len(cut) < MaxRawBytes-3 {
			t.Errorf("%d bytes became %d", len(raw), len(cut))
		}
	}
}

func TestReasonsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Reasons() {
		if r.String() == "" || r.String() == "invalid" || seen[r.String()] {
			t.Errorf("reason %d is called %q", r, r)
		}
		seen[r.String()] = true
	}
	if Reason(200).String() != "invalid" || len(seen) != int(numReasons)-1 {
		t.Errorf("%d names, reason 200 is %q", len(seen), Reason(200))
	}
}

func TestCounters(t *testing.T) {
	var c Counters
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				c.Add(CountLines, "", 1)
				c.Add(CountIgnored, "blank", 2)
			}
		})
	}
	wg.Wait()
	want := []Counter{{CountIgnored, "blank", 800}, {CountLines, "", 400}}
	if got := c.Snapshot(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	var none *Counters
	none.Add(CountLines, "", 1)
	if none.Snapshot() != nil {
		t.Error("a nil Counters counts nothing")
	}
}
