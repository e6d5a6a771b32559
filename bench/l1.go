package main

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// What L1 measures: seven validators, and accounts that each pay again as soon as their last transfer is final.
const (
	l1Members = 7
	l1Clients = 3500
	l1Signed  = 280_000 // transfers, ahead
	l1Target  = 5000    // a second
)

// l1 is elective 8 over TCP with TLS, all validators on this machine, every word synced before it is said. There is no
// baseline: the target is the rate itself. The processor time says the same of a machine that others use as well.
func l1() []figure {
	runs, alone := &l1Runs{}, &l1Runs{}
	return []figure{{
		id: "L1", title: "validators, 7 over TCP, blocks of up to 1,000: final transfers", unit: "tx/s",
		ours:   side{"ours", func() (float64, error) { rate, _, err := runs.load(); return rate, err }},
		target: atLeast(l1Target),
	}, {
		id: "L1", title: "the same: processor time of all seven for one transfer; two cores have 400 µs for each of 5,000 a second", unit: "µs",
		ours:   side{"ours", func() (float64, error) { _, each, err := alone.load(); return each, err }},
		target: atMost(2e6 / l1Target),
	}}
}

// l1Runs is the ledger, from the first run to the last.
type l1Runs struct {
	once    sync.Once
	err     error
	genesis validators.Genesis
	members []*ledgernode.Running
	writers []*ledgerWriter
}

// load lets the accounts pay, each through one member, and says how many transfers become final in a second, and what
// each takes of the processors, in µs.
func (l *l1Runs) load() (rate, each float64, err error) {
	if l.once.Do(func() { l.err = l.open() }); l.err != nil {
		return 0, 0, l.err
	}
	return loadLedger(l.writers, func(client int) *ledgernode.Running { return l.members[client%l1Members] })
}

// open founds the ledger, starts its validators, and signs what the accounts pay.
func (l *l1Runs) open() error {
	addrs, err := tcphost.LoopbackAddrs(l1Members)
	if err != nil {
		return err
	}
	l.genesis.Params = validators.Defaults()
	keys := make([]ed25519.PrivateKey, l1Members)
	for i, addr := range addrs {
		if keys[i], err = keyfile.New(); err != nil {
			return err
		}
		m := ledgers.Member{Key: network.PublicKey(keyfile.Public(keys[i])), Addr: addr}
		l.genesis.Founders = append(l.genesis.Founders, validators.Founder{Member: m, Account: m.Key, Stake: 100_000})
	}
	accounts := make([]ed25519.PrivateKey, l1Clients)
	for i := range accounts {
		_, accounts[i], _ = ed25519.GenerateKey(nil) // never fails
		holder := validators.Holder{Account: network.PublicKey(keyfile.Public(accounts[i])), Balance: 1 << 30}
		l.genesis.Holders = append(l.genesis.Holders, holder)
	}
	l.sign(accounts)
	for i, key := range keys {
		if err := l.start(filepath.Join(scratch(), fmt.Sprintf("l1-%p", l), strconv.Itoa(i)), key); err != nil {
			return err
		}
	}
	return nil
}

func (l *l1Runs) start(path string, key ed25519.PrivateKey) error {
	if err := ledgernode.Init(path, l.genesis, key); err != nil {
		return err
	}
	d, err := ledgernode.Open(path)
	if err != nil {
		return err
	}
	ledger := ledgernode.Validators(solutions.Electives().Validators(), validators.Config{EmptyInterval: time.Hour})
	m, err := ledgernode.Run(ledger, ledgernode.Config{Directory: d, Guard: &guard.Config{}, Log: slog.DiscardHandler})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	l.members = append(l.members, m)
	return nil
}

func (l *l1Runs) sign(accounts []ed25519.PrivateKey) {
	chain := l.genesis.Chain()
	for i, key := range accounts {
		c := &ledgerWriter{}
		to := network.PublicKey(keyfile.Public(accounts[(i+1)%len(accounts)]))
		for n := range uint64(l1Signed / len(accounts)) {
			tx := &validators.Transaction{Nonce: n + 1, Fee: 1, Kind: validators.Transfer, To: to, Amount: 1}
			tx.Sign(chain, key)
			c.ops = append(c.ops, tx.Encode())
		}
		l.writers = append(l.writers, c)
	}
}
