// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Reference writes the reference of the catalogue in a language, as Markdown: every
// indicator with its formula in words, unit, direction, scopes and traps, then the measures
// and gauges that formulas are made of.
func (c *Catalogue) Reference(l Language) string {
	r := manual{c: c, l: l}
	r.line("# " + r.say(Text{"Indicators", "Indicateurs"}))
	r.line("")
	r.line(r.say(referenceIntroduction))
	for _, subject := range c.subjects() {
		r.subject(subject)
	}
	r.terms()
	r.measures()
	r.gauges()
	return r.b.String()
}

// manual writes a reference.
type manual struct {
	b strings.Builder
	c *Catalogue
	l Language
}

func (r *manual) say(t Text) string { return t.In(r.l) }

func (r *manual) line(s string) { r.b.WriteString(s + "\n") }

var referenceIntroduction = Text{
	`Each indicator is defined once, by one formula. The live value, the ClickHouse view, the alert and the Prometheus metric
are all compiled from it.

**T** is the service threshold of a queue and **S** its bound of short abandons, both as they were when the contact
entered. A wait equal to T is within T. A value without a positive denominator does not exist: it is never 0 and never 100 %.

**Kind.** *Additive*: numerators and denominators add up over time and scopes. *Derived*: it has a condition or a target;
exact over any time, but its parts do not add up. *Daily*: booked by the daily job, so stored and not live. *Sampled*: a
state, from gauges. *Live only*: computed while it is looked at.

**Counted.** *At the moment*: when it happens. *At close*: together, when the leg or the contact ends. *By minute*: time on
the clock. *At the origin*: at the time of the contact or sale it is about, even if known later. *When due*: when a limit
passes, or is met if earlier. *Now*: a state. Where two are named, read times much longer than one contact.

**Moved by** says who can move it. Only what an advisor can move may be a target of one person.`,
	`Chaque indicateur est défini une fois, par une formule. La valeur en direct, la vue ClickHouse, l'alerte et la métrique
Prometheus en sont toutes compilées.

**T** est le seuil de service d'une file et **S** sa borne d'abandon court, tels qu'ils étaient à l'entrée du contact. Une
attente égale à T est dans T. Une valeur sans dénominateur positif n'existe pas : ce n'est jamais 0 ni 100 %.

**Nature.** *Additif* : numérateurs et dénominateurs s'additionnent dans le temps et entre périmètres. *Dérivé* : il a une
condition ou un objectif ; exact sur toute durée, mais ses parties ne s'additionnent pas. *Quotidien* : compté par le
traitement quotidien, donc stocké et non en direct. *Échantillonné* : un état, tiré des jauges. *Direct seul* : calculé
quand on le regarde.

**Compté.** *À l'instant* : quand cela arrive. *À la clôture* : ensemble, à la fin de la prise en charge ou du contact. *À
la minute* : temps d'horloge. *À l'origine* : à l'heure du contact ou de la vente en question, même connu plus tard. *À
l'échéance* : quand un délai passe, ou est tenu si c'est plus tôt. *Maintenant* : un état. Quand il y en a deux, lire des
durées bien plus longues qu'un contact.

**Dépend de** dit qui peut le faire bouger. Seul ce qu'un conseiller peut faire bouger peut être l'objectif d'une personne.`,
}

// subjectTitles are the titles of the files of the built-in catalogue, in the order of the
// reference. Those of others follow, under their own names.
var subjectTitles = [...]struct {
	subject string
	title   Text
}{
	{"volume", Text{"Volume", "Volume"}},
	{"service_level", Text{"Service level", "Niveau de service"}},
	{"times", Text{"Times", "Durées"}},
	{"people", Text{"Time of people", "Temps des personnes"}},
	{"resolution", Text{"Resolution", "Résolution"}},
	{"quality", Text{"Quality and satisfaction", "Qualité et satisfaction"}},
	{"outbound", Text{"Outbound calls", "Appels sortants"}},
	{"sales", Text{"Sales", "Ventes"}},
	{"compliance", Text{"Compliance", "Conformité"}},
	{"deferred", Text{"Deferred work and callbacks", "Travail différé et rappels"}},
	{"promises", Text{"Promises to keep", "Promesses à tenir"}},
	{"now", Text{"State now", "État à l'instant"}},
	{"staffing", Text{"Staffing", "Dimensionnement"}},
	{"counts", Text{"Counts", "Nombres"}},
}

// subjects lists the subjects of the catalogue in the order of the reference.
func (c *Catalogue) subjects() []string {
	var list []string
	for _, s := range subjectTitles {
		list = append(list, s.subject)
	}
	for _, ind := range c.indicators {
		if !slices.Contains(list, ind.Subject) {
			list = append(list, ind.Subject)
		}
	}
	return list
}

func (r *manual) subject(subject string) {
	title := Text{subject, subject}
	for _, s := range subjectTitles {
		if s.subject == subject {
			title = s.title
		}
	}
	first := true
	for _, ind := range r.c.indicators {
		if ind.Subject != subject {
			continue
		}
		if first {
			r.line("\n## " + r.say(title))
			first = false
		}
		r.indicator(ind)
	}
}

func (r *manual) indicator(ind *Indicator) {
	r.line(fmt.Sprintf("\n### %s\n", r.say(ind.Name)))
	r.line(fmt.Sprintf("`%s` = %s\n", ind.ID, r.say(ind.Readable)))
	r.line(r.say(ind.Doc))
	if traps := r.say(ind.Traps); traps != "" {
		r.line("*" + r.say(Text{"Beware", "Attention"}) + r.say(Text{":* ", " :* "}) + traps)
	}
	r.line("")
	r.line("- " + r.facts(ind))
	r.line("- " + r.say(Text{"shown for ", "montré par "}) + r.scopes(ind.Scopes) + " · " + "`" + ind.Metric().Name + "`")
	if !plainFormula(ind) {
		r.line("- `" + strings.Join(strings.Fields(ind.Formula), " ") + "`")
	}
}

// plainFormula tells that the formula is one name, which needs no second writing.
func plainFormula(ind *Indicator) bool { return !strings.ContainsAny(ind.Formula, "+-*/( ") }

// facts is one line: unit, direction, kind, attribution and so on.
func (r *manual) facts(ind *Indicator) string {
	parts := []string{r.say(unitLabels[ind.Unit]), r.direction(ind), r.say(kindLabels[ind.Kind]), r.counted(ind.Attributions()),
		r.say(controllableLabels[ind.Controllable])}
	for _, g := range ind.Grains() {
		parts[3] += r.say(Text{", per ", ", par "}) + r.say(grainLabels[g])
	}
	if ind.MinSample > 0 {
		parts = append(parts, r.say(Text{"from ", "à partir de "})+strconv.FormatInt(ind.MinSample, 10)+r.say(Text{" cases", " cas"}))
	}
	if n := ind.ProvisionalDays; n > 0 {
		parts = append(parts, fmt.Sprintf(r.say(Text{"provisional for %d days", "provisoire %d jours"}), n))
	}
	if n := ind.OverDays; n > 0 {
		parts = append(parts, fmt.Sprintf(r.say(Text{"sums of the last %d days", "sommes des %d derniers jours"}), n))
	}
	return strings.Join(parts, " · ")
}

func (r *manual) direction(ind *Indicator) string {
	text := r.say(directionLabels[ind.Better])
	if ind.Band == (Band{}) {
		return text
	}
	low, high := strconv.FormatInt(ind.Band.Min, 10), strconv.FormatInt(ind.Band.Max, 10)
	if ind.Unit == UnitPercent {
		low, high = bpText(ind.Band.Min), bpText(ind.Band.Max)
	}
	return text + r.say(Text{" from ", " de "}) + low + r.say(Text{" to ", " à "}) + high
}

// bpText writes basis points as a percentage, without decimals that are zero.
func bpText(bp int64) string {
	whole, rest := bp/100, bp%100
	if rest == 0 {
		return strconv.FormatInt(whole, 10) + " %"
	}
	return fmt.Sprintf("%d.%02d %%", whole, rest)
}

func (r *manual) counted(list []Attribution) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = r.say(attributionLabels[a])
	}
	return r.say(Text{"counted ", "compté "}) + strings.Join(texts, r.say(Text{" and ", " et "}))
}

func (r *manual) scopes(set ScopeSet) string {
	var names []string
	for k := range numScopeKinds {
		if set.Has(k) {
			names = append(names, r.say(scopeLabels[k]))
		}
	}
	return strings.Join(names, ", ")
}

// terms lists the named parts of formulas.
func (r *manual) terms() {
	r.line("\n## " + r.say(Text{"Named parts of formulas", "Parties nommées des formules"}) + "\n")
	for i := range r.c.definitions {
		d := &r.c.definitions[i]
		if d.Kind.text != kindTerm {
			continue
		}
		name := r.say(Text{d.Name.en.text, d.Name.fr.text})
		r.line(strings.TrimSpace(fmt.Sprintf("- `%s`, %s = %s. %s", d.ID.text, name, writer{c: r.c, l: r.l}.definition(d).text, r.say(Text{d.Doc.en.text, d.Doc.fr.text}))))
	}
}

func (r *manual) measures() {
	r.line("\n## " + r.say(Text{"Measures", "Mesures"}) + "\n")
	r.line(r.say(Text{"What formulas are made of. Each is a whole number that adds up.", "Ce dont les formules sont faites. Chacune est un nombre entier qui s'additionne."}) + "\n")
	r.line("| " + r.say(Text{"measure", "mesure"}) + " | " + r.say(Text{"in words", "en mots"}) + " | " + r.say(Text{"unit", "unité"}) + " | " +
		r.say(Text{"counted", "compté"}) + " | " + r.say(Text{"meaning", "définition (en anglais)"}) + " |")
	r.line("|---|---|---|---|---|")
	for m := range Measure(NumMeasures) {
		info := m.Info()
		r.line(fmt.Sprintf("| `%s` | %s | %s | %s | %s |", m, r.say(m.Label()), r.say(unitLabels[info.Unit]), r.say(attributionLabels[m.Attribution()]), info.Doc))
	}
}

func (r *manual) gauges() {
	r.line("\n## " + r.say(Text{"Gauges", "Jauges"}) + "\n")
	r.line(r.say(Text{"States at an instant. They never add up over time.", "Des états à un instant. Elles ne s'additionnent jamais dans le temps."}) + "\n")
	r.line("| " + r.say(Text{"gauge", "jauge"}) + " | " + r.say(Text{"in words", "en mots"}) + " | " + r.say(Text{"unit", "unité"}) + " | " +
		r.say(Text{"meaning", "définition (en anglais)"}) + " |")
	r.line("|---|---|---|---|")
	for g := range Gauge(NumGauges) {
		info := g.Info()
		r.line(fmt.Sprintf("| `%s` | %s | %s | %s |", g, r.say(g.Label()), r.say(unitLabels[info.Unit]), info.Doc))
	}
}

// The words of closed lists.
var (
	unitLabels = [numUnits]Text{
		UnitCount: {"a number", "nombre"}, UnitMs: {"milliseconds", "millisecondes"}, UnitCents: {"cents", "centimes"},
		UnitBp: {"basis points", "points de base"}, UnitDs2: {"squared tenths of a second", "dixièmes de seconde au carré"},
		UnitPercent: {"percent", "pour cent"}, UnitPerHour: {"per hour", "par heure"},
		UnitCentsPerHour: {"cents per hour", "centimes par heure"}, UnitPoints: {"points", "points"},
	}
	grainLabels = [NumGrains]Text{
		GrainQueueLeg: {"queue entry", "passage en file"}, GrainContact: {"contact", "contact"}, GrainAdvisorLeg: {"advisor leg", "prise en charge"},
		GrainTime: {"advisor's time", "temps de conseiller"}, GrainQuality: {"contact judged", "contact jugé"}, GrainOutbound: {"dial or record", "appel ou fiche"},
		GrainCompliance: {"dial", "appel émis"}, GrainDeferred: {"item", "dossier"}, GrainCallback: {"callback", "rappel"},
	}
	directionLabels    = [numDirections]Text{{"neither good nor bad", "ni bon ni mauvais"}, {"higher is better", "plus haut est mieux"}, {"lower is better", "plus bas est mieux"}, {"best in a band", "à tenir dans une plage"}}
	kindLabels         = [numKinds]Text{{"additive", "additif"}, {"derived", "dérivé"}, {"daily", "quotidien"}, {"sampled", "échantillonné"}, {"live only", "direct seul"}}
	attributionLabels  = [numAttributions]Text{{"at the moment", "à l'instant"}, {"at close", "à la clôture"}, {"by minute", "à la minute"}, {"at the origin", "à l'origine"}, {"when due", "à l'échéance"}, {"now", "maintenant"}}
	controllableLabels = [numControllables]Text{{"moved by the centre", "dépend du centre"}, {"moved by the team", "dépend de l'équipe"}, {"moved by the advisor", "dépend du conseiller"}}
	scopeLabels        = [numScopeKinds]Text{{"centre", "centre"}, {"programme", "donneur d'ordre"}, {"team", "équipe"}, {"advisor", "conseiller"}, {"queue", "file"}, {"campaign", "campagne"}, {"channel", "canal"}}
)
