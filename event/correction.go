// SPDX-License-Identifier: Apache-2.0

package event

import (
	"maps"
	"slices"
)

// Limits on a correction.
const (
	MaxCorrectionMeasures = 64 // no grain has as many
	MaxCorrectionDelta    = 1_000_000_000_000
	MaxNoteBytes          = 64
)

// Correction is the data of correction.issued: what is to be added to measures, at the instant and with the dimensions of
// its event. The names of the measures are those of facts; whoever counts knows them, this package does not.
type Correction struct {
	Grain    string           `json:"grain,omitempty" doc:"The grain of the measures, such as queue_leg; absent: that of the first one. It is checked against all of them."`
	Measures map[string]int64 `json:"measures" required:"true" doc:"What to add to each measure, by its name in facts: negative to take away, never 0. All are of one grain. Histograms, named ..._bins, cannot be corrected; sl_met and sl_due are measures of their own and do not follow the others."`
	Note     string           `json:"note,omitempty" doc:"Why, as a code: letters, digits and . _ - only, such as outage-2026-11-17. No sentence, because the log must not hold what people write freely."`
}

// ParseCorrection reads and validates the data of correction.issued.
func ParseCorrection(data []byte) (Correction, error) { return parseAs[Correction](data) }

// Validate says whether the correction has a form that can be counted: some deltas, none of them 0.
func (c *Correction) Validate() error {
	return firstFault(checkName("grain", c.Grain, false), c.checkDeltas(), checkCode("note", c.Note))
}

func (c *Correction) checkDeltas() *FieldError {
	if n := len(c.Measures); n == 0 || n > MaxCorrectionMeasures {
		return refuseData("measures", ReasonOutOfRange, "found %d measures, give from 1 to %d", n, MaxCorrectionMeasures)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Measures)) {
		if err := checkName("measures", name, true); err != nil {
			return err
		}
		delta, member := c.Measures[name], "measures."+name
		if delta == 0 {
			return refuseData(member, ReasonOutOfRange, "found 0, which corrects nothing; leave the measure out")
		}
		if err := checkNumber(member, delta, -MaxCorrectionDelta, MaxCorrectionDelta); err != nil {
			return err
		}
	}
	return nil
}

// checkCode checks a word that stands for a reason. Spaces, and whatever else makes a sentence, are refused.
func checkCode(member, code string) *FieldError {
	if len(code) > MaxNoteBytes {
		return refuseData(member, ReasonTooLong, "%d bytes long, at most %d are allowed; give a code, not a sentence", len(code), MaxNoteBytes)
	}
	for i := range len(code) {
		if c := code[i]; !isCodeByte(c) {
			return refuseData(member, ReasonBadCharacter, "found something else at byte %d; a code has letters, digits and . _ - only, such as outage-2026-11-17", i)
		}
	}
	return nil
}

func isCodeByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-'
}
