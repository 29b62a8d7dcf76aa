// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"testing"
)

// TestOwnIndicators: of each centre the newest version counts, also one that has no indicator any more, and one whose number
// began again at 1 after the log was lost.
func TestOwnIndicators(t *testing.T) {
	s := openOwn(t)
	write := func(centre string, version int, at int64, ids ...string) {
		t.Helper()
		v := &ConfigVersion{Centre: centre, Version: version, AppliedAtMs: at, Objects: []ConfigObject{{"config.centre", "", `{"zone":"UTC"}`}}}
		for _, id := range ids {
			v.Objects = append(v.Objects, ConfigObject{"config.indicator", id, fmt.Sprintf(`{"id":%q,"doc":{"en":"it's \\ %d"}}`, id, version)})
		}
		for range 2 { // again changes nothing
			if err := s.WriteConfig(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := func(text string) {
		t.Helper()
		versions, err := s.OwnIndicators(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, v := range versions {
			got += fmt.Sprintf("%s %d:", v.Centre, v.Version)
			for _, o := range v.Objects {
				got += " " + o.ID + " " + o.JSON
			}
			got += "\n"
		}
		if got != text {
			t.Errorf("got\n%swant\n%s", got, text)
		}
	}
	want("")
	write("paris", 1, 1000, "a", "b")
	write("paris", 2, 2000, "b")
	write("lyon", 7, 500)
	want("lyon 7:\nparis 2: b {\"id\":\"b\",\"doc\":{\"en\":\"it's \\\\ 2\"}}\n")
	write("paris", 3, 3000)
	want("lyon 7:\nparis 3:\n")
	write("paris", 1, 4000, "c")
	want("lyon 7:\nparis 1: c {\"id\":\"c\",\"doc\":{\"en\":\"it's \\\\ 1\"}}\n")
}
