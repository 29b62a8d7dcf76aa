// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"errors"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// yamlKeys names the members of the payloads as the files do.
var yamlKeys = map[string]string{
	"zone": "timezone", "day_starts_at_minutes": "day_starts", "threshold_ms": "threshold", "short_abandon_ms": "short_abandon",
	"variant": "service_level", "from_ms": "from", "to_ms": "to", "due_business_ms": "due_opening_hours",
	"scope_kind": "scope", "for_ms": "for", "keep_ms": "keep_firing_for", "every_ms": "at_most_every", "silent_ms": "silent_after",
}

// check reports what a payload's own validation found and the reader did not, at the key.
func (e *entry) check(err error) {
	if err == nil || e.failed {
		return
	}
	var field *event.FieldError
	if !errors.As(err, &field) {
		e.failed = true
		e.src.fail(e.node, "%v", err)
		return
	}
	key, _, _ := strings.Cut(strings.TrimPrefix(field.Field, "data."), ".")
	if ours := yamlKeys[key]; ours != "" {
		key = ours
	}
	e.fail(key, "%s", field.Detail)
}
