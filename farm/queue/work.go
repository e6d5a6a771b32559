package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Done is what came of a job: the result, which is the same whoever does the job, and what is kept beside it, which
// need not be.
type Done struct{ Result, Beside []byte }

// Do does a job. ErrOther says that this worker must not; another error counts as a try.
type Do func(ctx context.Context, job []byte) (Done, error)

// ErrOther reports a job that a worker of another version has to do.
var ErrOther = errors.New("is for a strata of another version")

// Work takes jobs, one after the other, until ctx ends. It goes on when the server was away. The error is that of ctx.
func (l *Link) Work(ctx context.Context, do Do) error {
	for ctx.Err() == nil {
		p, err := l.open(ctx)
		for err == nil && ctx.Err() == nil {
			err = l.next(ctx, p, do)
		}
		if err := again(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// next does one job, if there is one.
func (l *Link) next(ctx context.Context, p places, do Do) error {
	batch, err := p.jobs.Fetch(1, jetstream.FetchMaxWait(time.Second))
	if err != nil {
		return err
	}
	for m := range batch.Messages() {
		if err := l.one(ctx, p, m, do); err != nil {
			return err
		}
	}
	return batch.Error()
}

// one does the job of a message. That it was begun is noted first, so that a job that ends its worker counts as a try.
func (l *Link) one(ctx context.Context, p places, m jetstream.Msg, do Do) error {
	key := m.Subject()[strings.LastIndexByte(m.Subject(), '.')+1:]
	about, err := m.Metadata()
	if err != nil {
		return m.Term()
	}
	if _, err := p.results.Get(ctx, key); err == nil {
		return m.Ack() // it came twice
	}
	try := fmt.Sprintf("%s.%d-%d", key, about.Sequence.Stream, about.NumDelivered)
	if _, err := p.faults.Put(ctx, try, []byte("its worker did not come back")); err != nil {
		return err
	}
	done, err := l.leased(ctx, m, do)
	switch {
	case ctx.Err() != nil:
		return errors.Join(p.faults.Delete(context.WithoutCancel(ctx), try), m.Nak()) // it is nobody's fault
	case errors.Is(err, ErrOther):
		return errors.Join(p.faults.Delete(ctx, try), m.NakWithDelay(l.Options.Lease))
	case err != nil:
		_, noted := p.faults.Put(ctx, try, []byte(err.Error()))
		if about.NumDelivered < uint64(l.Options.Tries) {
			return errors.Join(noted, m.Nak())
		}
		return errors.Join(noted, m.Term())
	}
	if err := keep(ctx, p, key, done); err != nil {
		return err
	}
	return errors.Join(p.faults.Delete(ctx, try), m.DoubleAck(ctx))
}

// leased does the job, and says that it still does as long as it takes.
func (l *Link) leased(ctx context.Context, m jetstream.Msg, do Do) (done Done, err error) {
	over := make(chan struct{})
	defer close(over)
	go func() {
		for tick := time.NewTicker(l.Options.Lease / 3); ; {
			select {
			case <-tick.C:
				_ = m.InProgress() // if it does not arrive, another worker does the same once more
			case <-over:
				tick.Stop()
				return
			}
		}
	}()
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v", value)
		}
	}()
	return do(ctx, m.Data())
}

// keep notes what came of a job. A second result that is not the same is kept beside it.
func keep(ctx context.Context, p places, key string, done Done) error {
	if most := max(len(done.Result), len(done.Beside)); most > MaxJob {
		return fmt.Errorf("farm: a result of %d bytes: want at most %d", most, MaxJob)
	}
	if len(done.Beside) > 0 {
		if _, err := p.results.Put(ctx, key+".beside", done.Beside); err != nil {
			return err
		}
	}
	_, err := p.results.Create(ctx, key, done.Result)
	if !errors.Is(err, jetstream.ErrKeyExists) {
		return err
	}
	known, err := p.results.Get(ctx, key)
	if err != nil || bytes.Equal(known.Value(), done.Result) {
		return err
	}
	_, err = p.results.Put(ctx, key+".differs", done.Result)
	return err
}
