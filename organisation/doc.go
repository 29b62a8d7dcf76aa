// SPDX-License-Identifier: Apache-2.0

// Package organisation is a contact centre as data: who works where and when, which queues there are and how they are
// judged, written in YAML by people and turned into the config.* objects of the log.
//
// It reads strictly and reports everything that is wrong at once, each with file, line, column, what was found and what
// to write instead. It knows the language of events and nothing else of ours: which indicators exist is told by its
// caller, and so is every file, as an fs.FS. It never sees Kafka, a clock or a number that happened.
//
// Start with Read, which gives an Organisation; Organisation.Objects is what is published, Diff tells in words what
// would change, Schema describes the files to editors.
package organisation
