// SPDX-License-Identifier: Apache-2.0

package register

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// leverNames are the levers for people.
var leverNames = map[string]indicator.Text{
	event.LeverBreaks:        {En: "Breaks moved", Fr: "Pauses déplacées"},
	event.LeverReinforcement: {En: "Reinforcement", Fr: "Renfort"},
	event.LeverMessage:       {En: "Message before the queue", Fr: "Message d'attente"},
	event.LeverCallback:      {En: "Callbacks offered", Fr: "Rappels proposés"},
	event.LeverOverflow:      {En: "Overflow", Fr: "Débordement"},
	event.LeverOffline:       {En: "Meetings and training put off", Fr: "Réunions et formations reportées"},
	event.LeverOvertime:      {En: "Overtime", Fr: "Heures supplémentaires"},
	event.LeverOther:         {En: "Action", Fr: "Action"},
}

// causeNames are the causes for people.
var causeNames = map[string]indicator.Text{
	event.CauseTool:       {En: "application", Fr: "outil"},
	event.CauseTelephony:  {En: "telephony", Fr: "téléphonie"},
	event.CauseNetwork:    {En: "network or power", Fr: "réseau ou courant"},
	event.CauseDemand:     {En: "unforeseen demand", Fr: "demande imprévue"},
	event.CauseMailing:    {En: "our own mailing", Fr: "envoi de notre fait"},
	event.CauseStaffing:   {En: "fewer people than planned", Fr: "effectif sous le prévu"},
	event.CausePlanning:   {En: "planned too few", Fr: "prévu trop court"},
	event.CausePartner:    {En: "partner", Fr: "partenaire"},
	event.CauseFalseAlarm: {En: "false alarm", Fr: "fausse alerte"},
	event.CauseTest:       {En: "test", Fr: "essai"},
	event.CauseUnknown:    {En: "not known", Fr: "inconnue"},
}

// LeverName is a lever for people; a word that is none of event.Levers stays as it is.
func LeverName(lever string) indicator.Text { return nameOf(leverNames, lever) }

// CauseName is a cause for people; a word that is none of event.Causes stays as it is.
func CauseName(cause string) indicator.Text { return nameOf(causeNames, cause) }

func nameOf(names map[string]indicator.Text, word string) indicator.Text {
	if name, known := names[word]; known {
		return name
	}
	return indicator.Text{En: word, Fr: word}
}

// placeNames are the kinds of scope before a name.
var placeNames = [indicator.NumRuleScopes]indicator.Text{
	indicator.ScopeCentre:    {En: "the whole centre", Fr: "tout le centre"},
	indicator.ScopeProgramme: {En: "programme", Fr: "donneur d'ordre"},
	indicator.ScopeTeam:      {En: "team", Fr: "équipe"},
	indicator.ScopeQueue:     {En: "queue", Fr: "file"},
	indicator.ScopeCampaign:  {En: "campaign", Fr: "campagne"},
	indicator.ScopeChannel:   {En: "channel", Fr: "canal"},
	indicator.ScopeSource:    {En: "source", Fr: "source"},

	indicator.ScopeLine:        {En: "line", Fr: "ligne"},
	indicator.ScopeWorkstation: {En: "workstation", Fr: "poste"},
}

const narrowSpace = indicator.NarrowSpace

// words writes in one language, and times in one zone.
type words struct {
	l   indicator.Language
	loc *time.Location
}

func (w words) say(en, fr string) string { return indicator.Text{En: en, Fr: fr}.In(w.l) }

func (w words) sayf(en, fr string, args ...any) string { return fmt.Sprintf(w.say(en, fr), args...) }

func (w words) place(p Place) string {
	return strings.TrimSpace(placeNames[p.Kind].In(w.l) + " " + p.ID)
}

// decimal writes a number in the manner of the language.
func (w words) decimal(x float64, places int) string { return w.l.Decimal(x, places) }

// signed writes a difference with its sign.
func (w words) signed(x float64, places int) string { return w.l.Signed(x, places) }

// percent writes a fraction.
func (w words) percent(x float64) string {
	return w.decimal(100*x, 1) + w.say("%", narrowSpace+"%")
}

// clock is 10:02, or 10 h 02, and 8 h on the hour.
func (w words) clock(ms int64) string {
	t := time.UnixMilli(ms).In(w.loc)
	if w.l != indicator.French {
		return t.Format("15:04")
	}
	text := strconv.Itoa(t.Hour()) + narrowSpace + "h"
	if t.Minute() != 0 {
		text += narrowSpace + t.Format("04")
	}
	return text
}

// minutes is a length for people.
func (w words) minutes(ms int64) string {
	return w.decimal(float64(ms)/float64(time.Minute.Milliseconds()), 0) + narrowSpace + "min"
}

// date is "Tuesday 17 November 2026", or "mardi 17 novembre 2026".
func (w words) date(ms int64) string {
	t := time.UnixMilli(ms).In(w.loc)
	if w.l != indicator.French {
		return t.Format("Monday 2 January 2006")
	}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s %d", frenchDays[t.Weekday()], day, frenchMonths[t.Month()-1], t.Year())
}

// weekday is "Tuesday", or "mardi".
func (w words) weekday(ms int64) string {
	t := time.UnixMilli(ms).In(w.loc)
	if w.l != indicator.French {
		return t.Format("Monday")
	}
	return frenchDays[t.Weekday()]
}

var (
	frenchDays   = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

// counted writes a number of things; in French what is less than two is singular.
func (w words) counted(x float64, places int, en, ens, fr, frs string) string {
	text := w.decimal(x, places)
	shown := math.Abs(math.Round(x*math.Pow10(places)) / math.Pow10(places))
	if w.l == indicator.French {
		if shown < 2 {
			return text + " " + fr
		}
		return text + " " + frs
	}
	if shown == 1 {
		return text + " " + en
	}
	return text + " " + ens
}
