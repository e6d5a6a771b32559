package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// What L2 measures: five members, and clients that each write again as soon as their last operation is final.
const (
	l2Members = 5
	l2Signed  = 300_000 // operations, ahead
	l2Value   = 100     // bytes
)

// l2 is the replicated log of elective 7 over TCP with TLS, every promise synced, all members on this machine. The
// baseline is the disk alone: five writers at once, each of which appends and syncs. One sync is on the way of a block,
// for all members sync it at the same time, and those of up to eight blocks are shared.
//
// A block of n operations is counted as a sync that carries n: the baseline is what each writer reaches, times n. So
// the ratio says how many blocks become final while one writer syncs once. docs/targets.md says what that asks for.
func l2() (figures []figure) {
	for _, s := range []struct{ ops, clients int }{{1, 64}, {8, 256}, {100, 2000}} {
		runs := &l2Runs{ops: s.ops, clients: s.clients}
		figures = append(figures, figure{
			id: "L2", title: fmt.Sprintf("leader, 5 members over TCP, blocks of %d: final operations, against a sync for each block", s.ops), unit: "ops/s",
			ours: side{"ours", runs.load},
			base: side{fmt.Sprintf("each of five writers, times %d", s.ops), func() (float64, error) {
				syncs, err := syncsOfEach()
				return float64(s.ops) * syncs, err
			}},
			target: atLeast(0.5),
		})
	}
	costs := &l2Runs{ops: 1, clients: 64}
	figures = append(figures, figure{
		id: "L2", title: "the same with blocks of 1: processor time of all five, and of the clients, for a block", unit: "µs",
		ours: side{"ours", costs.processor},
	})
	many, alone := &l2Runs{clients: 512}, &l2Runs{clients: 1}
	return append(figures, figure{
		id: "L2", title: "the same with all that waits in a block, of 512 clients: against a sync for each operation", unit: "ops/s",
		ours: side{"ours", many.load},
		base: side{"each of five writers", syncsOfEach},
	}, figure{
		id: "L2", title: "the same: until an operation of the only client is final, against a sync", unit: "ms",
		ours: side{"ours", func() (float64, error) { return asPause(alone.load()) }},
		base: side{"one of one of five writers", func() (float64, error) { return asPause(syncsOfEach()) }},
	})
}

// asPause makes of a rate a second the milliseconds that one takes.
func asPause(rate float64, err error) (float64, error) { return 1000 / rate, err }

// l2Runs is the ledger, from the first run to the last.
type l2Runs struct {
	ops     int // in a block, at most; 0: as many as wait
	clients int

	once    sync.Once
	err     error
	genesis leader.Genesis
	members []*ledgernode.Running
	writers []*ledgerWriter
}

// load lets the clients write, and says how many operations become final in a second.
func (l *l2Runs) load() (float64, error) {
	if l.once.Do(func() { l.err = l.open() }); l.err != nil {
		return 0, l.err
	}
	rate, _, err := loadLedger(l.writers, l.first)
	return rate, err
}

// processor says how many µs of processor time an operation takes, while the clients write.
func (l *l2Runs) processor() (float64, error) {
	if l.once.Do(func() { l.err = l.open() }); l.err != nil {
		return 0, l.err
	}
	_, each, err := loadLedger(l.writers, l.first)
	return each, err
}

// first is the member that all clients write to, which leads.
func (l *l2Runs) first(int) *ledgernode.Running { return l.members[0] }

// open founds the ledger, starts its members, and signs what the clients write.
func (l *l2Runs) open() error {
	addrs, err := tcphost.LoopbackAddrs(l2Members)
	if err != nil {
		return err
	}
	var keys []ed25519.PrivateKey
	for _, addr := range addrs {
		key, err := keyfile.New()
		if err != nil {
			return err
		}
		keys = append(keys, key)
		l.genesis.Members = append(l.genesis.Members, ledgers.Member{Key: network.PublicKey(keyfile.Public(key)), Addr: addr})
	}
	dir, err := os.MkdirTemp(scratch(), "l2-*")
	if err != nil {
		return err
	}
	for i, key := range keys {
		path := filepath.Join(dir, strconv.Itoa(i))
		if err := ledgernode.Init(path, l.genesis, key); err != nil {
			return err
		}
		d, err := ledgernode.Open(path)
		if err != nil {
			return err
		}
		m, err := ledgernode.Run(ledgernode.Leader(solutions.Electives().Leader(), leader.Config{BlockOps: l.ops}), ledgernode.Config{
			Directory: d, Guard: &guard.Config{}, Log: slog.DiscardHandler,
		})
		if err != nil {
			return err
		}
		l.members = append(l.members, m)
	}
	l.sign()
	return nil
}

func (l *l2Runs) sign() {
	chain, value := l.genesis.Chain(), make([]byte, l2Value)
	for i := range l.clients {
		_, key, _ := ed25519.GenerateKey(nil) // never fails
		c := &ledgerWriter{}
		for number := range l2Signed / l.clients {
			tx := &leader.Transaction{Number: uint64(number) + 1, Key: fmt.Append(nil, i), Value: value}
			tx.Sign(chain, key)
			c.ops = append(c.ops, tx.Encode())
		}
		l.writers = append(l.writers, c)
	}
}

// syncsOfEach is how many operations each of five writers, all of them at work at once, appends to a file of its own
// and syncs in a second.
func syncsOfEach() (float64, error) {
	dir, err := os.MkdirTemp(scratch(), "writers-*")
	if err != nil {
		return 0, err
	}
	var count atomic.Int64
	failed := make(chan error, l2Members)
	began := time.Now()
	for i := range l2Members {
		go func() { failed <- syncUntil(filepath.Join(dir, strconv.Itoa(i)), began.Add(ledgerFor), &count) }()
	}
	for range l2Members {
		err = errors.Join(err, <-failed)
	}
	return float64(count.Load()) / l2Members / time.Since(began).Seconds(), err
}

// syncUntil appends and syncs.
func syncUntil(path string, end time.Time, count *atomic.Int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	record := make([]byte, l2Value)
	for time.Now().Before(end) {
		if _, err := f.Write(record); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		count.Add(1)
	}
	return nil
}
