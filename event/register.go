// SPDX-License-Identifier: Apache-2.0

package event

import "strings"

// Why an alert came, or an incident was: a word that reports can count, never a sentence.
const (
	CauseTool       = "tool"      // an application is slow or away: the CRM, the customers' portal
	CauseTelephony  = "telephony" // trunks, the PBX, headsets
	CauseNetwork    = "network"   // network or power
	CauseDemand     = "demand"    // more contacts than forecast, and nobody knows why yet
	CauseMailing    = "mailing"   // something of ours made them call: a mailing, a bill, a campaign
	CauseStaffing   = "staffing"  // fewer people than planned
	CausePlanning   = "planning"  // as many people as planned, and too few
	CausePartner    = "partner"   // a partner or supplier
	CauseFalseAlarm = "false_alarm"
	CauseTest       = "test"
	CauseUnknown    = "unknown"
)

// What an action pulls.
const (
	LeverBreaks        = "breaks"        // breaks and lunches are moved
	LeverReinforcement = "reinforcement" // advisors of another team or activity come to help
	LeverMessage       = "ivr_message"   // a message before the queue
	LeverCallback      = "callback"      // callbacks are offered instead of waiting
	LeverOverflow      = "overflow"      // contacts go to another queue or partner
	LeverOffline       = "offline_work"  // meetings, training or back office are put off
	LeverOvertime      = "overtime"
	LeverOther         = "other"
)

// Causes and Levers list the words of the register of incidents and actions.
var (
	Causes = []string{CauseTool, CauseTelephony, CauseNetwork, CauseDemand, CauseMailing, CauseStaffing, CausePlanning, CausePartner,
		CauseFalseAlarm, CauseTest, CauseUnknown}
	Levers = []string{LeverBreaks, LeverReinforcement, LeverMessage, LeverCallback, LeverOverflow, LeverOffline, LeverOvertime, LeverOther}
)

// Limits of the register.
const (
	MaxTitleBytes   = 120
	maxTitleDigits  = 5 // in a row: a ticket has that many, a phone number more
	MaxByBytes      = 64
	MaxEffectPoints = MaxTargetValue
)

// Incident is the data of incident.opened: where something went wrong, and how it became known. When it began is the
// event's time, and which incident it is the event's object.
type Incident struct {
	ScopeKind string `json:"scope_kind" required:"true" words:"rule_scopes" doc:"Where it hurts: the kind of scope."`
	Scope     string `json:"scope,omitempty" doc:"The scope: which queue and so on; absent for the centre."`
	Rule      string `json:"rule,omitempty" doc:"The rule of the alert that it was made from; absent: somebody said so without one."`
	Title     string `json:"title,omitempty" doc:"What it is, in a few words without any person, number or address, such as portal unavailable."`
	Cause     string `json:"cause,omitempty" words:"causes" doc:"Why, if that is known already."`
	By        string `json:"by,omitempty" doc:"Who says so: a role or a pseudonymous id, never a name."`
}

// IncidentEnd is the data of incident.closed: the incident was over at the event's time.
type IncidentEnd struct {
	Cause string `json:"cause,omitempty" words:"causes" doc:"Why it was, as known at its end."`
	By    string `json:"by,omitempty" doc:"Who says so: a role or a pseudonymous id, never a name."`
	Void  bool   `json:"void,omitempty" doc:"It was no incident at all: it is left out of lists and reports."`
}

// Action is the data of action.started: what is done from the event's time on, and what it is expected to bring. The
// expectation is as good as the moment at which it is written: reports say when one came after the fact.
type Action struct {
	Lever     string `json:"lever" required:"true" words:"levers" doc:"What is done."`
	Incident  string `json:"incident,omitempty" doc:"The incident that it answers."`
	ScopeKind string `json:"scope_kind" required:"true" words:"rule_scopes" doc:"Where the effect is expected: the kind of scope."`
	Scope     string `json:"scope,omitempty" doc:"The scope: which queue and so on; absent for the centre."`
	Indicator string `json:"indicator" required:"true" doc:"The indicator that it is to move."`
	Expected  int64  `json:"expected" required:"true" doc:"By how much, signed: basis points for shares and scores (2000 is 20 points), milliseconds, cents, or a count."`
	Title     string `json:"title,omitempty" doc:"What it is, in a few words without any person, number or address, such as five from Tempo."`
	By        string `json:"by" required:"true" doc:"Who decided it: a role or a pseudonymous id, never a name."`
}

// ActionEnd is the data of action.ended: the action was over at the event's time.
type ActionEnd struct {
	By   string `json:"by,omitempty" doc:"Who says so: a role or a pseudonymous id, never a name."`
	Void bool   `json:"void,omitempty" doc:"It was never done: it is left out of lists and reports."`
}

// Acknowledgement is the data of alert.acknowledged: somebody has seen the alert at the event's time, and says why it came.
type Acknowledgement struct {
	Rule      string `json:"rule" required:"true" doc:"The rule of the alert."`
	ScopeKind string `json:"scope_kind" required:"true" words:"rule_scopes" doc:"The kind of scope of the alert."`
	Scope     string `json:"scope,omitempty" doc:"The scope of the alert; absent for the centre."`
	Cause     string `json:"cause" required:"true" words:"causes" doc:"Why it came."`
	Incident  string `json:"incident,omitempty" doc:"The incident that it belongs to."`
	By        string `json:"by,omitempty" doc:"Who has seen it: a role or a pseudonymous id, never a name."`
}

// ParseIncident reads and validates the data of incident.opened.
func ParseIncident(data []byte) (Incident, error) { return parseAs[Incident](data) }

// ParseIncidentEnd reads and validates the data of incident.closed.
func ParseIncidentEnd(data []byte) (IncidentEnd, error) { return parseAs[IncidentEnd](data) }

// ParseAction reads and validates the data of action.started.
func ParseAction(data []byte) (Action, error) { return parseAs[Action](data) }

// ParseActionEnd reads and validates the data of action.ended.
func ParseActionEnd(data []byte) (ActionEnd, error) { return parseAs[ActionEnd](data) }

// ParseAcknowledgement reads and validates the data of alert.acknowledged.
func ParseAcknowledgement(data []byte) (Acknowledgement, error) {
	return parseAs[Acknowledgement](data)
}

// Validate says whether the incident has a place, and nobody's name in it.
func (i *Incident) Validate() error {
	return firstFault(
		checkWord("scope_kind", i.ScopeKind, RuleScopes),
		checkScopeID("an incident", i.ScopeKind, i.Scope),
		checkName("rule", i.Rule, false),
		checkTitle(i.Title),
		checkOptionalWord("cause", i.Cause, Causes),
		checkBy(i.By, false),
	)
}

// Validate says whether the words are known, and nobody's name is in it.
func (i *IncidentEnd) Validate() error {
	return firstFault(checkOptionalWord("cause", i.Cause, Causes), checkBy(i.By, false))
}

// Validate says whether the action has a place and an expected effect. Whether the indicator exists is for those to say who
// know the indicators.
func (a *Action) Validate() error {
	return firstFault(
		checkWord("lever", a.Lever, Levers),
		checkName("incident", a.Incident, false),
		checkWord("scope_kind", a.ScopeKind, RuleScopes),
		checkScopeID("an action", a.ScopeKind, a.Scope),
		checkName("indicator", a.Indicator, true),
		a.checkExpected(),
		checkTitle(a.Title),
		checkBy(a.By, true),
	)
}

// checkExpected refuses an action that is expected to change nothing: then there is nothing to measure it by.
func (a *Action) checkExpected() *FieldError {
	if a.Expected == 0 {
		return refuseData("expected", ReasonOutOfRange, "found 0; write what the action is to bring before it begins, for example 2000 for 20 points")
	}
	return checkNumber("expected", a.Expected, -MaxEffectPoints, MaxEffectPoints)
}

// Validate says whether nobody's name is in it.
func (a *ActionEnd) Validate() error { return firstFault(checkBy(a.By, false)) }

// Validate says whether the acknowledgement names an alert and a cause.
func (a *Acknowledgement) Validate() error {
	return firstFault(
		checkName("rule", a.Rule, true),
		checkWord("scope_kind", a.ScopeKind, RuleScopes),
		checkScopeID("an alert", a.ScopeKind, a.Scope),
		checkWord("cause", a.Cause, Causes),
		checkName("incident", a.Incident, false),
		checkBy(a.By, false),
	)
}

// checkScopeID checks which scope of a kind something is about; what is in the words of the message.
func checkScopeID(what, kind, scope string) *FieldError {
	if kind != scopeCentre {
		if scope == "" {
			return refuseData("scope", ReasonMissing, "missing; say which %s", kind)
		}
		if err := checkName("scope", scope, true); err != nil || kind != "channel" {
			return err
		}
		return checkWord("scope", scope, Channels)
	}
	if scope != "" {
		return refuseData("scope", ReasonContradiction, "found %s, but %s of the centre is that of the event's centre; leave it out", quoted(scope), what)
	}
	return nil
}

// checkTitle keeps out what could lead to a person: it is the one text that somebody types.
func checkTitle(title string) *FieldError {
	if err := checkName("title", title, false); err != nil {
		return err
	}
	if len(title) > MaxTitleBytes {
		return refuseData("title", ReasonTooLong, "%d bytes long, at most %d are allowed; say what, not the story", len(title), MaxTitleBytes)
	}
	if i := strings.IndexByte(title, '@'); i >= 0 {
		return refuseData("title", ReasonBadCharacter, "found an @ at byte %d; no address may be in it", i)
	}
	digits := 0
	for i := range len(title) {
		switch c := title[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == ' ' || c == '.' || c == '-': // as within a phone number
		default:
			digits = 0
		}
		if digits > maxTitleDigits {
			return refuseData("title", ReasonBadCharacter, "found more than %d digits in a row up to byte %d; no phone or account number may be in it", maxTitleDigits, i)
		}
	}
	return nil
}

// checkBy checks a role or a pseudonymous id: a word without spaces, capitals and full stops cannot be a name as people write it, and
// not the login that is made of one.
func checkBy(by string, required bool) *FieldError {
	if by == "" {
		if required {
			return refuseData("by", ReasonMissing, "missing; give a role or a pseudonymous id, such as supervisor or a017")
		}
		return nil
	}
	if len(by) > MaxByBytes {
		return refuseData("by", ReasonTooLong, "%d bytes long, at most %d are allowed", len(by), MaxByBytes)
	}
	for i := range len(by) {
		if c := by[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == ':') {
			return refuseData("by", ReasonBadCharacter, "found something else at byte %d; give a role or a pseudonymous id, never a name: small letters, digits and _ - :, such as supervisor or a017", i)
		}
	}
	return nil
}
