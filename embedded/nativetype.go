// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"fmt"
	"strconv"
	"strings"
)

// nativeType says how many bytes a column's values take in the Native format.
type nativeType struct {
	layout nativeLayout
	size   int           // bytes a value: of fixed
	parts  []*nativeType // the element, the key and value, or the tuple's elements
}

type nativeLayout int

const (
	fixed nativeLayout = iota
	texts
	nullable       // a byte a row, then the values
	sequence       // the ends as 8 bytes a row, then all elements: Array, and Map as one of pairs
	tuple          // column by column
	lowCardinality // a dictionary, then an index a row
)

// fixedBytes is the size of the types that always have the same one.
var fixedBytes = map[string]int{
	"Int8": 1, "Int16": 2, "Int32": 4, "Int64": 8, "Int128": 16, "Int256": 32,
	"UInt8": 1, "UInt16": 2, "UInt32": 4, "UInt64": 8, "UInt128": 16, "UInt256": 32,
	"BFloat16": 2, "Float32": 4, "Float64": 8, "Bool": 1, "Nothing": 1,
	"Date": 2, "Date32": 4, "DateTime": 4, "DateTime64": 8, "Time": 4, "Time64": 8,
	"Enum8": 1, "Enum16": 2, "UUID": 16, "IPv4": 4, "IPv6": 16,
}

// geometry is what the named shapes stand for.
var geometry = map[string]string{
	"Point": "Tuple(Float64, Float64)", "Ring": "Array(Point)", "LineString": "Array(Point)",
	"Polygon": "Array(Ring)", "MultiLineString": "Array(LineString)", "MultiPolygon": "Array(Polygon)",
}

// maxTypeDepth bounds the nesting of a type.
const maxTypeDepth = 100

// parseNativeType reads a type's name as the engine writes it.
func parseNativeType(name string) (*nativeType, error) { return parseNested(name, 0) }

func parseNested(full string, depth int) (*nativeType, error) {
	if depth > maxTypeDepth {
		return nil, fmt.Errorf("type nested more than %d deep", maxTypeDepth)
	}
	name, arguments, err := splitType(full)
	if err != nil {
		return nil, err
	}
	if size, ok := fixedBytes[name]; ok {
		return &nativeType{layout: fixed, size: size}, nil
	}
	if strings.HasPrefix(name, "Interval") {
		return &nativeType{layout: fixed, size: 8}, nil
	}
	if shape, ok := geometry[name]; ok {
		return parseNested(shape, depth+1)
	}
	switch {
	case name == "String":
		return &nativeType{layout: texts}, nil
	case name == "FixedString" && len(arguments) == 1:
		return sizedType(full, arguments[0], func(n int) int { return n })
	case name == "Decimal" && len(arguments) == 2:
		return sizedType(full, arguments[0], decimalBytes)
	case name == "SimpleAggregateFunction" && len(arguments) == 2:
		return parseNested(arguments[1], depth+1)
	}
	layout, isComposite := map[string]nativeLayout{
		"Nullable": nullable, "Array": sequence, "Map": sequence, "Nested": sequence, "Tuple": tuple, "LowCardinality": lowCardinality,
	}[name]
	if !isComposite {
		return nil, unsupportedType(full)
	}
	return parseComposite(name, layout, arguments, depth)
}

func parseComposite(name string, layout nativeLayout, arguments []string, depth int) (*nativeType, error) {
	parsed := &nativeType{layout: layout}
	for _, argument := range arguments {
		if name == "Tuple" || name == "Nested" {
			argument = withoutName(argument)
		}
		part, err := parseNested(argument, depth+1)
		if err != nil {
			return nil, err
		}
		parsed.parts = append(parsed.parts, part)
	}
	switch name {
	case "Tuple":
		if len(parsed.parts) == 0 {
			return &nativeType{layout: fixed, size: 1}, nil // the empty tuple takes a byte
		}
		return parsed, nil
	case "Map", "Nested":
		parsed.parts = []*nativeType{{layout: tuple, parts: parsed.parts}}
	case "LowCardinality":
		// The dictionary keeps NULL as its first key, so the keys are not nullable.
		if len(parsed.parts) == 1 && parsed.parts[0].layout == nullable {
			parsed.parts = parsed.parts[0].parts
		}
	}
	if len(parsed.parts) != 1 {
		return nil, fmt.Errorf("type %s has %d arguments", name, len(arguments))
	}
	return parsed, nil
}

func sizedType(full, argument string, size func(int) int) (*nativeType, error) {
	n, err := strconv.Atoi(argument)
	if err != nil || n <= 0 {
		return nil, fmt.Errorf("type %s: no size", full)
	}
	return &nativeType{layout: fixed, size: size(n)}, nil
}

// decimalBytes is the width that holds a decimal of this many digits.
func decimalBytes(digits int) int {
	switch {
	case digits <= 9:
		return 4
	case digits <= 18:
		return 8
	case digits <= 38:
		return 16
	}
	return 32
}

func unsupportedType(name string) error {
	return exception(codeNotImplemented, "NOT_IMPLEMENTED",
		"The embedded engine cannot send type %s in the Native format: convert it in the query (toString, CAST, finalizeAggregation), or ask for another FORMAT", name)
}

func isDateTime(name string) bool {
	base, _, err := splitType(name)
	return err == nil && base == "DateTime"
}

// splitType splits "Map(UInt16, Int64)" into "Map" and its two arguments.
func splitType(full string) (name string, arguments []string, err error) {
	name, rest, ok := strings.Cut(full, "(")
	if !ok {
		return full, nil, nil
	}
	if !strings.HasSuffix(rest, ")") {
		return "", nil, fmt.Errorf("type %q does not end", full)
	}
	rest = rest[:len(rest)-1]
	start, depth := 0, 0
	for at := 0; at < len(rest); {
		end := tokenEnd(rest, at)
		switch rest[at] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				arguments = append(arguments, strings.TrimSpace(rest[start:at]))
				start = end
			}
		}
		at = end
	}
	if last := strings.TrimSpace(rest[start:]); last != "" {
		arguments = append(arguments, last)
	}
	return name, arguments, nil
}

// withoutName takes the name off a tuple's element: "x Int8" and "Int8" alike.
func withoutName(element string) string {
	end := tokenEnd(element, 0)
	if end < len(element) && element[end] == ' ' {
		return element[end+1:]
	}
	return element
}

// prefixBytes is what comes once before a column's values: the version of each
// dictionary in it, 8 bytes.
func (n *nativeType) prefixBytes() int {
	if n.layout == lowCardinality {
		return 8
	}
	total := 0
	for _, part := range n.parts {
		total += part.prefixBytes()
	}
	return total
}

// copyRows copies a column's values.
func (n *nativeType) copyRows(t *transcoder, rows int) error {
	if rows == 0 {
		return nil
	}
	switch n.layout {
	case fixed:
		return t.copy(n.size * rows)
	case texts:
		return t.texts(rows)
	case nullable:
		if err := t.copy(rows); err != nil {
			return err
		}
		return n.parts[0].copyRows(t, rows)
	case tuple:
		for _, part := range n.parts {
			if err := part.copyRows(t, rows); err != nil {
				return err
			}
		}
		return nil
	case sequence:
		elements, err := copyEnds(t, rows)
		if err != nil {
			return err
		}
		return n.parts[0].copyRows(t, elements)
	case lowCardinality:
		return n.copyDictionary(t, rows)
	}
	panic(fmt.Sprintf("BUG: native layout %d", n.layout))
}

// copyEnds copies the end of each row's elements; the last is their number.
func copyEnds(t *transcoder, rows int) (int, error) {
	if err := t.copy(8 * (rows - 1)); err != nil {
		return 0, err
	}
	last, err := t.number()
	if err != nil {
		return 0, err
	}
	if last > maxBlockRows {
		return 0, fmt.Errorf("the engine announces %d array elements in a block", last)
	}
	return int(last), nil
}

// Bits of the word that begins a dictionary's data; its lowest byte is the
// width of an index, as a power of two.
const (
	sharedDictionary = 1 << 8 // refers to an earlier block; Native never does
	ownKeys          = 1 << 9
)

// copyDictionary copies dictionaries with their indexes until all rows came.
func (n *nativeType) copyDictionary(t *transcoder, rows int) error {
	for rows > 0 {
		flags, err := t.number()
		if err != nil {
			return err
		}
		width := flags & 0xff
		if flags&sharedDictionary != 0 || width > 3 {
			return fmt.Errorf("unknown dictionary encoding %#x", flags)
		}
		if flags&ownKeys != 0 {
			keys, err := t.number()
			if err != nil {
				return err
			}
			if keys > maxBlockRows {
				return fmt.Errorf("the engine announces a dictionary of %d keys", keys)
			}
			if err := n.parts[0].copyRows(t, int(keys)); err != nil {
				return err
			}
		}
		indexes, err := t.number()
		if err != nil {
			return err
		}
		if indexes == 0 || indexes > uint64(rows) {
			return fmt.Errorf("the engine announces %d indexes for %d rows", indexes, rows)
		}
		if err := t.copy(int(indexes) << width); err != nil {
			return err
		}
		rows -= int(indexes)
	}
	return nil
}
