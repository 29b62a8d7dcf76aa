// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// MaxBlockRows bounds the facts of a block. The machine cuts at 50,000 facts; a single
// record adds most when it moves the clock by an hour, 600,000 facts of 10,000 advisors.
// Beyond 1,048,449 rows ClickHouse would split the insert into parts, and a part is what
// a token protects.
const MaxBlockRows = 1_000_000

// recycled blocks wait for their next use: one is being filled, one sent, and the
// rest are spare.
const recycledBlocks = 4

// Builder collects the rows of consecutive records into a Block. It is used by one
// goroutine; Recycle alone may be called from any.
type Builder struct {
	block *Block
	spare chan *Block
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{block: newBlock(), spare: make(chan *Block, recycledBlocks)}
}

// Rows returns the number of facts collected so far.
func (b *Builder) Rows() int { return b.block.facts.rows }

// names is what the builder asks of a world. The strings must stay valid, because
// the block keeps them.
type names interface {
	Centre() string
	Lane() string
	Name(aggregator.ID) string
}

// AddFacts appends facts; incs holds the increments to which they point. Both may be
// reused once it returns. The error is a block that has grown beyond MaxBlockRows;
// nothing was added then.
func (b *Builder) AddFacts(facts []aggregator.Fact, incs []aggregator.Inc) error {
	if b.block.facts.rows+len(facts) > MaxBlockRows {
		return fmt.Errorf("store: a block would hold %d facts, at most %d are allowed: cut blocks earlier", b.block.facts.rows+len(facts), MaxBlockRows)
	}
	for i := range facts {
		f := &facts[i]
		b.addFact(f.World, f, incs[f.First:f.End])
	}
	return nil
}

func (b *Builder) addFact(w names, f *aggregator.Fact, incs []aggregator.Inc) {
	t := &b.block.facts
	t.rows++
	v := t.vectors
	addWord(v, factCentre, w.Centre())
	addWord(v, factLane, w.Lane())
	addInt(v, factDay, int64(f.Day))
	addInt(v, factQuarter, quarterSeconds(f.At))
	addInt(v, factAt, f.At)
	addWord(v, factGrain, f.Grain.String())
	addWord(v, factProgramme, w.Name(f.Dims.Programme))
	addWord(v, factSite, w.Name(f.Dims.Site))
	addWord(v, factQueue, w.Name(f.Dims.Queue))
	addWord(v, factCampaign, w.Name(f.Dims.Campaign))
	addWord(v, factChannel, w.Name(f.Dims.Channel))
	addWord(v, factDirection, w.Name(f.Dims.Direction))
	addWord(v, factTeam, w.Name(f.Dims.Team))
	addWord(v, factHomeTeam, w.Name(f.Dims.HomeTeam))
	addWord(v, factAdvisor, w.Name(f.Dims.Advisor))
	addWord(v, factReason, w.Name(f.Dims.Reason))
	v[factContact].addText(f.Contact)
	addInt(v, factOffset, f.Offset)
	addInt(v, factSeq, int64(f.Seq))
	addInt(v, factVersion, int64(f.Version))
	addWord(v, factLine, w.Name(f.Dims.Line))
	addWord(v, factWorkstation, w.Name(f.Dims.Workstation))
	for _, inc := range incs {
		if m, ok := inc.Key.Measure(); ok {
			t.addMeasure(m, inc.Value)
			continue
		}
		if family, bin, ok := inc.Key.Bin(); ok && int(family) < indicator.NumBinFamilies {
			t.bins[family].add(int32(t.rows-1), bin, inc.Value)
		}
	}
}

// AddContacts appends rows of contacts, which may be reused once it returns.
func (b *Builder) AddContacts(contacts []aggregator.ContactRow) {
	for i := range contacts {
		b.addContact(contacts[i].World, &contacts[i])
	}
}

func (b *Builder) addContact(w names, c *aggregator.ContactRow) {
	t := &b.block.contacts
	t.rows++
	v := t.vectors
	addWord(v, contactCentre, w.Centre())
	addWord(v, contactLane, w.Lane())
	v[contactContact].addText(c.Contact)
	addInt(v, contactLife, int64(c.Life))
	addInt(v, contactDay, int64(c.Day))
	addInt(v, contactStartedAt, c.StartedAt)
	addInt(v, contactEndedAt, c.EndedAt)
	v[contactCustomer].addText(c.Customer)
	addWord(v, contactOutcome, c.Outcome.String())
	addWord(v, contactFirstQueue, w.Name(c.FirstQueue))
	addWord(v, contactQueue, w.Name(c.Dims.Queue))
	addWord(v, contactProgramme, w.Name(c.Dims.Programme))
	addWord(v, contactSite, w.Name(c.Dims.Site))
	addWord(v, contactCampaign, w.Name(c.Dims.Campaign))
	addWord(v, contactChannel, w.Name(c.Dims.Channel))
	addWord(v, contactDirection, w.Name(c.Dims.Direction))
	addWord(v, contactTeam, w.Name(c.Dims.Team))
	addWord(v, contactHomeTeam, w.Name(c.Dims.HomeTeam))
	addWord(v, contactAdvisor, w.Name(c.Dims.Advisor))
	addWord(v, contactReason, w.Name(c.Dims.Reason))
	addInt(v, contactQueueLegs, int64(c.QueueLegs))
	addInt(v, contactAdvisorLegs, int64(c.AdvisorLegs))
	addInt(v, contactWaitMs, c.WaitMs)
	addInt(v, contactHandleMs, c.HandleMs)
	addInt(v, contactOffset, c.Offset)
	addInt(v, contactDeleted, oneIf(c.Deleted))
	v[contactCustomerOld].addText(c.CustomerOld)
	addInt(v, contactEnteredAt, c.Entered.At)
	addInt(v, contactEnteredDay, int64(c.Entered.Day))
	addInt(v, contactBaseAt, c.Base.At)
	addInt(v, contactBaseDay, int64(c.Base.Day))
	addInt(v, contactAbandonedAt, c.Abandoned.At)
	addInt(v, contactAbandonedDay, int64(c.Abandoned.Day))
	addInt(v, contactTalkMs, c.TalkMs)
	v[contactConversations].addText(c.Conversations)
}

func oneIf(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// AddOutcomes appends rows of outcomes, which may be reused once it returns.
func (b *Builder) AddOutcomes(outcomes []aggregator.OutcomeRow) {
	for i := range outcomes {
		b.addOutcome(outcomes[i].World, &outcomes[i])
	}
}

func (b *Builder) addOutcome(w names, o *aggregator.OutcomeRow) {
	t := &b.block.outcomes
	t.rows++
	v := t.vectors
	addWord(v, outcomeCentre, w.Centre())
	addWord(v, outcomeLane, w.Lane())
	v[outcomeContact].addText(o.Contact)
	addInt(v, outcomeAt, o.At)
	addInt(v, outcomeDay, int64(o.Day))
	addWord(v, outcomeType, o.Type.String())
	addWord(v, outcomeSource, w.Name(o.Source))
	addInt(v, outcomeID, int64(o.ID))
	addInt(v, outcomeObject, int64(o.Object))
	addInt(v, outcomeInTime, oneIf(o.InTime))
	addInt(v, outcomeSequence, int64(o.Seq))
	addWord(v, outcomeProgramme, w.Name(o.Said.Programme))
	addWord(v, outcomeSite, w.Name(o.Said.Site))
	addWord(v, outcomeQueue, w.Name(o.Said.Queue))
	addWord(v, outcomeCampaign, w.Name(o.Said.Campaign))
	addWord(v, outcomeChannel, w.Name(o.Said.Channel))
	addWord(v, outcomeDirection, w.Name(o.Said.Direction))
	addWord(v, outcomeTeam, w.Name(o.Said.Team))
	addWord(v, outcomeAdvisor, w.Name(o.Said.Advisor))
	addWord(v, outcomeReason, w.Name(o.Said.Reason))
	addWord(v, outcomeMemberTeam, w.Name(o.Team))
	addWord(v, outcomeMemberHomeTeam, w.Name(o.HomeTeam))
	addWord(v, outcomeMemberSite, w.Name(o.Site))
	addInt(v, outcomeValue, int64(o.Value))
	addInt(v, outcomeClass, int64(o.Class))
	addInt(v, outcomeMarks, int64(o.Marks))
	addInt(v, outcomeCSAT, int64(o.CSAT))
	addInt(v, outcomeNPS, int64(o.NPS))
	addInt(v, outcomeCES, int64(o.CES))
	addInt(v, outcomeOffset, o.Offset)
	addInt(v, outcomeVersion, int64(o.Version))
}

// AddTransitions appends transitions of alerts, which may be reused once it returns.
func (b *Builder) AddTransitions(transitions []aggregator.Transition) {
	for i := range transitions {
		b.addTransition(transitions[i].World, &transitions[i])
	}
}

func (b *Builder) addTransition(w names, a *aggregator.Transition) {
	t := &b.block.alerts
	t.rows++
	v := t.vectors
	addWord(v, alertCentre, w.Centre())
	addInt(v, alertAt, a.At)
	addWord(v, alertRule, a.Rule)
	addWord(v, alertScope, a.Kind)
	addWord(v, alertID, a.Scope)
	addWord(v, alertState, a.To.String())
	addWord(v, alertSeverity, a.Severity)
	addWord(v, alertAudience, a.Audience)
	addWord(v, alertReason, a.Why.String())
	addInt(v, alertNumerator, a.Shown.Numerator)
	addInt(v, alertDenominator, a.Shown.Denominator)
	addInt(v, alertOffset, a.Offset)
	addInt(v, alertSeq, int64(a.Seq))
	v[alertTextEn].addText(a.Text.En)
	v[alertTextFr].addText(a.Text.Fr)
	v[alertShortEn].addText(a.Short.En)
	v[alertShortFr].addText(a.Short.Fr)
}

// AddImports notes imports of history that are complete with the block: writing it makes them visible.
func (b *Builder) AddImports(imports []aggregator.ImportEnd) {
	b.block.imports = append(b.block.imports, imports...)
}

// AddGauges appends samples of gauges, which may be reused once it returns.
func (b *Builder) AddGauges(gauges []aggregator.Gauge) {
	for i := range gauges {
		b.addGauge(gauges[i].World, &gauges[i])
	}
}

func (b *Builder) addGauge(w names, g *aggregator.Gauge) {
	t := &b.block.gauges
	t.rows++
	v := t.vectors
	addWord(v, gaugeCentre, w.Centre())
	addWord(v, gaugeLane, w.Lane())
	addWord(v, gaugeScope, g.Scope.String())
	addWord(v, gaugeID, w.Name(g.Name))
	addInt(v, gaugeAt, g.At)
	for i, value := range g.Values {
		addInt(v, numGaugeKeys+i, value)
	}
}

// Seal closes the block of the records first..last of a partition and starts the
// next one. version is that of the program.
func (b *Builder) Seal(epoch string, partition int, first, last int64, version string) *Block {
	block := b.block
	block.Epoch, block.Partition, block.First, block.Last, block.Version = epoch, partition, first, last, version
	block.facts.seal()
	block.Hash = block.sum()
	b.block = b.next()
	return block
}

// Discard throws away what was collected since the last Seal.
func (b *Builder) Discard() { b.block.reset() }

func (b *Builder) next() *Block {
	select {
	case block := <-b.spare:
		return block
	default:
		return newBlock()
	}
}

// Recycle gives the memory of a block back. The block must not be used any more. It
// may be called from any goroutine.
func (b *Builder) Recycle(block *Block) {
	block.reset()
	select {
	case b.spare <- block:
	default: // enough are waiting
	}
}

func addWord(v []vector, i int, s string)   { v[i].words = append(v[i].words, s) }
func addInt(v []vector, i int, value int64) { v[i].ints = append(v[i].ints, value) }

// quarterSeconds is the start of the quarter of an hour, in seconds since 1970 UTC.
func quarterSeconds(ms int64) int64 {
	const quarterMs = 15 * 60 * 1000
	quarters := ms / quarterMs
	if ms%quarterMs < 0 {
		quarters--
	}
	return quarters * 15 * 60
}
