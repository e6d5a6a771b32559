package fetch

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
)

const self network.Addr = "10.0.0.1:1"

// rig is a fetcher whose searches the test answers.
type rig struct {
	*Fetcher
	t    *testing.T
	net  *sim.Net
	asks []ask
	done []done
}

type ask struct {
	at     time.Duration
	hash   chain.BlockHash
	result func([]byte, error) bool
}

type done struct {
	hash chain.BlockHash
	err  error
}

func newRig(t *testing.T, cfg Config) *rig {
	cfg, err := cfg.Complete()
	require.NoError(t, err)
	r := &rig{t: t}
	r.net, err = sim.New(sim.Config{})
	require.NoError(t, err)
	r.net.Node(self, func(h network.Host) {
		asked := func(hash chain.BlockHash, result func([]byte, error) bool) {
			r.asks = append(r.asks, ask{r.net.Now(), hash, result})
		}
		r.Fetcher = New(h, cfg, asked, func(hash chain.BlockHash, b chain.Sealed, err error) {
			if err == nil {
				require.Equal(t, hash, b.Hash())
			}
			r.done = append(r.done, done{hash, err})
		})
	})
	return r
}

func (r *rig) at(t time.Duration, f func()) { r.net.At(t, self, f) }

// last is the latest question.
func (r *rig) last() ask { return r.asks[len(r.asks)-1] }

var block = chain.Block{Number: 7}

func TestAnswerIsTheBlock_FRK4(t *testing.T) {
	r := newRig(t, Config{})
	r.at(1*time.Second, func() { r.Want([]chain.BlockHash{block.Hash()}) })
	r.at(2*time.Second, func() {
		require.Len(t, r.asks, 1)
		require.Equal(t, block.Hash(), r.last().hash)
		require.True(t, r.last().result(block.Text(), nil))
		require.Equal(t, []done{{block.Hash(), nil}}, r.done)
		require.Zero(t, r.Asked())
		require.True(t, r.last().result(block.Text(), nil), "a second answer is taken, and nothing comes of it")
	})
	r.net.Run(time.Minute)
	require.Len(t, r.done, 1)
	require.Len(t, r.asks, 1)
}

func TestBadAnswersAreWaitedOut_FRK4(t *testing.T) {
	r := newRig(t, Config{})
	r.at(1*time.Second, func() { r.Want([]chain.BlockHash{block.Hash()}) })
	r.at(2*time.Second, func() {
		for _, bad := range [][]byte{nil, {}, []byte("garbage"), chain.Genesis().Text(), append(block.Text(), ' ')} {
			require.False(t, r.last().result(bad, nil), "those of others are still listened to")
		}
		require.True(t, r.last().result(block.Text(), nil))
	})
	r.net.Run(3 * time.Second)
	require.Equal(t, []done{{block.Hash(), nil}}, r.done)
}

func TestAskedAgainAfterTimeoutThenGivenUp_FRK4(t *testing.T) {
	r := newRig(t, Config{MaxAttempts: 3, Retry: time.Second})
	r.at(time.Second, func() { r.Want([]chain.BlockHash{block.Hash()}) })
	for i := range 3 {
		r.at(time.Duration(10*(i+1))*time.Second, func() {
			require.Len(t, r.asks, i+1)
			require.Empty(t, r.done)
			require.True(t, r.last().result(nil, messaging.ErrTimeout))
		})
	}
	r.net.Run(time.Minute)
	require.Len(t, r.asks, 3)
	require.Equal(t, 21*time.Second, r.asks[2].at)
	require.Len(t, r.done, 1)
	require.ErrorIs(t, r.done[0].err, ErrNotFound)
}

func TestMalformedText_FRK4(t *testing.T) {
	r := newRig(t, Config{})
	text := []byte("no block at all")
	hash := chain.BlockHash(sha256.Sum256(text))
	r.at(time.Second, func() { r.Want([]chain.BlockHash{hash}) })
	r.at(2*time.Second, func() { require.True(t, r.last().result(text, nil)) })
	r.net.Run(3 * time.Second)
	require.Len(t, r.done, 1)
	require.ErrorIs(t, r.done[0].err, ErrMalformed)
	require.ErrorIs(t, r.done[0].err, chain.ErrMalformed)
}

func TestNoLongerWanted_FRK4(t *testing.T) {
	r := newRig(t, Config{})
	other := chain.BlockHash{1}
	r.at(1*time.Second, func() { r.Want([]chain.BlockHash{block.Hash(), other}) })
	r.at(2*time.Second, func() {
		first := r.asks[0]
		r.Want([]chain.BlockHash{other})
		require.True(t, first.result(block.Text(), nil), "it came another way")
	})
	r.net.Run(3 * time.Second)
	require.Len(t, r.asks, 2, "what is still wanted is not asked for anew")
	require.Empty(t, r.done)
	require.Equal(t, 1, r.Asked())
}

func TestBounded_FRK4(t *testing.T) {
	r := newRig(t, Config{MaxAsked: 2})
	hashes := []chain.BlockHash{{1}, {2}, {3}, {4}}
	r.at(1*time.Second, func() { r.Want(hashes) })
	r.at(2*time.Second, func() { require.Len(t, r.asks, 2); r.Want(hashes[1:]) })
	r.net.Run(3 * time.Second)
	require.Len(t, r.asks, 3)
	require.Equal(t, 2, r.Asked())
}

func TestStop_FRK4(t *testing.T) {
	r := newRig(t, Config{})
	r.at(1*time.Second, func() { r.Want([]chain.BlockHash{{1}, {2}}) })
	r.at(2*time.Second, func() { r.asks[0].result(nil, messaging.ErrTimeout) })
	r.at(2100*time.Millisecond, func() {
		require.Equal(t, 1, r.net.Usage(self).Timers)
		r.Stop()
		require.True(t, r.asks[1].result(nil, network.ErrClosed))
		r.Want([]chain.BlockHash{{3}})
		require.Zero(t, r.net.Usage(self).Timers)
	})
	r.net.Run(time.Minute)
	require.Len(t, r.asks, 2)
	require.Empty(t, r.done)
}
