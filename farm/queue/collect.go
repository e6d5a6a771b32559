package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"strata/harness/farm"
)

// Job is one that is offered.
type Job struct {
	Key  farm.Key
	Name string // for people
	Data []byte // at most MaxJob bytes
}

// Poisoned is a job that came to nothing too often.
type Poisoned struct {
	Job  Job
	Text string // of the last try
}

// Error is the name and the text.
func (p *Poisoned) Error() string { return p.Job.Name + ": " + p.Text }

// Collected is what came of jobs.
type Collected struct {
	Done, Known int
	Poisoned    []*Poisoned
	Differ      []farm.Key // two workers came to two results; both are on the server
}

// To is where results go.
type To struct {
	Store    *farm.Store
	Beside   func(farm.Key, []byte) error // gets what is kept beside a result, before the store has that; nil: nobody
	Progress func(farm.Progress)          // nil: nobody
}

// Collect offers what has no result, takes the results, and returns when every job has one or is poisoned. The error is
// that of ctx or of the store; what has come by then is kept, and the same call goes on.
func (l *Link) Collect(ctx context.Context, to To, jobs []Job) (Collected, error) {
	c := &collecting{link: l, to: to, open: make(map[farm.Key]*offer), began: time.Now(), total: len(jobs)}
	for _, j := range jobs {
		if len(j.Data) > MaxJob {
			c.out.Poisoned = append(c.out.Poisoned, &Poisoned{j,
				fmt.Sprintf("has %d bytes, more than %d: grade it without a farm", len(j.Data), MaxJob)})
			continue
		}
		_, known, err := to.Store.Get(j.Key)
		if err != nil {
			return c.out, err
		}
		if known {
			c.out.Known++
			continue
		}
		c.open[j.Key] = &offer{job: j}
	}
	for len(c.open) > 0 {
		if err := c.round(ctx); err != nil && (ctx.Err() != nil || errors.Is(err, errStore)) {
			return c.out, err
		}
		if len(c.open) > 0 {
			if err := again(ctx); err != nil {
				return c.out, err
			}
		}
	}
	return c.out, nil
}

// errStore marks errors of the store here: they end the collecting.
var errStore = errors.New("store")

// offer is a job without a result.
type offer struct {
	job  Job
	last time.Time // when it was offered
}

type collecting struct {
	link   *Link
	to     To
	open   map[farm.Key]*offer
	out    Collected
	places places
	began  time.Time
	total  int
}

// round takes what has come and offers what is to be offered.
func (c *collecting) round(ctx context.Context) (err error) {
	if c.places.results == nil {
		if c.places, err = c.link.open(ctx); err != nil {
			c.places = places{}
			return err
		}
	}
	faults, err := c.faults(ctx)
	if err != nil {
		return err
	}
	for key, o := range c.open {
		if err := c.look(ctx, key, o, faults[key.String()]); err != nil {
			return err
		}
	}
	return nil
}

// faults are the tries that came to nothing, by key: how many, and what the last one says.
func (c *collecting) faults(ctx context.Context) (map[string][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	names, err := c.places.faults.Keys(ctx)
	if errors.Is(err, jetstream.ErrNoKeysFound) {
		return nil, nil
	}
	all := make(map[string][]string)
	for _, name := range names {
		const digits = 2 * len(farm.Key{})
		if len(name) > digits {
			all[name[:digits]] = append(all[name[:digits]], name)
		}
	}
	return all, err
}

// look takes the result of a job, counts its tries, or offers it.
func (c *collecting) look(ctx context.Context, key farm.Key, o *offer, tries []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := c.places.results.Get(ctx, key.String())
	switch {
	case err == nil:
		return c.take(ctx, key, o, got.Value())
	case !errors.Is(err, jetstream.ErrKeyNotFound):
		return err
	case len(tries) >= c.link.Options.Tries:
		return c.poisoned(ctx, key, o, tries[len(tries)-1])
	case time.Since(o.last) < 4*c.link.Options.Lease && !o.last.IsZero():
		return nil
	}
	if _, err := c.link.stream.Publish(ctx, c.link.name+".jobs."+key.String(), o.job.Data); err != nil {
		return err
	}
	o.last = time.Now()
	return nil
}

func (c *collecting) take(ctx context.Context, key farm.Key, o *offer, result []byte) error {
	beside, err := c.places.results.Get(ctx, key.String()+".beside")
	switch {
	case err == nil && c.to.Beside != nil:
		if err := c.to.Beside(key, beside.Value()); err != nil {
			return fmt.Errorf("%w: %w", errStore, err)
		}
	case err != nil && !errors.Is(err, jetstream.ErrKeyNotFound):
		return err
	}
	if err := c.to.Store.Put(key, result); errors.Is(err, farm.ErrDiffers) {
		c.out.Differ = append(c.out.Differ, key)
	} else if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	if _, err := c.places.results.Get(ctx, key.String()+".differs"); err == nil {
		c.out.Differ = append(c.out.Differ, key)
	}
	delete(c.open, key)
	c.out.Done++
	c.tell(o.job.Name)
	return nil
}

// poisoned gives a job up. The last try may still be under way: its lease has to be over.
func (c *collecting) poisoned(ctx context.Context, key farm.Key, o *offer, last string) error {
	text, err := c.places.faults.Get(ctx, last)
	if err != nil {
		return err
	}
	if time.Since(text.Created()) < 2*c.link.Options.Lease && string(text.Value()) == "its worker did not come back" {
		return nil
	}
	delete(c.open, key)
	c.out.Poisoned = append(c.out.Poisoned, &Poisoned{o.job, string(text.Value())})
	c.tell(o.job.Name)
	return nil
}

func (c *collecting) tell(name string) {
	if c.to.Progress != nil {
		c.to.Progress(farm.Progress{Done: c.out.Done, Known: c.out.Known, Failed: len(c.out.Poisoned), Total: c.total,
			Elapsed: time.Since(c.began), Name: name})
	}
}
