// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"github.com/vigie-kpi/vigie/event"
)

// form is how a value is written.
type form uint8

const (
	formText     form = iota // any text
	formName                 // the name of something in another file
	formWord                 // one of words
	formDuration             // 20s, 1m30s, 45m, 35h
	formClock                // "08:00"
	formSpan                 // "08:00-20:00", or a list of them, or closed
	formMoment               // 2026-09-01, 2026-09-01 15:30, 2026-09-01T15:30:00+02:00
	formDate                 // 2026-09-01
	formNumber               // a whole number
	formAmount               // 92 %, 20s, 49 EUR: what the indicator's unit asks for
	formNames                // a list of names; one alone need not be in brackets
	formDates                // a list of dates
	formDays                 // a list of weekdays
	formEntries              // a list of mappings
	formByDay                // a mapping of weekdays
	formByDate               // a mapping of dates
	formTexts                // a text in each language
	formSwitches             // a mapping of names to 0 or 1
)

// field is one key of a file: the one description that reader, schema and reference share.
type field struct {
	key      string
	form     form
	required bool
	words    []string // of formWord
	sub      []field  // of formEntries
	doc      string   // a sentence
	example  string   // what to write, when it is missing
}

// remedy says what to write when the key is missing.
func (f *field) remedy() string {
	if f.example != "" {
		return "write for example \"" + f.key + ": " + f.example + "\""
	}
	return "give it a name"
}

func keysOf(of []field) []string {
	keys := make([]string, len(of))
	for i, f := range of {
		keys[i] = f.key
	}
	return keys
}

// layout is how a file is built.
type layout uint8

const (
	layoutKeys   layout = iota // the file holds the keys themselves
	layoutList                 // a list; each item holds the keys
	layoutGroups               // each key is a list of texts
	layoutDays                 // each key, a name of the writer's, holds dates with a text each
)

// section is one file of an organisation.
type section struct {
	file   string
	layout layout
	fields []field
	doc    string
	read   func(*reader, *source)
}

// files lists the sections in the order in which they are read: what is named comes before who names it, and the
// centre's zone is needed for all dates.
func files() []section {
	return []section{
		{"centre.yaml", layoutKeys, centreFields, "The centre, and what holds for every queue without its own.", (*reader).readCentre},
		{"programmes.yaml", layoutList, programmeFields, "The programmes: for an outsourcer, whose contacts these are.", (*reader).readProgrammes},
		{"sites.yaml", layoutList, siteFields, "Where people work.", (*reader).readSites},
		{"holidays.yaml", layoutDays, nil, "Lists of holidays that calendars refer to, each date with its name.", (*reader).readHolidays},
		{"calendars.yaml", layoutList, calendarFields, "Opening hours, in the centre's time.", (*reader).readCalendars},
		{"teams.yaml", layoutList, teamFields, "The teams.", (*reader).readTeams},
		{"queues.yaml", layoutList, queueFields, "Where contacts wait. An entry with a later date says only what changes.", (*reader).readQueues},
		{"campaigns.yaml", layoutList, campaignFields, "Outbound campaigns.", (*reader).readCampaigns},
		{"shifts.yaml", layoutList, shiftFields, "Working hours that advisors refer to. They are not published: a planning is.", (*reader).readShifts},
		{"advisors.yaml", layoutList, advisorFields, "Who works, and in which team from when to when.", (*reader).readAdvisors},
		{"skills.yaml", layoutList, skillFields, "Which queues a team or an advisor serves.", (*reader).readSkills},
		{"indicators.yaml", layoutList, indicatorFields, "The centre's own indicators, in the format of the catalogue.", (*reader).readIndicators},
		{"targets.yaml", layoutList, targetFields, "The wanted values of indicators.", (*reader).readTargets},
		{"rules.yaml", layoutList, ruleFields, "When somebody is to be called.", (*reader).readRules},
		{"boards.yaml", layoutList, boardFields, "Boards of the centre's own, for Grafana. They are not published: vigie dashboards makes them.", (*reader).readBoards},
		{"dispositions.yaml", layoutGroups, groupsOf(event.Classes, "Codes of this class."), "The class of each code that ends an outbound contact.", (*reader).readDispositions},
		{"states.yaml", layoutGroups, groupsOf(event.StateCategories, "Reasons that mean this."), "What each reason not to be ready means.", (*reader).readStates},
	}
}

// fileNames lists the files of an organisation.
func fileNames() []string {
	var names []string
	for _, s := range files() {
		names = append(names, s.file)
	}
	return names
}

func groupsOf(words []string, doc string) []field {
	fields := make([]field, len(words))
	for i, w := range words {
		fields[i] = field{key: w, form: formNames, doc: doc}
	}
	return fields
}

var centreFields = []field{
	{key: "id", form: formText, doc: "The centre's id, as its events carry it.", example: "paris"},
	{key: "name", form: formText, doc: "Its name, for people."},
	{key: "timezone", form: formText, doc: "IANA time zone. Days, also those of 23 and 25 hours, and all times in these files are this zone's.", example: "Europe/Paris"},
	{key: "day_starts", form: formClock, doc: "When the business day begins, so that a night shift belongs to the day on which it began; midnight when absent."},
	{key: "threshold", form: formDuration, doc: "T of queues without their own: a wait up to T is within the service level; 20s when absent."},
	{key: "short_abandon", form: formDuration, doc: "S of queues without their own: an abandon before S is short; at most T; 5s when absent."},
	{key: "service_level", form: formWord, words: event.Variants, doc: "How queues without their own are judged: an indicator's id; sl_neg when absent."},
	{key: "unknown_queues", form: formWord, words: event.Unknowns, doc: "Events of a queue that is not in queues.yaml: accept counts them by the centre's rules, refuse makes them dead letters."},
	{key: "unknown_advisors", form: formWord, words: event.Unknowns, doc: "Events of an advisor who is not in advisors.yaml."},
	{key: "wall", form: formNames, doc: "Indicators, of yours or of the catalogue, that the centre's wall shows beside its own tiles, at most three; each for the day, or with its window, as in given_up 30m."},
}

var programmeFields = []field{
	{key: "programme", form: formText, required: true, doc: "Id of the programme, as events and queues name it."},
	{key: "name", form: formText, doc: "Its name, for people."},
}

var siteFields = []field{
	{key: "site", form: formText, required: true, doc: "Id of the site."},
	{key: "name", form: formText, doc: "Its name, for people."},
	{key: "timezone", form: formText, doc: "IANA time zone; the centre's when absent."},
}

var calendarFields = []field{
	{key: "calendar", form: formText, required: true, doc: "Id of the calendar, as queues and campaigns name it."},
	{key: "hours", form: formByDay, required: true, example: "{mon: \"08:00-20:00\", ..., sun: closed}", doc: "Hours of each of the seven weekdays, or closed."},
	{key: "holidays", form: formNames, doc: "Closed on the days of these lists of holidays.yaml."},
	{key: "closed", form: formDates, doc: "Further dates on which it is closed."},
	{key: "exceptional", form: formByDate, doc: "Hours of single dates, which win over everything else."},
}

var teamFields = []field{
	{key: "team", form: formText, required: true, doc: "Id of the team."},
	{key: "name", form: formText, doc: "Its name, for people."},
	{key: "site", form: formName, doc: "Where its advisors work when they do not say otherwise."},
	{key: "kind", form: formText, doc: "What kind of team it is, in a word of yours: inbound, outbound, back office, newcomers."},
	{key: "wall", form: formNames, doc: "Indicators, of yours or of the catalogue, that the team's wall shows beside its own tiles, at most three; each for the day, or with its window, as in given_up 30m."},
}

var queueFields = []field{
	{key: "queue", form: formText, required: true, doc: "Id of the queue, as events name it."},
	{key: "from", form: formMoment, doc: "From when on this holds; always when absent. A later entry of the same queue says only what changes."},
	{key: "name", form: formText, doc: "Its name, for people."},
	{key: "channel", form: formWord, words: event.Channels, doc: "Channel of contacts that do not say theirs."},
	{key: "programme", form: formName, doc: "Programme of contacts that do not say theirs."},
	{key: "calendar", form: formName, doc: "Opening hours."},
	{key: "owner_team", form: formName, doc: "The team that answers for its targets, when several serve it."},
	{key: "staffing_group", form: formText, doc: "Queues with the same word share one pool of advisors, for Erlang."},
	{key: "threshold", form: formDuration, doc: "T: a wait up to T is within the service level; the centre's when absent."},
	{key: "short_abandon", form: formDuration, doc: "S: an abandon before S is short; at most T; the centre's when absent."},
	{key: "service_level", form: formWord, words: event.Variants, doc: "How it is judged: an indicator's id; the centre's when absent."},
	{key: "due_opening_hours", form: formDuration, doc: "Deferred channels: the reply is due after so much opening time of its calendar, such as 8h."},
	{key: "due_working_days", form: formNumber, doc: "Deferred channels: the reply is due at the end of so many working days of its calendar."},
}

var campaignFields = []field{
	{key: "campaign", form: formText, required: true, doc: "Id of the campaign, as events name it."},
	{key: "name", form: formText, doc: "Its name, for people."},
	{key: "programme", form: formName, doc: "Whose campaign it is."},
	{key: "queue", form: formName, doc: "Where its contacts wait for an advisor."},
	{key: "kind", form: formWord, words: event.DialKinds, doc: "How it dials."},
	{key: "purpose", form: formWord, words: event.Purposes, required: true, example: "prospecting", doc: "What it calls for; the law asks different things of each."},
	{key: "calendar", form: formName, required: true, example: "prospecting", doc: "When it may dial."},
}

var shiftFields = []field{
	{key: "shift", form: formText, required: true, doc: "Id of the shift, as advisors name it."},
	{key: "begins", form: formClock, required: true, example: "\"08:45\"", doc: "Begin of work."},
	{key: "ends", form: formClock, required: true, example: "\"16:45\"", doc: "End of work; before the begin when it is on the next day."},
	{key: "days", form: formDays, required: true, example: "[mon, tue, wed, thu, fri]", doc: "Weekdays on which it begins."},
	{key: "lunch", form: formDuration, doc: "Length of the lunch break."},
	{key: "lunch_between", form: formSpan, doc: "Within which time lunch begins and ends."},
	{key: "break", form: formDuration, doc: "Length of a short break."},
	{key: "break_every", form: formDuration, doc: "After how much work there is one."},
}

var loanFields = []field{
	{key: "team", form: formName, required: true, example: "indigo", doc: "The team that borrows."},
	{key: "from", form: formMoment, required: true, example: "2026-11-17 15:30", doc: "Begin of the loan."},
	{key: "to", form: formMoment, required: true, example: "2026-11-17 17:30", doc: "End of the loan; a date is the last day."},
}

var advisorFields = []field{
	{key: "advisor", form: formText, required: true, doc: "Id of the advisor, as events name it. Choose a pseudonym."},
	{key: "from", form: formMoment, doc: "From when on this membership holds; always when absent."},
	{key: "to", form: formMoment, doc: "Until when; a date is the last day; for ever when absent."},
	{key: "team", form: formName, required: true, example: "mistral", doc: "The team the advisor works in."},
	{key: "home_team", form: formName, doc: "The team the advisor belongs to; the same when absent."},
	{key: "site", form: formName, doc: "Where the advisor works; the team's site when absent."},
	{key: "loans", form: formEntries, sub: loanFields, doc: "Hours or days with another team, within this membership."},
	{key: "name", form: formText, doc: "A name for these files. It is not published."},
	{key: "contract", form: formDuration, doc: "Working time a week, such as 35h."},
	{key: "trial_ends", form: formDate, doc: "Last day of the trial period."},
	{key: "shift", form: formName, doc: "Usual shift. It is not published."},
	{key: "days", form: formDays, doc: "The days of the shift that this advisor works; all when absent. Not published."},
	{key: "telework", form: formDays, doc: "Days of work from home. Not published."},
}

var skillFields = []field{
	{key: "queues", form: formNames, required: true, example: "[assistance]", doc: "The queues that are served."},
	{key: "teams", form: formNames, doc: "By whoever works in these teams, as long as they do."},
	{key: "advisors", form: formNames, doc: "By these advisors."},
	{key: "from", form: formMoment, doc: "From when on; always when absent."},
	{key: "to", form: formMoment, doc: "Until when; a date is the last day; for ever when absent."},
}

var indicatorFields = []field{
	{key: "id", form: formText, required: true, doc: "Stable name: the column of the views, and what targets and rules call it."},
	{key: "kind", form: formText, required: true, example: "additive", doc: "What it is computed from: additive, derived, daily, sampled, live_only, or term for a named part of formulas."},
	{key: "name", form: formTexts, doc: "What people call it, as {en: ..., fr: ...}."},
	{key: "formula", form: formText, required: true, example: "answered / offered", doc: "The formula, over measures, gauges and other indicators."},
	{key: "switches", form: formSwitches, doc: "Constants of the formula, each 0 or 1."},
	{key: "unit", form: formText, doc: "Its unit, such as percent, ms, count or per_hour."},
	{key: "better", form: formText, doc: "Which way it gets better: higher, lower, none, band, or band(75%, 85%)."},
	{key: "scopes", form: formNames, doc: "Kinds of scope in which it is shown."},
	{key: "controllable", form: formText, doc: "Who can move it: advisor, team or centre."},
	{key: "min_n", form: formNumber, doc: "Number of cases below which no gap to a target is given."},
	{key: "provisional_days", form: formNumber, doc: "For how many days a value may still change."},
	{key: "over_days", form: formNumber, doc: "Number of days over which measures are added up beside a gauge."},
	{key: "doc", form: formTexts, doc: "What it counts, as {en: ..., fr: ...}."},
	{key: "traps", form: formTexts, doc: "Where it misleads, as {en: ..., fr: ...}."},
}

var targetFields = []field{
	{key: "indicator", form: formText, required: true, example: "answer_rate", doc: "Id of the indicator."},
	{key: "programme", form: formName, doc: "For this programme."},
	{key: "team", form: formName, doc: "For this team."},
	{key: "advisor", form: formName, doc: "For this advisor; only where the advisor can move the indicator."},
	{key: "queue", form: formName, doc: "For this queue."},
	{key: "campaign", form: formName, doc: "For this campaign."},
	{key: "channel", form: formWord, words: event.Channels, doc: "For this channel. Without any of these keys the target is the centre's."},
	{key: "value", form: formAmount, required: true, example: "92 %", doc: "The wanted value, with its unit; two with \"to\" between them for a band, such as 70 % to 85 %."},
	{key: "from", form: formMoment, doc: "From when on it is in force; always when absent."},
	{key: "to", form: formMoment, doc: "Until when; a date is the last day; for ever when absent."},
	{key: "stage", form: formWord, words: event.TargetStages, required: true, example: "communicated", doc: "Draft, communicated to those it concerns, or in force."},
	{key: "communicated", form: formMoment, doc: "When those it concerns were told; never after it comes into force."},
	{key: "guard", form: formText, doc: "The quality indicator that is looked at together with this one; handle times need one."},
}
