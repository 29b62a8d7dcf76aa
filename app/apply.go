// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
)

// Configs reads and publishes the configurations of centres. Close it.
type Configs struct {
	log    *eventlog.Log
	now    func() time.Time
	logger *slog.Logger
	// beforePublish, in tests, does something between the announcement and the publication.
	beforePublish func()
}

// OpenConfigs connects to the log.
func OpenConfigs(ctx context.Context, o eventlog.Options, now func() time.Time, logger *slog.Logger) (*Configs, error) {
	o.Logger = logger
	log, err := eventlog.Open(o)
	if err != nil {
		return nil, err
	}
	if err := log.EnsureTopics(ctx); err != nil {
		log.Close()
		return nil, err
	}
	return &Configs{log: log, now: now, logger: logger}, nil
}

// Close releases the connections.
func (c *Configs) Close() { c.log.Close() }

// ReadOrganisation reads and checks the files of a folder that errors call name, targets against the catalogue.
func ReadOrganisation(dir fs.FS, name string) (*organisation.Organisation, error) {
	catalogue, err := builtIn()
	if err != nil {
		return nil, err
	}
	d := definer{catalogue}
	return organisation.Read(dir, organisation.Options{Name: name, Indicators: targetIndicators(catalogue.Indicators()), CheckRule: d.checkRule, Define: d.define})
}

// Plan is what applying an organisation would do.
type Plan struct {
	Centre  string
	Current *ConfigVersion // the newest published version; nil before the first
	// Unsettled is a version that was announced after Current and never confirmed: it may be in force or not.
	Unsettled *ConfigVersion
	Version   int // what would be published
	Objects   []event.ConfigObject
	Changes   []organisation.Change // against Current

	archive *archive
}

// Needed tells whether publishing would change anything.
func (p *Plan) Needed() bool {
	return p.Current == nil || p.Unsettled != nil || p.Current.Hash != event.ConfigHash(p.Objects)
}

// Plan compares an organisation with what applies now. The centre is that of the files unless another is given.
func (c *Configs) Plan(ctx context.Context, centre string, o *organisation.Organisation) (*Plan, error) {
	switch {
	case centre == "" && o.ID == "":
		return nil, errors.New("which centre? Write id in centre.yaml, or give --centre")
	case centre == "":
		centre = o.ID
	case o.ID != "" && o.ID != centre:
		return nil, fmt.Errorf("centre.yaml says id: %s, and --centre is %s; drop one, or make them the same", o.ID, centre)
	}
	objects := o.Objects()
	if err := c.checkDefinitions(ctx, centre, objects); err != nil {
		return nil, fmt.Errorf("nothing was published: %w", err)
	}
	archive, err := readArchive(ctx, c.log, c.log.PartitionOf([]byte(centre)))
	if err != nil {
		return nil, err
	}
	p := &Plan{Centre: centre, Version: 1, Objects: objects, archive: archive}
	versions := archive.of(centre)
	if n := len(versions); n > 0 {
		p.Version = versions[n-1].Version + 1
		if versions[n-1].State != StatePublished {
			p.Unsettled = &versions[n-1]
		}
	}
	var current []event.ConfigObject
	for i := range slices.Backward(versions) {
		if versions[i].State == StatePublished {
			p.Current = &versions[i]
			if current, err = archive.objects(p.Current); err != nil {
				c.logger.Warn("what applies now cannot be read, so everything is shown as new", "error", err)
			}
			break
		}
	}
	indicators, err := TargetIndicators()
	if err != nil {
		return nil, err
	}
	p.Changes = organisation.Diff(current, p.Objects, indicators)
	return p, nil
}

// Publish announces the plan's version, publishes it to the centre's key, waits until every in-sync replica has it, reads
// it back as the machine will, and confirms it. by and message go into the history.
func (c *Configs) Publish(ctx context.Context, p *Plan, by, message string) (ConfigVersion, error) {
	hashes, pages, err := paginate(p.Objects)
	if err != nil {
		return ConfigVersion{}, fmt.Errorf("writing the configuration: %w", err)
	}
	at, err := c.logTime(ctx, p.archive.partition)
	if err != nil {
		return ConfigVersion{}, err
	}
	v := ConfigVersion{Centre: p.Centre, Version: p.Version, State: StateAnnounced, AtMs: at, MadeMs: c.now().UnixMilli(), By: by, Message: message,
		Count: len(p.Objects), Hash: event.ConfigHash(p.Objects), Pages: hashes, Offset: -1}
	if err := p.archive.put(ctx, v, pages); err != nil {
		return v, err
	}
	if c.beforePublish != nil {
		c.beforePublish()
	}
	if v.Offset, err = c.publishRecords(ctx, &v, p.Objects); err != nil {
		return v, err
	}
	v.State = StatePublished
	if err := p.archive.put(ctx, v, pages); err != nil {
		return v, fmt.Errorf("version %d is in force, but could not be confirmed; apply again: %w", v.Version, err)
	}
	if err := p.archive.prune(ctx, p.Centre); err != nil {
		c.logger.Warn("old versions stay in the archive for now", "error", err)
	}
	return v, nil
}

// History lists the versions of a centre, newest first. With centre "" it is the only one there is.
func (c *Configs) History(ctx context.Context, centre string) (*ConfigHistory, error) {
	partitions := []int{c.log.PartitionOf([]byte(centre))}
	if centre == "" {
		partitions = nil
		for p := range c.log.Partitions() {
			partitions = append(partitions, p)
		}
	}
	var found []*archive
	var centres []string
	for _, p := range partitions {
		a, err := readArchive(ctx, c.log, p)
		if err != nil {
			return nil, err
		}
		for _, v := range a.versions {
			if !slices.Contains(centres, v.Centre) && (centre == "" || v.Centre == centre) {
				centres, found = append(centres, v.Centre), append(found, a)
			}
		}
	}
	switch {
	case len(centres) == 0 && centre != "":
		return nil, fmt.Errorf("nothing was applied for centre %s; vigie apply publishes its first version", centre)
	case len(centres) == 0:
		return nil, errors.New("nothing was applied yet; vigie apply publishes the first version")
	case len(centres) > 1:
		slices.Sort(centres)
		return nil, fmt.Errorf("there are %d centres; give --centre with one of %s", len(centres), strings.Join(centres, ", "))
	}
	versions := found[0].of(centres[0])
	slices.Reverse(versions)
	return &ConfigHistory{Centre: centres[0], Versions: versions, archive: found[0]}, nil
}

// ConfigHistory is the versions of one centre, newest first.
type ConfigHistory struct {
	Centre   string
	Versions []ConfigVersion
	archive  *archive
}

// Find returns a version; 0 is the newest published one.
func (h *ConfigHistory) Find(version int) (*ConfigVersion, error) {
	for i := range h.Versions {
		v := &h.Versions[i]
		if v.Version == version || version == 0 && v.State == StatePublished {
			return v, nil
		}
	}
	if version == 0 {
		return nil, fmt.Errorf("no version of centre %s was confirmed; apply again", h.Centre)
	}
	return nil, fmt.Errorf("centre %s has no version %d; vigie history lists those that are kept", h.Centre, version)
}

// Objects are those of a version.
func (h *ConfigHistory) Objects(v *ConfigVersion) ([]event.ConfigObject, error) {
	return h.archive.objects(v)
}

// Changes says what version i of the list changed, against the one published before it.
func (h *ConfigHistory) Changes(i int) ([]organisation.Change, error) {
	after, err := h.archive.objects(&h.Versions[i])
	if err != nil {
		return nil, err
	}
	var before []event.ConfigObject
	for k := i + 1; k < len(h.Versions); k++ {
		if h.Versions[k].State == StatePublished {
			if before, err = h.archive.objects(&h.Versions[k]); err != nil {
				return nil, err
			}
			break
		}
	}
	indicators, err := TargetIndicators()
	if err != nil {
		return nil, err
	}
	return organisation.Diff(before, after, indicators), nil
}
