// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/event"

// RegisterRow is one word on an incident, an action or an alert, as it stands in the register. Rows with the same source and id
// are the same word.
type RegisterRow struct {
	World   *World
	Offset  int64
	At      int64 // ms UTC: when it began, was over, or was seen
	SaidAt  int64 // ms UTC: when the log took it, by which is told whether an expectation was written before
	Day     int32 // business day of At, days since 1970-01-01
	Type    event.Type
	Source  string
	ID      uint64 // hash of the event's id
	Object  string // the incident or action; "" of an acknowledgement
	Version uint32 // of the configuration

	ScopeKind, Scope string
	Rule             string // of the alert
	Title            string
	Cause            string
	Lever            string
	Incident         string // of an action or an acknowledgement: what it belongs to
	Indicator        string
	Expected         int64 // in the integers of the indicator
	By               string
	Void             bool
}

// takeRegister digests a word on an incident, an action or an alert. It moves no measure: there is a row for the store, and a
// mark for curves.
func (w *World) takeRegister(e *event.Event) (Reason, string) {
	row := RegisterRow{World: w, Offset: w.out.offset, At: e.Time, SaidAt: e.Received, Day: w.cfg.calendar.Day(e.Time), Type: e.Type,
		Source: cloneString(e.Source), ID: idHash(e.ID), Object: cloneString(e.Object), Version: w.cfg.version}
	word := noticeWord{object: row.Object, at: e.Time}
	var err error
	switch e.Type {
	case event.IncidentOpened:
		var i event.Incident
		i, err = event.ParseIncident(e.Data)
		row.ScopeKind, row.Scope, row.Rule, row.Title, row.Cause, row.By = i.ScopeKind, i.Scope, i.Rule, i.Title, i.Cause, i.By
		word.opens = true
	case event.IncidentClosed:
		var i event.IncidentEnd
		i, err = event.ParseIncidentEnd(e.Data)
		row.Cause, row.By, row.Void = i.Cause, i.By, i.Void
	case event.ActionStarted:
		var a event.Action
		a, err = event.ParseAction(e.Data)
		row.ScopeKind, row.Scope, row.Title, row.Lever, row.By = a.ScopeKind, a.Scope, a.Title, a.Lever, a.By
		row.Incident, row.Indicator, row.Expected = a.Incident, a.Indicator, a.Expected
		word.kind, word.opens = NoticeAction, true
	case event.ActionEnded:
		var a event.ActionEnd
		a, err = event.ParseActionEnd(e.Data)
		row.By, row.Void = a.By, a.Void
		word.kind = NoticeAction
	case event.AlertAcknowledged:
		var a event.Acknowledgement
		a, err = event.ParseAcknowledgement(e.Data)
		row.Rule, row.ScopeKind, row.Scope, row.Cause, row.Incident, row.By = a.Rule, a.ScopeKind, a.Scope, a.Cause, a.Incident, a.By
		if err == nil {
			w.takeAcknowledged(&a, e.Time)
		}
	}
	if err != nil {
		return ReasonInvalid, err.Error()
	}
	w.out.register = append(w.out.register, row)
	if e.Type != event.AlertAcknowledged {
		word.voids, word.reason, word.scopeKind, word.scope, word.lever = row.Void, row.Title, row.ScopeKind, row.Scope, row.Lever
		w.takeNotice(&word)
	}
	return ReasonNone, ""
}

// registerNotice hands what a source published to the register.
func (w *World) registerNotice(e *event.Event) {
	w.out.register = append(w.out.register, RegisterRow{World: w, Offset: w.out.offset, At: e.Time, SaidAt: e.Received,
		Day: w.cfg.calendar.Day(e.Time), Type: noticeType(e.State), Source: cloneString(e.Source), ID: idHash(e.ID),
		Object: cloneString(e.Object), Version: w.cfg.version, Title: cloneString(e.Reason)})
}

// noticeType is what a person would have said.
func noticeType(state string) event.Type {
	if state == event.NoticeOpened {
		return event.IncidentOpened
	}
	return event.IncidentClosed
}
