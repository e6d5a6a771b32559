package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree/reorg"
)

// c4 is a reorganisation of the accounts in memory: undoing blocks and executing one more than those, as the
// block tree does. Each block changes as many accounts as a full one.
func c4() []figure {
	var all []figure
	for _, depth := range []int{1, 10, 100} {
		for _, accounts := range []int{1000, 1_000_000} {
			all = append(all, figure{
				id: "C4", title: fmt.Sprintf("reorganisation %d deep, %d accounts", depth, accounts), unit: "us",
				ours: side{"ours", func() (float64, error) { return microseconds(newForks(accounts), depth), nil }},
				base: side{"undo journal", func() (float64, error) {
					return microseconds(newJournal(accounts), depth), nil
				}},
				target: atMost(2),
			})
		}
	}
	return all
}

// perBlock is how many accounts a full block changes: senders, recipients and a coinbase.
const perBlock = 21

// reorganiser undoes as many blocks as it is told and executes others.
type reorganiser interface {
	reorganise(undo int, blocks [][]mempool.PublicKey)
}

// microseconds is what one reorganisation takes.
func microseconds(r reorganiser, depth int) float64 {
	accounts := 0
	switch r := r.(type) {
	case *forks:
		accounts = len(r.state.Changes())
	case *journal:
		accounts = len(r.accounts)
	}
	random := rand.New(rand.NewPCG(1, 2))
	branches := make([][][]mempool.PublicKey, 64)
	for i := range branches {
		branches[i] = make([][]mempool.PublicKey, depth+1)
		for j := range branches[i] {
			for range perBlock {
				branches[i][j] = append(branches[i][j], key(random.IntN(accounts)))
			}
		}
	}
	r.reorganise(0, branches[0])
	count, began, from := 0, time.Now(), processorTime()
	for ; count%64 != 0 || time.Since(began) < time.Second/2; count++ {
		r.reorganise(depth, branches[count%len(branches)])
	}
	return (processorTime() - from).Seconds() * 1e6 / float64(count)
}

// processorTime is what this process has used, the garbage collector included, whatever else the
// machine does.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func key(i int) (k mempool.PublicKey) {
	binary.BigEndian.PutUint64(k[:], uint64(i))
	return k
}

// forks is what the block tree does: a reorganisation of the state, which takes in a fork for each block.
type forks struct {
	state *chain.State
	undos []chain.Undo // of the last blocks
}

func newForks(accounts int) *forks {
	f := &forks{state: chain.NewState()}
	for i := range accounts {
		f.state.SetAccount(key(i), chain.Account{Balance: 1})
	}
	return f
}

func (f *forks) reorganise(undo int, blocks [][]mempool.PublicKey) {
	r := reorg.Begin(f.state)
	for range undo {
		last := len(f.undos) - 1
		r.Revert(f.undos[last])
		f.undos = f.undos[:last]
	}
	f.undos = f.undos[max(0, len(f.undos)-1):]
	for _, keys := range blocks {
		fork := f.state.Fork()
		for _, k := range keys {
			a := fork.Account(k)
			a.Balance++
			fork.SetAccount(k, a)
		}
		fork.Advance(fork.Number()+1, chain.BlockHash{})
		f.undos = append(f.undos, r.Absorb(fork))
	}
}

// journal is a map, and a list of what was in it before: the least that can be undone.
type journal struct {
	accounts map[mempool.PublicKey]chain.Account
	undos    [][]chain.Change
}

func newJournal(accounts int) *journal {
	j := &journal{accounts: map[mempool.PublicKey]chain.Account{}}
	for i := range accounts {
		j.accounts[key(i)] = chain.Account{Balance: 1}
	}
	return j
}

func (j *journal) reorganise(undo int, blocks [][]mempool.PublicKey) {
	for range undo {
		last := len(j.undos) - 1
		for i := len(j.undos[last]) - 1; i >= 0; i-- {
			j.accounts[j.undos[last][i].Key] = j.undos[last][i].Account
		}
		j.undos = j.undos[:last]
	}
	j.undos = j.undos[max(0, len(j.undos)-1):]
	for _, keys := range blocks {
		var undo []chain.Change
		for _, k := range keys {
			a := j.accounts[k]
			undo = append(undo, chain.Change{Key: k, Account: a})
			a.Balance++
			j.accounts[k] = a
		}
		j.undos = append(j.undos, undo)
	}
}
