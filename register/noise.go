// SPDX-License-Identifier: Apache-2.0

package register

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	// ackWithin is how long after it fired an alert may be acknowledged: later words are about something else.
	ackWithin = 24 * time.Hour
	// againWithin is how soon after its end the same alert is the same trouble once more.
	againWithin = time.Hour
)

// Firing is an alert that fired. ResolvedMs is when it was over, 0 while it fires; ms UTC.
type Firing struct {
	Rule, Severity    string
	Place             Place
	AtMs, ResolvedMs  int64
	AckMs             int64 // when it was first acknowledged; 0 when nobody did
	AckCause, AckedBy string
}

// Noise is how noisy the alerts of a week were.
type Noise struct {
	Centre string      `json:"centre"`
	Week   string      `json:"week"` // ISO 8601, such as 2026-W47
	Days   []string    `json:"days"` // dates of the centre's clock
	Zone   string      `json:"zone"`
	Rules  []RuleNoise `json:"rules"` // the noisiest first
	Total  RuleNoise   `json:"total"`
}

// RuleNoise is how noisy one rule was. Times are nil where there is nothing to tell.
type RuleNoise struct {
	Rule     string         `json:"rule"`
	Severity string         `json:"severity"`
	PerDay   [weekDays]int  `json:"per_day"`
	Fired    int            `json:"fired"`
	Acked    int            `json:"acknowledged"`
	Causes   map[string]int `json:"causes"` // of the acknowledgements
	Again    int            `json:"again"`  // fired again within an hour of its end
	// MedianAckMs and SlowestAckMs are from firing to the acknowledgement, of those that were; MedianMs is for how long it fired, of
	// those that are over.
	MedianAckMs  *int64 `json:"median_ack_ms"`
	SlowestAckMs *int64 `json:"slowest_ack_ms"`
	MedianMs     *int64 `json:"median_ms"`

	acks, lengths []int64
}

// FalseAlarms is how many were acknowledged as such.
func (r *RuleNoise) FalseAlarms() int { return r.Causes[event.CauseFalseAlarm] }

// Acknowledge gives each firing its first acknowledgement: the word on the same rule and place that came after it fired, before it
// fired again, and within a day.
func Acknowledge(fired []Firing, acks []Acknowledgement) {
	slices.SortStableFunc(fired, func(a, b Firing) int { return cmp.Compare(a.AtMs, b.AtMs) })
	acks = slices.Clone(acks)
	slices.SortStableFunc(acks, func(a, b Acknowledgement) int { return cmp.Compare(a.AtMs, b.AtMs) })
	for _, a := range acks {
		for i := len(fired) - 1; i >= 0; i-- {
			f := &fired[i]
			if f.AtMs > a.AtMs || f.Rule != a.Rule || f.Place != a.Place {
				continue
			}
			if f.AckMs == 0 && a.AtMs <= f.AtMs+ackWithin.Milliseconds() {
				f.AckMs, f.AckCause, f.AckedBy = a.AtMs, a.Cause, a.By
			}
			break
		}
	}
}

// NewNoise tells how noisy the alerts of the week that begins on a Monday were. fired may hold some from before and after: those
// from before tell what fired again.
func NewNoise(centre string, monday time.Time, fired []Firing, acks []Acknowledgement) *Noise {
	n := &Noise{Centre: centre, Zone: monday.Location().String(), Rules: []RuleNoise{}, Total: RuleNoise{Causes: map[string]int{}}}
	year, week := monday.ISOWeek()
	n.Week = fmt.Sprintf("%d-W%02d", year, week)
	for day := range weekDays {
		n.Days = append(n.Days, monday.AddDate(0, 0, day).Format(time.DateOnly))
	}
	Acknowledge(fired, acks)
	byRule := map[string]*RuleNoise{}
	for i := range fired {
		f := &fired[i]
		day := slices.Index(n.Days, time.UnixMilli(f.AtMs).In(monday.Location()).Format(time.DateOnly))
		if day < 0 {
			continue
		}
		r := byRule[f.Rule]
		if r == nil {
			r = &RuleNoise{Rule: f.Rule, Causes: map[string]int{}}
			byRule[f.Rule] = r
		}
		r.Severity = f.Severity
		again := firedAgain(fired, i)
		r.count(f, day, again)
		n.Total.count(f, day, again)
	}
	//deterministic: sorted below.
	for _, r := range byRule {
		r.finish()
		n.Rules = append(n.Rules, *r)
	}
	slices.SortFunc(n.Rules, func(a, b RuleNoise) int { return cmp.Or(cmp.Compare(b.Fired, a.Fired), cmp.Compare(a.Rule, b.Rule)) })
	n.Total.finish()
	return n
}

// firedAgain tells that the same alert was over not long before fired[i].
func firedAgain(fired []Firing, i int) bool {
	f := &fired[i]
	return slices.ContainsFunc(fired[:i], func(o Firing) bool {
		return o.Rule == f.Rule && o.Place == f.Place && o.ResolvedMs != 0 && o.ResolvedMs <= f.AtMs && f.AtMs < o.ResolvedMs+againWithin.Milliseconds()
	})
}

func (r *RuleNoise) count(f *Firing, day int, again bool) {
	r.Fired++
	r.PerDay[day]++
	if again {
		r.Again++
	}
	if f.AckMs != 0 {
		r.Acked++
		r.Causes[f.AckCause]++
		r.acks = append(r.acks, f.AckMs-f.AtMs)
	}
	if f.ResolvedMs != 0 {
		r.lengths = append(r.lengths, f.ResolvedMs-f.AtMs)
	}
}

func (r *RuleNoise) finish() {
	slices.Sort(r.acks)
	slices.Sort(r.lengths)
	r.MedianAckMs, r.MedianMs = median(r.acks), median(r.lengths)
	if n := len(r.acks); n > 0 {
		r.SlowestAckMs = &r.acks[n-1]
	}
}

// median is the lower one of sorted numbers; nil of none.
func median(sorted []int64) *int64 {
	if len(sorted) == 0 {
		return nil
	}
	return &sorted[(len(sorted)-1)/2]
}

// WriteText writes the report for people.
func (n *Noise) WriteText(out io.Writer, l indicator.Language) error {
	w := words{l: l, loc: time.UTC}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n", w.sayf("Alerts of centre %s, week %s (from %s)", "Alertes du centre %s, semaine %s (du %s)", n.Centre, n.Week, n.Days[0]))
	if len(n.Rules) == 0 {
		fmt.Fprintln(&b, w.say("No alert fired.", "Aucune alerte."))
		_, err := out.Write(b.Bytes())
		return err
	}
	fmt.Fprintln(&b, w.say(
		"rule                            Mon Tue Wed Thu Fri Sat Sun  total  again  seen  false  to see: median, slowest  lasts",
		"règle                           lun mar mer jeu ven sam dim  total  redit  vues  faux   vue après : médiane, max  durée"))
	for i := range n.Rules {
		w.noise(&b, n.Rules[i].Rule, &n.Rules[i])
	}
	w.noise(&b, w.say("all", "toutes"), &n.Total)
	fmt.Fprintf(&b, "\n%s\n", w.say("again: fired within an hour of its end. seen: acknowledged within a day. false: acknowledged as a false alarm. lasts: the median.",
		"redit : de nouveau dans l'heure qui suit sa fin. vues : acquittées dans la journée. faux : acquittées comme fausses alertes. durée : la médiane."))
	_, err := out.Write(b.Bytes())
	return err
}

func (w words) noise(b *bytes.Buffer, name string, r *RuleNoise) {
	b.WriteString(pad(name, 31))
	for _, day := range r.PerDay {
		fmt.Fprintf(b, "%4d", day)
	}
	fmt.Fprintf(b, "%7d%7d%6d%7d  %24s%7s\n", r.Fired, r.Again, r.Acked, r.FalseAlarms(), w.length(r.MedianAckMs)+", "+w.length(r.SlowestAckMs), w.length(r.MedianMs))
}

// length is minutes and seconds; a dash for nothing.
func (w words) length(ms *int64) string {
	if ms == nil {
		return "-"
	}
	seconds := *ms / 1000
	if seconds < 60*60 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
