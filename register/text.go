// SPDX-License-Identifier: Apache-2.0

package register

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// Told is an incident with what can be computed of it, in the form in which it is answered.
type Told struct {
	Incident Incident          `json:"incident"`
	Zone     string            `json:"zone"` // of times in sentences
	AsOfMs   int64             `json:"as_of_ms"`
	Impact   *Impact           `json:"impact"` // nil with a reason in NoImpact
	NoImpact string            `json:"no_impact,omitempty"`
	Sentence string            `json:"sentence,omitempty"`
	OfWeek   string            `json:"sentence_week,omitempty"`
	Actions  []ToldAction      `json:"actions"`
	Acks     []Acknowledgement `json:"acknowledgements"`

	Language indicator.Language `json:"-"`
	Location *time.Location     `json:"-"`
}

// ToldAction is an action and its effect.
type ToldAction struct {
	Action   Action  `json:"action"`
	Effect   *Effect `json:"effect"` // nil with a reason in NoEffect
	NoEffect string  `json:"no_effect,omitempty"`
	Sentence string  `json:"sentence"`
}

// Say fills in the sentences.
func (t *Told) Say() {
	if t.Impact != nil {
		t.Sentence = t.Impact.Sentence(&t.Incident, PeriodDay, t.Language, t.Location)
		t.OfWeek = t.Impact.Sentence(&t.Incident, PeriodWeek, t.Language, t.Location)
	}
	for i := range t.Actions {
		t.Actions[i].Sentence = t.Actions[i].Action.Sentence(t.Actions[i].Effect, t.Language)
	}
}

// WriteText writes the incident for people.
func (t *Told) WriteText(out io.Writer) error {
	var b bytes.Buffer
	w := words{t.Language, t.Location}
	w.head(&b, &t.Incident)
	switch {
	case t.Impact != nil:
		fmt.Fprintf(&b, "\n%s\n%s\n", t.Sentence, t.OfWeek)
		w.impact(&b, &t.Incident, t.Impact)
	default:
		fmt.Fprintf(&b, "\n%s\n", t.NoImpact)
	}
	if len(t.Actions) > 0 {
		fmt.Fprintf(&b, "\n%s\n", w.say("Actions", "Actions"))
	}
	for i := range t.Actions {
		w.action(&b, &t.Actions[i])
	}
	for i := range t.Acks {
		a := &t.Acks[i]
		fmt.Fprintf(&b, "\n%s %s\n", w.sayf("Alert %s (%s) seen at %s:", "Alerte %s (%s) vue à %s :", a.Rule, w.place(a.Place), w.clock(a.AtMs)), CauseName(a.Cause).In(w.l))
	}
	w.zone(&b)
	_, err := out.Write(b.Bytes())
	return err
}

// zone says whose clock the times are of.
func (w words) zone(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n%s\n", w.sayf("Times in %s.", "Heures de %s.", w.loc))
}

// head says which incident it is.
func (w words) head(b *bytes.Buffer, i *Incident) {
	b.WriteString(i.ID)
	if i.Title != "" {
		b.WriteString(w.say(": ", " : ") + i.Title)
	}
	b.WriteString("\n")
	var parts []string
	if i.Placed {
		parts = append(parts, w.place(i.Place))
	}
	parts = append(parts, w.date(i.OpenedMs))
	if i.ClosedMs == 0 {
		parts = append(parts, w.sayf("since %s, not over", "depuis %s, en cours", w.clock(i.OpenedMs)))
	} else {
		parts = append(parts, fmt.Sprintf("%s-%s (%s)", w.clock(i.OpenedMs), w.clock(i.ClosedMs), w.minutes(i.ClosedMs-i.OpenedMs)))
	}
	if i.Cause != "" {
		parts = append(parts, w.sayf("cause: %s", "cause : %s", CauseName(i.Cause).In(w.l)))
	}
	if i.Rule != "" {
		parts = append(parts, w.sayf("from alert %s", "de l'alerte %s", i.Rule))
	}
	if i.By != "" {
		parts = append(parts, w.sayf("said by %s", "dit par %s", i.By))
	}
	b.WriteString(strings.Join(parts, ", ") + "\n")
}

// impact writes the figures behind the sentence.
func (w words) impact(b *bytes.Buffer, i *Incident, m *Impact) {
	line := func(name, text string) { fmt.Fprintf(b, "  %s%s\n", pad(name, 34), text) }
	b.WriteString("\n")
	line(w.say("contacts while it lasted", "contacts pendant l'incident"), w.decimal(float64(m.Contacts), 0))
	line(w.say("minutes", "minutes"), w.decimal(float64(m.Minutes), 0))
	if m.Beyond != nil {
		line(w.say("abandons beyond the expected", "abandons au-delà de l'attendu"), w.signed(*m.Beyond, 0)+w.within(m.BeyondInterval, 0))
		w.level(line, w.say("points of the day's service level", "points du NS du jour"), &m.Day)
		w.level(line, w.say("points of the week's", "points du NS de la semaine"), &m.Week)
	}
	fmt.Fprintf(b, "\n  %s\n", w.say("quarter    offered  expected  abandoned  expected", "quart       offerts  attendus  abandonnés  attendus"))
	for _, q := range m.Quarters {
		w.quarter(b, w.clock(q.StartMs), q.Offered, q.ExpectedOffered, q.Abandoned, q.ExpectedAbandoned)
	}
	w.quarter(b, w.say("total", "total"), m.Offered, m.ExpectedOffered, m.Abandoned, m.ExpectedAbandoned)
	fmt.Fprintf(b, "\n  %s\n", w.method(i, m))
}

func (w words) quarter(b *bytes.Buffer, name string, offered int64, expectedOffered float64, abandoned int64, expectedAbandoned float64) {
	fmt.Fprintf(b, "  %s%9d%10s%11d%10s\n", pad(name, 9), offered, w.decimal(expectedOffered, 1), abandoned, w.decimal(expectedAbandoned, 1))
}

func (w words) level(line func(string, string), name string, l *Level) {
	if l.Points == nil {
		line(name, "-")
		return
	}
	line(name, w.sayf("%s%s: %s as it was, %s without", "%s%s : %s tel quel, %s sans", w.signed(*l.Points, 1), w.within(l.Interval, 1),
		w.percent(*l.With), w.percent(*l.Without)))
}

func (w words) within(i *Interval, places int) string {
	if i == nil {
		return w.say(" (without interval)", " (sans intervalle)")
	}
	return w.sayf(" (interval %s to %s)", " (intervalle %s à %s)", w.decimal(i.Low, places), w.decimal(i.High, places))
}

// method says how the expected figures came about.
func (w words) method(i *Incident, m *Impact) string {
	if m.Weeks == 0 {
		return w.sayf("None of the %d weeks before says what is usual here.", "Aucune des %d semaines précédentes ne dit ce qui est habituel ici.", BaselineWeeks)
	}
	var back []string
	for _, n := range m.Back {
		back = append(back, strconv.Itoa(n))
	}
	text := w.sayf("Expected: mean of the same quarters, %s weeks before (n = %d), each brought to this day's volume outside of the incident.",
		"Attendu : moyenne des mêmes quarts, %s semaines avant (n = %d), chacune ramenée au volume du jour hors incident.", strings.Join(back, ", "), m.Weeks)
	if m.Weeks < 2 {
		text += w.say(" One week gives no interval.", " Une seule semaine ne donne pas d'intervalle.")
	}
	if len(m.Skipped) > 0 {
		text += w.sayf(" %d left out: another incident.", " %d écartée(s) : un autre incident.", len(m.Skipped))
	}
	return text
}

func (w words) action(b *bytes.Buffer, t *ToldAction) {
	a := &t.Action
	b.WriteString("  " + t.Sentence + "\n")
	parts := []string{a.ID, a.Indicator, w.place(a.Place), w.say("by ", "par ") + a.By}
	if a.Title != "" {
		parts = append(parts, a.Title)
	}
	if a.EndedMs == 0 {
		parts = append(parts, w.sayf("since %s", "depuis %s", w.clock(a.StartedMs)))
	} else {
		parts = append(parts, w.clock(a.StartedMs)+"-"+w.clock(a.EndedMs))
	}
	fmt.Fprintf(b, "    %s\n", strings.Join(parts, ", "))
	if e := t.Effect; e != nil && e.Measured != nil {
		against := w.say("compared with nothing else: too few cases in the weeks before", "sans comparaison : trop peu de cas les semaines précédentes")
		if e.Compared {
			against = w.sayf("the weeks before: %s, then %s", "les semaines précédentes : %s, puis %s", w.value(e, e.UsualBefore), w.value(e, e.UsualAfter))
		}
		fmt.Fprintf(b, "    %s\n", w.sayf("%s before (n = %d), %s after (n = %d); %s", "%s avant (n = %d), %s après (n = %d) ; %s",
			w.value(e, e.Before), e.Before.N, w.value(e, e.After), e.After.N, against))
	}
	if t.NoEffect != "" {
		fmt.Fprintf(b, "    %s\n", t.NoEffect)
	}
}

// value writes a reading in the unit of an effect.
func (w words) value(e *Effect, r Reading) string {
	if r.Value == nil {
		return "-"
	}
	u, _ := indicator.ParseUnit(e.Unit)
	switch u {
	case indicator.UnitPercent:
		return w.percent(*r.Value)
	case indicator.UnitMs:
		return w.decimal(*r.Value/1000, 0) + narrowSpace + "s"
	}
	return w.decimal(*r.Value, 2)
}

// pad fills a text up with blanks, by its letters.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(1, width-len([]rune(text))))
}

// WriteIncidents lists incidents, one a line, for people.
func WriteIncidents(out io.Writer, list []Incident, l indicator.Language, loc *time.Location) error {
	w := words{l, loc}
	var b bytes.Buffer
	if len(list) == 0 {
		fmt.Fprintln(&b, w.say("No incident.", "Aucun incident."))
	}
	for i := range list {
		x := &list[i]
		end := w.say("not over", "en cours")
		if x.ClosedMs != 0 {
			end = w.clock(x.ClosedMs)
		}
		where := ""
		if x.Placed {
			where = w.place(x.Place)
		}
		fmt.Fprintf(&b, "%s %s %s %s\n", pad(w.date(x.OpenedMs)+", "+w.clock(x.OpenedMs)+"-"+end, 44), pad(where, 24), pad(x.Title, 32), x.ID)
	}
	w.zone(&b)
	_, err := out.Write(b.Bytes())
	return err
}

// WriteActions lists actions with what was expected of them and what they brought, for people.
func WriteActions(out io.Writer, list []ToldAction, l indicator.Language, loc *time.Location) error {
	w := words{l, loc}
	var b bytes.Buffer
	if len(list) == 0 {
		fmt.Fprintln(&b, w.say("No action.", "Aucune action."))
	}
	for i := range list {
		fmt.Fprintf(&b, "%s\n", w.date(list[i].Action.StartedMs))
		w.action(&b, &list[i])
	}
	w.zone(&b)
	_, err := out.Write(b.Bytes())
	return err
}
