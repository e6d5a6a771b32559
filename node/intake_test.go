package node

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node/blocktree"
)

// slowHost does offloaded work when it is told to.
type slowHost struct {
	network.Host
	jobs []func()
}

func (h *slowHost) Offload(work, done func()) {
	h.jobs = append(h.jobs, func() { work(); done() })
}

// next does the oldest job.
func (h *slowHost) next() {
	job := h.jobs[0]
	h.jobs = h.jobs[1:]
	job()
}

// slowIntake is an intake whose verifications the test ends.
type slowIntake struct {
	*intake
	host    *slowHost
	added   [][]chain.Sealed // by commit
	fails   error
	settles int
}

func newSlowIntake() *slowIntake {
	s := &slowIntake{host: &slowHost{}}
	s.intake = newIntake(s.host, mempool.ZIP215{}, func(blocks []chain.Sealed) ([]blocktree.Added, error) {
		s.added = append(s.added, blocks)
		results := make([]blocktree.Added, len(blocks))
		for i, b := range blocks {
			results[i].Status = blocktree.Status(b.Number)
		}
		return results, s.fails
	}, func() { s.settles++ })
	return s
}

func numbered(n uint64) chain.Sealed { return chain.Seal(chain.Block{Number: n}) }

// What comes while a block is being verified waits, keeps its order, and goes in together (CHN-13,
// FRK-1).
func TestIntake_KeepsOrder_CHN13(t *testing.T) {
	s := newSlowIntake()
	require.True(t, s.idle())
	got := map[uint64]blocktree.Status{}
	take := func(n uint64) {
		s.take([]chain.Sealed{numbered(n)}, 100, func(added []blocktree.Added, err error) {
			require.NoError(t, err)
			got[n] = added[0].Status
		})
	}
	for n := range uint64(4) {
		take(n)
		require.True(t, s.holds(numbered(n).Hash()))
	}
	require.False(t, s.idle())
	require.Len(t, s.host.jobs, 1)
	s.host.next()
	require.Equal(t, [][]chain.Sealed{{numbered(0)}}, s.added)
	require.False(t, s.holds(numbered(0).Hash()))
	require.True(t, s.holds(numbered(3).Hash()), "a duplicate that comes now is known")
	s.host.next()
	require.Equal(t, [][]chain.Sealed{{numbered(0)}, {numbered(1), numbered(2), numbered(3)}}, s.added)
	require.Equal(t, map[uint64]blocktree.Status{0: 0, 1: 1, 2: 2, 3: 3}, got)
	require.True(t, s.idle())
	require.Empty(t, s.held)
	require.Equal(t, 2, s.settles)
}

// The next blocks are verified while those before them are executed.
func TestIntake_VerifiesAhead_CHN13(t *testing.T) {
	s := newSlowIntake()
	jobs := 0
	s.take([]chain.Sealed{numbered(1)}, 0, func([]blocktree.Added, error) { jobs = len(s.host.jobs) })
	s.take([]chain.Sealed{numbered(2)}, 0, func([]blocktree.Added, error) {})
	s.host.next()
	require.Equal(t, 1, jobs)
}

func TestIntake_IsBounded_CHN13(t *testing.T) {
	s := newSlowIntake()
	nothing := func([]blocktree.Added, error) {}
	for n := range uint64(maxWaiting) {
		require.True(t, s.mayWait(1000))
		s.take([]chain.Sealed{numbered(n)}, 1000, nothing)
	}
	require.False(t, s.mayWait(1), "blocks")
	s.take([]chain.Sealed{numbered(maxWaiting)}, 0, nothing) // bounded by who brings it
	s.host.next()
	require.True(t, s.mayWait(1))
	s.host.next()
	require.Zero(t, s.bytes)
	require.Zero(t, s.count)

	s.take([]chain.Sealed{numbered(1)}, maxWaitingBytes-10, nothing)
	require.True(t, s.mayWait(10))
	require.False(t, s.mayWait(11), "bytes")
}

func TestIntake_StopWhileUnderWay_NET11(t *testing.T) {
	s := newSlowIntake()
	for n := range uint64(3) {
		s.take([]chain.Sealed{numbered(n)}, 1, func([]blocktree.Added, error) { require.Fail(t, "done is called after stop") })
	}
	s.stop()
	s.host.next()
	require.Empty(t, s.added)
	require.Empty(t, s.host.jobs)
	s.take([]chain.Sealed{numbered(9)}, 1, nil)
	require.Empty(t, s.host.jobs)
}

func TestIntake_StoreFails_FRK6(t *testing.T) {
	s := newSlowIntake()
	s.fails = errors.New("no space left")
	var got []error
	for n := range uint64(3) {
		s.take([]chain.Sealed{numbered(n)}, 1, func(_ []blocktree.Added, err error) { got = append(got, err) })
	}
	s.host.next()
	s.host.next()
	require.Equal(t, []error{s.fails, s.fails, s.fails}, got)
	require.True(t, s.idle())
}

// A block that was passed on before it is in the tree can be asked for all the while.
func TestIntake_GivesWhatItHolds_FRK4(t *testing.T) {
	s := newSlowIntake()
	b := numbered(1)
	for range 2 {
		s.take([]chain.Sealed{b}, 1, func([]blocktree.Added, error) {
			_, ok := s.text(b.Hash())
			require.True(t, ok, "until everybody knows that it is in the tree")
		})
	}
	text, ok := s.text(b.Hash())
	require.True(t, ok)
	require.Equal(t, b.Text(), text)
	s.host.next()
	s.host.next()
	_, ok = s.text(b.Hash())
	require.False(t, ok)
}
