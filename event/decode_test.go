// SPDX-License-Identifier: Apache-2.0

package event

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// head is the start of a record that lacks nothing that Decode asks for.
const head = `{"specversion":"1.0"`

func decode(t *testing.T, record string) Event {
	t.Helper()
	var d Decoder
	var e Event
	if err := d.Decode([]byte(record), &e); err != nil {
		t.Fatalf("Decode(%s): %v", record, err)
	}
	return e
}

func TestDecodeTelephonyRecord(t *testing.T) {
	want := Event{
		ID: "7f3c9a1e5b2d4c6f-0", Source: "asterisk:paris-1", Type: AdvisorConnected,
		Time: 1741944413000, Received: 1741944413412, Sequence: 48213, // date -u -d 2025-03-14T09:26:53Z +%s
		Centre: "paris", Contact: "1741944399.20417", Queue: "support", Advisor: "SIP/2041-jeanne", Channel: "voice",
	}
	got := decode(t, telephonyRecord)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("decoded event (-want +got):\n%s", diff)
	}
	if err := got.Validate(); err != nil {
		t.Fatalf("Validate: %v", err)
	}
	if diff := cmp.Diff(telephonyRecord, string(AppendJSON(nil, &got))); diff != "" {
		t.Fatalf("encoded again (-want +got):\n%s", diff)
	}
}

func telephonyEvent(t *testing.T) *Event {
	t.Helper()
	e := decode(t, telephonyRecord)
	return &e
}

func TestDecodeOutcomes(t *testing.T) {
	record := `{"specversion":"1.0","id":"1","source":"s","type":"survey.answered","time":"2025-03-14T09:26:53.000Z","centre":"c","contact":"7",` +
		`"result":"human","purpose":"survey","basis":"none","verdict":"ok","audit":"over_cap","object":"o-1","class":"refusal","resolved":"yes",` +
		`"complaint":"no","critical":"business","amountcents":0,"scorebp":9950,"csat":5,"nps":0,"ces":1,"count":3,"slots":2,` +
		`"due":"2025-03-14T09:26:53.412Z"}`
	want := Event{ID: "1", Source: "s", Type: SurveyAnswered, Time: 1741944413000, Centre: "c", Contact: "7",
		Result: "human", Purpose: "survey", Basis: "none", Verdict: "ok", Audit: "over_cap", Object: "o-1", Class: "refusal", Resolved: "yes",
		Complaint: "no", Critical: "business", AmountCents: NumberOf(0), ScoreBP: NumberOf(9950), CSAT: NumberOf(5), NPS: NumberOf(0), CES: NumberOf(1),
		Count: NumberOf(3), Slots: NumberOf(2), Due: 1741944413412}
	got := decode(t, record)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("decoded event (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(record, string(AppendJSON(nil, &got))); diff != "" {
		t.Fatalf("encoded again (-want +got):\n%s", diff)
	}
	if n, present := decode(t, telephonyRecord).NPS.Get(); n != 0 || present {
		t.Errorf("an event without nps has nps %d, %v", n, present)
	}
}

func TestDecodeReadsAllForms(t *testing.T) {
	got := decode(t, " {\t\"\\u0071ueue\" : \"\\ud83d\\ude00 \\\"é\\\\\\/\" ,\r\n\"team\":\"\",\"data\":{ \"a\": [1, -0.5e+2, {}, [], \"\\n\\u0000\", true, false, null] },\"specversion\":\"1.0\"} \n")
	want := Event{Queue: "😀 \"é\\/", Data: []byte(`{ "a": [1, -0.5e+2, {}, [], "\n\u0000", true, false, null] }`)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("decoded event (-want +got):\n%s", diff)
	}
}

func TestDecodeForgetsTheEventBefore(t *testing.T) {
	var d Decoder
	e := Event{Queue: "old", Data: []byte("{}"), Sequence: 3}
	if err := d.Decode([]byte(head+"}"), &e); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Event{}, e); diff != "" {
		t.Fatalf("after an empty record (-want +got):\n%s", diff)
	}
}

// TestEscapedStringsSurviveOneAnother: the scratch grows while the first string is already in use.
func TestEscapedStringsSurviveOneAnother(t *testing.T) {
	long := strings.Repeat("x", 200)
	e := decode(t, head+`,"queue":"a\"`+long+`","team":"b\"`+long+`","site":"c\"`+long+`"}`)
	if e.Queue != `a"`+long || e.Team != `b"`+long || e.Site != `c"`+long {
		t.Fatalf("got %q, %q, %q", e.Queue, e.Team, e.Site)
	}
}

var tooDeep = strings.Repeat(`{"a":`, MaxDataDepth+1) + "1" + strings.Repeat("}", MaxDataDepth+1)

// refusedRecords is also where the fuzzer starts from.
var refusedRecords = []struct {
	name, record, field string
	reason              Reason
}{
	{"nothing", ``, "", ReasonBadJSON},
	{"spaces", "  \n", "", ReasonBadJSON},
	{"byte order mark", "\ufeff" + head + `}`, "", ReasonBadJSON},
	{"binary", "\x00\x01\x02", "", ReasonBadJSON},
	{"array", `[]`, "", ReasonWrongType},
	{"string", `"event"`, "", ReasonWrongType},
	{"cut after brace", `{`, "", ReasonBadJSON},
	{"cut in name", `{"specver`, "", ReasonBadJSON},
	{"cut after name", `{"queue"`, "queue", ReasonBadJSON},
	{"cut after colon", `{"queue":`, "queue", ReasonBadJSON},
	{"cut in value", `{"queue":"sup`, "queue", ReasonBadJSON},
	{"cut after value", `{"queue":"support"`, "queue", ReasonBadJSON},
	{"cut in escape", `{"queue":"\u00`, "queue", ReasonBadJSON},
	{"trailing comma", head + `,}`, "", ReasonBadJSON},
	{"no comma", head + ` "queue":"q"}`, "specversion", ReasonBadJSON},
	{"name without quotes", `{queue:"q"}`, "", ReasonBadJSON},
	{"single quotes", `{"queue":'q'}`, "queue", ReasonBadJSON},
	{"unknown escape", head + `,"queue":"\x41"}`, "queue", ReasonBadJSON},
	{"trailing bytes", head + `} x`, "", ReasonTrailingBytes},
	{"two objects", head + `}{}`, "", ReasonTrailingBytes},
	{"unknown attribute", head + `,"colour":"red"}`, "colour", ReasonUnknownAttribute},
	{"upper case", head + `,"Queue":"q"}`, "Queue", ReasonUnknownAttribute},
	{"duplicate", head + `,"queue":"a","queue":"a"}`, "queue", ReasonDuplicate},
	{"duplicate by escape", head + `,"queue":"","queu\u0065":"a"}`, "queue", ReasonDuplicate},
	{"number for string", head + `,"queue":12}`, "queue", ReasonWrongType},
	{"null", head + `,"queue":null}`, "queue", ReasonWrongType},
	{"null time", head + `,"time":null}`, "time", ReasonWrongType},
	{"object for string", head + `,"queue":{}}`, "queue", ReasonWrongType},
	{"string for data", head + `,"data":"{}"}`, "data", ReasonWrongType},
	{"array for data", head + `,"data":[]}`, "data", ReasonWrongType},
	{"bad UTF-8", head + `,"queue":"caf` + "\xe9" + `"}`, "queue", ReasonBadUTF8},
	{"overlong UTF-8", head + `,"queue":"` + "\xc0\xaf" + `"}`, "queue", ReasonBadUTF8},
	{"bad UTF-8 in a name", head + `,"` + "\xff" + `":"q"}`, "", ReasonBadUTF8},
	{"raw newline", head + ",\"queue\":\"a\nb\"}", "queue", ReasonBadCharacter},
	{"escaped newline", head + `,"queue":"a\nb"}`, "queue", ReasonBadCharacter},
	{"NUL", head + `,"queue":"a\u0000b"}`, "queue", ReasonBadCharacter},
	{"DEL", head + ",\"queue\":\"a\x7fb\"}", "queue", ReasonBadCharacter},
	{"C1 control", head + ",\"queue\":\"a\u0085b\"}", "queue", ReasonBadCharacter},
	{"noncharacter", head + `,"queue":"\uffff"}`, "queue", ReasonBadCharacter},
	{"lone high surrogate", head + `,"queue":"\ud83dx"}`, "queue", ReasonLoneSurrogate},
	{"lone low surrogate", head + `,"queue":"\ude00"}`, "queue", ReasonLoneSurrogate},
	{"two high surrogates", head + `,"queue":"\ud83d\ud83d"}`, "queue", ReasonLoneSurrogate},
	{"surrogate bytes", head + ",\"queue\":\"\xed\xa0\xbd\"}", "queue", ReasonBadUTF8},
	{"long string", head + `,"queue":"` + strings.Repeat("q", MaxStringBytes+1) + `"}`, "queue", ReasonTooLong},
	{"long escaped string", head + `,"queue":"` + strings.Repeat(`\"`, MaxStringBytes+1) + `"}`, "queue", ReasonTooLong},
	{"long record", head + `}` + strings.Repeat(" ", MaxRecordBytes), "", ReasonTooLong},
	{"long data", head + `,"data":{"a":"` + strings.Repeat("x", MaxDataBytes) + `"}}`, "data", ReasonTooLong},
	{"deep data", head + `,"data":` + tooDeep + `}`, "data", ReasonTooDeep},
	{"cut data", head + `,"data":{"a":1`, "data", ReasonBadJSON},
	{"broken data", head + `,"data":{"a":01}}`, "data", ReasonBadJSON},
	{"bad UTF-8 in data", head + `,"data":{"a":"` + "\xff" + `"}}`, "data", ReasonBadUTF8},
	{"lone surrogate in data", head + `,"data":{"a":"\udc00"}}`, "data", ReasonLoneSurrogate},
	{"time without zone", head + `,"time":"2025-03-14T09:26:53"}`, "time", ReasonBadTime},
	{"time with a space", head + `,"time":"2025-03-14 09:26:53Z"}`, "time", ReasonBadTime},
	{"time that no calendar has", head + `,"time":"2025-02-29T00:00:00Z"}`, "time", ReasonBadTime},
	{"empty time", head + `,"time":""}`, "time", ReasonBadTime},
	{"time as a number", head + `,"time":1741944413}`, "time", ReasonWrongType},
	{"received not a time", head + `,"received":"now"}`, "received", ReasonBadTime},
	{"time of the epoch", head + `,"time":"1970-01-01T00:00:00Z"}`, "time", ReasonOutOfRange},
	{"time far ahead", head + `,"received":"2200-01-01T00:00:00.001Z"}`, "received", ReasonOutOfRange},
	{"sequence as a string", head + `,"sequence":"1"}`, "sequence", ReasonWrongType},
	{"sequence with a fraction", head + `,"sequence":1.0}`, "sequence", ReasonNotInteger},
	{"sequence with an exponent", head + `,"sequence":1e3}`, "sequence", ReasonNotInteger},
	{"negative sequence", head + `,"sequence":-1}`, "sequence", ReasonOutOfRange},
	{"minus zero", head + `,"sequence":-0}`, "sequence", ReasonOutOfRange},
	{"sequence beyond 31 bits", head + `,"sequence":2147483648}`, "sequence", ReasonOutOfRange},
	{"sequence beyond 64 bits", head + `,"sequence":18446744073709551617}`, "sequence", ReasonOutOfRange},
	{"leading zero", head + `,"sequence":01}`, "sequence", ReasonBadJSON},
	{"minus alone", head + `,"sequence":-}`, "sequence", ReasonBadJSON},
	{"number of an outcome as a string", head + `,"csat":"5"}`, "csat", ReasonWrongType},
	{"null number", head + `,"csat":null}`, "csat", ReasonWrongType},
	{"amount with a fraction", head + `,"amountcents":49.90}`, "amountcents", ReasonNotInteger},
	{"amount with an exponent", head + `,"amountcents":1e3}`, "amountcents", ReasonNotInteger},
	{"negative amount", head + `,"amountcents":-1}`, "amountcents", ReasonOutOfRange},
	{"amount beyond the limit", head + `,"amountcents":1000000001}`, "amountcents", ReasonOutOfRange},
	{"amount beyond 64 bits", head + `,"amountcents":18446744073709551617}`, "amountcents", ReasonOutOfRange},
	{"score beyond the limit", head + `,"scorebp":10001}`, "scorebp", ReasonOutOfRange},
	{"csat below", head + `,"csat":0}`, "csat", ReasonOutOfRange},
	{"csat above", head + `,"csat":6}`, "csat", ReasonOutOfRange},
	{"nps above", head + `,"nps":11}`, "nps", ReasonOutOfRange},
	{"ces below", head + `,"ces":0}`, "ces", ReasonOutOfRange},
	{"count of none", head + `,"count":0}`, "count", ReasonOutOfRange},
	{"too many slots", head + `,"slots":51}`, "slots", ReasonOutOfRange},
	{"nps twice", head + `,"nps":0,"nps":1}`, "nps", ReasonDuplicate},
	{"due as a number", head + `,"due":1741944413}`, "due", ReasonWrongType},
	{"due not a time", head + `,"due":"tomorrow"}`, "due", ReasonBadTime},
	{"due far ahead", head + `,"due":"2200-01-01T00:00:00.001Z"}`, "due", ReasonOutOfRange},
	{"phone number", head + `,"number":"+33123456789"}`, "number", ReasonUnknownAttribute},
	{"no version", `{"queue":"q"}`, "specversion", ReasonMissing},
	{"other version", `{"specversion":"0.3"}`, "specversion", ReasonBadVersion},
	{"unknown type", head + `,"type":"queue.enterd"}`, "type", ReasonUnknownType},
}

func TestDecodeRefuses(t *testing.T) {
	var d Decoder
	var e Event
	for _, c := range refusedRecords {
		t.Run(c.name, func(t *testing.T) {
			wantFieldError(t, d.Decode([]byte(c.record), &e), c.field, c.reason)
		})
	}
}

func wantFieldError(t *testing.T, err error, field string, reason Reason) {
	t.Helper()
	var fe *FieldError
	if !errors.As(err, &fe) {
		t.Fatalf("got %v, want a *FieldError with field %q and reason %s", err, field, reason)
	}
	if fe.Field != field || fe.Reason != reason || fe.Detail == "" {
		t.Fatalf("got field %q, reason %s (%s), want field %q, reason %s", fe.Field, fe.Reason, fe.Detail, field, reason)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	cases := []struct{ record, want string }{
		{head + `,"contact_reason":"x"}`, `contact_reason: not an attribute of an event; did you mean "contactreason"?`},
		{head + `,"center":"x"}`, `center: not an attribute of an event; did you mean "centre"?`},
		{head + `,"zzzzz":"x"}`, `zzzzz: not an attribute of an event`},
		{head + `,"type":"queue.enter"}`, `type: found "queue.enter", which is not an event type; did you mean "queue.entered"?`},
		{head + `,"queue":null}`, `queue: found null, expected a string; leave an absent attribute out`},
		{head + `,"time":"14/03/2025 09:26"}`, `time: found "14/03/2025 09:26", write it as "2006-01-02T15:04:05.000Z"`},
		{`[`, `event: found an array, expected one JSON object`},
		{`{"specversion":"0.3"}`, `specversion: found "0.3", only "1.0" is understood`},
	}
	var d Decoder
	var e Event
	for _, c := range cases {
		err := d.Decode([]byte(c.record), &e)
		if err == nil || err.Error() != c.want {
			t.Errorf("Decode(%s)\n got %v\nwant %s", c.record, err, c.want)
		}
	}
}
