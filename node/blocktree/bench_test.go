package blocktree_test

import (
	"fmt"
	"testing"

	"strata/chain"
	"strata/node/blocktree"
)

// BenchmarkReorganisation undoes depth empty blocks and applies one more, the store in memory. The
// baseline is an undo journal over a map, and nothing else: no hashes, no store.
func BenchmarkReorganisation(b *testing.B) {
	for _, depth := range []int{1, 10, 100} {
		for _, accounts := range []int{1000, 1_000_000} {
			b.Run(fmt.Sprintf("depth=%d/accounts=%d", depth, accounts), func(b *testing.B) { reorganise(b, depth, accounts) })
		}
		b.Run(fmt.Sprintf("depth=%d/baseline", depth), func(b *testing.B) { journal(b, depth) })
	}
}

func reorganise(b *testing.B, depth, accounts int) {
	r := newRig(b, blocktree.Config{})
	r.Watch(func(blocktree.Change) {})
	for i := range accounts {
		r.State().SetAccount(who(fmt.Sprint("account ", i)), chain.Account{Balance: 1})
	}
	base := chain.Genesis()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		next := branch(base, fmt.Sprint("b", i), depth+1)
		r.add(branch(base, fmt.Sprint("a", i), depth)...)
		r.add(next[:depth]...)
		base = next[depth]
		b.StartTimer()
		r.add(base)
	}
}

func journal(b *testing.B, depth int) {
	type entry struct {
		key    string
		before chain.Account
	}
	accounts := map[string]chain.Account{}
	for b.Loop() {
		var undo []entry
		for i := range depth + 1 {
			key := fmt.Sprint("account ", i)
			undo = append(undo, entry{key, accounts[key]})
			accounts[key] = chain.Account{Balance: accounts[key].Balance + 1}
		}
		for _, e := range undo {
			accounts[e.key] = e.before
		}
	}
}
