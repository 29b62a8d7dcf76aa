// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
)

// Reference returns the reference of the events as Markdown: attributes, types, payloads, reasons for refusal.
func Reference() []byte {
	var b bytes.Buffer
	b.WriteString(`# Events

Generated from the tables in event/. After a change there: ` + "`go test ./event -run TestGenerated -update`" + `.

An event is one flat JSON object and a valid CloudEvents 1.0 event. Each attribute appears at most once; leave absent
attributes out. ` + "`id` and `source`" + ` together identify an event: sending it twice is harmless. Machine-readable:
[JSON Schema](events.schema.json), [AsyncAPI](asyncapi.json).

`)
	fmt.Fprintf(&b, "Limits: %d bytes a record, %d bytes a string, %d bytes of `data`, times from 1970 to 2200.\n\n",
		MaxRecordBytes, MaxStringBytes, MaxDataBytes)
	writeExample(&b)
	writeAttributes(&b)
	writeTypes(&b)
	writePayloads(&b)
	writeStateCategories(&b)
	writeReasons(&b)
	return b.Bytes()
}

func writeExample(b *bytes.Buffer) {
	example := Event{
		ID: "7f3c9a1e5b2d4c6f-0", Source: "asterisk:paris-1", Type: AdvisorConnected, Time: 1741944413000, Received: 1741944413412,
		Sequence: 48213, Centre: "paris", Contact: "1741944399.20417", Queue: "support", Advisor: "2041", Channel: ChannelVoice,
	}
	fmt.Fprintf(b, "```json\n%s\n```\n", AppendJSON(nil, &example))
}

func writeAttributes(b *bytes.Buffer) {
	b.WriteString("\n## Attributes\n\n| attribute | form | meaning |\n|---|---|---|\n")
	for _, a := range canonicalOrder() {
		doc := a.doc()
		for _, w := range wordsEverywhere() {
			if w.attribute == a && w.wanted == "" {
				doc += " " + codes(w.words) + "."
			}
		}
		form := a.form()
		if form == "integer" {
			atLeast, atMost := a.limits()
			form = fmt.Sprintf("integer, %d to %d", atLeast, atMost)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", a, form, doc)
	}
}

func writeTypes(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## Types\n\nEvery event needs %s. An attribute that is neither needed nor refused is allowed.\n\n",
		codes((everyType.required | setOf(attrSpecVersion)).names()))
	b.WriteString("| type | says | needs also | words | refuses |\n|---|---|---|---|---|\n")
	for _, t := range Types() {
		r := &rules[t]
		var words []string
		for _, w := range r.words {
			words = append(words, "`"+w.attribute.String()+"`: "+codes(w.words))
		}
		needs := codes((r.required &^ everyType.required).names())
		if r.anyOf != 0 {
			needs += "; at least one of " + codes(r.anyOf.names())
		}
		refuses := codes(r.forbidden.names())
		if r.forbidden == notInTick {
			refuses = "all others but `sequence`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", t, r.doc, needs,
			strings.Join(words, "; "), refuses)
	}
}

func writePayloads(b *bytes.Buffer) {
	b.WriteString("\n## Payloads\n\nThe `data` of the `config.*` types, of `schedule.published`, of `correction.issued` and of what stands in the register of incidents and actions.\n")
	for _, p := range payloads {
		fmt.Fprintf(b, "\n### %s\n\n| member | form | needed | meaning |\n|---|---|---|---|\n", p.typ)
		writeMembers(b, reflect.TypeOf(p.fresh()).Elem(), "")
	}
}

// writeMembers writes a row for each member of a payload, and below it those of the objects of its arrays.
func writeMembers(b *bytes.Buffer, t reflect.Type, path string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, needed, doc := path+memberName(f), "", f.Tag.Get("doc")
		if isRequired(f) {
			needed = "yes"
		}
		for _, words := range [][]string{memberWords(f, "keys"), memberWords(f, "words")} {
			if words != nil {
				doc += " " + codes(words) + "."
			}
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, jsonKind(f.Type), needed, doc)
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			writeMembers(b, f.Type.Elem(), name+"[].")
		}
	}
}

func writeStateCategories(b *bytes.Buffer) {
	b.WriteString("\n## Categories of an advisor's time\n\nThe category of a reason of `advisor.state` that `config.states` does not list: " +
		"the first of these words in it decides,\na `break` word gives way to any other. Case, accents and hyphens do not matter.\n\n" +
		"| category | words |\n|---|---|\n")
	for _, c := range categoryWords {
		fmt.Fprintf(b, "| `%s` | %s |\n", c.category, strings.Join(c.words, ", "))
	}
	fmt.Fprintf(b, "| `%s` | all else |\n", CategoryOther)
}

func writeReasons(b *bytes.Buffer) {
	b.WriteString("\n## Why an event is refused\n\nThe reason of a dead letter, and the label of its metric.\n\n| reason | when |\n|---|---|\n")
	for _, r := range Reasons() {
		fmt.Fprintf(b, "| `%s` | %s |\n", r, reasons[r].doc)
	}
}

// codes returns the words as code, separated by commas.
func codes(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "`" + strings.Join(words, "`, `") + "`"
}
