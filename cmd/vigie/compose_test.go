// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/dashboards"
	"github.com/vigie-kpi/vigie/store"
)

// composed is what these tests read of docker-compose.yml; those of deploy read the rest.
type composed struct {
	Services map[string]struct {
		Image       string
		Command     []string
		Environment map[string]string
		Volumes     []yaml.Node
		Healthcheck struct{ Test []string }
	}
}

func readCompose(t *testing.T) composed {
	t.Helper()
	raw, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c composed
	if err := yaml.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// elsewhere is a command of the compose file with other places in it.
func elsewhere(command []string, places ...string) []string {
	replacer := strings.NewReplacer(places...)
	moved := make([]string, len(command))
	for i, argument := range command {
		moved[i] = replacer.Replace(argument)
	}
	return moved
}

// composePatience is how long a pipeline may take to be up; a second on a calm machine.
const composePatience = time.Minute

// The commands of the compose file run as they stand there, but for the places: the simulator tells today so far, and goes on
// from there; then the pipeline comes up with its secrets, the health check says so, and who sends events needs the token.
func TestComposeCommandsRun(t *testing.T) {
	c, secrets := readCompose(t), filepath.Join(t.TempDir(), "secrets")
	if out, err := exec.Command("sh", "../../scripts/make-secrets.sh", secrets).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	state := t.TempDir()
	// Nobody listens on port 1: without ClickHouse and Alertmanager it is live only, and says so.
	places := []string{"kafka:19092", startBroker(t)[1], "/run/secrets", secrets, "/state", state, "0.0.0.0:8080", address, "127.0.0.1:8080", address,
		"clickhouse:8123", "127.0.0.1:1", "alertmanager:9093", "127.0.0.1:1"}

	today := elsewhere(c.Services["simulator-today"].Command, places...)
	for range 2 {
		if _, stderr, code := vigie(t, today...); code != exitOK {
			t.Fatalf("%v: code %d, %s", today, code, stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(state, "simulator.json")); err != nil {
		t.Error(err)
	}
	if goOn := elsewhere(c.Services["simulator"].Command, places...); !slices.Equal(slices.DeleteFunc(today, func(a string) bool { return a == "--until-now" }), goOn) {
		t.Errorf("%v does not go on where the other ended", goOn)
	}

	ctx, cancel := context.WithCancel(t.Context())
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, elsewhere(c.Services["vigie"].Command, places...), streams{strings.NewReader(""), &bytes.Buffer{}, &stderr})
	}()
	check := elsewhere(c.Services["vigie"].Healthcheck.Test[2:], places...)
	awaitHealth(t, check, ended, &stderr)
	token, err := os.ReadFile(filepath.Join(secrets, "events_token"))
	if err != nil {
		t.Fatal(err)
	}
	for authorization, want := range map[string]int{"": http.StatusUnauthorized, "Bearer " + strings.TrimSpace(string(token)): http.StatusBadRequest} {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/v1/events", strings.NewReader("no event"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/cloudevents+json")
		request.Header.Set("Authorization", authorization)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("with %q an event is answered with %s, not %d", authorization, answer.Status, want)
		}
	}
	cancel()
	if code := <-ended; code != exitOK {
		t.Errorf("it ended with %d: %s", code, stderr.String())
	}
	if _, problem, code := vigie(t, check...); code != exitFailure || !strings.Contains(problem, "nothing answers") {
		t.Errorf("the health of what is gone: code %d, %s", code, problem)
	}
}

func awaitHealth(t *testing.T, check []string, ended <-chan int, stderr *bytes.Buffer) {
	t.Helper()
	limit, poll := time.After(composePatience), time.NewTicker(100*time.Millisecond)
	defer poll.Stop()
	for {
		stdout, problem, code := vigie(t, check...)
		if code == exitOK && strings.HasPrefix(stdout, "well: ") {
			return
		}
		select {
		case <-poll.C:
		case code := <-ended:
			t.Fatalf("it ended with %d: %s", code, stderr.String())
		case <-limit:
			t.Fatalf("it is not well: %s", problem)
		}
	}
}

// pluginVersion is the version of the ClickHouse plugin whose macros and settings the boards were written for, and grafanaVersion the oldest
// Grafana that takes it; docs/dashboards.md says so.
const pluginVersion, grafanaVersion = "4.20", 11.6

// The boards are written where Grafana is told to look, and what their data sources take from variables Grafana has: from the
// compose file, or from its start script.
func TestComposeBoards(t *testing.T) {
	c, dir := readCompose(t), t.TempDir()
	command := elsewhere(c.Services["boards"].Command, "--dir=/boards", "--dir="+dir, "/centre", demoCentreFolder)
	if _, stderr, code := vigie(t, command...); code != exitOK {
		t.Fatalf("code %d, %s", code, stderr)
	}
	mounted := func(service, source string) string {
		for _, v := range c.Services[service].Volumes {
			var long struct{ Source, Target string }
			if v.Kind == yaml.ScalarNode {
				long.Source, long.Target, _ = strings.Cut(v.Value, ":")
			} else if err := v.Decode(&long); err != nil {
				t.Fatal(err)
			}
			if long.Source == source {
				return long.Target
			}
		}
		t.Fatalf("%s does not mount %s", service, source)
		return ""
	}
	if got := mounted("grafana", "boards"); got != dashboards.DashboardsDir {
		t.Errorf("Grafana has the boards in %s and is told of %s", got, dashboards.DashboardsDir)
	}
	for volume, folder := range map[string]string{"boards": "dashboards", "provisioning": "provisioning"} {
		if got := mounted("boards", volume); got != "/boards/"+folder {
			t.Errorf("volume %s is at %s, not where its files are written", volume, got)
		}
	}
	if m := regexp.MustCompile(`:(\d+\.\d+)\.\d+$`).FindStringSubmatch(c.Services["grafana"].Image); m == nil {
		t.Errorf("Grafana is %s", c.Services["grafana"].Image)
	} else if version, err := strconv.ParseFloat(m[1], 64); err != nil || version < grafanaVersion {
		t.Errorf("Grafana %s is older than %v, %v", m[1], grafanaVersion, err)
	}
	script, err := os.ReadFile("../../deploy/grafana/start.sh")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob(filepath.Join(dir, "provisioning", "datasources", "*.yaml"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("no data sources: %v", err)
	}
	for _, path := range sources {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		grafana := c.Services["grafana"].Environment
		plugin, version, _ := strings.Cut(grafana["GF_PLUGINS_PREINSTALL_SYNC"], "@")
		if !strings.Contains(string(raw), "    type: "+plugin+"\n") || !strings.HasPrefix(version, pluginVersion+".") || !strings.Contains(string(raw), "protocol: native") {
			t.Errorf("%s is of another plugin than %s, version %s.", filepath.Base(path), grafana["GF_PLUGINS_PREINSTALL_SYNC"], pluginVersion)
		}
		if grafana["CLICKHOUSE_DATABASE"] != store.DefaultDatabase {
			t.Errorf("Grafana reads database %s", grafana["CLICKHOUSE_DATABASE"])
		}
		for _, m := range regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]+)`).FindAllStringSubmatch(string(raw), -1) {
			if c.Services["grafana"].Environment[m[1]] == "" && !strings.Contains(string(script), "export "+m[1]+"\n") {
				t.Errorf("%s takes %s from a variable that Grafana has not", filepath.Base(path), m[1])
			}
		}
	}
}

// The accounts are written by the command as it stands there, with a key of the script, and the roles are pushed by theirs, as far as Grafana.
func TestComposeRoles(t *testing.T) {
	c, dir, secrets := readCompose(t), t.TempDir(), filepath.Join(t.TempDir(), "secrets")
	if out, err := exec.Command("sh", "../../scripts/make-secrets.sh", secrets).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	places := []string{"/run/secrets", secrets, "--dir=/accounts", "--dir=" + dir, "/centre", demoCentreFolder, "http://grafana:3000", "http://127.0.0.1:1"}
	if _, stderr, code := vigie(t, elsewhere(c.Services["accounts"].Command, places...)...); code != exitOK {
		t.Fatalf("code %d, %s", code, stderr)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "clickhouse", "*.xml")); err != nil || len(files) != 7 {
		t.Errorf("where start.sh looks there are %v, %v", files, err)
	}
	if _, stderr, code := vigie(t, elsewhere(c.Services["roles"].Command, places...)...); code != exitFailure || !strings.Contains(stderr, "is Grafana there?") {
		t.Errorf("code %d, %s", code, stderr)
	}
}

// The image is built as make build does, but for the tag; and with it no package asks for a dynamic linker, which the image lacks.
func TestTheImageIsStatic(t *testing.T) {
	recipe := func(path, begin string) string {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if rest, found := strings.CutPrefix(strings.TrimLeft(line, "\t@"), begin); found {
				return strings.NewReplacer("'", `"`, "$(VERSION)", "$VERSION", "/out/vigie", "bin/vigie").Replace(rest)
			}
		}
		t.Fatalf("%s has no line that begins with %s", path, begin)
		return ""
	}
	const builds = "CGO_ENABLED=0 go build "
	if image, program := recipe("../../Dockerfile", "RUN "+builds+"-tags noengine "), recipe("../../Makefile", builds); image != program {
		t.Errorf("the image is built by\n%sthe program by\n%s", image, program)
	}
	list := func(tags ...string) []byte {
		command := exec.Command("go", append(append([]string{"list", "-deps"}, tags...), "-f", `{{if not .Standard}}{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}`, ".")...)
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		out, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	dynamic := func(files []byte) (found []string) {
		for path := range strings.Lines(string(files)) {
			raw, err := os.ReadFile(strings.TrimSpace(path))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, []byte("\n//go:cgo_import_dynamic")) {
				found = append(found, strings.TrimSpace(path))
			}
		}
		return found
	}
	if found := dynamic(list("-tags", "noengine")); len(found) > 0 {
		t.Errorf("these need a dynamic linker: %v", found)
	}
	if len(dynamic(list())) == 0 {
		t.Error("nothing is dynamic without the tag either: drop the tag, or mend this test")
	}
}

// The unit of systemd gives vigie run flags that it has, and each of its secrets is one that the unit hands over and that the script
// makes. What a service may do without a container is what it may do in one: the same flags, but for addresses for people.
func TestSystemdUnit(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/systemd/vigie.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := strings.ReplaceAll(string(raw), "\\\n", " ")
	m := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/vigie run (.*)$`).FindStringSubmatch(unit)
	if m == nil {
		t.Fatal("it does not start vigie run")
	}
	command, _, err := newRoot(streams{}).Find([]string{"run"})
	if err != nil {
		t.Fatal(err)
	}
	arguments := strings.Fields(m[1])
	if err := command.ParseFlags(arguments); err != nil {
		t.Error(err)
	}
	names := func(arguments []string) (names []string) {
		for _, a := range arguments {
			name, _, _ := strings.Cut(a, "=")
			names = append(names, name)
		}
		return names
	}
	contained := slices.DeleteFunc(names(readCompose(t).Services["vigie"].Command), func(a string) bool {
		return a == "run" || a == "--external-url" || a == "--grafana-url"
	})
	if got := names(arguments); !slices.Equal(got, contained) {
		t.Errorf("the unit gives\n%v\nthe compose file\n%v", got, contained)
	}
	script, err := os.ReadFile("../../scripts/make-secrets.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`%d/(\w+)`).FindAllStringSubmatch(unit, -1) {
		if !strings.Contains(unit, "\nLoadCredential="+m[1]+":/etc/vigie/"+m[1]+"\n") || !strings.Contains(string(script), "\nmake_secret "+m[1]) {
			t.Errorf("secret %s is not handed over, or not made", m[1])
		}
	}
}
