// SPDX-License-Identifier: Apache-2.0

package vigie

import (
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/tools/house"
)

// layers is the table of folders, in the order in which data flows through them: who may know whom, who is pure, and
// which folder owns which dependency. Tests may import any folder of ours, except where a row forbids it.
var layers = house.Layers{
	Module: "github.com/vigie-kpi/vigie",
	Rows: []house.Row{
		{Folder: "event", Holds: "the language: Event, its JSON, its validation; time zones", Pure: true, Subfolders: true},
		{Folder: "problem", Holds: "what is wrong with a text that a person wrote, and where", Pure: true},
		{Folder: "ingest", Holds: "the door: sources, privacy, dead letters", Subfolders: true,
			May: []string{"event"}},
		{Folder: "eventlog", Holds: "Kafka, and only here"},
		{Folder: "indicator", Holds: "measures, formulas, the catalogue", Pure: true,
			May: []string{"event", "problem"}},
		{Folder: "alerts", Holds: "alert rules and their evaluation", Pure: true, IntegerState: true,
			May: []string{"event", "indicator"}},
		{Folder: "alerts/ruletest", Holds: "tests of alert rules, on written series", Pure: true,
			May: []string{"event", "indicator", "alerts"}},
		{Folder: "alerts/delivery", Holds: "alerts on their way to Alertmanager",
			May: []string{"indicator", "alerts"}},
		{Folder: "aggregator", Holds: "the machine: timelines, facts, windows, snapshots", Pure: true, IntegerState: true,
			May: []string{"event", "indicator", "alerts"}},
		{Folder: "explain", Holds: "a number led back to the contacts and records that made it", Pure: true,
			May: []string{"event", "indicator"}},
		{Folder: "register", Holds: "incidents, actions and alerts: what they cost, what they brought, how noisy they were", Pure: true,
			May: []string{"event", "indicator"}},
		{Folder: "store", Holds: "ClickHouse, and only here",
			May: []string{"event", "indicator", "aggregator", "explain", "register"}},
		{Folder: "aggregator/runner", Holds: "does what Ready asks, in its order",
			May: []string{"event", "eventlog", "indicator", "alerts", "aggregator", "store"}},
		{Folder: "dashboards/wall", Holds: "the wall boards as data, how a value becomes a word, the page that draws them", Pure: true,
			May: []string{"event", "indicator", "register"}},
		{Folder: "live", Holds: "what the machines know now, over HTTP: walls, indicators, alerts, streams",
			May: []string{"event", "indicator", "alerts", "aggregator", "dashboards/wall"}},
		{Folder: "quality", Holds: "evaluation grids: answers in, a score out", Pure: true, IntegerState: true,
			May: []string{"event"}},
		{Folder: "reports", Holds: "targets, briefing, activity report, coaching", Subfolders: true, Planned: true,
			May: []string{"event", "indicator", "store", "quality"}},
		{Folder: "organisation", Holds: "a centre as data: YAML in, config objects out, differences in words", Pure: true,
			May: []string{"event", "problem"}},
		{Folder: "dashboards", Holds: "Grafana as code", Subfolders: true,
			May: []string{"event", "indicator", "register", "store", "organisation"}},
		// A seed that computes its own answer with our formulas proves nothing, so not even its tests may.
		{Folder: "seeds", Holds: "a demo centre: recordings, organisation, simulator", Subfolders: true,
			May: []string{"event", "organisation"}, NeverInTests: []string{"aggregator", "indicator"}},
		{Folder: "sim", Holds: "the fault simulator", Subfolders: true, TestOnly: true, Planned: true,
			May: []string{house.Anything}},
		{Folder: "embedded", Holds: "broker and ClickHouse for one machine"},
		{Folder: "deploy", Holds: "what docker-compose.yml mounts into the servers beside it, and a unit for systemd", TestOnly: true},
		{Folder: "app", Holds: "the order of construction and of shutdown",
			May: []string{"event", "ingest", "eventlog", "indicator", "alerts", "alerts/ruletest", "alerts/delivery", "aggregator", "explain", "register", "store", "aggregator/runner", "organisation", "seeds", "embedded", "dashboards/wall", "live"}},
		{Folder: "cmd/vigie", Holds: "main: flags, signals, exit code; one file per command",
			May: []string{"event", "ingest", "eventlog", "indicator", "alerts/delivery", "aggregator", "explain", "register", "store", "organisation", "dashboards", "seeds", "embedded", "app", "dashboards/wall"}},
		{Folder: "tools/house", Holds: "the rules of the house, checked by the tests at the root"},
		{Folder: "tools/alerting", Holds: "a real Prometheus and Alertmanager for the tests"},
		{Folder: ".", Holds: "those tests"},
	},
	Dependencies: []house.Dependency{
		{Path: "github.com/segmentio/kafka-go", Folders: []string{"eventlog"}, Tests: []string{"embedded"}, Why: "the Kafka client"},
		{Path: "github.com/ClickHouse/clickhouse-go", Folders: []string{"store"}, Tests: []string{"embedded"}, Why: "the ClickHouse client"},
		{Path: "github.com/ClickHouse/clickhouse-go/v2/lib", Folders: []string{"store", "embedded"}, Why: "ClickHouse's Native blocks, without the client"},
		{Path: "github.com/ClickHouse/ch-go", Folders: []string{"store", "embedded"}, Why: "columns of Native blocks"},
		{Path: "github.com/ebitengine/purego", Folders: []string{"embedded"}, Why: "calls libchdb without cgo"},
		{Path: "github.com/twmb/franz-go", Folders: []string{"embedded"}, Tests: []string{house.Anything}, Why: "kfake, the embedded broker; never as a client in the product"},
		{Path: "github.com/twmb/franz-go/pkg/kmsg", Folders: []string{"eventlog", "embedded"}, Why: "Kafka messages that kafka-go lacks; no client"},
		{Path: "github.com/prometheus", Folders: []string{"app", "aggregator/runner"}, Why: "/metrics"},
		{Path: "github.com/grafana/grafana-foundation-sdk/go", Folders: []string{"dashboards"}, Why: "the types of Grafana's boards"},
		{Path: "github.com/spf13/cobra", Folders: []string{"cmd/vigie"}, Why: "commands and flags"},
		{Path: "github.com/spf13/pflag", Folders: []string{"cmd/vigie"}, Why: "cobra's flags, by their type"},
		{Path: "github.com/google/uuid", Tests: []string{"embedded"}, Why: "a ClickHouse column type, as its client reads it"},
		{Path: "github.com/shopspring/decimal", Tests: []string{"embedded"}, Why: "a ClickHouse column type, as its client reads it"},
		{Path: "github.com/xuri/excelize/v2", Folders: []string{"app"}, Why: "workbooks of figures that people enter"},
		{Path: "gopkg.in/yaml.v3", Folders: []string{"indicator", "alerts/ruletest", "organisation"}, Tests: []string{house.Anything}, Why: "the catalogue and the configuration"},
		{Path: "github.com/klauspost/compress", Folders: []string{"ingest", "eventlog", "store", "embedded"}, Why: "zstd and gzip"},
		{Path: "github.com/cespare/xxhash/v2", Folders: []string{"ingest", "indicator", "aggregator", "aggregator/runner", "store"}, Why: "a fast hash without a random seed"},
		{Path: "golang.org/x/sync", Folders: []string{"eventlog", "store", "embedded", "aggregator/runner", "app"}, Why: "groups of goroutines that share an error"},
		{Path: "golang.org/x/sys", Folders: []string{"embedded"}, Why: "child processes that die with their parent"},
		{Path: "github.com/compose-spec/compose-go/v2", Tests: []string{"deploy"}, Why: "reads docker-compose.yml as Docker does, against its schema"},
		{Path: "github.com/chromedp/chromedp", Tests: []string{"live"}, Why: "drives a Chromium in the tests of the wall's page"},
		{Path: "github.com/google/go-cmp", Tests: []string{house.Anything}, Why: "differences in tests"},
		{Path: "github.com/cockroachdb/datadriven", Tests: []string{house.Anything}, Why: "scenario files"},
		{Path: "pgregory.net/rapid", Tests: []string{house.Anything}, Why: "property tests"},
	},
}

// purity lists what a pure package may import of the standard library: nothing with a clock, chance, I/O, a lock, a
// goroutine, or a hash with a random seed. Add to it with that in mind.
var purity = house.Purity{
	Standard: []string{
		"archive/zip", "bytes", "cmp", "container/heap", "crypto/sha256", "embed", "encoding/base64", "encoding/binary", "encoding/csv", "encoding/hex",
		"encoding/json", "errors", "fmt", "go/ast", "go/constant", "go/parser", "go/scanner", "go/token", "hash",
		"hash/crc32", "hash/fnv", "io", "io/fs", "iter", "maps", "math", "math/big", "math/bits", "path", "reflect", "regexp", "slices",
		"sort", "strconv", "strings", "text/template", "time", "unicode", "unicode/utf16", "unicode/utf8", "unsafe",
	},
	Platform: []string{"linux", "darwin", "windows", "freebsd", "unix", "amd64", "arm64", "386", "arm", "wasm"},
}

func TestLayers(t *testing.T) {
	fail(t, layers.Check(readTree(t)))
}

func TestPurity(t *testing.T) {
	tree := readTree(t)
	for _, folder := range layers.PureFolders(tree) {
		t.Run(folder, func(t *testing.T) {
			importer, err := house.NewImporter(tree.Fset, ".", "./"+folder)
			if err != nil {
				t.Fatal(err)
			}
			fail(t, purity.CheckPure(tree, folder, layers.Row(folder).IntegerState, importer))
		})
	}
}

func readTree(t *testing.T) *house.Tree {
	t.Helper()
	tree, err := house.ReadTree(".")
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func fail(t *testing.T, breaches []house.Breach) {
	t.Helper()
	if len(breaches) == 0 {
		return
	}
	lines := make([]string, len(breaches))
	for i, b := range breaches {
		lines[i] = b.String()
	}
	t.Errorf("%d breaches:\n%s", len(breaches), strings.Join(lines, "\n"))
}
