// SPDX-License-Identifier: Apache-2.0

package event

// The life of a target.
const (
	StageDraft        = "draft"
	StageCommunicated = "communicated" // those it concerns have seen it
	StageInForce      = "in_force"
)

// TargetStages lists what a target's stage may be. TargetScopes lists the kinds of scope that a target may have.
var (
	TargetStages = []string{StageDraft, StageCommunicated, StageInForce}
	TargetScopes = []string{scopeCentre, "programme", "team", "advisor", "queue", "campaign", "channel"}
)

// scopeCentre is the only kind whose scope needs no id.
const scopeCentre = "centre"

// MaxTargetValue bounds a target: a thousand of the dearest sales.
const MaxTargetValue = 1000 * MaxAmountCents

// TargetConfig is the data of config.target: what is wanted of an indicator in a scope, in [From, To). Values are the
// integers that the indicator is made of: basis points for shares and scores, milliseconds, cents, or a count.
type TargetConfig struct {
	ScopeKind      string `json:"scope_kind" required:"true" words:"target_scopes" doc:"Whose target it is: the kind of scope."`
	Scope          string `json:"scope,omitempty" doc:"The scope: which team, queue and so on; absent for the centre."`
	Indicator      string `json:"indicator" required:"true" doc:"Id of the indicator."`
	From           Millis `json:"from_ms,omitempty" doc:"From when on, in ms since 1970 UTC; absent: always."`
	To             Millis `json:"to_ms,omitempty" doc:"Until just before when, in ms since 1970 UTC; absent: for ever."`
	Value          int64  `json:"value" required:"true" doc:"The wanted value: basis points for shares and scores (9200 is 92 %), milliseconds, cents, or a count. Of a band, its lower end."`
	ValueTo        *int64 `json:"value_to,omitempty" doc:"Upper end of a band, above value; absent: no band."`
	Stage          string `json:"stage" required:"true" words:"target_stages" doc:"Draft, communicated to those it concerns, or in force."`
	CommunicatedAt Millis `json:"communicated_at_ms,omitempty" doc:"When those it concerns were told, in ms since 1970 UTC; needed from the stage communicated on."`
	Guard          string `json:"guard,omitempty" doc:"The quality indicator that is looked at together with this one."`
}

// Applies tells whether the target is in force for a scope at an instant; the centre's scope may have any name. One that was
// only communicated is not yet.
func (t *TargetConfig) Applies(kind, scope string, at Millis) bool {
	mine := t.ScopeKind == kind && (t.Scope == scope || kind == scopeCentre)
	return mine && t.Stage == StageInForce && t.From <= at && (t.To == 0 || at < t.To)
}

// TargetAt finds the target in force on an indicator for a scope at an instant: the one that began last.
func TargetAt(targets []TargetConfig, kind, scope, indicator string, at Millis) (found *TargetConfig) {
	for i := range targets {
		t := &targets[i]
		if t.Indicator == indicator && t.Applies(kind, scope, at) && (found == nil || t.From >= found.From) {
			found = t
		}
	}
	return found
}

// Wanted is the value that a formula may take for the target; false when there is none, or when it is a band, which has two.
func (t *TargetConfig) Wanted() (value int64, ok bool) {
	if t == nil || t.ValueTo != nil {
		return 0, false
	}
	return t.Value, true
}

// ParseTargetConfig reads and validates the data of config.target.
func ParseTargetConfig(data []byte) (TargetConfig, error) { return parseAs[TargetConfig](data) }

// Validate says whether the target makes sense. Whether the indicator exists, may be an individual target or needs a
// guard is for those to say who know the indicators.
func (t *TargetConfig) Validate() error {
	return firstFault(
		checkWord("scope_kind", t.ScopeKind, TargetScopes),
		checkScopeID("a target", t.ScopeKind, t.Scope),
		checkName("indicator", t.Indicator, true),
		checkPeriod(t.From, t.To),
		t.checkValue(),
		checkWord("stage", t.Stage, TargetStages),
		checkNumber("communicated_at_ms", t.CommunicatedAt, 0, MaxTime),
		t.checkStage(),
		checkName("guard", t.Guard, false),
		t.checkGuard(),
	)
}

func (t *TargetConfig) checkValue() *FieldError {
	if err := checkNumber("value", t.Value, -MaxTargetValue, MaxTargetValue); err != nil || t.ValueTo == nil {
		return err
	}
	if *t.ValueTo <= t.Value {
		return refuseData("value_to", ReasonContradiction, "found %d, it must be above value, %d; leave it out when there is no band", *t.ValueTo, t.Value)
	}
	return checkNumber("value_to", *t.ValueTo, -MaxTargetValue, MaxTargetValue)
}

// checkStage checks that nobody is held to a target before being told.
func (t *TargetConfig) checkStage() *FieldError {
	switch {
	case t.Stage == StageDraft && t.CommunicatedAt != 0:
		return refuseData("communicated_at_ms", ReasonContradiction, "found in a draft; leave it out, or make the stage communicated")
	case t.Stage != StageDraft && t.CommunicatedAt == 0:
		return refuseData("communicated_at_ms", ReasonMissing, "missing; say when those it concerns were told, or make the stage draft")
	case t.CommunicatedAt > t.From:
		return refuseData("communicated_at_ms", ReasonContradiction,
			"found %d, it must not be after from_ms, %d: nobody is held to a target before being told", t.CommunicatedAt, t.From)
	}
	return nil
}

func (t *TargetConfig) checkGuard() *FieldError {
	if t.Guard != "" && t.Guard == t.Indicator {
		return refuseData("guard", ReasonContradiction, "found the indicator itself; name another one, such as quality_score")
	}
	return nil
}
