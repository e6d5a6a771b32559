package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/node/process/api"
	"strata/node/process/keyfile"
)

// ahead adds a block that the index has not taken in.
func (r *rig) ahead(parent chain.Block, txs ...mempool.Transaction) chain.Block {
	r.t.Helper()
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: keyfile.Public(alice), Transactions: txs}
	for params := (chain.Params{Difficulty: 1}); !params.MeetsDifficulty(b.Hash()); {
		b.Nonce++
	}
	r.do(func() { require.NoError(r.t, r.node.AddBlock(b)) })
	return b
}

// A transaction is known at every instant between its submission and its last block, also while the index
// is some blocks behind the chain: who is told otherwise sends it again.
func TestTransaction_WhileTheIndexIsBehind(t *testing.T) {
	r := newRig(t, api.Config{})
	first := r.extend()
	tx := mempool.Sign(alice, keyfile.Public(bob), 0, 7)
	r.answer(202, "POST", "/v1/transactions", `{"text":"`+string(tx.Text())+`"}`)
	path := "/v1/transactions/" + tx.ID().String()
	second := r.ahead(first, tx)
	want := map[string]any{"number": 2.0, "hash": second.Hash().String(), "index": 0.0}
	require.Equal(t, want, r.get(path)["block"])
	third := r.ahead(second)
	require.Equal(t, want, r.get(path)["block"])
	require.Equal(t, 2.0, r.get(path)["confirmations"])

	r.mine(third) // now the index is told
	other := r.ahead(first)
	for range 3 {
		other = r.ahead(other)
	}
	require.Nil(t, r.get(path)["block"], "it was undone, and waits")
	last := r.ahead(other, tx)
	require.Equal(t, map[string]any{"number": 6.0, "hash": last.Hash().String(), "index": 0.0}, r.get(path)["block"])
	r.answer(404, "GET", "/v1/transactions/"+mempool.Sign(alice, keyfile.Public(bob), 9, 9).ID().String(), "")
}
