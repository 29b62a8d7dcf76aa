// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"bytes"
	"fmt"

	"github.com/vigie-kpi/vigie/event"
)

// WithOwn returns the catalogue with the indicators that a centre's configuration defines; the
// catalogue itself when it defines none. The data of config.indicator is an entry of the
// catalogue as JSON, and JSON is YAML, so a list of them is a source like a file. The error
// wraps Problems.
func (c *Catalogue) WithOwn(centre string, objects []event.ConfigObject) (*Catalogue, error) {
	var own [][]byte
	for _, o := range objects {
		if o.Type == event.ConfigIndicator {
			own = append(own, o.Data)
		}
	}
	if len(own) == 0 {
		return c, nil
	}
	list := fmt.Appendf(nil, "[%s]\n", bytes.Join(own, []byte(",\n ")))
	with, err := c.With(Source{Name: centre + "/own.yaml", YAML: list})
	if err != nil {
		return nil, fmt.Errorf("the indicators that centre %s defines itself: %w", centre, err)
	}
	return with, nil
}
