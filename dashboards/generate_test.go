// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/indicator"
)

var update = flag.Bool("update", false, "write testdata instead of comparing with it")

// TestGolden: the inbound wall, a board with tables and one with Prometheus, to the byte. Read the difference before -update.
func TestGolden(t *testing.T) {
	o := demoOptions(t)
	set, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	files, err := set.Files(o)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{"cap-rivage-wall-inbound-fr.json": true, "cap-rivage-queue-en.json": true, "cap-rivage-pipeline-en.json": true,
		"cap-rivage-walls-fr.json": true, "vigie.yaml": true}
	compared := 0
	for _, f := range files {
		base := filepath.Base(f.Path)
		if !wanted[base] {
			continue
		}
		compared++
		golden := filepath.Join("testdata", strings.ReplaceAll(f.Path, "/", "_"))
		if *update {
			if err := os.WriteFile(golden, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || !bytes.Equal(want, f.Data) {
			t.Errorf("%s is not what is generated (%v): run go test ./dashboards -run TestGolden -update and read the difference", golden, err)
		}
	}
	if compared != 6 {
		t.Errorf("%d files were compared", compared)
	}
}

// TestDeterministic: the same options give the same bytes, and SQL is readable in them.
func TestDeterministic(t *testing.T) {
	o := demoOptions(t)
	first, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Generate(demoOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Dashboards) != 32 || len(first.Folders) != 8 {
		t.Fatalf("%d boards in %d folders", len(first.Dashboards), len(first.Folders))
	}
	for i, d := range first.Dashboards {
		if !bytes.Equal(d.JSON, second.Dashboards[i].JSON) {
			t.Errorf("%s differs from one time to the next", d.UID)
		}
		if bytes.Contains(d.JSON, []byte(`\u003c`)) || bytes.Contains(d.JSON, []byte(`\u003e`)) {
			t.Errorf("%s: its SQL is hidden", d.UID)
		}
	}
}

// TestProvisioning: what Grafana reads is YAML, a provider for each folder, and no secret.
func TestProvisioning(t *testing.T) {
	o := demoOptions(t)
	set, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	var providers struct {
		Providers []struct {
			FolderUID string `yaml:"folderUid"`
			Options   struct{ Path string }
		}
	}
	if err := yaml.Unmarshal(set.providers(), &providers); err != nil || len(providers.Providers) != 8 || providers.Providers[0].Options.Path != "/var/lib/grafana/dashboards/cap-rivage-wall-en" {
		t.Errorf("%v, %+v", err, providers)
	}
	var sources struct {
		Datasources []struct {
			UID            string            `yaml:"uid"`
			SecureJSONData map[string]string `yaml:"secureJsonData"`
		}
	}
	if err := yaml.Unmarshal(o.dataSources(), &sources); err != nil || len(sources.Datasources) != 3 || sources.Datasources[0].SecureJSONData["password"] != "$CLICKHOUSE_PASSWORD" {
		t.Errorf("%v, %+v", err, sources)
	}
}

// TestTargetMoves: the target of the organisation takes the place of the default, in the title and in the words: the demo
// centre is held to 85 % of satisfaction; held to 90 %, what is to be watched begins at 85.
func TestTargetMoves(t *testing.T) {
	o := demoOptions(t, indicator.English)
	for i := range o.Centre.Targets {
		if o.Centre.Targets[i].Indicator == "csat" {
			o.Centre.Targets[i].Min, o.Centre.Targets[i].Max = 0.9, 0.9
		}
	}
	m, err := newMaker(o, indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	p := m.newTile(1, 6, tiled{of: "csat", scope: ofQueues, during: window28, levels: atLeast(0.85, 0.80)})
	if p.title != "Satisfaction · 28 d · ≥ 90 %" || !strings.Contains(p.sql, "v >= 0.9,") || !strings.Contains(p.sql, "v >= 0.85,") {
		t.Errorf("%s\n%s", p.title, p.sql)
	}
}

// TestOwnIndicators: what an installation adds to the catalogue is on the boards of its kind of scope.
func TestOwnIndicators(t *testing.T) {
	o := demoOptions(t, indicator.English)
	catalogue, err := indicator.Load(indicator.Source{Name: "own.yaml", YAML: []byte(`
- id: lost_share
  kind: additive
  name: {en: Lost share, fr: Part perdue}
  formula: (abandoned + lost) / offered
  unit: percent
  better: lower
  scopes: [queue]
  controllable: centre
  doc: {en: "What was lost of what came in.", fr: "Ce qui a été perdu de ce qui est entré."}
`)})
	if err != nil {
		t.Fatal(err)
	}
	o.Catalogue = catalogue
	set, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range set.Dashboards {
		has := bytes.Contains(d.JSON, []byte("Lost share"))
		if want := d.UID == "cap-rivage-queue-en" || d.UID == "cap-rivage-backlog-en"; has != want {
			t.Errorf("%s shows it: %t", d.UID, has)
		}
	}
}

// TestDiffDir: files that are new, changed and left over are told; the panel that differs is named.
func TestDiffDir(t *testing.T) {
	o, dir := demoOptions(t, indicator.English), t.TempDir()
	set, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	files, err := set.Files(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteDir(dir, files); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "dashboards", "cap-rivage-steering-en", "cap-rivage-queue-en.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(text, []byte(`"title": "Wait p90 · today"`), []byte(`"title": "Wait"`), 1)
	if err := os.WriteFile(path, changed, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "dashboards", "old.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	changes, err := DiffDir(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, c := range changes {
		if c.Kind != Same {
			told = append(told, c.String())
		}
	}
	want := `changed   dashboards/cap-rivage-steering-en/cap-rivage-queue-en.json (file): panel 6 "Wait p90 · today"
left over dashboards/old.json (file)`
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestUID: a centre's long or strange id gives a uid that Grafana takes, and two centres never the same.
func TestUID(t *testing.T) {
	seen := map[string]bool{}
	for _, centre := range []string{"lyon", "un-centre-avec-un-nom-beaucoup-trop-long", "été", "ete"} {
		m := &maker{o: &Options{Centre: Centre{ID: centre}}, words: &wordings[indicator.French]}
		uid := m.uid("wall-backoffice")
		if len(uid) > maxUID || !legalUID(uid) || seen[uid] {
			t.Errorf("%s: %s", centre, uid)
		}
		seen[uid] = true
	}
}
