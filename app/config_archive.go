// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
)

// ConfigVersion is one version of a centre's configuration, as the archive lists it.
type ConfigVersion struct {
	Centre  string   `json:"centre"`
	Version int      `json:"version"`
	State   string   `json:"state"`   // StateAnnounced or StatePublished
	AtMs    int64    `json:"at_ms"`   // of its records, by the log's clock
	MadeMs  int64    `json:"made_ms"` // when it was applied, by the clock of whoever did
	By      string   `json:"by,omitempty"`
	Message string   `json:"message,omitempty"`
	Count   int      `json:"count"` // objects
	Hash    string   `json:"hash"`  // of the objects: what config.applied announces
	Pages   []string `json:"pages"` // SHA-256 of each page that holds some of them, in order
	Offset  int64    `json:"offset"`
}

// The states of a version. It is announced before it goes to the log, so that a crash in between is known, and published
// once it was found there whole.
const (
	StateAnnounced = "announced"
	StatePublished = "published"
)

const (
	// keptVersions is how many versions of a centre stay: a change a day for most of a year.
	keptVersions = 200

	// pageBytes bounds a page of objects: a record of the log takes 1 MB. Pages are shared by the versions that have them in
	// common, so that a changed threshold does not store a thousand advisors again.
	pageBytes = 500_000
)

// archive is what a partition of the configurations topic holds.
type archive struct {
	log       *eventlog.Log
	partition int
	versions  []ConfigVersion   // by centre, then version
	pages     map[string][]byte // by key
}

// archivedObject is one object in a page.
type archivedObject struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// The keys of the topic: "v/" and "p/" tell versions from pages; the centre is quoted, so that no two keys meet.
func versionKey(centre string, version int) string { return fmt.Sprintf("v/%q/%010d", centre, version) }
func pageKey(centre, hash string) string           { return fmt.Sprintf("p/%q/%s", centre, hash) }

// readArchive reads a partition whole. It is small: distinct pages and their versions.
func readArchive(ctx context.Context, log *eventlog.Log, partition int) (*archive, error) {
	a := &archive{log: log, partition: partition, pages: map[string][]byte{}}
	versions := map[string]ConfigVersion{}
	err := log.ScanConfigs(ctx, partition, func(key, value []byte) error {
		name := string(key)
		switch {
		case len(value) == 0:
			delete(versions, name)
			delete(a.pages, name)
		case strings.HasPrefix(name, "p/"):
			a.pages[name] = value
		default:
			var v ConfigVersion
			if err := json.Unmarshal(value, &v); err != nil {
				return fmt.Errorf("the archive of configurations holds something else under %q: %w", name, err)
			}
			versions[name] = v
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		a.versions = append(a.versions, v)
	}
	a.sort()
	return a, nil
}

func (a *archive) sort() {
	slices.SortFunc(a.versions, func(x, y ConfigVersion) int {
		return cmp.Or(cmp.Compare(x.Centre, y.Centre), cmp.Compare(x.Version, y.Version))
	})
}

// of lists the versions of one centre, oldest first.
func (a *archive) of(centre string) []ConfigVersion {
	var own []ConfigVersion
	for _, v := range a.versions {
		if v.Centre == centre {
			own = append(own, v)
		}
	}
	return own
}

// objects are those of a version, checked against its hash.
func (a *archive) objects(v *ConfigVersion) ([]event.ConfigObject, error) {
	var objects []event.ConfigObject
	for _, hash := range v.Pages {
		page, ok := a.pages[pageKey(v.Centre, hash)]
		if !ok {
			return nil, fmt.Errorf("version %d of centre %s: a part of it is missing from the archive; apply its files again", v.Version, v.Centre)
		}
		var list []archivedObject
		if err := json.Unmarshal(page, &list); err != nil {
			return nil, fmt.Errorf("version %d of centre %s: a part of it cannot be read: %w", v.Version, v.Centre, err)
		}
		for _, o := range list {
			t, ok := event.ParseType(o.Type)
			if !ok {
				return nil, fmt.Errorf("version %d of centre %s holds %s, which this version of vigie does not know; use a newer one", v.Version, v.Centre, o.Type)
			}
			objects = append(objects, event.ConfigObject{Type: t, Data: o.Data})
		}
	}
	if hash := event.ConfigHash(objects); hash != v.Hash {
		return nil, fmt.Errorf("version %d of centre %s: its hash is %s and its objects give %s; apply its files again", v.Version, v.Centre, v.Hash, hash)
	}
	return objects, nil
}

// paginate cuts objects into pages, each of one type, and returns them with their hashes.
func paginate(objects []event.ConfigObject) (hashes []string, pages [][]byte, err error) {
	var page []archivedObject
	size := 0
	flush := func() {
		if len(page) == 0 || err != nil {
			return
		}
		raw, failed := json.Marshal(page)
		err = failed
		sum := sha256.Sum256(raw)
		hashes, pages = append(hashes, hex.EncodeToString(sum[:])), append(pages, raw)
		page, size = nil, 0
	}
	for i, o := range objects {
		if i > 0 && objects[i-1].Type != o.Type || size+len(o.Data) > pageBytes {
			flush()
		}
		page = append(page, archivedObject{Type: o.Type.String(), Data: o.Data})
		size += len(o.Data)
	}
	flush()
	return hashes, pages, err
}

// store writes records to the archive's partition and waits until they are acknowledged.
func (a *archive) store(ctx context.Context, records []eventlog.Record) (err error) {
	if len(records) == 0 {
		return nil
	}
	p := a.log.NewProducer(eventlog.Configs)
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(ctx))) }()
	if err := p.PublishTo(ctx, a.partition, records); err != nil {
		return fmt.Errorf("writing to the archive of configurations: %w", err)
	}
	return nil
}

// put stores a version; the pages that are there already are not stored again.
func (a *archive) put(ctx context.Context, v ConfigVersion, pages [][]byte) error {
	var records []eventlog.Record
	for i, page := range pages {
		key := pageKey(v.Centre, v.Pages[i])
		if _, there := a.pages[key]; !there {
			records = append(records, eventlog.Record{Key: []byte(key), Value: page})
		}
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("writing version %d: %w", v.Version, err)
	}
	if err := a.store(ctx, append(records, eventlog.Record{Key: []byte(versionKey(v.Centre, v.Version)), Value: raw})); err != nil {
		return err
	}
	for i, page := range pages {
		a.pages[pageKey(v.Centre, v.Pages[i])] = page
	}
	a.versions = slices.DeleteFunc(a.versions, func(old ConfigVersion) bool { return old.Centre == v.Centre && old.Version == v.Version })
	a.versions = append(a.versions, v)
	a.sort()
	return nil
}

// prune deletes the versions of a centre beyond keptVersions, and the pages that only they had.
func (a *archive) prune(ctx context.Context, centre string) error {
	own := a.of(centre)
	if len(own) <= keptVersions {
		return nil
	}
	old, kept := own[:len(own)-keptVersions], own[len(own)-keptVersions:]
	needed := map[string]bool{}
	for _, v := range kept {
		for _, hash := range v.Pages {
			needed[hash] = true
		}
	}
	var records []eventlog.Record
	for _, v := range old {
		records = append(records, eventlog.Record{Key: []byte(versionKey(centre, v.Version))})
		for _, hash := range v.Pages {
			if !needed[hash] {
				needed[hash] = true // once is enough
				records = append(records, eventlog.Record{Key: []byte(pageKey(centre, hash))})
			}
		}
	}
	return a.store(ctx, records)
}
