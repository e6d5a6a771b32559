// Package fetch gets the blocks that a node lacks (FRK-4).
//
//	blocktree  -- wanted hashes -->  fetch  -- query, 32-byte hash -->  gossip/search, kind "block"
//	           <------ block ------         <----- block text ------
//
// An answer is believed because its SHA-256 is the hash that was asked for, whoever sent it. A bad
// one is passed over and the answers of others are waited for; when no good one came in time,
// the question is asked again, a bounded number of times.
//
// Simplification: one block an answer, and so one flood a block. That is for single blocks that are
// missing; package node/blocksync gets many at once.
package fetch

import (
	"errors"
	"fmt"
	"time"

	"strata/chain"
	"strata/messaging"
	"strata/network"
)

// Kind is the search kind of blocks: the query is the block's hash, the answer its text.
const Kind messaging.Kind = "block"

// Config of the fetcher. Zero values mean the defaults.
type Config struct {
	MaxAsked    int           // blocks asked for at once; 0 means 16
	MaxAttempts int           // times that one block is asked for before it is given up; 0 means 10
	Retry       time.Duration // pause before it is asked for again; 0 means 1 s
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.MaxAsked == 0 {
		c.MaxAsked = 16
	}
	if c.MaxAttempts == 0 {
		c.MaxAttempts = 10
	}
	if c.Retry == 0 {
		c.Retry = time.Second
	}
	if c.MaxAsked < 0 || c.MaxAttempts < 0 || c.Retry < 0 {
		return c, fmt.Errorf("fetch: MaxAsked %d, MaxAttempts %d, Retry %v: none may be negative", c.MaxAsked, c.MaxAttempts, c.Retry)
	}
	return c, nil
}

// Ask searches for a block: result is called with each answer until it returns true, or once
// with an error if none was taken in time.
type Ask func(hash chain.BlockHash, result func(answer []byte, err error) (taken bool))

// ErrMalformed reports a text with the right hash that is not a block: nothing can hang on it.
var ErrMalformed = errors.New("wanted hash is that of a malformed text")

// Fetcher asks for wanted blocks. All methods are called on the node's loop.
type Fetcher struct {
	host   network.Host
	cfg    Config
	ask    Ask
	done   func(hash chain.BlockHash, b chain.Sealed, err error)
	wanted map[chain.BlockHash]*attempt
	ended  bool
}

// attempt is one wanted block that is being asked for.
type attempt struct {
	count int
	retry network.TimerID
}

// New makes a fetcher. done is called once for each wanted block that is still wanted when
// it comes, or when it is given up: with ErrMalformed, or ErrNotFound. The config is complete.
func New(host network.Host, cfg Config, ask Ask, done func(hash chain.BlockHash, b chain.Sealed, err error)) *Fetcher {
	return &Fetcher{host: host, cfg: cfg, ask: ask, done: done, wanted: map[chain.BlockHash]*attempt{}}
}

// ErrNotFound reports a block that nobody gave in any attempt.
var ErrNotFound = errors.New("block not found")

// Want says which blocks are missing now, and replaces what was said before. Blocks that are being
// asked for already go on; of the others as many are begun as MaxAsked leaves room for: call Want
// again when something has changed.
func (f *Fetcher) Want(hashes []chain.BlockHash) {
	if f.ended {
		return
	}
	still := make(map[chain.BlockHash]bool, len(hashes))
	for _, hash := range hashes {
		still[hash] = true
	}
	for hash, a := range f.wanted {
		if !still[hash] {
			f.drop(hash, a)
		}
	}
	for _, hash := range hashes {
		if f.wanted[hash] == nil && len(f.wanted) < f.cfg.MaxAsked {
			a := &attempt{}
			f.wanted[hash] = a
			// In a callback of its own: the answer may be at hand, and Want is called by who takes it.
			a.retry = f.host.After(0, func() { f.try(hash, a) })
		}
	}
}

// Asking says whether the block is being asked for.
func (f *Fetcher) Asking(hash chain.BlockHash) bool { return f.wanted[hash] != nil }

// Asked is the number of blocks that are being asked for.
func (f *Fetcher) Asked() int { return len(f.wanted) }

// Stop ends everything; done is no longer called.
func (f *Fetcher) Stop() {
	f.ended = true
	for hash, a := range f.wanted {
		f.drop(hash, a)
	}
}

func (f *Fetcher) drop(hash chain.BlockHash, a *attempt) {
	f.host.Cancel(a.retry)
	delete(f.wanted, hash)
}

// try asks once more.
func (f *Fetcher) try(hash chain.BlockHash, a *attempt) {
	a.count++
	f.ask(hash, func(answer []byte, err error) bool {
		if f.wanted[hash] != a {
			return true // it came another way
		}
		if err != nil {
			f.again(hash, a)
			return true
		}
		if chain.HashOf(answer) != hash {
			f.host.Log().Debug("fetch: answer is not the block asked for", "hash", hash)
			return false
		}
		f.drop(hash, a)
		b, err := chain.ParseSealed(answer, hash)
		if err != nil {
			err = fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		f.done(hash, b, err)
		return true
	})
}

// again tries later, or gives up.
func (f *Fetcher) again(hash chain.BlockHash, a *attempt) {
	if a.count >= f.cfg.MaxAttempts {
		f.drop(hash, a)
		f.done(hash, chain.Sealed{}, ErrNotFound)
		return
	}
	a.retry = f.host.After(f.cfg.Retry, func() { f.try(hash, a) })
}
