// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"time"
)

// livingQuery is what an analyst would ask: the last days of each queue, from the view that the catalogue is compiled to.
const livingQuery = `SELECT day, queue, offered, round(100 * service_level, 1) AS "service level %",
       round(100 * answer_rate_settled, 1) AS "answered %", round(aht / 1000) AS "AHT s"
FROM vigie.v_queue_day WHERE queue IN ('assistance', 'orvalie') ORDER BY day DESC, queue LIMIT 10`

func (l *livingCentre) introduce(ctx context.Context, d *demo) {
	for !d.clock.runs() && len(d.fed) == 0 && sleepFor(ctx, shownEvery) == nil { // the morning is on its way
	}
	d.say("\nCap Rivage: 11 teams, 106 advisors, nine queues, two campaigns. It is %s there, and time passes %d times as fast.\n",
		d.clock.now().In(l.day.Location()).Format("Monday 2 January 2006, 15:04"), int(d.o.Speed))
	d.addresses(livingQuery)
	addr := d.app.Addr()
	if addr == "" {
		return
	}
	fourth := "the query above: four weeks of history and today, by the same formulas as the wall"
	if d.engine == nil {
		fourth = fmt.Sprintf("the same numbers as Prometheus gets them: curl -s http://%s/metrics | grep vigie_sl_live", addr)
	}
	d.say("Five things to try:\n")
	for i, try := range []string{
		fmt.Sprintf("a wall board: http://%s/wall, then a team's, such as Mistral's (inbound), Indigo's (mail and letters) or Tempo's (outbound)", addr),
		fmt.Sprintf("watch the incident: at 10:02 a customer portal fails, %s; at 10:18 help comes", l.until(d, 10, 2)),
		fmt.Sprintf("one number with its parts: curl -s 'http://%s/api/v1/indicators?scope=queue:assistance&window=30m'", addr),
		fourth,
		fmt.Sprintf("a wall board in another terminal: %s top --board mistral --url http://%s", d.o.Program, addr),
	} {
		d.say("  %d. %s", i+1, try)
	}
	d.say("")
}

// until says how long it takes in the room until a time of the demo day.
func (l *livingCentre) until(d *demo, hour, minute int) string {
	at := time.Date(l.day.Year(), l.day.Month(), l.day.Day(), hour, minute, 0, 0, l.day.Location())
	left := at.Sub(d.clock.now())
	if left <= 0 {
		return "which is over"
	}
	return fmt.Sprintf("in %s from now", d.clock.real(left).Round(time.Second))
}

func (l *livingCentre) ended(_ context.Context, d *demo) error {
	d.say("The %d days of the demo are over; the centre stands still from now on.", livingDays)
	return nil
}
