// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// EnteredLane is the lane of figures that people enter by hand. No view counts it but entered_figures, so they are never
// mixed with what was measured.
const EnteredLane = "entered"

// A figure's reason says for which kind of scope it was entered and what it means, because a fact cannot hold a 0.
const (
	EnteredValue     = "value"
	EnteredZero      = "zero"
	EnteredWithdrawn = "withdrawn"
)

// EnteredReason is the reason of the facts of one entry.
func EnteredReason(kind indicator.ScopeKind, meaning string) string {
	return "entered/" + kind.String() + "/" + meaning
}

// enteredView is the view entered_figures: of each figure the newest entry, unless it was withdrawn.
func (s schema) enteredView() view {
	var pairs, scopes []string
	for m := range indicator.Measure(indicator.NumMeasures) {
		pairs = append(pairs, fmt.Sprintf("(%s, f.%s)", quote(m.String()), m))
	}
	for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
		if kind != indicator.ScopeCentre {
			scopes = append(scopes, fmt.Sprintf("splitByChar('/', f.reason)[2] = %s, toString(f.%s)", quote(kind.String()), kind))
		}
	}
	body := fmt.Sprintf(`(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    day Date COMMENT 'Business day, in the zone of the centre',
    scope_kind String COMMENT 'Kind of scope: centre, queue, team and so on',
    scope String COMMENT 'Which one; empty for the centre',
    measure String COMMENT 'Measure, as a column of facts',
    value Int64 COMMENT 'The newest figure entered, in the unit of the measure',
    entered_offset Int64 COMMENT 'Record of the log that entered it'
)
AS SELECT f.centre AS centre, f.day AS day, splitByChar('/', f.reason)[2] AS scope_kind,
    multiIf(%s, '') AS scope,
    figure.1 AS measure,
    argMax(if(endsWith(f.reason, '/%s'), 0, figure.2), f.offset) AS value,
    max(f.offset) AS entered_offset
FROM %s AS f
ARRAY JOIN arrayFilter(x -> x.2 != 0, [%s]) AS figure
WHERE f.lane = '%s' AND startsWith(f.reason, 'entered/')
GROUP BY centre, day, scope_kind, scope, measure
HAVING NOT endsWith(argMax(f.reason, f.offset), '/%s')`,
		strings.Join(scopes, ", "), EnteredZero, s.Name("facts"), strings.Join(pairs, ", "), EnteredLane, EnteredWithdrawn)
	return view{"entered_figures", body, "Figures that people entered by hand (vigie record). No other view counts them"}
}
