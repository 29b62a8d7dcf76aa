// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// readQueues reads the queues, then lets what a later entry leaves out be that of the one before.
func (r *reader) readQueues(s *source) {
	for _, e := range s.list(queueFields) {
		q := Queue{at: e, QueueConfig: event.QueueConfig{
			Queue: e.text("queue"), From: r.moment(e, "from", 0), Name: e.text("name"),
			ThresholdMs: e.waitMs("threshold", "30s"), ShortAbandonMs: e.waitMs("short_abandon", "5s"),
			Variant: e.word("service_level", event.Variants), Channel: e.word("channel", event.Channels),
			Programme: r.name(e, "programme", "programmes.yaml"), Calendar: r.name(e, "calendar", "calendars.yaml"),
			OwnerTeam: r.name(e, "owner_team", "teams.yaml"), StaffingGroup: e.text("staffing_group"),
			DueBusinessMs: e.durationMs("due_opening_hours", "8h"), DueWorkingDays: e.wholeNumber("due_working_days"),
		}}
		r.declare("queues.yaml", e, "queue", q.Queue, fmt.Sprintf("%s from %d", q.Queue, q.From), "give it once, or another date with from")
		if q.Queue != "" {
			r.org.Queues = append(r.org.Queues, q)
		}
	}
	queues := r.org.Queues
	slices.SortStableFunc(queues, func(a, b Queue) int { return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.From, b.From)) })
	for i := range queues {
		if i > 0 && queues[i-1].Queue == queues[i].Queue {
			queues[i].inherit(&queues[i-1])
		}
		r.checkQueue(&queues[i])
	}
}

// inherit takes from the entry before what this one does not say.
func (q *Queue) inherit(before *Queue) {
	text := func(into *string, from string) { *into = cmp.Or(*into, from) }
	text(&q.Name, before.Name)
	text(&q.Variant, before.Variant)
	text(&q.Channel, before.Channel)
	text(&q.Programme, before.Programme)
	text(&q.Calendar, before.Calendar)
	text(&q.OwnerTeam, before.OwnerTeam)
	text(&q.StaffingGroup, before.StaffingGroup)
	q.ThresholdMs = cmp.Or(q.ThresholdMs, before.ThresholdMs)
	q.ShortAbandonMs = cmp.Or(q.ShortAbandonMs, before.ShortAbandonMs)
	if q.DueBusinessMs == 0 && q.DueWorkingDays == 0 {
		q.DueBusinessMs, q.DueWorkingDays = before.DueBusinessMs, before.DueWorkingDays
	}
}

// checkQueue checks what the keys of one queue say together.
func (r *reader) checkQueue(q *Queue) {
	e := q.at
	if e.failed {
		return
	}
	thresholdMs, from := q.ThresholdMs, ""
	if thresholdMs == 0 {
		thresholdMs, from = r.org.Centre.ThresholdMs, " of the centre"
	}
	r.checkShort(e, thresholdMs, q.ShortAbandonMs, from)
	dueKey := "due_opening_hours"
	if q.DueWorkingDays != 0 {
		dueKey = "due_working_days"
	}
	due := q.DueBusinessMs != 0 || q.DueWorkingDays != 0
	switch {
	case q.DueBusinessMs != 0 && q.DueWorkingDays != 0:
		e.fail("due_working_days", "given together with due_opening_hours; keep the one that was promised to customers")
	case due && q.Channel != "" && !slices.Contains(event.DeferredChannels, q.Channel):
		e.fail(dueKey, "the channel is %s, where customers wait in line; a due time is for %s", q.Channel, oneOf(event.DeferredChannels))
	case due && q.Calendar == "":
		e.fail(dueKey, "it counts opening time, and the queue has no calendar; give calendar, too")
	}
	e.check(q.QueueConfig.Validate())
}

func (r *reader) readCampaigns(s *source) {
	for _, e := range s.list(campaignFields) {
		c := Campaign{ID: e.text("campaign"), Name: e.text("name"), Programme: r.name(e, "programme", "programmes.yaml"), Queue: r.name(e, "queue", "queues.yaml"),
			Kind: e.word("kind", event.DialKinds), Purpose: e.word("purpose", event.Purposes), Calendar: r.name(e, "calendar", "calendars.yaml")}
		r.declare("campaigns.yaml", e, "campaign", c.ID, c.ID, giveOnce)
		e.check(c.config().Validate())
		r.org.Campaigns = append(r.org.Campaigns, c)
	}
}
