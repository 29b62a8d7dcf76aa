// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

const composeFile = "../docker-compose.yml"

// project is docker-compose.yml as Docker's own reader has it, checked against the schema of the compose specification. The
// variables of whoever runs the test do not count.
func project(t *testing.T, profiles ...string) *types.Project {
	t.Helper()
	path := absolute(t, composeFile)
	p, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{WorkingDir: filepath.Dir(path),
		ConfigFiles: []types.ConfigFile{{Filename: path}}, Environment: types.Mapping{}}, loader.WithProfiles(profiles))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func service(t *testing.T, name string) types.ServiceConfig {
	t.Helper()
	s, err := project(t, "demo").GetService(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// With the profile the simulator is there, and the pipeline waits for what has happened before it; without, neither is.
func TestComposeProfiles(t *testing.T) {
	names := func(p *types.Project) string { return strings.Join(p.ServiceNames(), " ") }
	const always = "accounts alertmanager boards clickhouse grafana kafka prometheus roles"
	if got, want := names(project(t)), always+" vigie"; got != want {
		t.Errorf("services %s, want %s", got, want)
	}
	if got, want := names(project(t, "demo")), always+" simulator simulator-today vigie"; got != want {
		t.Errorf("with the profile demo: services %s, want %s", got, want)
	}
}

// once are the services that end by themselves; the others have a health check and start again.
var once = []string{"accounts", "boards", "roles", "simulator-today"}

// What must hold of every service: whose user it is, what it may, how much it may take, whom it listens to.
func TestComposeServicesAreHardened(t *testing.T) {
	tagged := regexp.MustCompile(`:v?[0-9]+(\.[0-9]+){2,3}$`)
	for name, s := range project(t, "demo").Services {
		bad := func(format string, arguments ...any) { t.Errorf(name+": "+format, arguments...) }
		user, _, _ := strings.Cut(s.User, ":")
		if user == "" || user == "0" || user == "root" {
			bad("runs as user %q", s.User)
		}
		if s.Build == nil && !tagged.MatchString(s.Image) {
			bad("image %s does not name one version", s.Image)
		}
		if s.Privileged || len(s.CapAdd) > 0 || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
			bad("may do more than it needs")
		}
		if s.Deploy == nil || s.Deploy.Resources.Limits == nil || s.Deploy.Resources.Limits.MemoryBytes == 0 || s.Deploy.Resources.Limits.NanoCPUs == 0 {
			bad("may take all memory or all processors")
		}
		for _, p := range s.Ports {
			if p.HostIP != "127.0.0.1" {
				bad("port %s is published on %q, not on the loopback", p.Published, p.HostIP)
			}
		}
		ends := slices.Contains(once, name)
		if ends != (s.Restart == "no") {
			bad("restart %q", s.Restart)
		}
		if !ends && name != "simulator" && (s.HealthCheck == nil || len(s.HealthCheck.Test) < 2) {
			bad("has no health check")
		}
	}
}

// Each dependency waits for what its service can tell: a health check, or its end.
func TestComposeOrderOfStart(t *testing.T) {
	p := project(t, "demo")
	for name, s := range p.Services {
		for other, d := range s.DependsOn {
			o := p.Services[other]
			switch d.Condition {
			case types.ServiceConditionHealthy:
				if o.HealthCheck == nil {
					t.Errorf("%s waits for the health of %s, which is not checked", name, other)
				}
			case types.ServiceConditionCompletedSuccessfully:
				if o.Restart != "no" {
					t.Errorf("%s waits for the end of %s, which starts again", name, other)
				}
			}
			if d.Required && len(o.Profiles) > 0 && len(s.Profiles) == 0 {
				t.Errorf("%s needs %s, which is there with profile %v only", name, other, o.Profiles)
			}
		}
	}
	for _, other := range []string{"kafka", "clickhouse"} {
		if p.Services["vigie"].DependsOn[other].Condition != types.ServiceConditionHealthy {
			t.Errorf("vigie does not wait for %s", other)
		}
	}
}

// Every file and folder that is mounted is in the repository, can only be read, and parses as what it is.
func TestComposeMountsExist(t *testing.T) {
	p, used := project(t, "demo"), map[string]bool{}
	for name, s := range p.Services {
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeVolume {
				used[v.Source] = true
				continue
			}
			if !v.ReadOnly {
				t.Errorf("%s may write to %s", name, v.Source)
			}
			checkParses(t, v.Source)
		}
	}
	for name := range p.Volumes {
		if !used[name] {
			t.Errorf("nobody uses volume %s", name)
		}
	}
}

func checkParses(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	switch filepath.Ext(path) {
	case "": // a folder
		if entries, err := os.ReadDir(path); err != nil || len(entries) == 0 {
			t.Errorf("folder %s: %v, %d entries", path, err, len(entries))
		}
		return
	case ".xml":
		if err == nil {
			err = xml.Unmarshal(raw, new(struct{ XMLName xml.Name }))
		}
	case ".yml":
		var any map[string]any
		readYAML(t, path, &any)
	case ".sh":
		var out []byte
		if out, err = exec.Command("sh", "-n", path).CombinedOutput(); err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
	case ".properties":
		_ = properties(t, path)
	default:
		t.Errorf("%s: nobody knows how to check it", path)
	}
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

// Secrets are files that scripts/make-secrets.sh makes: all of them, each used, none in the repository, and no password anywhere
// else. A second run leaves them as they are.
func TestComposeSecrets(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "secrets")
	run := func() map[string]string {
		if out, err := exec.Command("sh", "../scripts/make-secrets.sh", folder).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		made := map[string]string{}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			raw, err := os.ReadFile(filepath.Join(folder, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			made[e.Name()] = string(raw)
		}
		return made
	}
	made := run()
	again, seen := run(), map[string]bool{}
	for name, text := range made {
		if again[name] != text {
			t.Errorf("a second run made %s anew", name)
		}
		if len(strings.TrimSpace(text)) < 64 || seen[text] {
			t.Errorf("%s is %d bytes, or the same as another", name, len(text))
		}
		seen[text] = true
	}
	p, used := project(t, "demo"), map[string]bool{}
	for name, s := range p.Services {
		for _, secret := range s.Secrets {
			used[secret.Source] = true
		}
		for variable, value := range s.Environment {
			if strings.Contains(strings.ToUpper(variable), "PASSWORD") && !strings.HasSuffix(variable, "__FILE") {
				t.Errorf("%s: a password in variable %s: %v", name, variable, value)
			}
		}
	}
	for name, secret := range p.Secrets {
		if want := absolute(t, "secrets/"+name); secret.File != want {
			t.Errorf("secret %s is in %s, not in %s", name, secret.File, want)
		}
		if made[name] == "" || !used[name] {
			t.Errorf("secret %s is not made, or nobody uses it", name)
		}
	}
	if len(made) != len(p.Secrets) {
		t.Errorf("%d secrets are made, %d are in the compose file", len(made), len(p.Secrets))
	}
	for _, ignored := range []struct{ file, line string }{{"../.gitignore", "/deploy/secrets/"}, {"../.dockerignore", "deploy/secrets"}} {
		raw, err := os.ReadFile(ignored.file)
		if err != nil || !slices.Contains(strings.Split(string(raw), "\n"), ignored.line) {
			t.Errorf("%s does not ignore the secrets: %v", ignored.file, err)
		}
	}
}

// Each path below /run/secrets that a service or a file mounted into it names is a secret that the service is given, and it is
// given no other.
func TestComposeServicesHaveTheirSecrets(t *testing.T) {
	named := regexp.MustCompile(`(?:/run/secrets|\$secrets)/([a-z_]+)|hash_of ([a-z_]+)\)`)
	for name, s := range project(t, "demo").Services {
		text := strings.Join(s.Command, "\n")
		for _, value := range s.Environment {
			if value != nil {
				text += "\n" + *value
			}
		}
		for _, v := range s.Volumes {
			if filepath.Ext(v.Source) == ".sh" {
				raw, err := os.ReadFile(v.Source)
				if err != nil {
					t.Fatal(err)
				}
				text += "\n" + string(raw)
			}
		}
		wants, given := map[string]bool{}, map[string]bool{}
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			wants[m[1]+m[2]] = true
		}
		for _, secret := range s.Secrets {
			given[secret.Source] = true
			if !wants[secret.Source] {
				t.Errorf("%s is given %s and does not read it", name, secret.Source)
			}
		}
		for secret := range wants {
			if !given[secret] {
				t.Errorf("%s reads %s and is not given it", name, secret)
			}
		}
	}
}

// The image is built by one version of Go, that of go.mod, and its user is the one that the compose file names; what the program
// writes to as that user is in the image, for a volume begins as a copy of it.
func TestComposeImage(t *testing.T) {
	read := func(path string) string {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	image, user := read("../Dockerfile"), service(t, "vigie").User
	wanted := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read("../go.mod"))[1]
	if !regexp.MustCompile(`(?m)^FROM golang:` + regexp.QuoteMeta(wanted) + `\.\d+-`).MatchString(image) {
		t.Errorf("the image is not built by a version of Go %s", wanted)
	}
	if !strings.Contains(image, "\nUSER "+user+"\n") {
		t.Errorf("the image's user is not %s", user)
	}
	for name, s := range project(t, "demo").Services {
		for _, v := range s.Volumes {
			if s.Build == nil || v.Type != types.VolumeTypeVolume {
				continue
			}
			if !strings.Contains(image, "/out"+v.Target) {
				t.Errorf("%s writes to %s, which the image has not", name, v.Target)
			}
		}
	}
}
