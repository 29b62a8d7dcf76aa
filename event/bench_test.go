// SPDX-License-Identifier: Apache-2.0

package event

import "testing"

// telephonyRecord is an advisor event as a PBX source writes it: 300 bytes, eleven attributes.
const telephonyRecord = `{"specversion":"1.0","id":"7f3c9a1e5b2d4c6f-0","source":"asterisk:paris-1","type":"advisor.connected",` +
	`"time":"2025-03-14T09:26:53.000Z","received":"2025-03-14T09:26:53.412Z","sequence":48213,"centre":"paris",` +
	`"contact":"1741944399.20417","queue":"support","advisor":"SIP/2041-jeanne","channel":"voice"}`

// dialRecord carries as many attributes of outcomes as an event does in practice.
const dialRecord = `{"specversion":"1.0","id":"7f3c9a1e5b2d4c6f-0","source":"dialler:angers","type":"call.dialled",` +
	`"time":"2026-11-17T10:26:53.000Z","received":"2026-11-17T10:26:53.412Z","sequence":48213,"centre":"cap-rivage",` +
	`"contact":"1741944399.20417","channel":"voice","direction":"outbound","campaign":"decouverte","kind":"predictive",` +
	`"result":"human","purpose":"prospecting","basis":"consent","verdict":"ok","audit":"ok","object":"decouverte-000417","due":"2026-11-17T10:26:53.000Z"}`

func TestHotPathDoesNotAllocate(t *testing.T) {
	var d Decoder
	var e Event
	escaped := []byte(`{"specversion":"1.0","id":"a\"b","source":"s","type":"contact.started","time":"2025-03-14T09:26:53Z","centre":"caf\u00e9","contact":"déjà"}`)
	config := []byte(`{"specversion":"1.0","id":"1","source":"s","type":"config.queue","time":"2025-03-14T09:26:53Z","centre":"c","data":{"queue":"q","x":[1,2.5e3,true,null,"é\n"]}}`)
	dial := []byte(dialRecord)
	sale := []byte(`{"specversion":"1.0","id":"1","source":"s","type":"sale.recorded","time":"2025-03-14T09:26:53Z","centre":"c","contact":"1","object":"o","amountcents":4900,"due":"2025-03-15T09:26:53Z","critical":"customer,compliance"}`)
	out := make([]byte, 0, 4096)
	for name, record := range map[string][]byte{"plain": []byte(telephonyRecord), "escaped": escaped, "config": config, "dial": dial, "sale": sale} {
		allocs := testing.AllocsPerRun(100, func() {
			if err := d.Decode(record, &e); err != nil {
				t.Fatal(err)
			}
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
			out = AppendJSON(out[:0], &e)
		})
		if allocs != 0 {
			t.Errorf("%s: Decode, Validate and AppendJSON allocate %v times, want never", name, allocs)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	var d Decoder
	var e Event
	record := []byte(telephonyRecord)
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Decode(record, &e); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOutcome is the whole way of an event that is not telephony.
func BenchmarkOutcome(b *testing.B) {
	var d Decoder
	var e Event
	record, dst := []byte(dialRecord), make([]byte, 0, 1024)
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Decode(record, &e); err != nil {
			b.Fatal(err)
		}
		if err := e.Validate(); err != nil {
			b.Fatal(err)
		}
		dst = AppendJSON(dst[:0], &e)
	}
}

func BenchmarkDecodeAccents(b *testing.B) {
	var d Decoder
	var e Event
	record := []byte(`{"specversion":"1.0","id":"1","source":"s","type":"queue.entered","time":"2025-03-14T09:26:53Z","centre":"Orléans","contact":"1","queue":"Réclamations \"été\""}`)
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Decode(record, &e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	var d Decoder
	var e Event
	if err := d.Decode([]byte(telephonyRecord), &e); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := e.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	var d Decoder
	var e Event
	if err := d.Decode([]byte(telephonyRecord), &e); err != nil {
		b.Fatal(err)
	}
	dst := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendJSON(dst[:0], &e)
	}
}
