// SPDX-License-Identifier: Apache-2.0

package vigie

import (
	"testing"

	"github.com/vigie-kpi/vigie/tools/house"
)

// limits is what one person reads at once, and what a clone should weigh.
var limits = house.Limits{FileLines: 500, FunctionLines: 70, BlobBytes: 1 << 20}

// documents lists what Markdown may name though it is no file of ours.
var documents = house.Markdown{Elsewhere: map[string]string{
	"bin/":      "made by make build, not kept",
	"bin/vigie": "made by make build, not kept",

	"deploy/secrets":              "made by scripts/make-secrets.sh, never kept",
	"deploy/secrets/events_token": "made by scripts/make-secrets.sh, never kept",

	".dash.json":   "the end of a name that TestPreviews writes",
	".frames.json": "the end of a name that TestPreviews writes",
}}

func TestFiles(t *testing.T) {
	fail(t, limits.CheckFiles(readTree(t)))
}

func TestGoStyle(t *testing.T) {
	fail(t, limits.CheckGo(readTree(t)))
}

func TestDocumentsNameWhatExists(t *testing.T) {
	fail(t, documents.Check(readTree(t)))
}

func TestDocumentsShowTheFolders(t *testing.T) {
	tree := readTree(t)
	fail(t, house.CheckFolderTable(tree, &layers, "README.md"))
	fail(t, house.CheckFolderTable(tree, &layers, "DESIGN.md"))
}
