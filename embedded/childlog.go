// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
)

// childLog hands a child's standard error to a logger: lines of slog's JSON
// with their level and attributes, anything else as a warning. It remembers the
// last lines, to tell why a start failed.
type childLog struct {
	logger  *slog.Logger
	partial []byte // a line whose end has not come; only Write uses it

	mu   sync.Mutex
	last []string
}

const (
	lastLines    = 10 // how many lines an error quotes
	maxLineBytes = 64 << 10
)

// Write takes the child's standard error as it comes; whole lines are logged.
func (l *childLog) Write(p []byte) (int, error) {
	l.partial = append(l.partial, p...)
	for {
		end := bytes.IndexByte(l.partial, '\n')
		if end < 0 && len(l.partial) >= maxLineBytes {
			end = len(l.partial) // a longer line is logged in pieces
		}
		if end < 0 {
			return len(p), nil
		}
		if line := strings.TrimSpace(string(l.partial[:end])); line != "" {
			l.line(line)
		}
		l.partial = l.partial[min(end+1, len(l.partial)):]
	}
}

func (l *childLog) line(line string) {
	var record map[string]any
	level, message := slog.LevelWarn, line
	var attributes []any
	if json.Unmarshal([]byte(line), &record) == nil {
		if text, ok := record[slog.LevelKey].(string); ok {
			_ = level.UnmarshalText([]byte(text)) // an unknown level stays a warning
		}
		message, _ = record[slog.MessageKey].(string)
		for _, name := range slices.Sorted(maps.Keys(record)) {
			if name != slog.LevelKey && name != slog.MessageKey && name != slog.TimeKey {
				attributes = append(attributes, name, record[name])
			}
		}
	}
	l.remember(line)
	l.logger.Log(context.Background(), level, "embedded ClickHouse: "+message, attributes...)
}

func (l *childLog) remember(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = append(l.last, line)
	if len(l.last) > lastLines {
		l.last = l.last[1:]
	}
}

// lastWords quotes the last lines, for the end of an error's text.
func (l *childLog) lastWords() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == 0 {
		return ""
	}
	return "; it said:\n  " + strings.Join(l.last, "\n  ")
}
