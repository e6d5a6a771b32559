package miner

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/node/process/tcphost"
)

// On the real host batches are some milliseconds of work on other goroutines, and a new tip is
// followed at once.
func TestRealHost_FRK8(t *testing.T) {
	for _, threads := range []int{1, 3} {
		t.Run(fmt.Sprintf("threads=%d", threads), func(t *testing.T) { realHost(t, threads) })
	}
}

func realHost(t *testing.T, threads int) {
	const first, jump = 10, 1 << 40
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	cfg, err := Config{Threads: threads}.Complete()
	require.NoError(t, err)
	params := chain.Params{Difficulty: 2}
	tree := &tree{chain.NewState()}
	// The miner goes on while the test waits for its turn, so only what the test asks for is sent: the
	// channel has room for it, and the loop never waits here.
	found := make(chan chain.Block, first+1)
	blocks := 0
	var m *Miner
	loop.Do(func() {
		h := loop.Host("127.0.0.1:1")
		m = New(h, cfg, params, &builder{}, tree, &pool{}, mempool.PublicKey{}, func(b chain.Block) {
			blocks++
			if b.Number <= first || b.Number == jump+1 {
				found <- b
			}
			tree.state.Advance(b.Number, b.Hash())
			m.Restart()
		})
		m.Start()
	})
	for number := uint64(1); number <= first; number++ {
		b := <-found
		require.Equal(t, number, b.Number)
		require.True(t, params.MeetsDifficulty(b.Hash()))
	}

	loop.Do(func() {
		tree.state.Advance(jump, chain.BlockHash{1})
		m.Restart()
	})
	require.Equal(t, chain.BlockHash{1}, (<-found).Parent, "the new tip is followed")
	stopped := 0
	loop.Do(func() {
		m.Stop()
		stopped = blocks
	})
	time.AfterFunc(50*time.Millisecond, loop.Close)
	<-loop.Done()
	require.Equal(t, stopped, blocks, "nothing is found after Stop")
}
