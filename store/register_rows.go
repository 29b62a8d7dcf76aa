// SPDX-License-Identifier: Apache-2.0

package store

import "github.com/vigie-kpi/vigie/aggregator"

// The columns of register.
const (
	registerCentre = iota
	registerLane
	registerType
	registerObject
	registerAt
	registerDay
	registerSaidAt
	registerScope
	registerScopeID
	registerRule
	registerTitle
	registerCause
	registerLever
	registerIncident
	registerIndicator
	registerExpected
	registerSaidBy
	registerVoid
	registerSource
	registerID
	registerOffset
	registerVersion
	numRegisterFields
)

var registerFields = [numRegisterFields]field{
	{"centre", kindWord}, {"lane", kindWord}, {"type", kindWord}, {"object", kindText}, {"at", kindMillis}, {"day", kindDay},
	{"said_at", kindMillis}, {"scope", kindText}, {"scope_id", kindText}, {"rule", kindText}, {"title", kindText}, {"cause", kindText},
	{"lever", kindText}, {"incident", kindText}, {"indicator", kindText}, {"expected", kindInt64}, {"said_by", kindText}, {"void", kindUInt8},
	{"source", kindText}, {"id", kindInt64}, {"offset", kindInt64}, {"config_version", kindUInt32},
}

// AddRegister appends what was said of incidents, actions and alerts; the rows may be reused once it returns.
func (b *Builder) AddRegister(rows []aggregator.RegisterRow) {
	for i := range rows {
		b.addRegister(rows[i].World, &rows[i])
	}
}

func (b *Builder) addRegister(w names, r *aggregator.RegisterRow) {
	t := &b.block.register
	t.rows++
	v := t.vectors
	addWord(v, registerCentre, w.Centre())
	addWord(v, registerLane, w.Lane())
	addWord(v, registerType, r.Type.String())
	addInt(v, registerAt, r.At)
	addInt(v, registerDay, int64(r.Day))
	addInt(v, registerSaidAt, r.SaidAt)
	v[registerObject].addText(r.Object)
	v[registerScope].addText(r.ScopeKind)
	v[registerScopeID].addText(r.Scope)
	v[registerRule].addText(r.Rule)
	v[registerTitle].addText(r.Title)
	v[registerCause].addText(r.Cause)
	v[registerLever].addText(r.Lever)
	v[registerIncident].addText(r.Incident)
	v[registerIndicator].addText(r.Indicator)
	v[registerSaidBy].addText(r.By)
	v[registerSource].addText(r.Source)
	addInt(v, registerExpected, r.Expected)
	addInt(v, registerVoid, oneIf(r.Void))
	addInt(v, registerID, int64(r.ID))
	addInt(v, registerOffset, r.Offset)
	addInt(v, registerVersion, int64(r.Version))
}
