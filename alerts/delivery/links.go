// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
)

// DefaultRunbooks is where the runbooks of this program are published.
const DefaultRunbooks = "https://github.com/vigie-kpi/vigie/blob/main"

// Links are the addresses that an alert leads to. What is not known is left out of the alert.
type Links struct {
	// Vigie is where people reach this program: the walls, and what a number was made of.
	Vigie string
	// Runbooks comes before a runbook that is a path, such as docs/runbooks.md#longest-wait.
	Runbooks string
	// Panel gives the address of a board about a scope, "" when there is none; nil: the built-in wall.
	Panel func(centre, kind, scope string) string
}

func (l Links) validate() error {
	var errs []error
	for _, x := range []struct{ name, given string }{{"external-url", l.Vigie}, {"runbook-url", l.Runbooks}} {
		if x.given != "" && !IsAddress(x.given) {
			errs = append(errs, fmt.Errorf("%s %q: give an address that begins with http:// or https://", x.name, x.given))
		}
	}
	return errors.Join(errs...)
}

// IsAddress tells an address that a browser can open.
func IsAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// runbook is where it says what to do.
func (l Links) runbook(r *alerts.Rule) string {
	switch {
	case r.Runbook == "" || IsAddress(r.Runbook):
		return r.Runbook
	case l.Runbooks == "":
		return ""
	}
	return strings.TrimRight(l.Runbooks, "/") + "/" + strings.TrimLeft(r.Runbook, "/")
}

// panel is where the scope of the alert can be watched.
func (l Links) panel(a *alerts.Alert) string {
	kind := a.Rule.ScopeKind
	if l.Panel != nil {
		return l.Panel(a.Centre, kind, a.Scope)
	}
	if l.Vigie == "" {
		return ""
	}
	board := "centre"
	if kind == "team" {
		board = a.Scope
	}
	return strings.TrimRight(l.Vigie, "/") + "/wall/" + url.PathEscape(board) + "?centre=" + url.QueryEscape(a.Centre)
}

// ruleWindows are the windows of rules whose length does not depend on the time of day.
var ruleWindows = map[string]time.Duration{"5m": 5 * time.Minute, "15m": 15 * time.Minute, "30m": 30 * time.Minute, "1h": time.Hour}

// explain is the question which contacts made the value with which the alert fired; "" when none did.
func (l Links) explain(a *alerts.Alert) string {
	window, rolls := ruleWindows[a.Rule.Window]
	if l.Vigie == "" || !rolls || !a.Rule.ShowsContacts() {
		return ""
	}
	at := time.UnixMilli(a.StartsAt).UTC()
	q := url.Values{"indicator": {a.Rule.Show}, "centre": {a.Centre}, "from": {at.Add(-window).Format(time.RFC3339)}, "to": {at.Format(time.RFC3339)}}
	if a.Rule.ScopeKind != "centre" {
		q.Set(a.Rule.ScopeKind, a.Scope)
	}
	return strings.TrimRight(l.Vigie, "/") + "/api/v1/explain?" + q.Encode()
}
