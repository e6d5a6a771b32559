package pow

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/mempool"
)

func TestPlainIsTheBlocksText_CHN1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := chain.Block{Number: rapid.Uint64().Draw(t, "number")}
		if rapid.Bool().Draw(t, "transaction") {
			b.Transactions = []mempool.Transaction{{Nonce: 1}}
		}
		nearCarry := rapid.SampledFrom([]uint64{0, 10, 100, 1e9, 1e19, math.MaxUint64}).Draw(t, "power")
		nonce := nearCarry - rapid.Uint64Range(0, 25).Draw(t, "below")
		p := New(b, chain.Params{Difficulty: 1}, Plain).plain
		p.set(nonce)
		for range 50 {
			b.Nonce = p.nonce
			require.Equal(t, string(b.Text()), string(p.text()))
			p.step()
		}
		require.Equal(t, nonce+50, p.nonce)
	})
}
