// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"
)

// The examples of docs/configuration.md are together one organisation that can be applied.
func TestTheExamplesOfTheDocumentation(t *testing.T) {
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, m := range regexp.MustCompile("(?s)\n## ([a-z]+\\.yaml)\n.*?```yaml\n(.*?)```").FindAllSubmatch(page, -1) {
		files[string(m[1])] = &fstest.MapFile{Data: m[2]}
	}
	if len(files) != 17 {
		t.Errorf("%d files are described, there are 17", len(files))
	}
	if _, err := ReadOrganisation(files, "docs"); err != nil {
		t.Error(err)
	}
}
