package chain_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	solution "strata/solutions/chain"
)

// books is a state with names.
type books struct {
	t     *testing.T
	exec  chain.Executor
	cfg   chain.Config
	state *chain.State
	txs   []mempool.Transaction
	block chain.Block
}

var people = []string{"alice", "bob", "carol", "dave"}

// TestTranscripts_Blocks plays the scripts in testdata/blocks:
//
//	account NAME balance=N nonce=N       gives an account
//	pay NAME NAME amount=N nonce=N       signs a transaction for the next block, and prints its text and id
//	mine NAME                            makes that block for a coinbase, and prints its text and hash
//	execute                              executes it step by step, and prints each account that changes
//	apply                                applies it in one go
func TestTranscripts_Blocks(t *testing.T) {
	datadriven.Walk(t, "testdata/blocks", func(t *testing.T, path string) {
		cfg, err := chain.Config{Params: chain.Params{Difficulty: 4, BlockReward: 10_000}}.Complete()
		require.NoError(t, err)
		b := &books{t: t, exec: solution.New(cfg), cfg: cfg, state: chain.NewState()}
		datadriven.RunTest(t, path, b.do)
	})
}

func (b *books) do(t *testing.T, d *datadriven.TestData) string {
	number := func(key string) (n uint64) {
		if d.HasArg(key) {
			d.ScanArgs(t, key, &n)
		}
		return n
	}
	switch d.Cmd {
	case "account":
		b.state.SetAccount(person(t, d.CmdArgs[0].Key), chain.Account{Balance: number("balance"), Nonce: number("nonce")})
		return b.tell(b.state, d.CmdArgs[0].Key)
	case "pay":
		from, to := d.CmdArgs[0].Key, d.CmdArgs[1].Key
		tx := chaintest.Pay(index(t, from), index(t, to), number("nonce"), number("amount"))
		b.txs = append(b.txs, tx)
		return fmt.Sprintf("text %s\nid   %s\n", tx.Text(), tx.ID())
	case "mine":
		b.block = chaintest.Next(b.cfg.Params, b.state, person(t, d.CmdArgs[0].Key), b.txs...)
		return fmt.Sprintf("text %s\nhash %s\n", b.block.Text(), b.block.Hash())
	case "execute":
		return b.execute(b.state.Fork())
	case "apply":
		fork := b.state.Fork()
		if err := b.exec.Apply(fork, chain.Seal(b.block)); err != nil {
			return fmt.Sprintf("error: %v\n", err)
		}
		return b.changes(fork) + fmt.Sprintf("the state is after block %d, %s\n", fork.Number(), fork.Hash())
	}
	d.Fatalf(t, "no such command")
	return ""
}

// execute executes the block's transactions one by one, and then the reward.
func (b *books) execute(s *chain.State) string {
	var out strings.Builder
	for n, tx := range b.block.Transactions {
		if err := b.exec.Execute(s, tx); err != nil {
			return out.String() + fmt.Sprintf("transaction %d: %v\n", n+1, err)
		}
		fmt.Fprintf(&out, "transaction %d\n%s", n+1, b.changes(s))
	}
	paid := s.Fork()
	require.NoError(b.t, b.exec.Apply(paid, chain.Seal(chaintest.Next(b.cfg.Params, paid, b.block.Coinbase))))
	return out.String() + fmt.Sprintf("reward of %d\n%s", b.cfg.Params.BlockReward, b.changes(paid))
}

// changes lists the accounts that were written to a fork.
func (b *books) changes(s *chain.State) string {
	text := ""
	for _, name := range people {
		for _, c := range s.Changes() {
			if c.Key == person(b.t, name) {
				text += "  " + b.tell(s, name)
			}
		}
	}
	return text
}

// tell says an account.
func (b *books) tell(s *chain.State, name string) string {
	a := s.Account(person(b.t, name))
	return fmt.Sprintf("%-5s  balance %5d  nonce %d\n", name, a.Balance, a.Nonce)
}

func index(t *testing.T, name string) int {
	for n, known := range people {
		if known == name {
			return n
		}
	}
	require.NoError(t, errors.New("nobody is called "+name))
	return 0
}

func person(t *testing.T, name string) mempool.PublicKey { return chaintest.Account(index(t, name)) }
