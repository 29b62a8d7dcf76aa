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
	Last5m:    {En: "5 min", Fr: "5 min"},
	Last15m:   {En: "15 min", Fr: "15 min"},
	Last30m:   {En: "30 min", Fr: "30 min"},
	LastHour:  {En: "60 min", Fr: "60 min"},
	Today:     {En: "today", Fr: "jour"},
	LastWeek:  {En: "7 d", Fr: "7 j"},
	Fortnight: {En: "14 d", Fr: "14 j"},
	FourWeeks: {En: "28 d", Fr: "28 j"},
}

// The sentences of a board. %s is filled in.
var (
	wordOverview     = Text{En: "Overview", Fr: "Vue d'ensemble"}
	wordAsOf         = Text{En: "data as of %s", Fr: "données à %s"}
	wordTarget       = Text{En: "target %s", Fr: "objectif %s"}
	wordTargetBand   = Text{En: "target %s to %s", Fr: "objectif %s à %s"}
	wordPoints       = Text{En: "%s pts", Fr: "%s pts"}
	wordCases        = Text{En: "n\u00a0%s", Fr: "n\u00a0%s"}
	wordAtLeast      = Text{En: "%s needed", Fr: "%s requis"}
	wordOpensAt      = Text{En: "opens at %s", Fr: "ouvre à %s"}
	wordOpenUntil    = Text{En: "open until %s", Fr: "plage jusqu'à %s"}
	wordMixed        = Text{En: "mixed thresholds", Fr: "seuils mêlés"}
	wordThreshold    = Text{En: "within %s", Fr: "en %s"}
	wordNotYet       = Text{En: "not measured here", Fr: "pas mesuré ici"}
	wordNoQueue      = Text{En: "no such queue", Fr: "aucune file de ce type"}
	wordNothing      = Text{En: "nothing to count yet", Fr: "rien à compter"}
	wordNoHistory    = Text{En: "needs the history", Fr: "attend l'historique"}
	wordNoReference  = Text{En: "no reference yet", Fr: "sans référence"}
	wordOpenFor      = Text{En: "open until %s, %s min left", Fr: "plage jusqu'à %s, dans %s min"}
	wordReference    = Text{En: "ref. %s, %s", Fr: "réf. %s, %s"}
	wordInHalfHour   = Text{En: "in 30 min %s of %s", Fr: "dans 30 min %s sur %s"}
	wordNeedSoon     = Text{En: "in 30 min required %s", Fr: "dans 30 min requis %s"}
	wordRequired     = Text{En: "required: not known", Fr: "requis : non connu"}
	wordRequiredIs   = Text{En: "required %s", Fr: "requis %s"}
	wordOfThese      = Text{En: "of these %s %s", Fr: "dont %s %s"}
	wordOnQueue      = Text{En: "%s on queue", Fr: "%s en prise d'appel"}
	wordQuiet        = Text{En: "Nothing to report", Fr: "Rien à signaler"}
	wordSince        = Text{En: "since %s", Fr: "depuis %s"}
	wordBetween      = Text{En: "%s to %s", Fr: "de %s à %s"}
	wordColon        = Text{En: ": ", Fr: " : "}
	wordSeen         = Text{En: "seen %s", Fr: "vue à %s"}
	wordAction       = Text{En: "Action", Fr: "Action"}
	wordIncident     = Text{En: "Incident", Fr: "Incident"}
	wordUp           = Text{En: "rising", Fr: "en hausse"}
	wordDown         = Text{En: "falling", Fr: "en baisse"}
	wordFlat         = Text{En: "steady", Fr: "stable"}
	wordToFinish     = Text{En: "%s needs %s until %s", Fr: "finir à %s : %s d'ici %s"}
	wordOutOfReach   = Text{En: "%s is out of reach", Fr: "%s plus atteignable"}
	wordUsual        = Text{En: "usual %s", Fr: "habituel, %s"}
	wordSinceStart   = Text{En: "Without a store the curve begins when this process began, at %s.", Fr: "Sans historique, la courbe commence au démarrage, à %s."}
	wordSinceMorning = Text{En: "%s today", Fr: "%s depuis ce matin"}
	wordDays         = Text{En: "%s d", Fr: "%s j"}
	wordOfLimit      = Text{En: "%s of limit", Fr: "%s du délai"}
	wordLimit        = Text{En: "limit %s", Fr: "délai %s"}
	wordHalfIn       = Text{En: "half of them in %s", Fr: "la moitié en %s"}
	wordAllDone      = Text{En: "all done", Fr: "tout est fait"}
	wordDoneAt       = Text{En: "done by %s", Fr: "fin prévue %s"}
	wordNotToday     = Text{En: "not today", Fr: "pas aujourd'hui"}
	wordReached      = Text{En: "target reached", Fr: "objectif atteint"}
	wordMissing      = Text{En: "%s missing", Fr: "il en manque %s"}
	wordPaceNeeded   = Text{En: "%s to go: %s/h", Fr: "encore %s : %s/h"}
	wordLeftOnList   = Text{En: "%s left", Fr: "reste %s"}
	wordWorked       = Text{En: "worked %s", Fr: "traité %s"}
	wordListEnds     = Text{En: "%s left → %s", Fr: "reste %s → %s"}
	wordOwnPast      = Text{En: "%s, own 14 d", Fr: "%s, ses 14 j"}
	wordFlagged      = Text{En: "%s: flagged?", Fr: "%s : signalé ?"}
	wordProgress     = Text{En: "%s: %s of %s", Fr: "%s : %s sur %s"}
	wordGuardKept    = Text{En: "guard kept: %s %s", Fr: "garde tenue : %s %s"}
	wordGuardBroken  = Text{En: "suspended: %s %s", Fr: "suspendu : %s %s"}
	wordGuardUnknown = Text{En: "guard not measured: %s", Fr: "garde non mesurée : %s"}
	wordBatch        = Text{En: "%s: %s at once", Fr: "%s : %s d'un coup"}
	wordHour         = Text{En: "Hour", Fr: "Heure"}
	wordQuarter      = Text{En: "Quarter", Fr: "Quart d'heure"}
	wordTable        = Text{En: "The course of the day: %s", Fr: "Le cours de la journée : %s"}
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
	"people":       {En: "People", Fr: "Personnes"},
	"skip":         {En: "Skip to the figures", Fr: "Aller aux chiffres"},
	"walls":        {En: "Wall boards", Fr: "Tableaux muraux"},
	"no_walls":     {En: "No centre has sent an event yet.", Fr: "Aucun centre n'a encore envoyé d'événement."},
	"inbound":      {En: "Inbound", Fr: "Réception d'appels"},
	"backoffice":   {En: "Back office", Fr: "Traitement différé"},
	"outbound":     {En: "Outbound", Fr: "Appels sortants"},
	"centre":       {En: "Centre", Fr: "Centre"},
}
