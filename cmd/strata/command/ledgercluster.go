package command

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
	"strata/node/process/tcphost"
)

// ledgerCluster is the members of a ledger in this process, each with a directory of its own that goes with it.
type ledgerCluster struct {
	ledger ledgernode.Ledger
	log    slog.Handler
	faucet ed25519.PrivateKey // that members give away; nil: none
	dir    string
	addrs  []network.Addr

	mu      sync.Mutex
	running []*ledgernode.Running // by member; nil: it is stopped
}

// foundLedger makes the genesis of a ledger of members.
type foundLedger func(members []ledgers.Member) ledgernode.Genesis

func foundLeader(members []ledgers.Member) ledgernode.Genesis {
	return leader.Genesis{Members: members}
}

// startLedger founds a ledger of n members on loopback and starts them. On an error none is left.
func startLedger(ledger ledgernode.Ledger, found foundLedger, n int, log slog.Handler, faucet ed25519.PrivateKey) (*ledgerCluster, error) {
	addrs, err := tcphost.LoopbackAddrs(n)
	if err != nil {
		return nil, err
	}
	c := &ledgerCluster{ledger: ledger, log: log, faucet: faucet, addrs: addrs, running: make([]*ledgernode.Running, n)}
	if c.dir, err = os.MkdirTemp("", "strata-ledger-*"); err != nil {
		return nil, err
	}
	if err := c.found(found); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	for i := range n {
		if err := c.start(i); err != nil {
			return nil, errors.Join(err, c.stop())
		}
	}
	return c, nil
}

// found makes the directories.
func (c *ledgerCluster) found(found foundLedger) error {
	var members []ledgers.Member
	var keys []ed25519.PrivateKey
	for _, addr := range c.addrs {
		key, err := keyfile.New()
		if err != nil {
			return err
		}
		keys = append(keys, key)
		members = append(members, ledgers.Member{Key: network.PublicKey(keyfile.Public(key)), Addr: addr})
	}
	genesis := found(members)
	for i, key := range keys {
		if err := ledgernode.Init(c.path(i), genesis, key); err != nil {
			return err
		}
	}
	return nil
}

func (c *ledgerCluster) path(member int) string { return filepath.Join(c.dir, strconv.Itoa(member)) }

// start starts a member that is stopped.
func (c *ledgerCluster) start(member int) error {
	d, err := ledgernode.Open(c.path(member))
	if err != nil {
		return err
	}
	r, err := ledgernode.Run(c.ledger, ledgernode.Config{Directory: d, Guard: &guard.Config{}, Log: c.log, Faucet: c.faucet})
	if err != nil {
		return fmt.Errorf("member %d: %w", member, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[member] = r
	return nil
}

// halt stops a member that runs. Errors: a panic of its code.
func (c *ledgerCluster) halt(member int) error {
	c.mu.Lock()
	r := c.running[member]
	c.running[member] = nil
	c.mu.Unlock()
	if r == nil {
		return nil
	}
	return r.Stop()
}

// member is one that runs; nil if it is stopped.
func (c *ledgerCluster) member(i int) *ledgernode.Running {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running[i]
}

// stop ends all members and removes their directories.
func (c *ledgerCluster) stop() error {
	var faults []error
	for i := range c.running {
		faults = append(faults, c.halt(i))
	}
	return errors.Join(append(faults, os.RemoveAll(c.dir))...)
}
