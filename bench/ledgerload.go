package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"strata/ledgers"
	"strata/node/process/ledgernode"
)

// How long the clients of a ledger write.
const (
	ledgerFor  = 3 * time.Second // that is counted
	ledgerWarm = time.Second     // before it, once each client has written
)

// loadLedger lets clients write, each to the member that it is given by its number, and says how many operations become
// final in a second, and how many µs of processor time each takes. What comes before the first that is final, such as
// the dialling of the members, does not count.
func loadLedger(clients []*ledgerWriter, to func(client int) *ledgernode.Running) (rate, each float64, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var final atomic.Int64
	failed := make(chan error, len(clients))
	for i, c := range clients {
		go func() { failed <- c.write(ctx, to(i), &final) }()
	}
	for final.Load() < int64(len(clients)) && len(failed) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(ledgerWarm)
	before, began, from := final.Load(), time.Now(), processorTime()
	time.Sleep(ledgerFor)
	count := float64(final.Load() - before)
	rate, each = count/time.Since(began).Seconds(), float64((processorTime()-from).Microseconds())/count
	cancel()
	for range clients {
		err = errors.Join(err, <-failed)
	}
	return rate, each, err
}

// ledgerWriter signs ahead, so that its own work is not what is measured.
type ledgerWriter struct {
	ops  [][]byte
	next int
}

// write writes one operation after the other.
func (c *ledgerWriter) write(ctx context.Context, to *ledgernode.Running, final *atomic.Int64) error {
	for ctx.Err() == nil {
		if c.next == len(c.ops) {
			return errors.New("a client has written all that was signed for it")
		}
		within, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		o, err := to.Submit(within, c.ops[c.next])
		cancel()
		if err != nil {
			return err
		}
		if o.State != ledgers.Final.String() {
			return fmt.Errorf("an operation is %s after 30 s", o.State)
		}
		c.next++
		final.Add(1)
	}
	return nil
}
