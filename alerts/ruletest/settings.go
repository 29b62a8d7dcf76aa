// SPDX-License-Identifier: Apache-2.0

package ruletest

import (
	"fmt"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// Settings are what a published organisation says, as rules see it.
type Settings struct {
	centre  event.CentreConfig
	zone    *time.Location
	queues  []event.QueueConfig // by queue, then date, as published
	hours   map[string]*zone.Hours
	targets []event.TargetConfig
	sites   map[string]string
	Rules   []event.RuleConfig
}

// NewSettings reads the objects of an organisation.
func NewSettings(objects []event.ConfigObject) (*Settings, error) {
	s := &Settings{zone: time.UTC, hours: map[string]*zone.Hours{}, sites: map[string]string{}}
	for _, o := range objects { // the centre first: its zone is that of the calendars
		if o.Type == event.ConfigCentre {
			var err error
			if s.centre, err = event.ParseCentreConfig(o.Data); err != nil {
				return nil, err
			}
			if s.zone, err = zone.Load(s.centre.Zone); err != nil {
				return nil, err
			}
		}
	}
	for _, o := range objects {
		if err := s.add(o); err != nil {
			return nil, fmt.Errorf("reading %s: %w", o.Type, err)
		}
	}
	return s, nil
}

func (s *Settings) add(o event.ConfigObject) error {
	switch o.Type {
	case event.ConfigQueue:
		q, err := event.ParseQueueConfig(o.Data)
		s.queues = append(s.queues, q.WithDefaults(s.centre))
		return err
	case event.ConfigCalendar:
		c, err := event.ParseCalendarConfig(o.Data)
		if err == nil {
			s.hours[c.Calendar] = c.OpeningHours(s.zone)
		}
		return err
	case event.ConfigTarget:
		t, err := event.ParseTargetConfig(o.Data)
		s.targets = append(s.targets, t)
		return err
	case event.ConfigTeam:
		t, err := event.ParseTeamConfig(o.Data)
		s.sites[t.Team] = t.Site
		return err
	case event.ConfigRule:
		r, err := event.ParseRuleConfig(o.Data)
		s.Rules = append(s.Rules, r)
		return err
	}
	return nil
}

// Zone implements alerts.Settings.
func (s *Settings) Zone() *time.Location { return s.zone }

// queueAt is a queue's entry at an instant; before its first date a queue follows its first entry.
func (s *Settings) queueAt(queue string, at int64) (found event.QueueConfig, ok bool) {
	for _, q := range s.queues {
		if q.Queue == queue && (!ok || q.From <= at) {
			found, ok = q, true
		}
	}
	return found, ok
}

// ThresholdMs implements alerts.Settings.
func (s *Settings) ThresholdMs(queue string, at int64) int64 {
	if q, ok := s.queueAt(queue, at); ok {
		return q.ThresholdMs
	}
	return s.centre.ThresholdMs
}

// Hours implements alerts.Settings.
func (s *Settings) Hours(calendar, queue string, at int64) *zone.Hours {
	if calendar == "" {
		q, _ := s.queueAt(queue, at)
		calendar = q.Calendar
	}
	return s.hours[calendar]
}

// Target implements alerts.Settings.
func (s *Settings) Target(kind indicator.ScopeKind, scope, id string, at int64) (int64, bool) {
	return event.TargetAt(s.targets, kind.String(), scope, id, at).Wanted()
}

// Site implements alerts.Settings.
func (s *Settings) Site(team string) string { return s.sites[team] }

// NextChange implements alerts.Settings.
func (s *Settings) NextChange(at int64) int64 {
	next := zone.Never
	for _, q := range s.queues {
		if q.From > at {
			next = min(next, q.From)
		}
	}
	for i := range s.targets {
		for _, border := range []int64{s.targets[i].From, s.targets[i].To} {
			if border > at {
				next = min(next, border)
			}
		}
	}
	return next
}
