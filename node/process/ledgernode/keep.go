package ledgernode

import (
	"context"
	"errors"
	"time"
)

// saveEvery is how often the process writes what it keeps, at most.
const saveEvery = time.Second

// startKeeping has what the process keeps written from now on: its outbox, and the operator's history.
func (r *Running) startKeeping() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	r.endKeeping = func() { stop(); <-ended }
	go func() {
		defer close(ended)
		r.keep(ctx)
	}()
}

// keep writes while ctx lasts. A disk that does not take it is the ledger's to report.
func (r *Running) keep(ctx context.Context) {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := r.save(); err != nil {
				r.host.Log().Warn("what the process keeps was not written", "reason", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

func (r *Running) save() error {
	err := r.outbox.save()
	if r.operator != nil {
		err = errors.Join(err, r.operator.Save())
	}
	return err
}

// stopKeeping writes what is left.
func (r *Running) stopKeeping() error {
	r.endKeeping()
	return r.save()
}
