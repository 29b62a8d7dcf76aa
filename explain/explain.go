// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// Request is what to explain, with all that is known of it.
type Request struct {
	Catalogue *indicator.Catalogue
	Indicator *indicator.Indicator
	Centre    string
	Scope     indicator.ScopeKind
	ID        string // of the scope; "" for the centre
	// FromMs and ToMs bound the interval: from <= at < to, ms UTC. Day, when not empty, is the business day that is explained
	// instead, as 2006-01-02; the bounds are then those of its facts.
	FromMs, ToMs int64
	Day          string
	// AsOf, when not nil, is the last log record that was taken into account.
	AsOf     *int64
	Language indicator.Language
	Zone     *time.Location
	// Sums are the measures over the whole interval, by Measure; Bins those of a percentile's family.
	Sums []int64
	Bins []BinCount
	// Facts are those of the entries that are shown.
	Facts []Fact
	// Counted and NotCounted are how many entries there are in the whole interval; zero: as many as Facts make.
	Counted, NotCounted int
	Page                Page
	Configurations      []*Configuration
	// Advisors shows who worked, by id. It is for those who may see it; everybody else gets teams.
	Advisors bool
	// Empty says why there is nothing at all, when somebody found out: a scope that does not exist, for example.
	Empty string
}

// Page is the part of the entries that is shown.
type Page struct {
	Number int    `json:"page"` // from 1
	Size   int    `json:"size"` // entries
	Only   string `json:"only"` // OnlyAll, OnlyCounted or OnlyNotCounted
}

// Which entries to show.
const (
	OnlyAll        = "all"
	OnlyCounted    = "counted"
	OnlyNotCounted = "not_counted"
)

// Explanation is a number with all that made it. Texts are in the language that was asked for.
type Explanation struct {
	Indicator   string   `json:"indicator"`
	Name        string   `json:"name"`
	Centre      string   `json:"centre"`
	Scope       string   `json:"scope"`
	ID          string   `json:"id"`
	From        string   `json:"from"`
	To          string   `json:"to"`
	Day         string   `json:"day,omitempty"`
	AsOf        *int64   `json:"as_of_offset,omitempty"`
	Value       *float64 `json:"value"`
	Shown       string   `json:"shown"`
	Unit        string   `json:"unit"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	Ratio       bool     `json:"ratio"` // there is a denominator
	N           int64    `json:"n"`
	Why         string   `json:"why,omitempty"` // why there is no value, or nothing to count
	Formula     string   `json:"formula"`
	Readable    string   `json:"readable"`
	Worked      string   `json:"worked"`
	Notes       []string `json:"notes"`
	Terms       []Term   `json:"terms"`
	Bins        []Bin    `json:"bins,omitempty"`
	Rules       []Rule   `json:"configurations"`
	Versions    []uint32 `json:"versions"`
	Counted     int      `json:"counted"`
	NotCounted  int      `json:"not_counted"`
	Page
	Entries []Entry `json:"entries"`

	words words
}

// Term is a measure of the formula with its sum.
type Term struct {
	Side    string `json:"side"` // numerator or denominator
	Measure string `json:"measure"`
	Label   string `json:"label"`
	Coef    int64  `json:"coefficient"`
	Sum     int64  `json:"sum"`
	Shown   string `json:"shown"`
}

// Entry is a contact, or a quarter of an hour of what belongs to none, with what it gives to the number.
type Entry struct {
	Contact     string   `json:"contact,omitempty"`
	Team        string   `json:"team,omitempty"`
	Advisor     string   `json:"advisor,omitempty"`
	AtMs        int64    `json:"at_ms"`
	Counted     bool     `json:"counted"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	Why         string   `json:"why"`
	Marks       []string `json:"marks,omitempty"`
	Lines       []Line   `json:"facts"`
}

// Line is a fact in words.
type Line struct {
	AtMs        int64    `json:"at_ms"`
	Text        string   `json:"text"`
	Queue       string   `json:"queue,omitempty"`
	Campaign    string   `json:"campaign,omitempty"`
	Team        string   `json:"team,omitempty"`
	Advisor     string   `json:"advisor,omitempty"`
	Reason      string   `json:"reason,omitempty"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	Marks       []string `json:"marks,omitempty"`
	Version     uint32   `json:"configuration"`
	Lineage
	Rows       int64            `json:"rows"`
	LastOffset int64            `json:"last_offset"`
	Measures   map[string]int64 `json:"measures"`
	Bins       map[uint16]int64 `json:"bins,omitempty"`
}

// The marks of entries and lines.
const (
	MarkTakenBack = "taken_back" // a later record took back what an earlier one had said
	MarkCorrected = "corrected"  // a later record changed it
	MarkByHand    = "by_hand"    // correction.issued added it
	MarkDaily     = "daily_job"  // the daily job found it
)

// explainer carries a request through its explanation.
type explainer struct {
	*Request
	words
	rules    rules
	num, den [indicator.NumMeasures]int64
	reads    [indicator.NumMeasures]bool
	ratio    bool
	bins     bool
}

// Explain leads the number back to its facts. Entries are in the order of their first fact.
func Explain(r *Request) *Explanation {
	x := &explainer{Request: r, words: words{r.Language, r.Zone}, rules: rules{known: map[uint32]*Configuration{}}}
	if x.loc == nil {
		x.loc = time.UTC
	}
	for _, c := range r.Configurations {
		x.rules.known[c.Version] = c
	}
	if x.rules.known[0] == nil {
		x.rules.known[0] = DefaultConfiguration()
	}
	e := x.head()
	x.entries(e)
	if r.Counted+r.NotCounted > 0 {
		e.Counted, e.NotCounted = r.Counted, r.NotCounted
	}
	e.Rules = x.rules.list()
	for i := range r.Facts {
		if !slices.Contains(e.Versions, r.Facts[i].Version) && !r.Facts[i].Daily {
			e.Versions = append(e.Versions, r.Facts[i].Version)
		}
	}
	slices.Sort(e.Versions)
	return e
}

// head is the explanation without its entries.
func (x *explainer) head() *Explanation {
	ind := x.Indicator
	e := &Explanation{Indicator: ind.ID, Name: ind.Name.In(x.l), Centre: x.Centre, Scope: x.Scope.String(), ID: x.ID,
		From: x.instant(x.FromMs), To: x.instant(x.ToMs), Day: x.Day, AsOf: x.AsOf, Unit: ind.Unit.String(), Formula: ind.Formula,
		Readable: ind.Readable.In(x.l), Page: x.Page, words: x.words, Notes: []string{}, Terms: []Term{}, Entries: []Entry{}}
	value := x.evaluate(e)
	e.Numerator, e.Denominator, e.N = value.Numerator, value.Denominator, value.Sample
	if v, ok := value.Float(); ok {
		e.Value, e.Shown, e.Why = &v, x.value(v, ind.Unit), x.Empty
	} else {
		e.Shown, e.Why = x.say("no value", "sans valeur"), x.whyNull()
	}
	e.Ratio = x.ratio
	x.notes(e)
	return e
}

// evaluate computes the value, and lists what it is computed from.
func (x *explainer) evaluate(e *Explanation) indicator.Value {
	if _, is := x.Indicator.Bins(); is {
		x.bins = true
		return x.percentile(e)
	}
	value := x.Indicator.Eval(x.Sums)
	numerator, denominator, _ := x.Indicator.Terms(x.Sums)
	x.ratio = len(denominator) > 0
	e.Terms = append(x.terms("numerator", numerator, &x.num), x.terms("denominator", denominator, &x.den)...)
	for _, m := range x.Indicator.Measures() {
		x.reads[m] = true
	}
	if worked := x.Catalogue.Worked(x.Indicator.ID, x.Sums, x.l); worked != "" {
		e.Worked = worked
		if v, ok := value.Float(); ok {
			e.Worked += " = " + x.value(v, x.Indicator.Unit)
		}
	}
	return value
}

func (x *explainer) terms(side string, terms []indicator.Term, into *[indicator.NumMeasures]int64) []Term {
	list := make([]Term, 0, len(terms))
	for _, t := range terms {
		into[t.Measure] = t.Coef
		list = append(list, Term{Side: side, Measure: t.Measure.String(), Label: t.Measure.Label().In(x.l), Coef: t.Coef,
			Sum: x.Sums[t.Measure], Shown: x.quantity(t.Measure, x.Sums[t.Measure])})
	}
	return list
}

// whyNull says why there is no value.
func (x *explainer) whyNull() string {
	switch {
	case x.Empty != "":
		return x.Empty
	case len(x.Facts) == 0 && x.Counted+x.NotCounted == 0:
		return x.say("the interval holds no fact that this indicator reads: nothing happened, or nothing was received",
			"l'intervalle ne contient aucun fait que cet indicateur lise : rien ne s'est passé, ou rien n'a été reçu")
	case x.bins:
		return x.say("no "+x.binWord(indicator.English)+" was counted", "aucune "+x.binWord(indicator.French)+" comptée")
	case !x.ratio:
		return x.say("no case of the formula applies: a condition has nothing to compare", "aucun cas de la formule ne s'applique : une condition n'a rien à comparer")
	}
	sum := int64(0)
	for m, c := range x.den {
		sum += c * x.Sums[m]
	}
	if sum < 0 {
		return x.sayf("the denominator is %d: a correction took back more than was counted", "le dénominateur est %d : une correction a annulé plus que ce qui fut compté", sum)
	}
	return x.say("the denominator is 0: there is nothing to divide by, which is neither 0 nor 100 %",
		"le dénominateur est 0 : rien à diviser, ce qui n'est ni 0 ni 100 %")
}

// notes are warnings that belong to the number.
func (x *explainer) notes(e *Explanation) {
	if n := x.Indicator.ProvisionalDays; n > 0 {
		e.Notes = append(e.Notes, x.sayf("provisional for %d days: what belongs to it may still come", "provisoire pendant %d jours : ce qui en relève peut encore arriver", n))
	}
	if n := x.Indicator.MinSample; n > 0 && e.N < n {
		e.Notes = append(e.Notes, x.sayf("only %d cases, below the %d that a comparison needs", "seulement %d cas, moins que les %d qu'une comparaison exige", e.N, n))
	}
	if x.AsOf != nil {
		e.Notes = append(e.Notes, x.sayf("as known at record %d of the log; what the daily job found is left out", "tel que connu à l'enregistrement %d du journal ; sans les constats du traitement quotidien", *x.AsOf))
	}
}

// entries makes the entries of the facts.
func (x *explainer) entries(e *Explanation) {
	groups := map[groupKey][]*Fact{}
	var keys []groupKey
	for i := range x.Facts {
		f := &x.Facts[i]
		k := f.group(x.Advisors)
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], f)
	}
	for _, k := range keys {
		entry := x.entry(groups[k])
		if entry.Counted {
			e.Counted++
		} else {
			e.NotCounted++
		}
		if x.Page.Only == OnlyCounted && !entry.Counted || x.Page.Only == OnlyNotCounted && entry.Counted {
			continue
		}
		e.Entries = append(e.Entries, entry)
	}
	slices.SortStableFunc(e.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.AtMs, b.AtMs), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Team, b.Team))
	})
}
