// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
)

// DefaultZone is the time zone of a centre that does not say its own.
const DefaultZone = "UTC"

// maxFileBytes bounds one file: 100,000 advisors with ten lines of 60 bytes each fit.
const maxFileBytes = 64 << 20

// Options say what Read cannot know.
type Options struct {
	// Name is what errors call the folder, for example "seeds/cap-rivage"; "" for bare file names.
	Name string
	// Indicators are those that a target may be set on; nil: targets' indicators and units are not checked.
	Indicators []Indicator
	// CheckRule says what is wrong with the expressions and texts of a rule; nil: they are not checked.
	CheckRule func(event.RuleConfig) []RuleFault
	// Define checks the centre's own indicators; nil: only their form is checked.
	Define Definer
}

// Indicator is what a target must respect. The caller takes it from its catalogue.
type Indicator struct {
	ID         string
	Unit       string   // percent, ms, count, cents, bp, per_hour, cents_per_hour or points
	Scopes     []string // kinds of scope in which it is shown
	ByAdvisor  bool     // an advisor can move it, so one advisor may have a target on it
	HandleTime bool     // it gets better by being short with customers, so it needs a guard
	Quality    bool     // it can be the guard of another
	Better     string   // higher, lower, none or band
	OnBoards   string   // BoardsPast, BoardsNow, or "": it cannot be on a board of the centre's own
	// Windows are those over which a wall can show it: some of event.RuleWindows, NowWindow of what is a state of this moment, none
	// of what no wall can show.
	Windows []string
}

// When an indicator has values that a board can show.
const (
	BoardsPast = "past" // it is counted over time
	BoardsNow  = "now"  // it is a state
)

// Default is the organisation of a centre that says nothing: UTC, T = 20 s, S = 5 s.
func Default() *Organisation {
	return &Organisation{Centre: event.DefaultCentreConfig(DefaultZone)}
}

// Read reads the files of a folder; each may be missing. When anything is wrong the error is Problems: all of it. The
// Organisation is then what could be understood.
func Read(fsys fs.FS, o Options) (*Organisation, error) {
	r := &reader{fsys: fsys, options: o, org: Default(), there: map[string]bool{}, broken: map[string]bool{},
		holidays: map[string][]Date{}, names: map[string][]string{}, seen: map[string]Place{}}
	r.strangers()
	for _, s := range files() {
		r.readFile(&s)
	}
	r.checkWalls()
	if len(r.there) == 0 && len(r.problems) == 0 {
		r.problems = append(r.problems, &Problem{Place: Place{File: r.display(".")}, Text: "holds no organisation: write at least one of " + strings.Join(fileNames(), ", ")})
	}
	if len(r.problems) == 0 {
		r.checkObjects()
	}
	if len(r.problems) > 0 {
		return r.org, sorted(r.problems)
	}
	return r.org, nil
}

// checkObjects is the last word: what is published must be what the log takes. Whatever a file can say wrong has been found
// at its own line before, so this finds what only the whole can have, such as a list too long for one record.
func (r *reader) checkObjects() {
	for _, object := range r.org.Objects() {
		e := event.Event{ID: "check", Source: "check", Type: object.Type, Time: 1, Centre: "check", Data: object.Data}
		if err := e.Validate(); err != nil {
			r.failAt(Place{File: r.display(fileOf(object.Type))}, "%v", err)
		}
	}
}

// fileOf is the file that objects of a type come from.
func fileOf(t event.Type) string {
	_, noun, _ := strings.Cut(t.String(), ".")
	for _, file := range fileNames() {
		if file == noun+".yaml" || file == noun+"s.yaml" {
			return file
		}
	}
	return "."
}

// reader reads one folder.
type reader struct {
	fsys     fs.FS
	options  Options
	org      *Organisation
	problems Problems
	there    map[string]bool // files that exist
	broken   map[string]bool // files that exist and could not be read, so what they name is not known
	holidays map[string][]Date
	names    map[string][]string // by file, the names it gives
	seen     map[string]Place    // by identity, where it was given first
	walls    []wallTile          // to be checked when all files are read
}

func (r *reader) display(file string) string {
	if r.options.Name == "" {
		return file
	}
	return path.Join(r.options.Name, file)
}

func (r *reader) failAt(at Place, format string, args ...any) {
	r.problems = append(r.problems, &Problem{Place: at, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) readFile(s *section) {
	name := r.display(s.file)
	text, err := r.open(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	r.there[s.file] = true
	if err != nil {
		r.broken[s.file] = true
		r.failAt(Place{File: name}, "%v", err)
		return
	}
	src := &source{name: name, text: text, out: &r.problems}
	before := len(r.problems)
	if src.parse(text) && src.root != nil {
		s.read(r, src)
	}
	r.broken[s.file] = len(r.problems) > before
}

func (r *reader) open(file string) ([]byte, error) {
	info, err := fs.Stat(r.fsys, file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFileBytes {
		return nil, fmt.Errorf("%d bytes, at most %d are allowed", info.Size(), maxFileBytes)
	}
	return fs.ReadFile(r.fsys, file)
}

// strangers finds the YAML files that nobody would read: most often a name mistyped.
func (r *reader) strangers() {
	entries, err := fs.ReadDir(r.fsys, ".")
	if err != nil {
		r.failAt(Place{File: r.display(".")}, "%v", err)
		return
	}
	for _, e := range entries {
		ext := path.Ext(e.Name())
		if strings.HasPrefix(e.Name(), ".") || ext != ".yaml" && ext != ".yml" || slices.Contains(fileNames(), e.Name()) {
			continue
		}
		r.failAt(Place{File: r.display(e.Name())}, "this file would not be read%s; rename it to one of %s, or move it away",
			event.DidYouMean(e.Name(), fileNames()), strings.Join(fileNames(), ", "))
	}
}

// list returns the items of a file that is a list, each with its keys checked.
func (s *source) list(of []field) []*entry {
	n := resolved(s.root)
	if n.Kind != yaml.SequenceNode {
		s.fail(s.root, "this must be a list; begin each item with \"- %s:\"", of[0].key)
		return nil
	}
	var all []*entry
	for _, part := range n.Content {
		if e := s.mapping(part, of); e != nil {
			all = append(all, e)
		}
	}
	return all
}

// declare remembers that a file gives a name, and refuses an identity that was given before. For what has dates the
// identity holds the date.
func (r *reader) declare(file string, e *entry, key, name, identity, remedy string) {
	if name == "" {
		return
	}
	if !slices.Contains(r.names[file], name) {
		r.names[file] = append(r.names[file], name)
	}
	identity = file + " " + identity
	if before, again := r.seen[identity]; again {
		e.failed = true
		r.failAt(e.src.place(e.node), "%s %s is already in line %d; %s", key, quoted(name), before.Line, remedy)
		return
	}
	r.seen[identity] = e.src.place(e.node)
}

const giveOnce = "give it once"

// name reads a key that names something in another file.
func (r *reader) name(e *entry, key, file string) string {
	name := e.text(key)
	if name != "" {
		r.refer(e, key, item{name, e.fields[key]}, file)
	}
	return name
}

// namesIn reads a key that lists things in another file.
func (r *reader) namesIn(e *entry, key, file string) []string {
	var names []string
	for _, it := range e.texts(key) {
		r.refer(e, key, it, file)
		if slices.Contains(names, it.value) {
			e.failed = true
			e.src.fail(it.node, "%s: %s is listed twice; list it once", key, quoted(it.value))
			continue
		}
		names = append(names, it.value)
	}
	return names
}

// refer checks that a name exists. A file that is there is complete; one that is not there, or could not be read, says
// nothing about names.
func (r *reader) refer(e *entry, key string, it item, file string) {
	if !r.there[file] || r.broken[file] || slices.Contains(r.names[file], it.value) {
		return
	}
	e.failed = true
	what := nouns[file]
	if hint := event.DidYouMean(it.value, r.names[file]); hint != "" {
		e.src.fail(it.node, "%s: there is no %s %s in %s%s", key, what, quoted(it.value), file, hint)
		return
	}
	e.src.fail(it.node, "%s: there is no %s %s in %s; add it there, or write %s", key, what, quoted(it.value), file, some(r.names[file]))
}

// nouns says what each file holds one of.
var nouns = map[string]string{
	"rules.yaml": "rule", "programmes.yaml": "programme", "sites.yaml": "site", "holidays.yaml": "list of holidays", "calendars.yaml": "calendar",
	"teams.yaml": "team", "queues.yaml": "queue", "campaigns.yaml": "campaign", "shifts.yaml": "shift", "advisors.yaml": "advisor", "boards.yaml": "board",
}

// some names a few of many.
func some(names []string) string {
	const most = 8
	if len(names) == 0 {
		return "nothing here"
	}
	sorted := slices.Sorted(slices.Values(names))
	if len(sorted) > most {
		return "one of its " + strconv.Itoa(len(sorted)) + ", such as " + strings.Join(sorted[:3], ", ")
	}
	return oneOf(sorted)
}
