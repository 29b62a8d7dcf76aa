// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

const acceptedTypes = "application/cloudevents+json, application/cloudevents-batch+json, application/x-ndjson, application/json"

// errTooMany means that a body holds more events than a request may.
var errTooMany = errors.New("too many events")

// splitter cuts a body into the bytes of its events, which it does not check. It stops with errTooMany beyond limit.
type splitter func(body []byte, limit int) ([][]byte, error)

// splitterFor chooses by the content type.
func splitterFor(h http.Header) (splitter, error) {
	t, err := mediaType(h)
	if err != nil {
		return nil, err
	}
	switch t {
	case "application/cloudevents+json":
		return one, nil
	case "application/cloudevents-batch+json":
		return array, nil
	case "application/x-ndjson":
		return lines, nil
	case "application/json":
		return oneOrArray, nil
	}
	return nil, fmt.Errorf("content type %q: send one of %s", t, acceptedTypes)
}

func one(body []byte, _ int) ([][]byte, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, errors.New("the body is empty: send one event as a JSON object")
	}
	return [][]byte{body}, nil
}

func oneOrArray(body []byte, limit int) ([][]byte, error) {
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '[' {
		return array(body, limit)
	}
	return one(body, limit)
}

func lines(body []byte, limit int) ([][]byte, error) {
	var all [][]byte
	for line := range bytes.Lines(body) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if len(all) == limit {
			return nil, errTooMany
		}
		all = append(all, line)
	}
	return all, nil
}

// array cuts a JSON array. Where its syntax breaks, the extent of what follows is unknown, so all of it is refused.
func array(body []byte, limit int) ([][]byte, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, errors.New("the body is not a JSON array of events")
	}
	var all [][]byte
	for d.More() {
		if len(all) == limit {
			return nil, errTooMany
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, fmt.Errorf("the JSON array breaks in element %d: %s", len(all), strings.TrimPrefix(err.Error(), "json: "))
		}
		all = append(all, raw)
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("the JSON array has no end: the body was cut")
	}
	if len(bytes.TrimSpace(body[d.InputOffset():])) > 0 {
		return nil, errors.New("something follows the JSON array")
	}
	return all, nil
}
