// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// revisionSeconds after the end of a quarter of an hour, what becomes known of it is a
// revision. Earlier it is the ordinary course: a block is up to 5 seconds of the log's
// clock, and time is booked by the minute.
const revisionSeconds = 60

const quarterLengthSeconds = 15 * 60

// revisionsView is the view revisions: what changed of a quarter of an hour after its end,
// a row for each measure of each late fact, with the record of the log that changed it.
func (s schema) revisionsView() view {
	known := []viewColumn{
		{name: "centre", kind: "LowCardinality(String)", inner: "f.centre", comment: "Contact centre (tenant)"},
		{name: "day", kind: "Date", inner: "f.day", comment: "Business day that changed, in the zone of the centre"},
		{name: "quarter", kind: "DateTime('UTC')", inner: "f.quarter", comment: "Start of the quarter of an hour that changed, UTC"},
		{name: "at", kind: "DateTime64(3, 'UTC')", inner: "f.at", comment: "When what is counted happened, UTC"},
		{name: "known_at", kind: "DateTime64(3, 'UTC')", inner: "b.clock", comment: "When it became known, on the clock of the log, to the block: at most 5 seconds later than the record, UTC"},
		{name: "late_s", kind: "Int64", inner: fmt.Sprintf("toInt64(dateDiff('second', f.quarter, b.clock)) - %d", quarterLengthSeconds),
			comment: "From the end of the quarter to known_at, seconds"},
	}
	for _, c := range []struct{ name, kind, comment string }{
		{"grain", "LowCardinality(String)", "What the measure counts"},
		{"programme", "LowCardinality(String)", "Whose contacts these are"},
		{"queue", "LowCardinality(String)", "Queue"},
		{"campaign", "LowCardinality(String)", "Outbound campaign"},
		{"channel", "LowCardinality(String)", "Channel"},
		{"team", "LowCardinality(String)", "Team in which the advisor worked"},
		{"advisor", "LowCardinality(String)", "Advisor"},
		{"contact", "String", "Contact, the key of table contacts"},
		{"epoch", "LowCardinality(String)", "Identity of the log"},
		{"partition", "UInt16", "Partition of the log"},
		{"offset", "Int64", "Record of the log that changed it"},
	} {
		known = append(known, viewColumn{name: c.name, kind: c.kind, inner: "f." + c.name, comment: c.comment})
	}
	known = append(known,
		viewColumn{name: "measure", kind: "String", inner: "m.1", comment: "Measure that changed, a column of facts and of the views"},
		viewColumn{name: "change", kind: "Int64", inner: "m.2", comment: "By how much"})
	var declared, columns, measures []string
	for _, c := range known {
		declared = append(declared, fmt.Sprintf("%s %s COMMENT %s", c.name, c.kind, quote(c.comment)))
		columns = append(columns, c.inner+" AS "+c.name)
	}
	for m := range indicator.Measure(indicator.NumMeasures) {
		measures = append(measures, fmt.Sprintf("(%s, f.%s)", quote(m.String()), m))
	}
	const comma = ",\n    "
	body := fmt.Sprintf("(\n    %s\n)\nAS SELECT\n    %s\nFROM %s AS f\nASOF JOIN (SELECT epoch, partition, last, clock FROM %s) AS b\n"+
		"    ON f.epoch = b.epoch AND f.partition = b.partition AND f.offset <= b.last\nARRAY JOIN arrayFilter(x -> x.2 != 0, [\n    %s]) AS m\n"+
		"WHERE f.lane = '' AND b.clock >= f.quarter + %d",
		strings.Join(declared, comma), strings.Join(columns, comma), s.Name("facts"), s.Name("blocks"), strings.Join(measures, comma),
		quarterLengthSeconds+revisionSeconds)
	return view{"revisions", body, fmt.Sprintf("What changed of a quarter of an hour of the live lane more than %d seconds after its end: late and corrected events, "+
		"and what is said of a contact afterwards. Name the days: it reads every measure", revisionSeconds)}
}
