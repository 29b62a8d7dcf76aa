// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"encoding/xml"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/tools/alerting"
)

// listens are the ports on which each service listens, inside: what its own files and flags say, or its program's default.
func listens(t *testing.T) map[string][]string {
	t.Helper()
	ports := map[string][]string{
		"clickhouse":   {"8123", "9000"}, // ClickHouse's defaults; server.xml takes others away and none of these
		"prometheus":   {"9090"},         // the defaults; the flags say nothing else
		"alertmanager": {"9093"},
		"grafana":      {"3000"},
	}
	for _, listener := range strings.Split(properties(t, "kafka/server.properties")["listeners"], ",") {
		_, port, err := net.SplitHostPort(listener[strings.Index(listener, "://")+3:])
		if err != nil {
			t.Fatal(err)
		}
		ports["kafka"] = append(ports["kafka"], port)
	}
	for _, flag := range service(t, "vigie").Command {
		if address, found := strings.CutPrefix(flag, "--listen="); found {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				t.Fatal(err)
			}
			ports["vigie"] = []string{port}
		}
	}
	return ports
}

// properties reads a file in the manner of Java.
func properties(t *testing.T, path string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, found := strings.Cut(line, "=")
		if !found || read[key] != "" {
			t.Fatalf("%s: %q is no setting, or is there twice", path, line)
		}
		read[key] = value
	}
	return read
}

// Every address that a service is given, by a flag, a variable or a file that is mounted, is a port on which another listens. An
// address on localhost is for people and programs on the host: there the port is published, or it is the service's own.
func TestComposeAddressesMeet(t *testing.T) {
	p, ports := project(t, "demo"), listens(t)
	address := regexp.MustCompile(`\b([a-z][a-z-]*|127\.0\.0\.1):([0-9]{4,5})\b`)
	published := map[string]bool{}
	for name, s := range p.Services {
		for _, port := range s.Ports {
			published[port.Published] = true
			if !slices.Contains(ports[name], port.Published) || port.Target == 0 {
				t.Errorf("%s publishes %s and listens on %v", name, port.Published, ports[name])
			}
		}
	}
	met := map[string]bool{}
	for name, s := range p.Services {
		text := append(append([]string{}, s.Command...), s.Entrypoint...)
		if s.HealthCheck != nil {
			text = append(text, strings.ReplaceAll(strings.Join(s.HealthCheck.Test, " "), "/dev/tcp/127.0.0.1/", "127.0.0.1:"))
		}
		for _, value := range s.Environment {
			if value != nil {
				text = append(text, *value)
			}
		}
		for _, v := range s.Volumes {
			if ext := filepath.Ext(v.Source); ext == ".yml" || ext == ".properties" {
				raw, err := os.ReadFile(v.Source)
				if err != nil {
					t.Fatal(err)
				}
				text = append(text, string(raw))
			}
		}
		for _, m := range address.FindAllStringSubmatch(strings.Join(text, "\n"), -1) {
			host, port := m[1], m[2]
			switch {
			case host == "localhost" || host == "127.0.0.1":
				if !published[port] && !slices.Contains(ports[name], port) {
					t.Errorf("%s names %s: nothing of the kind is published, or its own", name, m[0])
				}
			case ports[host] == nil:
				t.Errorf("%s names %s: there is no such service", name, m[0])
			case host == "kafka" && !strings.Contains(properties(t, "kafka/server.properties")["advertised.listeners"], "//"+m[0]):
				t.Errorf("%s names %s, which Kafka answers with an address of another listener", name, m[0])
			case !slices.Contains(ports[host], port):
				t.Errorf("%s names %s, which listens on %v", name, m[0], ports[host])
			default:
				met[name+" "+m[0]] = true
			}
		}
	}
	for _, want := range []string{"vigie kafka:19092", "vigie clickhouse:8123", "vigie alertmanager:9093", "prometheus vigie:8080",
		"prometheus alertmanager:9093", "grafana prometheus:9090", "simulator kafka:19092", "roles grafana:3000", "roles clickhouse:9000"} {
		if !met[want] {
			t.Errorf("%s is not among the addresses: %v", want, met)
		}
	}
	if grafana := p.Services["grafana"].Environment; !slices.Contains(ports["clickhouse"], *grafana["CLICKHOUSE_PORT"]) || *grafana["CLICKHOUSE_HOST"] != "clickhouse" {
		t.Error("Grafana does not find ClickHouse")
	}
}

// The ports of ClickHouse that are relied upon are not those that server.xml takes away.
func TestClickHouseKeepsItsPorts(t *testing.T) {
	raw, err := os.ReadFile("clickhouse/server.xml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Inner string `xml:",innerxml"`
	}
	if err := xml.Unmarshal(raw, &config); err != nil {
		t.Fatal(err)
	}
	for _, port := range []string{"<http_port", "<tcp_port"} {
		if strings.Contains(config.Inner, port) {
			t.Errorf("server.xml changes %s>", port)
		}
	}
}

// The users that programs log in with are those of ClickHouse's files, and the variables of their passwords' hashes are those that
// start.sh sets: each is the SHA-256 of the file that the other side reads.
func TestClickHouseUsers(t *testing.T) {
	s := service(t, "clickhouse")
	var text strings.Builder
	for _, v := range s.Volumes {
		if filepath.Ext(v.Source) == ".xml" {
			raw, err := os.ReadFile(v.Source)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(raw)
		}
	}
	for _, user := range []string{flagOf(t, "vigie", "clickhouse-user"), *service(t, "grafana").Environment["CLICKHOUSE_USER"]} {
		if !strings.Contains(text.String(), "<"+user+">") {
			t.Errorf("ClickHouse has no user %s", user)
		}
	}
	folder := t.TempDir()
	for name, password := range map[string]string{"clickhouse_writer_password": "abc\n", "clickhouse_analyst_password": "correct horse\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(password), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := started(t, folder, "clickhouse/start.sh")
	for _, m := range regexp.MustCompile(`from_env="([A-Z0-9_]+)"`).FindAllStringSubmatch(text.String(), -1) {
		if got[m[1]] == "" {
			t.Errorf("start.sh does not set %s", m[1])
		}
	}
	// The first is the example of FIPS 180, the other of sha256sum.
	if want := "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got["VIGIE_WRITER_PASSWORD_SHA256"] != want {
		t.Errorf("the writer's hash is %s, want %s", got["VIGIE_WRITER_PASSWORD_SHA256"], want)
	}
	if got := started(t, folder, "grafana/start.sh")["CLICKHOUSE_PASSWORD"]; got != "correct horse" {
		t.Errorf("Grafana's password is %q", got)
	}
	if err := os.WriteFile(filepath.Join(folder, "clickhouse_writer_password"), []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("sh", "clickhouse/start.sh", "env")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "SECRETS_DIR=" + folder}
	if out, err := command.CombinedOutput(); err == nil || !strings.Contains(string(out), "is empty") {
		t.Errorf("an empty password: %v, %s", err, out)
	}
}

// started is the environment in which a start script starts its program.
func started(t *testing.T, secrets, script string) map[string]string {
	t.Helper()
	command := exec.Command("sh", script, "env")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "SECRETS_DIR=" + secrets}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", script, err, out)
	}
	variables := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		variables[name] = value
	}
	return variables
}

func flagOf(t *testing.T, name, flag string) string {
	t.Helper()
	for _, argument := range service(t, name).Command {
		if value, found := strings.CutPrefix(argument, "--"+flag+"="); found {
			return value
		}
	}
	t.Fatalf("%s has no flag --%s", name, flag)
	return ""
}

// The real Prometheus and Alertmanager start with the flags and the files of the compose file, but for the places of these.
func TestComposeServersStart(t *testing.T) {
	elsewhere := []string{"--config.file=", "--storage.tsdb.path=", "--storage.path=", "--cluster.listen-address="} // the helper's own
	for _, c := range []struct {
		service, mounted string
		start            func(testing.TB, alerting.Options) *alerting.Server
	}{
		{"prometheus", "/etc/prometheus/prometheus.yml", alerting.StartPrometheus},
		{"alertmanager", "/etc/alertmanager/alertmanager.yml", alerting.StartAlertmanager},
	} {
		s := service(t, c.service)
		if flagOf(t, c.service, "config.file") != c.mounted {
			t.Errorf("%s reads another file than is mounted", c.service)
		}
		o := alerting.Options{}
		for _, v := range s.Volumes {
			if v.Target == c.mounted {
				o.ConfigFile = v.Source
			}
		}
		for _, flag := range s.Command {
			if !slices.ContainsFunc(elsewhere, func(e string) bool { return strings.HasPrefix(flag, e) }) {
				o.Flags = append(o.Flags, flag)
			}
		}
		server := c.start(t, o)
		answer, err := http.Get(server.URL + images[c.service].health)
		if err != nil {
			t.Fatal(err)
		}
		if _ = answer.Body.Close(); answer.StatusCode != http.StatusOK {
			t.Errorf("%s answers its health check with %s", c.service, answer.Status)
		}
	}
}

// A service may take longer to stop than its program takes: ours says 25 s.
func TestComposeLetsThemStop(t *testing.T) {
	for _, name := range []string{"vigie", "simulator"} {
		if grace := service(t, name).StopGracePeriod; grace == nil || time.Duration(*grace) <= 25*time.Second {
			t.Errorf("%s is killed after %v", name, grace)
		}
	}
	if s := service(t, "kafka"); !strings.Contains(*s.Environment["KAFKA_HEAP_OPTS"], "-Xmx1g") || s.Deploy.Resources.Limits.MemoryBytes < 2<<30 {
		t.Error("Kafka's heap does not fit its memory with room for the page cache")
	}
}
