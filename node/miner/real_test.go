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
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	found := make(chan chain.Block, 100)
	cfg, err := Config{Threads: threads}.Complete()
	require.NoError(t, err)
	params := chain.Params{Difficulty: 2}
	tree := &tree{chain.NewState()}
	var m *Miner
	loop.Do(func() {
		h := loop.Host("127.0.0.1:1")
		m = New(h, cfg, params, &builder{}, tree, &pool{}, mempool.PublicKey{}, func(b chain.Block) {
			found <- b
			tree.state.Advance(b.Number, b.Hash())
			m.Restart()
		})
		m.Start()
	})
	for number := uint64(1); number <= 10; number++ {
		b := <-found
		require.Equal(t, number, b.Number)
		require.True(t, params.MeetsDifficulty(b.Hash()))
	}

	var began time.Time
	loop.Do(func() {
		tree.state.Advance(1000, chain.BlockHash{1})
		m.Restart()
		began = time.Now()
	})
	for b := range found {
		if b.Number == 1001 {
			require.Equal(t, chain.BlockHash{1}, b.Parent)
			break
		}
	}
	require.Less(t, time.Since(began), 5*time.Second, "the machine may be busy")
	loop.Do(func() {
		m.Stop()
		for len(found) > 0 {
			<-found
		}
	})
	time.AfterFunc(50*time.Millisecond, loop.Close)
	<-loop.Done()
	require.Empty(t, found, "nothing is found after Stop")
}
