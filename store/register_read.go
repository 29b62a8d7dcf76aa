// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
)

// RegisterQuery says which part of the register is asked for. Empty members ask for all.
type RegisterQuery struct {
	Centre string
	// ID is one incident or action; Incident what belongs to one incident.
	ID, Incident string
	// FromMs and ToMs bound the beginnings, or when alerts were seen: from <= at < to, ms UTC. Zeros do not bound.
	FromMs, ToMs int64
}

// conditions are those of a query on a view, with their arguments.
func (q *RegisterQuery) conditions(id, incident, at string) (where string, args []any) {
	where, args = "centre = ?", []any{q.Centre}
	add := func(condition string, argument any) {
		where, args = where+" AND "+condition, append(args, argument)
	}
	if q.ID != "" {
		add(id+" = ?", q.ID)
	}
	if q.Incident != "" {
		add(incident+" = ?", q.Incident)
	}
	if q.FromMs != 0 {
		add(at+" >= fromUnixTimestamp64Milli(?)", q.FromMs)
	}
	if q.ToMs != 0 {
		add(at+" < fromUnixTimestamp64Milli(?)", q.ToMs)
	}
	return where, args
}

// Incidents reads incidents in the order of their beginnings.
func (s *Store) Incidents(ctx context.Context, q RegisterQuery) ([]register.Incident, error) {
	where, args := q.conditions("incident", "incident", "opened_at")
	var list []register.Incident
	err := s.eachRow(ctx, "read the incidents", "SELECT centre, incident, toInt32(day), toInt32(closed_day), toUnixTimestamp64Milli(opened_at), "+
		"ifNull(toUnixTimestamp64Milli(closed_at), 0), toString(scope), toString(scope_id), toString(rule), title, toString(cause), toString(said_by) FROM "+
		s.Name("incidents")+" WHERE "+where+" ORDER BY opened_at, incident", args, func(scan func(...any) error) error {
		var i register.Incident
		var kind string
		if err := scan(&i.Centre, &i.ID, &i.Day, &i.LastDay, &i.OpenedMs, &i.ClosedMs, &kind, &i.Place.ID, &i.Rule, &i.Title, &i.Cause, &i.By); err != nil {
			return err
		}
		i.Place.Kind, i.Placed = indicator.ParseRuleScope(kind)
		if i.ClosedMs == 0 {
			i.LastDay = i.Day
		}
		list = append(list, i)
		return nil
	})
	return list, err
}

// Actions reads actions in the order of their beginnings.
func (s *Store) Actions(ctx context.Context, q RegisterQuery) ([]register.Action, error) {
	where, args := q.conditions("action", "incident", "started_at")
	var list []register.Action
	err := s.eachRow(ctx, "read the actions", "SELECT centre, action, toInt32(day), incident, toUnixTimestamp64Milli(started_at), "+
		"ifNull(toUnixTimestamp64Milli(ended_at), 0), toUnixTimestamp64Milli(written_at), toString(scope), toString(scope_id), toString(lever), title, "+
		"toString(indicator), expected, toString(said_by) FROM "+s.Name("actions")+" WHERE "+where+" ORDER BY started_at, action", args, func(scan func(...any) error) error {
		var a register.Action
		var kind string
		if err := scan(&a.Centre, &a.ID, &a.Day, &a.Incident, &a.StartedMs, &a.EndedMs, &a.WrittenMs, &kind, &a.Place.ID, &a.Lever, &a.Title,
			&a.Indicator, &a.Expected, &a.By); err != nil {
			return err
		}
		a.Place.Kind, _ = indicator.ParseRuleScope(kind)
		list = append(list, a)
		return nil
	})
	return list, err
}

// Acknowledgements reads who has seen which alert, in the order of time.
func (s *Store) Acknowledgements(ctx context.Context, q RegisterQuery) ([]register.Acknowledgement, error) {
	where, args := q.conditions("rule", "incident", "at")
	var list []register.Acknowledgement
	err := s.eachRow(ctx, "read the acknowledgements", "SELECT toString(rule), toString(scope), toString(scope_id), toString(cause), incident, toString(said_by), "+
		"toUnixTimestamp64Milli(at) FROM "+s.Name("acknowledgements")+" WHERE "+where+" ORDER BY at", args, func(scan func(...any) error) error {
		var a register.Acknowledgement
		var kind string
		if err := scan(&a.Rule, &kind, &a.Place.ID, &a.Cause, &a.Incident, &a.By, &a.AtMs); err != nil {
			return err
		}
		a.Place.Kind, _ = indicator.ParseRuleScope(kind)
		list = append(list, a)
		return nil
	})
	return list, err
}

// Firings reads the alerts that fired in [FromMs, ToMs), in the order of time, each with its end where there is one.
func (s *Store) Firings(ctx context.Context, q RegisterQuery) ([]register.Firing, error) {
	var list []register.Firing
	where, args := q.conditions("rule", "''", "at")
	open := map[register.Firing]int{} // by rule and place: the one that is not over
	err := s.eachRow(ctx, "read the alerts", "SELECT toString(rule), toString(scope), if(scope = 'centre', '', toString(id)), toString(severity), toString(audience), toString(state), "+
		"toUnixTimestamp64Milli(at) FROM "+s.Name("alerts")+" FINAL WHERE state IN ('firing', 'resolved') AND "+where+" ORDER BY at, epoch, partition, offset, seq", args,
		func(scan func(...any) error) error {
			var f register.Firing
			var kind, state string
			if err := scan(&f.Rule, &kind, &f.Place.ID, &f.Severity, &f.Audience, &state, &f.AtMs); err != nil {
				return err
			}
			f.Place.Kind, _ = indicator.ParseRuleScope(kind)
			key := register.Firing{Rule: f.Rule, Place: f.Place}
			if state == "firing" {
				list, open[key] = append(list, f), len(list)
				return nil
			}
			if n, is := open[key]; is {
				list[n].ResolvedMs = f.AtMs
				delete(open, key)
			}
			return nil
		})
	return list, err
}

// LogClock is the newest instant of which all is stored, ms UTC: the log's clock at the newest block of any partition; 0 when there
// is none.
func (s *Store) LogClock(ctx context.Context) (ms int64, err error) {
	row := s.conn.QueryRow(ctx, "SELECT toUnixTimestamp64Milli(max(clock)) FROM "+s.Name("blocks"))
	if err := row.Scan(&ms); err != nil {
		return 0, fmt.Errorf("store: read the log's clock: %w", withRemedy(err))
	}
	return max(0, ms), nil
}

// eachRow gives each row of a query to a function.
func (s *Store) eachRow(ctx context.Context, doing, query string, args []any, take func(scan func(...any) error) error) error {
	rows, err := s.conn.Query(uncompiled(ctx), query, args...)
	if err != nil {
		return fmt.Errorf("store: %s: %w", doing, withRemedy(err))
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return fmt.Errorf("store: %s: %w", doing, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("store: %s: %w", doing, withRemedy(err))
	}
	return nil
}
