// SPDX-License-Identifier: Apache-2.0

package register

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// When a rule is one to look at. These are habits of who is on call, not statistics: a rule that is named here is worth five minutes.
const (
	mendFalseShare = 5  // one in so many of the acknowledged was false
	mendAgain      = 3  // came again at least so often ...
	mendAgainShare = 3  // ... and one in so many did
	mendUnseen     = 35 // fired so often, five a day, and nobody ever said why
)

// WriteText writes the report for people.
func (n *Noise) WriteText(out io.Writer, l indicator.Language) error {
	w := words{l: l, loc: time.UTC}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n", w.sayf("Alerts of centre %s, week %s (%s to %s, days in %s)", "Alertes du centre %s, semaine %s (du %s au %s, jours en %s)",
		n.Centre, n.Week, n.Days[0], n.Days[weekDays-1], n.Zone))
	if len(n.Rules) == 0 {
		fmt.Fprintln(&b, w.say("No alert fired.", "Aucune alerte."))
		_, err := out.Write(b.Bytes())
		return err
	}
	fmt.Fprintln(&b, w.say(
		"calls rule                            Mon Tue Wed Thu Fri Sat Sun  total  again  seen  false  to see: median, slowest  lasts  most at",
		"pour  règle                           lun mar mer jeu ven sam dim  total  redit  vues  faux   vue après : médiane, max  durée  surtout"))
	for i := range n.Rules {
		r := &n.Rules[i]
		w.noise(&b, w.audience(r.Audience), r.Rule, r)
	}
	w.noise(&b, "", w.say("all", "toutes"), &n.Total)
	w.mend(&b, n)
	fmt.Fprintf(&b, "\n%s\n", w.say(`calls: page is who is on call, wall is who steers the day. again: fired within an hour of its end. seen: acknowledged within a day. false:
acknowledged as a false alarm. lasts: the median of those that are over. Alerts that another one held back are counted, though nobody was told.`,
		`pour : page est l'astreinte, mur qui pilote la journée. redit : de nouveau dans l'heure qui suit sa fin. vues : acquittées dans la journée. faux :
acquittées comme fausses alertes. durée : la médiane de celles qui sont finies. Celles qu'une autre a retenues comptent aussi, sans avoir été dites.`))
	_, err := out.Write(b.Bytes())
	return err
}

// audience is whom a rule calls.
func (w words) audience(a string) string {
	if a == event.AudienceWall {
		return w.say("wall", "mur")
	}
	return a
}

func (w words) noise(b *bytes.Buffer, audience, name string, r *RuleNoise) {
	b.WriteString(pad(audience, 5) + " " + pad(name, 31))
	for _, day := range r.PerDay {
		fmt.Fprintf(b, "%4d", day)
	}
	fmt.Fprintf(b, "%7d%7d%6d%7d  %24s%7s", r.Fired, r.Again, r.Acked, r.FalseAlarms(), w.length(r.MedianAckMs)+", "+w.length(r.SlowestAckMs), w.length(r.MedianMs))
	if len(r.Places) > 0 {
		fmt.Fprintf(b, "  %s (%d)", r.Places[0].Scope, r.Places[0].Fired)
	}
	if r.Going > 0 {
		fmt.Fprintf(b, "%s", w.sayf(", %d not over", ", %d en cours", r.Going))
	}
	b.WriteString("\n")
}

// mend names the rules that are worth a look, each with what was found and what usually helps.
func (w words) mend(b *bytes.Buffer, n *Noise) {
	first := true
	add := func(r *RuleNoise, en, fr string, args ...any) {
		if first {
			fmt.Fprintf(b, "\n%s\n", w.say("Look at these first", "À revoir d'abord"))
			first = false
		}
		fmt.Fprintf(b, "  %s\n", w.sayf(en, fr, append([]any{r.Rule}, args...)...))
	}
	for i := range n.Rules {
		r := &n.Rules[i]
		unseen := r.Fired - r.Acked
		if r.Audience == event.AudiencePage && unseen > 0 {
			add(r, "%s: %d of %d pages were seen by nobody within a day. Did they reach anybody; did they need to?",
				"%s : %d appels d'astreinte sur %d, personne ne les a vus dans la journée. Sont-ils arrivés ; le fallait-il ?", unseen, r.Fired)
		}
		if f := r.FalseAlarms(); f > 0 && f*mendFalseShare >= r.Acked {
			add(r, "%s: %d of %d that were seen were false. Move its limit, its minimum or its for; vigie rules backtest shows what that changes.",
				"%s : %d sur %d vues étaient fausses. Revoir limit, minimum ou for ; vigie rules backtest montre l'effet.", f, r.Acked)
		}
		if r.Again >= mendAgain && r.Again*mendAgainShare >= r.Fired {
			add(r, "%s: %d of %d came again within an hour. Set clear farther from when, or lengthen keep_firing_for or at_most_every.",
				"%s : %d sur %d sont revenues dans l'heure. Éloigner clear de when, ou allonger keep_firing_for ou at_most_every.", r.Again, r.Fired)
		}
		if r.Audience != event.AudiencePage && r.Fired >= mendUnseen && r.Acked == 0 {
			add(r, "%s: fired %d times, and nobody ever said why. An alert that nobody acts upon is a figure for a board.",
				"%s : %d fois, et personne n'a dit pourquoi. Une alerte sans geste est un chiffre pour un tableau de bord.", r.Fired)
		}
	}
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
