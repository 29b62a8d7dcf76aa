// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/indicator"
)

// toldAlerts is what receivers were told when alerts fired: the words that the way to Alertmanager puts into summary and summary_fr, by rule,
// scope and ms.
type toldAlerts map[string]indicator.Text

func (told toldAlerts) note(sets []alerts.Set) {
	for _, s := range sets {
		for i := range s.Alerts {
			a := &s.Alerts[i]
			if a.ResolvedAt != 0 {
				continue
			}
			var text indicator.Text
			text.En, _ = a.Text(indicator.English)
			text.Fr, _ = a.Text(indicator.French)
			told[fmt.Sprint(a.Rule.RuleConfig.Rule, " ", a.Scope, " ", a.StartsAt)] = text
		}
	}
}

// alertTexts reads the words of what fired. The last column is the share of those on the live service level.
// In tenths of a percent, and half a tenth goes up.
const alertTexts = `WITH intDiv(2000 * numerator + denominator, 2 * denominator) AS tenths
SELECT concat(rule, ' ', id, ' ', toString(toUnixTimestamp64Milli(at))) AS alert, id, text_en, text_fr, short_en, short_fr,
  if(rule = 'service_level_live', concat(toString(intDiv(tenths, 10)), '.', toString(tenths % 10)), '') AS share
FROM (SELECT * REPLACE (greatest(denominator, 1) AS denominator) FROM vigie.alerts FINAL) WHERE centre = 'cap-rivage' AND state = 'firing' ORDER BY at, alert`

// checkAlertTexts: every alert of the story reads in the table as receivers were told, in both languages, but for the name of the scope, which
// has a column of its own; and the live service level reads as its rule and its share say.
func checkAlertTexts(t *testing.T, a answer, told toldAlerts) {
	t.Helper()
	cut, live := 0, 0
	for _, row := range a.rows {
		var c [7]string
		for i := range c {
			c[i] = fmt.Sprint(row[i])
		}
		key, id, share := c[0], c[1], c[6]
		said, known := told[key]
		en, headEn := strings.CutPrefix(said.En, id+": ")
		fr, headFr := strings.CutPrefix(said.Fr, id+" : ")
		if !known || c[2] == "" || c[2] != en || c[3] != fr || headEn != headFr {
			t.Errorf("%s: the table says %q and %q, receivers were told %q and %q", key, c[2], c[3], said.En, said.Fr)
		}
		if headEn {
			cut++
		}
		if share == "" {
			continue
		}
		live++
		comma := strings.Replace(share, ".", ",", 1)
		want := [4]string{"live service level " + share + "% over 5 min", "niveau de service en direct " + comma + " % sur 5 min",
			"live service level " + share + "% over 5 min", "NS en direct " + comma + " % sur 5 min"}
		if got := [4]string(c[2:6]); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if cut < 5 || live == 0 || len(a.rows) != len(told) {
		t.Errorf("%d alerts fired, %d were told, %d of them with their scope at the head; %d on the live service level", len(a.rows), len(told), cut, live)
	}
}
