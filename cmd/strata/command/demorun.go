package command

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/process/daemon"
	"strata/node/process/keyfile"
	"strata/node/process/memstore"
	"strata/node/process/settings"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// How often the demo does things.
const (
	payEvery  = 200 * time.Millisecond // a transaction of a random node
	lookEvery = 250 * time.Millisecond // at all nodes, for the view
	aheadMost = 4                      // transactions of one sender that wait for a block
)

// demo is a small chain on this machine: nodes that mine and pay each other.
type demo struct {
	nodes []*daemon.Running
	keys  []ed25519.PrivateKey // keys[i] is whose rewards nodes[i] mines
	pages []func()             // each ends the page of a node
	rng   *rand.Rand
}

// startDemo starts the nodes, which know the first one, and says on out where their pages are. On an error none is
// left.
func startDemo(stack chain.Stack, p pace, size int, log slog.Handler, out io.Writer) (*demo, error) {
	addrs, err := tcphost.LoopbackAddrs(size)
	if err != nil {
		return nil, err
	}
	d := &demo{rng: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
	for i, addr := range addrs {
		key, err := keyfile.New()
		if err != nil {
			d.stop()
			return nil, err
		}
		d.keys = append(d.keys, key)
		db := memstore.New()
		r, err := daemon.Run(stack, node.Config{
			P2P:      p2p.Config{Self: addr, Bootstrap: addrs[:min(i, 1)]},
			Params:   chain.Params{Difficulty: p.difficulty},
			Mine:     true,
			Coinbase: keyfile.Public(key),
			Miner:    p.miner,
			Store:    db,
		}, log)
		if err != nil {
			d.stop()
			return nil, err
		}
		d.nodes = append(d.nodes, r)
		end, err := daemon.Show(r, db, out, slog.New(log))
		if err != nil {
			d.stop()
			return nil, err
		}
		d.pages = append(d.pages, end)
	}
	return d, nil
}

// run pays and shows until the context ends.
func (d *demo) run(ctx context.Context, v *view) error {
	pay, look := time.NewTicker(payEvery), time.NewTicker(lookEvery)
	defer pay.Stop()
	defer look.Stop()
	defer v.end()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-pay.C:
			err = d.pay()
		case <-look.C:
			var seen []sight
			if seen, err = d.look(); err == nil {
				v.show(seen)
			}
		}
		if err != nil {
			return err
		}
	}
}

// pay lets a random node send a random one a part of what it has, if it has anything.
func (d *demo) pay() error {
	from, to := d.rng.IntN(len(d.nodes)), d.rng.IntN(len(d.nodes))
	amount := 1 + d.rng.Uint64N(100)
	r, key := d.nodes[from], d.keys[from]
	return r.Do(func() {
		account := r.Node.Account(keyfile.Public(key))
		for ahead := range uint64(aheadMost) {
			if account.Balance < amount*(ahead+1) {
				return
			}
			err := r.Node.Submit(mempool.Sign(key, keyfile.Public(d.keys[to]), account.Nonce+ahead, amount))
			if !errors.Is(err, mempool.ErrConflict) && !errors.Is(err, mempool.ErrKnown) {
				return // sent, or the pool is full: the next round tries again
			}
		}
	})
}

// sight is what one node believes at one moment.
type sight struct {
	addr     network.Addr
	status   node.Status
	balances []uint64 // by node
}

// look asks all nodes.
func (d *demo) look() ([]sight, error) {
	seen := make([]sight, len(d.nodes))
	for i, r := range d.nodes {
		err := r.Do(func() {
			seen[i] = sight{addr: r.Addr, status: r.Node.Status()}
			for _, key := range d.keys {
				seen[i].balances = append(seen[i].balances, r.Node.Account(keyfile.Public(key)).Balance)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// each does f on the loop of every node.
func (d *demo) each(f func(*node.Node)) error {
	var faults []error
	for _, r := range d.nodes {
		faults = append(faults, r.Do(func() { f(r.Node) }))
	}
	return errors.Join(faults...)
}

// stop ends all nodes.
func (d *demo) stop() {
	for _, end := range d.pages {
		end()
	}
	for _, r := range d.nodes {
		_ = r.Stop() // a node that has panicked was reported before
	}
}

// openLog is the log of all nodes: the file, or nowhere.
func openLog(path string) (logFile, error) {
	if path == "" {
		return logFile{slog.DiscardHandler, io.NopCloser(nil)}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return logFile{}, fmt.Errorf("log: %w", err)
	}
	return logFile{daemon.NewLog(f, settings.Format{JSON: true}, slog.LevelDebug), f}, nil
}

type logFile struct {
	slog.Handler
	io.Closer
}
