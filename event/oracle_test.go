// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var (
	plainInteger = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)
	unicodeHex   = regexp.MustCompile(`^\\u([0-9a-fA-F]{4})`)
)

// oracle decodes with encoding/json and says what the Decoder must say. Beyond "encoding/json accepts", it writes out
// where the Decoder is stricter:
//   - at most 64 KiB, UTF-8 throughout, no half of a \u pair;
//   - one object; names exactly those of the envelope, each once;
//   - a string for each attribute but sequence (digits only, 31 bits), the numbers of outcomes (digits only, each within
//     its limits) and data (an object, at most 32 KiB and 16 deep);
//   - strings of at most 256 bytes without control characters and noncharacters;
//   - specversion "1.0"; type empty or known; time, received and due RFC 3339 with up to nine places, in (1970, 2200].
func oracle(record []byte) (e Event, ok bool) {
	if len(record) > 65536 || !utf8.Valid(record) || !json.Valid(record) || hasLoneSurrogate(record) {
		return e, false
	}
	dec := json.NewDecoder(bytes.NewReader(record))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return e, false
	}
	members := map[string]json.RawMessage{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return e, false
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return e, false
		}
		if _, twice := members[name.(string)]; twice {
			return e, false
		}
		members[name.(string)] = value
	}
	if _, err := dec.Token(); err != nil {
		return e, false
	}
	if _, err := dec.Token(); err != io.EOF {
		return e, false
	}
	for name, value := range members {
		if !oracleValue(&e, name, value) {
			return e, false
		}
	}
	return e, string(members["specversion"]) != ""
}

func oracleValue(e *Event, name string, value []byte) bool {
	switch name {
	case "sequence":
		n, err := strconv.ParseInt(string(value), 10, 64)
		e.Sequence = n
		return err == nil && plainInteger.Match(value) && n <= 2147483647
	case "amountcents":
		return oracleNumber(&e.AmountCents, value, 0, 1_000_000_000)
	case "scorebp":
		return oracleNumber(&e.ScoreBP, value, 0, 10_000)
	case "csat":
		return oracleNumber(&e.CSAT, value, 1, 5)
	case "nps":
		return oracleNumber(&e.NPS, value, 0, 10)
	case "ces":
		return oracleNumber(&e.CES, value, 1, 5)
	case "count":
		return oracleNumber(&e.Count, value, 1, 10_000_000)
	case "slots":
		return oracleNumber(&e.Slots, value, 1, 50)
	case "data":
		e.Data = value
		return value[0] == '{' && len(value) <= 32768 && depth(value) <= 16
	}
	var s string
	if value[0] != '"' || json.Unmarshal(value, &s) != nil || len(s) > 256 {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Noncharacter_Code_Point, r) {
			return false
		}
	}
	var ok bool
	switch name {
	case "specversion":
		return s == "1.0"
	case "type":
		e.Type, ok = ParseType(s)
		return ok || s == ""
	case "time":
		e.Time, ok = parseTimeOracle(s)
		return ok && e.Time > 0 && e.Time <= 7258118400000
	case "received":
		e.Received, ok = parseTimeOracle(s)
		return ok && e.Received > 0 && e.Received <= 7258118400000
	case "due":
		e.Due, ok = parseTimeOracle(s)
		return ok && e.Due > 0 && e.Due <= 7258118400000
	}
	to := field(e, name)
	if to == nil {
		return false
	}
	*to = s
	return true
}

func oracleNumber(to *Number, value []byte, atLeast, atMost int64) bool {
	n, err := strconv.ParseInt(string(value), 10, 64)
	*to = NumberOf(n)
	return err == nil && plainInteger.Match(value) && n >= atLeast && n <= atMost
}

func depth(value []byte) (deepest int) {
	dec := json.NewDecoder(bytes.NewReader(value))
	now := 0
	for {
		token, err := dec.Token()
		if err != nil {
			return deepest
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			now++
			deepest = max(deepest, now)
		case json.Delim('}'), json.Delim(']'):
			now--
		}
	}
}

// hasLoneSurrogate looks through valid JSON, where a backslash is always in a string.
func hasLoneSurrogate(valid []byte) bool {
	hex := func(at []byte) rune {
		m := unicodeHex.FindSubmatch(at)
		if m == nil {
			return -1
		}
		n, _ := strconv.ParseUint(string(m[1]), 16, 32)
		return rune(n)
	}
	for i := 0; i < len(valid); i++ {
		if valid[i] != '\\' {
			continue
		}
		r := hex(valid[i:])
		if r < 0 {
			i++ // what is escaped may be a backslash itself
			continue
		}
		i += 5
		if !utf16.IsSurrogate(r) {
			continue
		}
		if utf16.DecodeRune(r, hex(valid[i+1:])) == unicode.ReplacementChar {
			return true
		}
		i += 6
	}
	return false
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(telephonyRecord))
	f.Add([]byte(dialRecord))
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"s","type":"survey.answered","time":"2025-03-14T09:26:53Z","centre":"c","contact":"1","object":"o","csat":5,"nps":0,"ces":1,"scorebp":10000,"amountcents":1000000000,"count":1,"slots":50,"due":"2025-03-15T09:26:53Z","critical":"customer,compliance"}`))
	for _, c := range refusedRecords {
		if len(c.record) < 1<<10 { // the fuzzer shrinks what it finds, and would spend its time on these
			f.Add([]byte(c.record))
		}
	}
	f.Add([]byte(" {\t\"\\u0071ueue\" : \"\\ud83d\\ude00 \\\"é\\\\\\/\" ,\r\n\"data\":{ \"a\": [1, -0.5e+2, {}, \"\\u0000\\\\ud800\", true, null] },\"specversion\":\"1.0\"} \n"))
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"s","type":"tick","time":"2025-03-14T09:26:53.1+01:00","received":"2025-03-14T08:26:53.1Z"}`))
	f.Add([]byte(`{"specversion":"1.0","sequence":2147483647,"data":{"\ud83d\ude00":[[]],"b":-0}}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		var d Decoder
		var got Event
		err := d.Decode(record, &got)
		want, ok := oracle(record)
		if ok != (err == nil) {
			t.Fatalf("%q: Decode says %v, encoding/json with our rules says %v", record, err, ok)
		}
		if !ok {
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-encoding/json +Decode):\n%s", record, diff)
		}
		if got.Validate() == nil {
			checkThereAndBack(t, &got)
		}
	})
}

// checkThereAndBack checks that a valid event survives its JSON, and that the JSON is canonical.
func checkThereAndBack(t interface {
	Helper()
	Fatalf(string, ...any)
}, e *Event) {
	t.Helper()
	written := AppendJSON(nil, e)
	want, ok := oracle(written)
	if !ok {
		t.Fatalf("encoding/json with our rules refuses %s", written)
	}
	if diff := cmp.Diff(*e, want); diff != "" {
		t.Fatalf("%s read by encoding/json (-event +read):\n%s", written, diff)
	}
	var d Decoder
	var back Event
	if err := d.Decode(written, &back); err != nil {
		t.Fatalf("Decode(%s): %v", written, err)
	}
	if diff := cmp.Diff(*e, back); diff != "" {
		t.Fatalf("%s (-event +decoded):\n%s", written, diff)
	}
	if again := AppendJSON(nil, &back); !bytes.Equal(again, written) {
		t.Fatalf("written %s, then %s", written, again)
	}
}
