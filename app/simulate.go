// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// SimulateOptions configure Simulate.
type SimulateOptions struct {
	Organisation *organisation.Organisation // of the demo centre, as its files describe it
	Days         simulator.Options
	Speed        float64           // simulated seconds in a real one; 0: as fast as possible
	Events       io.Writer         // gets the events, one JSON object a line; nil: not wanted
	Truth        io.Writer         // gets what truly happened, as JSON; nil: not wanted
	Kafka        *eventlog.Options // where the events go as history, in the lane of Days; nil: nowhere
	Group        string            // the consumer group of vigie run: history goes no faster than it digests; empty: as fast as it can
}

// Validate checks the options without I/O.
func (o *SimulateOptions) Validate() error {
	var errs []error
	if o.Speed < 0 {
		errs = append(errs, fmt.Errorf("speed: %v; write how many simulated seconds pass in one, or 0 for as fast as possible", o.Speed))
	}
	if o.Kafka != nil {
		errs = append(errs, o.Kafka.Validate())
		if o.Days.Lane == "" {
			errs = append(errs, errors.New("lane: empty; what is simulated is history to a running centre: give the import a name of its own, for example history-1"))
		}
	}
	return errors.Join(errs...)
}

// SimulateReport counts what a simulation gave.
type SimulateReport struct {
	Events, Calls int64
	Days          int
}

// Simulate lets the demo centre live for some days.
func Simulate(ctx context.Context, o SimulateOptions) (SimulateReport, error) {
	if err := o.Validate(); err != nil {
		return SimulateReport{}, err
	}
	sinks := &simulationSinks{ctx: ctx, speed: o.Speed, began: time.Now()}
	if o.Events != nil {
		sinks.lines = simulator.NewNDJSON(o.Events)
	}
	if o.Kafka != nil {
		log, err := openHistoryLog(ctx, *o.Kafka, o.Group, o.Days.Centre)
		if err != nil {
			return SimulateReport{}, err
		}
		defer log.kafka.Close()
		sinks.log = log
	}
	truth, err := simulator.Run(simulator.CapRivage(o.Organisation), &o.Days, sinks)
	if err = errors.Join(err, sinks.close(ctx, err == nil)); err != nil {
		return SimulateReport{}, err
	}
	if o.Truth != nil {
		if err := truth.Write(o.Truth); err != nil {
			return SimulateReport{}, err
		}
	}
	return SimulateReport{Events: truth.Events, Calls: int64(len(truth.Calls)), Days: len(truth.Days)}, nil
}

// simulationSinks takes the events of a simulation, at the pace that was asked for.
type simulationSinks struct {
	ctx   context.Context // a sink has no context of its own; this one ends the run
	lines *simulator.NDJSON
	log   *historyLog
	speed float64
	began time.Time
	first event.Millis // received of the first event
}

// Put implements simulator.Sink.
func (s *simulationSinks) Put(e *event.Event) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if err := s.keepPace(e.Received); err != nil {
		return err
	}
	if s.lines != nil {
		if err := s.lines.Put(e); err != nil {
			return err
		}
	}
	if s.log != nil {
		return s.log.put(s.ctx, e)
	}
	return nil
}

// paceStep is the shortest wait that is worth waiting for.
const paceStep = 20 * time.Millisecond

// keepPace waits until the event's turn has come; what came before it is written first.
func (s *simulationSinks) keepPace(received event.Millis) error {
	if s.speed == 0 {
		return nil
	}
	if s.first == 0 {
		s.first = received
	}
	wait := time.Duration(float64(received-s.first)/s.speed*float64(time.Millisecond)) - time.Since(s.began)
	if wait < paceStep {
		return nil
	}
	if s.lines != nil {
		if err := s.lines.Flush(); err != nil {
			return err
		}
	}
	select {
	case <-s.ctx.Done():
		return s.ctx.Err()
	case <-time.After(wait):
		return nil
	}
}

// close writes what is left. A history that is complete is announced as such.
func (s *simulationSinks) close(ctx context.Context, complete bool) error {
	var errs []error
	if s.lines != nil {
		errs = append(errs, s.lines.Flush())
	}
	if s.log != nil {
		errs = append(errs, s.log.close(ctx, complete))
	}
	return errors.Join(errs...)
}

// historyLog publishes events in batches, into the lane that they name.
type historyLog struct {
	kafka    *eventlog.Log
	producer *eventlog.Producer
	pace     pace
	batch    []eventlog.Record
	last     event.Event
}

func openHistoryLog(ctx context.Context, o eventlog.Options, group, centre string) (*historyLog, error) {
	kafka, err := eventlog.Open(o)
	if err != nil {
		return nil, err
	}
	if err := kafka.EnsureTopics(ctx); err != nil {
		kafka.Close()
		return nil, err
	}
	pace, err := newPace(kafka, group, centre, o.Logger)
	if err != nil {
		kafka.Close()
		return nil, err
	}
	return &historyLog{kafka: kafka, producer: kafka.NewProducer(eventlog.Events), pace: pace}, nil
}

func (h *historyLog) put(ctx context.Context, e *event.Event) error {
	h.last = *e
	h.batch = append(h.batch, eventlog.Record{Key: []byte(e.Centre), Value: event.AppendJSON(nil, e)})
	if len(h.batch) < importBatch {
		return nil
	}
	return h.flush(ctx)
}

func (h *historyLog) flush(ctx context.Context) error {
	if len(h.batch) == 0 {
		return nil
	}
	if err := h.pace.wait(ctx, len(h.batch)); err != nil {
		return err
	}
	if err := h.producer.Publish(ctx, h.batch); err != nil {
		return fmt.Errorf("publishing %d events of the simulation: %w", len(h.batch), err)
	}
	h.batch = h.batch[:0]
	return nil
}

// close says that the import is complete, unless it is not, and closes the producer.
func (h *historyLog) close(ctx context.Context, complete bool) error {
	var err error
	if complete && h.last.Centre != "" {
		err = h.put(ctx, &event.Event{ID: "finished", Source: "simulator:import", Type: event.ImportFinished, Time: h.last.Received,
			Received: h.last.Received, Centre: h.last.Centre, Lane: h.last.Lane})
		err = errors.Join(err, h.flush(ctx))
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(err, h.producer.Close(stop))
}
