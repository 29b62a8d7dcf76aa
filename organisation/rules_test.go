// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vigie-kpi/vigie/event"
)

const ruleOrganisation = "- {calendar: days, hours: {mon: \"08:00-20:00\", tue: closed, wed: closed, thu: closed, fri: closed, sat: closed, sun: closed}}\n"

// What a file says of a rule is what is published, worked by hand.
func TestARuleAsPublished(t *testing.T) {
	o, err := Read(fstest.MapFS{
		"queues.yaml":    {Data: []byte("- queue: a\n- queue: b\n")},
		"calendars.yaml": {Data: []byte(ruleOrganisation)},
		"rules.yaml": {Data: []byte(`- rule: low
  scope: queue
  only: [a, b]
  when: sl_live < limit
  window: 30m
  limit: 70 %
  limits: [b=85 %]
  for: 10m
  calendar: days
  days: [mon, fri]
  hours: ["08:00-12:00", "14:00-18:00"]
  severity: warning
  audience: wall
  labels: [tier=1]
  summary_en: low
  summary_fr: bas
  inhibited_by: [{match: [severity=critical], equal: [centre]}]
`)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"rule":"low","scope_kind":"queue","only":["a","b"],"when":"sl_live \u003c limit","window":"30m","limit":"70%","limits":{"b":"85%"},` +
		`"for_ms":600000,"keep_ms":60000,"calendar":"days","hours":"08:00-12:00,14:00-18:00","days":["monday","friday"],"severity":"warning",` +
		`"audience":"wall","labels":{"tier":"1"},"summary_en":"low","summary_fr":"bas","inhibited_by":[{"match":{"severity":"critical"},"equal":["centre"]}]}`
	for _, object := range o.Objects() {
		if object.Type == event.ConfigRule && string(object.Data) != want {
			t.Errorf("got  %s\nwant %s", object.Data, want)
		}
	}
	if len(o.Rules) != 1 {
		t.Errorf("%d rules", len(o.Rules))
	}
}

// All that is wrong with rules is said at once, each at its line, with what to write instead.
func TestWrongRules(t *testing.T) {
	text := `- {rule: a, scope: advisor, when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x}
- {rule: b, scope: queue, only: [orvali], when: x > 1, severity: bad, audience: wall, summary_en: x, summary_fr: x}
- {rule: c-d, scope: queue, when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x}
- {rule: e, scope: queue, when: x > 1, limits: [orvalie], severity: info, audience: wall, summary_en: x, summary_fr: x}
- {rule: f, scope: queue, when: x > 1, labels: [severity=1], severity: info, audience: wall, summary_en: x, summary_fr: x}
- {rule: g, scope: centre, only: [x], when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x}
- {rule: h, scope: queue, whn: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x}
- {rule: i, scope: queue, when: wrong, severity: info, audience: wall, summary_en: x, summary_fr: x}
- {rule: i, scope: queue, when: x > 1, for: 10, severity: info, audience: wall, summary_en: x, summary_fr: x}
`
	_, err := Read(fstest.MapFS{"queues.yaml": {Data: []byte("- queue: orvalie\n")}, "rules.yaml": {Data: []byte(text)}}, Options{
		CheckRule: func(r event.RuleConfig) []RuleFault {
			if r.When == "wrong" {
				return []RuleFault{{"when", "this is a number"}, {"keep_ms", "too long"}}
			}
			return nil
		}})
	if err == nil {
		t.Fatal("nothing is wrong with them")
	}
	for _, want := range []string{
		`rules.yaml:1:20: scope: found "advisor", it must be centre, programme, team, queue, campaign, channel, line, workstation or source`,
		`rules.yaml:2:34: only: there is no queue "orvali" in queues.yaml; did you mean "orvalie"?`,
		`rules.yaml:2:66: severity: found "bad", it must be info, warning or critical`,
		`rules.yaml:3:10: rule: found "c-d", write letters, digits and underscores, a letter first`,
		`rules.yaml:4:49: limits: found "orvalie", write name=value`,
		`rules.yaml:5:48: labels: severity is a label that every alert has; choose another name`,
		`rules.yaml:6:34: only: given for a rule on the centre, of which there is one; leave it out`,
		`rules.yaml:7:27: there is no key "whn" here; did you mean "when"?`,
		`rules.yaml:7:3: when: missing; write for example "when: sl_live < limit"`,
		`rules.yaml:8:33: when: this is a number`,
		`rules.yaml:8:3: keep_firing_for: too long`,
		`rules.yaml:9:45: for: found "10", write a duration with its unit, for example 5m`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

// What holds an alert back must be there: a misspelt rule holds back nothing, and a label that no alert has is the same for all.
func TestInhibitionsNameWhatThereIs(t *testing.T) {
	text := `- {rule: feed_silent, scope: centre, when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x, labels: [line=north]}
- {rule: a, scope: queue, when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x, inhibited_by: [{match: [alertname=feed_silnt], equal: [centre]}]}
- {rule: b, scope: queue, when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x, inhibited_by: [{match: [alertname=feed_silent], equal: [center]}]}
- {rule: c, scope: queue, when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x, inhibited_by: [{match: [serverity=critical]}]}
- {rule: d, scope: queue, when: x > 1, severity: info, audience: wall, summary_en: x, summary_fr: x, inhibited_by: [{match: [alertname=feed_silent, line=north], equal: [centre, line]}]}
`
	_, err := Read(fstest.MapFS{"rules.yaml": {Data: []byte(text)}}, Options{})
	want := `rules.yaml:2:126: match: there is no rule "feed_silnt" in rules.yaml; did you mean "feed_silent"?
rules.yaml:3:158: equal: no alert has a label "center"; did you mean "centre"?
rules.yaml:4:126: match: no alert has a label "serverity"; did you mean "severity"?`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// Every member of a rule has a key, so that nothing can be published that no file can say.
func TestEveryMemberOfARuleHasAKey(t *testing.T) {
	var members map[string]any
	raw, err := json.Marshal(event.RuleConfig{Only: []string{"x"}, Except: []string{"x"}, Clear: "x", Minimum: "x", Show: "x", Window: "x", Limit: "x",
		Limits: map[string]string{"x": "x"}, ForMs: 1, KeepMs: 1, EveryMs: 1, SilentMs: 1, Calendar: "x", Always: true, Hours: "x", Days: []string{"x"},
		Owner: "x", Runbook: "x", Labels: map[string]string{"x": "x"}, DescriptionEn: "x", DescriptionFr: "x", ShortEn: "x", ShortFr: "x", InhibitedBy: []event.RuleInhibition{{}}})
	if err != nil || json.Unmarshal(raw, &members) != nil {
		t.Fatal(err)
	}
	if len(members) != len(ruleFields) {
		t.Errorf("%d members, %d keys", len(members), len(ruleFields))
	}
}
