// SPDX-License-Identifier: Apache-2.0

package store

import (
	"slices"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// The columns of facts, beside those of measures and bins and beside epoch and
// partition, which are the same for the whole block. Their order is that of the hash:
// append only.
const (
	factCentre = iota
	factLane
	factDay
	factQuarter
	factAt
	factGrain
	factProgramme
	factSite
	factQueue
	factCampaign
	factChannel
	factDirection
	factTeam
	factHomeTeam
	factAdvisor
	factReason
	factContact
	factOffset
	factSeq
	factVersion
	factLine
	factWorkstation
	numFactFields
)

// numHashedFactFields are the columns of facts that every block's hash has. Those that came later count where a row uses them, so
// that they change no old block.
const numHashedFactFields = factVersion + 1

var factFields = [numFactFields]field{
	{"centre", kindWord}, {"lane", kindWord}, {"day", kindDay}, {"quarter", kindSeconds}, {"at", kindMillis},
	{"grain", kindWord}, {"programme", kindWord}, {"site", kindWord}, {"queue", kindWord}, {"campaign", kindWord},
	{"channel", kindWord}, {"direction", kindWord}, {"team", kindWord}, {"home_team", kindWord}, {"advisor", kindWord},
	{"reason", kindWord}, {"contact", kindText}, {"offset", kindInt64}, {"seq", kindUInt32}, {"config_version", kindUInt32},
	{"line", kindWord}, {"workstation", kindWord},
}

// The columns of contacts.
const (
	contactCentre = iota
	contactLane
	contactContact
	contactLife
	contactDay
	contactStartedAt
	contactEndedAt
	contactCustomer
	contactOutcome
	contactFirstQueue
	contactQueue
	contactProgramme
	contactSite
	contactCampaign
	contactChannel
	contactDirection
	contactTeam
	contactHomeTeam
	contactAdvisor
	contactReason
	contactQueueLegs
	contactAdvisorLegs
	contactWaitMs
	contactHandleMs
	contactOffset
	contactDeleted
	contactCustomerOld
	contactEnteredAt
	contactEnteredDay
	contactBaseAt
	contactBaseDay
	contactAbandonedAt
	contactAbandonedDay
	contactTalkMs
	contactConversations
	numContactFields
)

var contactFields = [numContactFields]field{
	{"centre", kindWord}, {"lane", kindWord}, {"contact", kindText}, {"life", kindInt32}, {"day", kindDay}, {"started_at", kindMillis},
	{"ended_at", kindNullMillis}, {"customer", kindText}, {"outcome", kindWord}, {"first_queue", kindWord}, {"queue", kindWord},
	{"programme", kindWord}, {"site", kindWord}, {"campaign", kindWord}, {"channel", kindWord}, {"direction", kindWord},
	{"team", kindWord}, {"home_team", kindWord}, {"advisor", kindWord}, {"reason", kindWord}, {"queue_legs", kindInt32},
	{"advisor_legs", kindInt32}, {"wait_ms", kindInt64}, {"handle_ms", kindInt64}, {"offset", kindInt64}, {"deleted", kindUInt8},
	{"customer_old", kindText}, {"entered_at", kindNullMillis}, {"entered_day", kindDay}, {"base_at", kindNullMillis}, {"base_day", kindDay},
	{"abandoned_at", kindNullMillis}, {"abandoned_day", kindDay}, {"talk_ms", kindInt64}, {"conversations", kindText},
}

// The columns of outcomes.
const (
	outcomeCentre = iota
	outcomeLane
	outcomeContact
	outcomeAt
	outcomeDay
	outcomeType
	outcomeSource
	outcomeID
	outcomeObject
	outcomeInTime
	outcomeSequence
	outcomeProgramme
	outcomeSite
	outcomeQueue
	outcomeCampaign
	outcomeChannel
	outcomeDirection
	outcomeTeam
	outcomeAdvisor
	outcomeReason
	outcomeMemberTeam
	outcomeMemberHomeTeam
	outcomeMemberSite
	outcomeValue
	outcomeClass
	outcomeMarks
	outcomeCSAT
	outcomeNPS
	outcomeCES
	outcomeOffset
	outcomeVersion
	numOutcomeFields
)

var outcomeFields = [numOutcomeFields]field{
	{"centre", kindWord}, {"lane", kindWord}, {"contact", kindText}, {"at", kindMillis}, {"day", kindDay}, {"type", kindWord},
	{"source", kindWord}, {"id", kindInt64}, {"object", kindInt64}, {"in_time", kindUInt8}, {"sequence", kindInt32},
	{"programme", kindWord}, {"site", kindWord}, {"queue", kindWord}, {"campaign", kindWord}, {"channel", kindWord},
	{"direction", kindWord}, {"team", kindWord}, {"advisor", kindWord}, {"reason", kindWord}, {"member_team", kindWord},
	{"member_home_team", kindWord}, {"member_site", kindWord}, {"value", kindInt32}, {"class", kindUInt8}, {"marks", kindUInt8},
	{"csat", kindUInt8}, {"nps", kindUInt8}, {"ces", kindUInt8}, {"offset", kindInt64}, {"config_version", kindUInt32},
}

// The columns of gauges, beside those of the gauges themselves.
const (
	gaugeCentre = iota
	gaugeLane
	gaugeScope
	gaugeID
	gaugeAt
	numGaugeKeys
)

const numGaugeFields = numGaugeKeys + int(aggregator.NumGauges)

var gaugeFields = func() (fields [numGaugeFields]field) {
	copy(fields[:], []field{{"centre", kindWord}, {"lane", kindWord}, {"scope", kindWord}, {"id", kindWord}, {"at", kindMillis}})
	for g := range aggregator.NumGauges {
		fields[numGaugeKeys+int(g)] = field{g.String(), kindInt64}
	}
	return fields
}()

// The columns of alerts.
const (
	alertCentre = iota
	alertAt
	alertRule
	alertScope
	alertID
	alertState
	alertSeverity
	alertAudience
	alertReason
	alertNumerator
	alertDenominator
	alertOffset
	alertSeq
	alertTextEn
	alertTextFr
	alertShortEn
	alertShortFr
	numAlertFields
)

// numHashedAlertFields are the columns of alerts that hashVersion 2 has. The words came later and follow from the rule and the other columns: a
// block of before is the same block when it is made again, now with words.
const numHashedAlertFields = alertSeq + 1

var alertFields = [numAlertFields]field{
	{"centre", kindWord}, {"at", kindMillis}, {"rule", kindWord}, {"scope", kindWord}, {"id", kindWord}, {"state", kindWord},
	{"severity", kindWord}, {"audience", kindWord}, {"reason", kindWord}, {"numerator", kindInt64}, {"denominator", kindInt64},
	{"offset", kindInt64}, {"seq", kindUInt32}, {"text_en", kindText}, {"text_fr", kindText}, {"short_en", kindText}, {"short_fr", kindText},
}

// Block holds the rows that the records first..last of a partition made, column by
// column. It is sealed: nothing changes it until Builder.Recycle, and it may be
// written as often as needed.
type Block struct {
	// Epoch is the identity of the log.
	Epoch     string
	Partition int
	// First and Last are the offsets of the first and the last record.
	First, Last int64
	// Version is that of the program; it is noted in the ledger and nowhere else.
	Version string
	// ClockMs is the log's clock at the last record, ms UTC; 0 when nobody notes it. It
	// stands in the ledger, for view revisions, and is no part of Hash.
	ClockMs int64
	// Hash is over the rows and nothing else.
	Hash uint64

	imports []aggregator.ImportEnd // that are complete with this block; not rows, so not in Hash

	facts    factColumns
	contacts table
	gauges   table
	outcomes table
	alerts   table
	register table
	scratch  scratch
}

// Rows returns the numbers of rows of facts, contacts and gauges.
func (b *Block) Rows() (facts, contacts, gauges int) {
	return b.facts.rows, b.contacts.rows, b.gauges.rows
}

func newBlock() *Block {
	b := &Block{}
	b.facts.vectors = make([]vector, numFactFields)
	b.contacts.vectors = make([]vector, numContactFields)
	b.gauges.vectors = make([]vector, numGaugeFields)
	b.outcomes.vectors = make([]vector, numOutcomeFields)
	b.alerts.vectors = make([]vector, numAlertFields)
	b.register.vectors = make([]vector, numRegisterFields)
	return b
}

func (b *Block) reset() {
	b.Epoch, b.Partition, b.First, b.Last, b.Version, b.ClockMs, b.Hash = "", 0, 0, 0, "", 0, 0
	b.imports = b.imports[:0]
	b.facts.reset()
	b.contacts.reset()
	b.gauges.reset()
	b.outcomes.reset()
	b.alerts.reset()
	b.register.reset()
}

// table is the rows of one table, column by column, in the order of its fields.
type table struct {
	rows    int
	vectors []vector
}

func (t *table) reset() {
	t.rows = 0
	for i := range t.vectors {
		t.vectors[i].reset()
	}
}

// factColumns is the table of facts: a dense column per measure that the block
// uses, and sparse bins.
type factColumns struct {
	table
	measures [indicator.NumMeasures][]int64 // empty, or filled up to rows by seal
	bins     [indicator.NumBinFamilies]binColumn
}

// binColumn holds the bins of some rows: entry i says that bin bins[i] of row
// rows[i] got counts[i]. Entries are sorted by row and bin.
type binColumn struct {
	rows   []int32
	bins   []uint16
	counts []int64
}

func (f *factColumns) reset() {
	f.table.reset()
	for m := range f.measures {
		f.measures[m] = f.measures[m][:0]
	}
	for i := range f.bins {
		b := &f.bins[i]
		b.rows, b.bins, b.counts = b.rows[:0], b.bins[:0], b.counts[:0]
	}
}

// addMeasure adds value to a measure of the last row.
func (f *factColumns) addMeasure(m indicator.Measure, value int64) {
	column := f.measures[m]
	if len(column) < f.rows {
		column = zeroUpTo(column, f.rows)
		f.measures[m] = column
	}
	column[f.rows-1] += value
}

// zeroUpTo extends a column with zeros.
func zeroUpTo(column []int64, rows int) []int64 {
	old := len(column)
	column = slices.Grow(column, rows-old)[:rows]
	clear(column[old:])
	return column
}

// add adds value to a bin of a row, which is the last row or the one being added.
func (b *binColumn) add(row int32, bin uint16, value int64) {
	at := len(b.rows)
	for at > 0 && b.rows[at-1] == row && b.bins[at-1] >= bin {
		at--
	}
	if at < len(b.rows) && b.bins[at] == bin {
		b.counts[at] += value
		return
	}
	b.rows = slices.Insert(b.rows, at, row)
	b.bins = slices.Insert(b.bins, at, bin)
	b.counts = slices.Insert(b.counts, at, value)
}

// seal fills the columns of measures up to the number of rows, and empties those
// that hold nothing but zeros: what a block sends is a function of its rows.
func (f *factColumns) seal() {
	for m, column := range f.measures {
		if !slices.ContainsFunc(column, isNotZero) {
			f.measures[m] = column[:0]
			continue
		}
		f.measures[m] = zeroUpTo(column, f.rows)
	}
	for i := range f.bins {
		f.bins[i].dropZeros()
	}
}

func isNotZero(v int64) bool { return v != 0 }

// dropZeros removes the entries whose count is zero.
func (b *binColumn) dropZeros() {
	kept := 0
	for i, count := range b.counts {
		if count == 0 {
			continue
		}
		b.rows[kept], b.bins[kept], b.counts[kept] = b.rows[i], b.bins[i], count
		kept++
	}
	b.rows, b.bins, b.counts = b.rows[:kept], b.bins[:kept], b.counts[:kept]
}

// onDays returns a copy of the rows of some business days, in their order.
func (f *factColumns) onDays(keep func(day int64) bool) *factColumns {
	out := &factColumns{table: table{vectors: make([]vector, numFactFields)}}
	days := f.vectors[factDay].ints
	var next [indicator.NumBinFamilies]int
	for row := range f.rows {
		kept := keep(days[row])
		if kept {
			out.rows++
			for i := range f.vectors {
				out.vectors[i].copyRow(factFields[i].kind, &f.vectors[i], row)
			}
			for m := range f.measures {
				if column := f.measures[m]; len(column) > 0 && column[row] != 0 {
					out.addMeasure(indicator.Measure(m), column[row])
				}
			}
		}
		for i := range f.bins {
			from := &f.bins[i]
			for ; next[i] < len(from.rows) && from.rows[next[i]] == int32(row); next[i]++ {
				if kept {
					out.bins[i].add(int32(out.rows-1), from.bins[next[i]], from.counts[next[i]])
				}
			}
		}
	}
	out.seal()
	return out
}
