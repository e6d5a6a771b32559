package miner

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/network/tcphost"
)

// On the real host a batch is some milliseconds of work on another goroutine, and a new tip is
// followed within 100 ms.
func TestRealHost_FRK8(t *testing.T) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	found := make(chan chain.Block, 100)
	cfg, err := Config{}.Complete()
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
