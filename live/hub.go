// SPDX-License-Identifier: Apache-2.0

package live

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// pushEvery is how often what people look at is computed anew, at most: at the first reading after it, so that nothing
	// waits for the next beat of a clock.
	pushEvery = 500 * time.Millisecond
	// beatEvery is how often it is without a new reading.
	beatEvery = time.Second
	// maxListeners bounds the streams of an instance: 1,000 walls hold about 40 MB of buffers.
	maxListeners = 1000
	// maxTopics bounds the different things that are looked at.
	maxTopics = 256
)

// errFull refuses a listener.
var errFull = errors.New("too many streams are open; close some, or ask another instance")

// frame is one server-sent event.
type frame struct {
	id, event string
	content   []byte // what tells it from the frame before: not the time at which it is sent
	data      []byte
}

// topic is one thing that people look at. make gives its newest frame; nil when it does not exist any more.
type topic struct {
	make      func() *frame
	listeners map[*listener]struct{}
	last      *frame
}

// listener gets the newest frame. One that is slow misses those in between, never the newest.
type listener struct {
	frames chan *frame // holds one
	topic  *topic
	key    string
}

// offer replaces a frame that was not taken yet.
func (l *listener) offer(f *frame) {
	select {
	case l.frames <- f:
		return
	default:
	}
	select {
	case <-l.frames:
	default:
	}
	select {
	case l.frames <- f:
	default: // the hub is the only sender, so there is room
	}
}

// hub computes each topic once for all its listeners.
type hub struct {
	mu     sync.Mutex
	topics map[string]*topic
	count  int
	closed bool
	beat   func() *frame
}

func newHub(beat func() *frame) *hub { return &hub{topics: map[string]*topic{}, beat: beat} }

// run pushes when something has moved, and now and then, until ctx ends; then every stream ends.
func (h *hub) run(ctx context.Context, moved <-chan struct{}) {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	var pushed time.Time
	for {
		select {
		case <-ctx.Done():
			h.close()
			return
		case <-moved:
			if ctx.Err() != nil || time.Since(pushed) < pushEvery {
				continue // a machine is read more often: the next reading is not far
			}
		case <-ticker.C:
		}
		pushed = time.Now()
		h.push()
		ticker.Reset(beatEvery)
	}
}

// push sends each topic's newest frame to its listeners, or a heartbeat when nothing has changed.
func (h *hub) push() {
	h.mu.Lock()
	defer h.mu.Unlock()
	beat := h.beat()
	for _, t := range h.topics {
		f := t.make()
		if f == nil || t.last != nil && bytes.Equal(f.content, t.last.content) {
			f = beat
		} else {
			t.last = f
		}
		for l := range t.listeners {
			l.offer(f)
		}
	}
}

// listen opens a stream; its first frame is ready. leave must be called.
func (h *hub) listen(key string, newest func() *frame) (*listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[key]
	if h.closed || h.count >= maxListeners || t == nil && len(h.topics) >= maxTopics {
		return nil, errFull
	}
	if t == nil {
		t = &topic{make: newest, listeners: map[*listener]struct{}{}}
		h.topics[key] = t
	}
	if t.last == nil {
		t.last = t.make()
	}
	l := newListener(t, key)
	if t.last != nil {
		l.offer(t.last)
	}
	t.listeners[l] = struct{}{}
	h.count++
	return l, nil
}

func newListener(t *topic, key string) *listener {
	return &listener{frames: make(chan *frame, 1), topic: t, key: key}
}

func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, is := l.topic.listeners[l]; !is {
		return
	}
	delete(l.topic.listeners, l)
	h.count--
	if len(l.topic.listeners) == 0 {
		delete(h.topics, l.key)
	}
}

// close ends every stream, and refuses new ones.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for key, t := range h.topics {
		for l := range t.listeners {
			close(l.frames)
		}
		clear(t.listeners)
		delete(h.topics, key)
	}
	h.count = 0
}

// listeners is how many streams are open.
func (h *hub) listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}
