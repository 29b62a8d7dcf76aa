// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strconv"

	"github.com/vigie-kpi/vigie/event"
)

// didYouMean returns `did you mean "x"?` for the name nearest to the wrong one, or
// nothing when none is near.
func didYouMean(wrong string, names []string) string {
	near := event.Nearest(wrong, names)
	if near == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(near) + "?"
}
