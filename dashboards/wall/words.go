// SPDX-License-Identifier: Apache-2.0

package wall

// stateWords are the states for people.
var stateWords = map[State]Text{
	StateOK:     {En: "OK", Fr: "OK"},
	StateWatch:  {En: "Watch", Fr: "À surveiller"},
	StateAct:    {En: "Act", Fr: "Agir"},
	StateLow:    {En: "Low", Fr: "Bas"},
	StateInfo:   {},
	StateTooFew: {En: "Too few", Fr: "Trop peu"},
	StateClosed: {En: "Closed", Fr: "Fermé"},
	StateNoData: {En: "No data", Fr: "Pas de donnée"},
	StateStale:  {En: "Stale", Fr: "Figé"},
}

var windowWords = map[Window]Text{
	Now:       {},
	Last15m:   {En: "15 min", Fr: "15 min"},
	Last30m:   {En: "30 min", Fr: "30 min"},
	LastHour:  {En: "60 min", Fr: "60 min"},
	Today:     {En: "today", Fr: "jour"},
	LastWeek:  {En: "7 d", Fr: "7 j"},
	FourWeeks: {En: "28 d", Fr: "28 j"},
}

// The sentences of a board. %s is filled in.
var (
	wordOverview    = Text{En: "Overview", Fr: "Vue d'ensemble"}
	wordAsOf        = Text{En: "data as of %s", Fr: "données à %s"}
	wordTarget      = Text{En: "target %s", Fr: "objectif %s"}
	wordTargetBand  = Text{En: "target %s to %s", Fr: "objectif %s à %s"}
	wordPoints      = Text{En: "%s pts", Fr: "%s pts"}
	wordCases       = Text{En: "n\u00a0%s", Fr: "n\u00a0%s"}
	wordAtLeast     = Text{En: "%s needed", Fr: "%s requis"}
	wordOpensAt     = Text{En: "opens at %s", Fr: "ouvre à %s"}
	wordOpenUntil   = Text{En: "open until %s", Fr: "plage jusqu'à %s"}
	wordMixed       = Text{En: "mixed thresholds", Fr: "seuils mêlés"}
	wordThreshold   = Text{En: "within %s", Fr: "en %s"}
	wordNotYet      = Text{En: "not measured here", Fr: "pas mesuré ici"}
	wordNoQueue     = Text{En: "no such queue", Fr: "aucune file de ce type"}
	wordNothing     = Text{En: "nothing to count yet", Fr: "rien à compter"}
	wordNoHistory   = Text{En: "needs the history", Fr: "attend l'historique"}
	wordNoReference = Text{En: "no reference yet", Fr: "sans référence"}
	wordRequired    = Text{En: "required: not known", Fr: "requis : non connu"}
	wordRequiredIs  = Text{En: "required %s", Fr: "requis %s"}
	wordOfThese     = Text{En: "of these %s %s", Fr: "dont %s %s"}
	wordOnQueue     = Text{En: "%s on queue", Fr: "%s en prise d'appel"}
	wordQuiet       = Text{En: "Nothing to report", Fr: "Rien à signaler"}
	wordSince       = Text{En: "since %s", Fr: "depuis %s"}
	wordBetween     = Text{En: "%s to %s", Fr: "de %s à %s"}
	wordColon       = Text{En: ": ", Fr: " : "}
	wordIncident    = Text{En: "Incident", Fr: "Incident"}
	wordUp          = Text{En: "rising", Fr: "en hausse"}
	wordDown        = Text{En: "falling", Fr: "en baisse"}
	wordFlat        = Text{En: "steady", Fr: "stable"}
	wordToFinish    = Text{En: "to end at %s: %s until %s", Fr: "finir à %s : %s d'ici %s"}
	wordOutOfReach  = Text{En: "%s is out of reach", Fr: "%s plus atteignable"}
	wordUsual       = Text{En: "usual %s", Fr: "habituel, %s"}
	wordSinceStart  = Text{En: "Without a store the curve begins when this process began, at %s.", Fr: "Sans historique, la courbe commence au démarrage, à %s."}
	wordTable       = Text{En: "The day by quarters of an hour: %s and %s", Fr: "La journée par quart d'heure : %s et %s"}
)

// PageWords are the texts of the page that are not a board's, by the names that the page uses.
func PageWords(l Lang) map[string]string {
	words := map[string]string{}
	//deterministic: a map to a map.
	for name, text := range pageWords {
		words[name] = l.of(text)
	}
	return words
}

var pageWords = map[string]Text{
	"loading":      {En: "Waiting for data", Fr: "En attente de données"},
	"live":         {En: "Live", Fr: "En direct"},
	"stale":        {En: "Stale", Fr: "Figé"},
	"stale_for":    {En: "Data stand still for {s} s", Fr: "Données figées depuis {s} s"},
	"reconnecting": {En: "connection lost, trying again", Fr: "connexion perdue, nouvel essai"},
	"refused":      {En: "This wall needs a token: open it once with ?token=…", Fr: "Ce mur demande un jeton : ouvrez-le une fois avec ?token=…"},
	"gone":         {En: "This board does not exist here", Fr: "Ce tableau n'existe pas ici"},
	"theme":        {En: "Theme", Fr: "Thème"},
	"dark":         {En: "Dark", Fr: "Sombre"},
	"light":        {En: "Light", Fr: "Clair"},
	"language":     {En: "Français", Fr: "English"},
	"boards":       {En: "All boards", Fr: "Tous les tableaux"},
	"flags":        {En: "Incidents and actions", Fr: "Incidents et actions"},
	"quarter":      {En: "Quarter", Fr: "Quart d'heure"},
	"people":       {En: "People", Fr: "Personnes"},
	"skip":         {En: "Skip to the figures", Fr: "Aller aux chiffres"},
	"walls":        {En: "Wall boards", Fr: "Tableaux muraux"},
	"no_walls":     {En: "No centre has sent an event yet.", Fr: "Aucun centre n'a encore envoyé d'événement."},
	"inbound":      {En: "Inbound", Fr: "Réception d'appels"},
	"backoffice":   {En: "Back office", Fr: "Traitement différé"},
	"outbound":     {En: "Outbound", Fr: "Appels sortants"},
	"centre":       {En: "Centre", Fr: "Centre"},
}
