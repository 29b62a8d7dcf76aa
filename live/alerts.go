// SPDX-License-Identifier: Apache-2.0

package live

import (
	"net/http"
	"slices"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
)

// AlertsAnswer is the body of /api/v1/alerts.
type AlertsAnswer struct {
	Centres []CentreAlerts `json:"centres"`
}

// CentreAlerts are the alerts of a centre as of one record of the log.
type CentreAlerts struct {
	Centre    string      `json:"centre"`
	AsOfMs    int64       `json:"as_of_ms"`
	Partition int32       `json:"partition"`
	Offset    int64       `json:"offset"`
	Alerts    []AlertView `json:"alerts"`
}

// AlertView is an alert that fires, or was over in the last quarter of an hour.
type AlertView struct {
	Rule        string   `json:"rule"`
	Scope       string   `json:"scope"` // as requests write it: queue:assistance
	Name        TextView `json:"name"`
	Description TextView `json:"description"`
	Severity    string   `json:"severity"`
	Audience    string   `json:"audience"`
	Owner       string   `json:"owner"`
	Runbook     string   `json:"runbook"`
	State       string   `json:"state"`
	SinceMs     int64    `json:"since_ms"`
	UntilMs     int64    `json:"until_ms"` // 0 while it fires
	InhibitedBy string   `json:"inhibited_by"`
	// AcknowledgedMs is when somebody first said to have seen it, 0 when nobody did; AcknowledgedCause is why it came.
	AcknowledgedMs    int64  `json:"acknowledged_ms"`
	AcknowledgedCause string `json:"acknowledged_cause"`
}

// TextView is a text in both languages.
type TextView struct {
	En string `json:"en"`
	Fr string `json:"fr"`
}

// alerts answers with the alerts of the centres on this instance.
func (s *Server) alerts(w http.ResponseWriter, r *http.Request) {
	centre, f, err := s.filter(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	list := AlertsAnswer{Centres: []CentreAlerts{}}
	for _, c := range s.o.Board.Centres() {
		if centre == "" || c.Centre == centre {
			list.Centres = append(list.Centres, CentreAlerts{c.Centre, c.AsOfMs, c.Partition, c.Offset, alertViews(c, f.Scopes)})
		}
	}
	if centre != "" && len(list.Centres) == 0 {
		fail(w, http.StatusNotFound, errNotHere(centre).Error())
		return
	}
	answer(w, r, list)
}

// alertViews lists the alerts of some scopes; of all when none is named.
func alertViews(c *Centre, scopes []wall.Scope) []AlertView {
	list := []AlertView{}
	for i := range c.Alerts {
		a := &c.Alerts[i]
		if len(scopes) > 0 && !slices.Contains(scopes, a.Scope) {
			continue
		}
		list = append(list, AlertView{Rule: a.Rule, Scope: a.Scope.String(), Name: TextView(a.Name), Description: TextView(a.Description), Severity: a.Severity,
			Audience: a.Audience, Owner: a.Owner, Runbook: a.Runbook, State: a.State, SinceMs: a.SinceMs, UntilMs: a.UntilMs, InhibitedBy: a.InhibitedBy, AcknowledgedMs: a.SeenMs, AcknowledgedCause: a.SeenCause})
	}
	return list
}

// alertOf copies an alert out of a world, in words.
func alertOf(w *aggregator.World, a *alerts.Alert) wall.Alert {
	out := wall.Alert{Rule: a.Rule.RuleConfig.Rule, Scope: wall.Scope{Kind: a.Rule.Kind(), ID: a.Scope}, Severity: a.Rule.Severity, Audience: a.Rule.Audience,
		Owner: a.Rule.Owner, Runbook: a.Rule.Runbook, State: wall.AlertFiring, SinceMs: a.StartsAt, UntilMs: a.ResolvedAt, InhibitedBy: a.InhibitedBy}
	if a.ResolvedAt != 0 {
		out.State = wall.AlertResolved
	}
	if out.Scope.Kind == indicator.ScopeCentre {
		out.Scope.ID = ""
	}
	out.Name.En, out.Description.En = a.Text(indicator.English)
	out.Name.Fr, out.Description.Fr = a.Text(indicator.French)
	out.Short = wall.Text{En: a.Short(indicator.English), Fr: a.Short(indicator.French)}
	if seen, ok := w.Acknowledged(out.Rule, out.Scope.Kind.String(), out.Scope.ID, a.StartsAt); ok {
		out.SeenMs, out.SeenCause = seen.AtMs, seen.Cause
	}
	return out
}
