// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"encoding/base64"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// image is what the documentation of somebody else's image promises, and the compose file relies upon.
type image struct {
	repository string
	data       string            // where the program keeps what must not be lost
	health     string            // the path that answers when it is well; "" when it is not asked over HTTP
	reads      map[string]string // the folder, or the file, where it looks for a file of ours
	settings   map[string]string // variables of its environment, to the letter
}

var images = map[string]image{
	"kafka": {repository: "apache/kafka", data: "/var/lib/kafka/data", reads: map[string]string{"server.properties": "/mnt/shared/config/server.properties"}},
	"clickhouse": {repository: "clickhouse/clickhouse-server", data: "/var/lib/clickhouse", health: "/ping",
		reads:    map[string]string{"server.xml": "/etc/clickhouse-server/config.d", "writer.xml": "/etc/clickhouse-server/users.d", "analyst.xml": "/etc/clickhouse-server/users.d"},
		settings: map[string]string{"CLICKHOUSE_SKIP_USER_SETUP": "1"}},
	"prometheus":   {repository: "prom/prometheus", health: "/-/healthy"},
	"alertmanager": {repository: "prom/alertmanager", health: "/-/healthy"},
	"grafana": {repository: "grafana/grafana", data: "/var/lib/grafana", health: "/api/health",
		reads: map[string]string{"provisioning": "/etc/grafana/provisioning"},
		settings: map[string]string{"GF_SECURITY_ADMIN_USER": "admin", "GF_SECURITY_ADMIN_PASSWORD__FILE": "/run/secrets/grafana_admin_password", "GF_USERS_ALLOW_SIGN_UP": "false",
			"GF_USERS_ALLOW_ORG_CREATE": "false", "GF_USERS_AUTO_ASSIGN_ORG_ROLE": "None", "GF_AUTH_ANONYMOUS_ENABLED": "false"}},
}

// The images of others are used as their documentation has it: data in volumes, our files where they look, settings by their names, and a
// health check that asks what they answer.
func TestComposeImagesOfOthers(t *testing.T) {
	for name, s := range project(t, "demo").Services {
		if s.Build != nil {
			continue
		}
		i, known := images[name]
		bad := func(format string, arguments ...any) { t.Errorf(name+": "+format, arguments...) }
		if repository, _, _ := strings.Cut(s.Image, ":"); !known || repository != i.repository {
			bad("image %s: say here what it promises", s.Image)
			continue
		}
		if i.data != "" && !slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool {
			return v.Type == types.VolumeTypeVolume && v.Target == i.data && v.Source == name && !v.ReadOnly
		}) {
			bad("has no volume of its own at %s", i.data)
		}
		for file, place := range i.reads {
			if !slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool {
				return filepath.Base(v.Source) == file && (v.Target == place || path.Dir(v.Target) == place && path.Ext(v.Target) == path.Ext(file))
			}) {
				bad("%s is not where the program looks: %s", file, place)
			}
		}
		for variable, want := range i.settings {
			if value := s.Environment[variable]; value == nil || *value != want {
				bad("%s is not %q", variable, want)
			}
		}
		if check := strings.Join(s.HealthCheck.Test, " "); i.health != "" && (!strings.HasPrefix(check, "CMD wget ") || !strings.HasSuffix(check, i.health) ||
			!strings.Contains(check, "http://127.0.0.1:"+listens(t)[name][0]+i.health)) {
			bad("the health check %q does not ask port %s for %s", check, listens(t)[name][0], i.health)
		}
		if len(s.Entrypoint) > 0 && !slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == s.Entrypoint[len(s.Entrypoint)-1] }) {
			bad("its start %v is not mounted", s.Entrypoint)
		}
	}
}

// Every port leads to itself: the same number on the host, in the container and in the program.
func TestComposePortsLeadToThemselves(t *testing.T) {
	ports := listens(t)
	for name, s := range project(t, "demo").Services {
		for _, p := range s.Ports {
			if target := strconv.Itoa(int(p.Target)); target != p.Published || !slices.Contains(ports[name], target) {
				t.Errorf("%s: %s of the host leads to %s, and it listens on %v", name, p.Published, target, ports[name])
			}
		}
	}
}

// Every path that a flag names is a volume's or a file's that is mounted, or a secret.
func TestComposePathsAreMounted(t *testing.T) {
	named := regexp.MustCompile(`^(?:--[a-z.-]+=)?(/.+)$`)
	for name, s := range project(t, "demo").Services {
		for _, argument := range s.Command {
			m := named.FindStringSubmatch(argument)
			if m == nil || strings.HasPrefix(m[1], "/run/secrets/") {
				continue
			}
			if !slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool { // the path, one below it, or the folder that it is a file in
				return v.Target == m[1] || strings.HasPrefix(v.Target, m[1]+"/") || path.Ext(m[1]) != "" && path.Dir(m[1]) == v.Target
			}) {
				t.Errorf("%s: %s is nowhere that is mounted", name, argument)
			}
		}
	}
}

// Kafka's data are where its volume is, and its cluster has an id that it takes: 16 bytes in base64.
func TestComposeKafkaKeepsItsData(t *testing.T) {
	if got := properties(t, "kafka/server.properties")["log.dirs"]; got != images["kafka"].data {
		t.Errorf("Kafka writes to %s, the volume is at %s", got, images["kafka"].data)
	}
	id := *service(t, "kafka").Environment["CLUSTER_ID"]
	if raw, err := base64.RawURLEncoding.DecodeString(id); err != nil || len(raw) != 16 {
		t.Errorf("CLUSTER_ID %q is %d bytes, %v", id, len(raw), err)
	}
}

// ClickHouse listens to the other containers, and writes backups into its volume.
func TestClickHouseListens(t *testing.T) {
	raw, err := os.ReadFile("clickhouse/server.xml")
	if err != nil || !strings.Contains(string(raw), "<listen_host>0.0.0.0</listen_host>") {
		t.Errorf("server.xml does not open its ports to others: %v", err)
	}
	if !strings.Contains(string(raw), "<allowed_path>"+images["clickhouse"].data+"/") {
		t.Error("backups are written to where a container forgets them")
	}
}

// What Prometheus's and Alertmanager's files name is mounted beside them, and the job is the one that the rules ask for.
func TestComposeFilesFindEachOther(t *testing.T) {
	var prometheus struct {
		RuleFiles []string `yaml:"rule_files"`
		Scrape    []struct {
			Job string `yaml:"job_name"`
		} `yaml:"scrape_configs"`
	}
	readYAML(t, "prometheus/prometheus.yml", &prometheus)
	var alertmanager struct{ Templates []string }
	readYAML(t, "alertmanager/alertmanager.yml", &alertmanager)
	for _, c := range []struct {
		service string
		names   []string
	}{{"prometheus", prometheus.RuleFiles}, {"alertmanager", alertmanager.Templates}} {
		s := service(t, c.service)
		config := flagOf(t, c.service, "config.file")
		if len(c.names) == 0 {
			t.Errorf("%s names no file", config)
		}
		for _, name := range c.names {
			if !path.IsAbs(name) {
				name = path.Join(path.Dir(config), name)
			}
			found := 0
			for _, v := range s.Volumes {
				if v.Target == path.Dir(name) {
					files, err := filepath.Glob(filepath.Join(v.Source, path.Base(name)))
					if err != nil {
						t.Fatal(err)
					}
					found += len(files)
				}
			}
			if found == 0 {
				t.Errorf("%s: %s is not mounted", config, name)
			}
		}
	}
	rules, err := os.ReadFile("prometheus/rules/vigie.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`job="([a-z]+)"`).FindAllStringSubmatch(string(rules), -1) {
		if !slices.ContainsFunc(prometheus.Scrape, func(s struct {
			Job string `yaml:"job_name"`
		}) bool {
			return s.Job == m[1]
		}) {
			t.Fatalf("the rules ask for job %s, which nobody scrapes", m[1])
		}
	}
}

// The program of the image is the one that health checks call, and whatever it writes to is its user's.
func TestComposeImageOfVigie(t *testing.T) {
	raw, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	program := service(t, "vigie").HealthCheck.Test[1]
	for _, line := range []string{`-o /out` + program + " ", "COPY --from=build /out" + program + " " + program + "\n", `ENTRYPOINT ["` + program + `"]`} {
		if !strings.Contains(text, line) {
			t.Errorf("the Dockerfile has no %q", line)
		}
	}
	made := regexp.MustCompile(`(?m)^RUN mkdir -p (.+)$`).FindStringSubmatch(text)
	owned := regexp.MustCompile(`(?m)^COPY --from=build --chown=65532:65532 /out(/\S+) (/\S+)$`).FindAllStringSubmatch(text, -1)
	for name, s := range project(t, "demo").Services {
		for _, v := range s.Volumes {
			if s.Build == nil || v.Type != types.VolumeTypeVolume {
				continue
			}
			if made == nil || !slices.Contains(strings.Fields(made[1]), "/out"+v.Target) {
				t.Errorf("%s: the image has no folder %s", name, v.Target)
			}
			if !slices.ContainsFunc(owned, func(m []string) bool {
				return m[1] == m[2] && (v.Target == m[1] || strings.HasPrefix(v.Target, m[1]+"/"))
			}) {
				t.Errorf("%s: %s is not the user's", name, v.Target)
			}
		}
	}
}

// The garbage collector's goal leaves room below the container's limit for what it does not count.
func TestComposeMemoryGoal(t *testing.T) {
	s := service(t, "vigie")
	goal, err := strconv.ParseInt(strings.TrimSuffix(*s.Environment["GOMEMLIMIT"], "MiB"), 10, 64)
	if limit := int64(s.Deploy.Resources.Limits.MemoryBytes); err != nil || goal<<20 > limit*9/10 || goal<<20 < limit/2 {
		t.Errorf("a goal of %d MiB, %v, in a container of %d MiB", goal, err, limit>>20)
	}
}
