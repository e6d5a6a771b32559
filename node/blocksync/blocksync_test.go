package blocksync

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/network"
)

const peerA, peerB, peerC network.Addr = "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1"

// used is what counts against MaxWaiting.
func (r *rig) used() (bytes int) {
	if r.round == nil {
		return 0
	}
	for _, sp := range r.round.spans {
		if bytes += sp.bytes; sp.ask != nil {
			bytes += r.cfg.MaxBytes
		}
	}
	return bytes
}

// The peer that has the first range says nothing, the other gives all it is asked for: what waits
// stays within its bound (SYN-5), and in the end all is there (SYN-6).
func TestWaitingIsBounded_SYN5_SYN6(t *testing.T) {
	blocks := branch(chain.Genesis(), 1, 1200)
	all := tree(t, blocks...)
	cfg := Config{Step: 20, MaxBytes: 8 << 10, MaxWaiting: 60 << 10, Deadline: 3 * time.Second}
	most := 0
	r := newRig(t, cfg, func(r *rig) {
		r.PeerArrived(peerA)
		r.PeerArrived(peerB)
		r.Heard(peerA, 1200, true)
		q, _ := r.take(peerA)
		require.Equal(t, KindLocate, q.kind)
		r.asked = append(r.asked, question{peerB, q.kind, q.ask, q.done}) // B's answer is as good
		r.honest(all, peerB)
		for i := range 200 {
			r.at(time.Duration(i)*50*time.Millisecond, func() {
				r.honest(all, peerB)
				most = max(most, r.used())
				require.LessOrEqual(t, r.used(), cfg.MaxWaiting+20*300)
			})
		}
	})
	require.Equal(t, uint64(1200), r.tree.State().Number())
	require.Greater(t, most, cfg.MaxWaiting/2)
	require.Positive(t, r.records[peerA].strikes)
}

// A lead claims the end of all numbers: nothing of that size is made, and the one who lies is not
// asked again when it comes back (SYN-4, SYN-6).
func TestHugeClaim_SYN4_SYN6(t *testing.T) {
	r := newRig(t, Config{}, func(r *rig) {
		hash := branch(chain.Genesis(), 9, 1)[0].Hash()
		r.PeerArrived(peerA)
		r.Heard(peerA, math.MaxUint64, true)
		q, ok := r.take(peerA)
		require.True(t, ok)
		m := Located{Tip: math.MaxUint64}
		for range MaxAnchors {
			m.Anchors = append(m.Anchors, hash)
		}
		q.done(m.AppendTo(nil), nil)
		require.Equal(t, uint64(math.MaxUint64), r.Progress().Target)
		require.Len(t, r.round.spans, MaxAnchors)
		q, ok = r.take(peerA)
		require.True(t, ok)
		q.done([]byte("rubbish"), nil)
		require.ErrorIs(t, r.blamed[peerA], ErrMalformed)
		require.Nil(t, r.round, "there was nobody else")
		require.False(t, r.Busy())
		r.asked = nil
		r.at(time.Second, func() {
			r.PeerLost(peerA)
			r.PeerArrived(peerA)
			r.Heard(peerA, 500, true)
			require.Empty(t, r.asked)
		})
	})
	require.Zero(t, r.tree.State().Number())
}

// Peers that do not know the questions cost one deadline, and less often each time (SYN-8, MSG-4).
func TestPeersThatDoNotAnswer_SYN8(t *testing.T) {
	var asked []time.Duration
	newRig(t, Config{}, func(r *rig) {
		start := r.host.Now()
		r.PeerArrived(peerA)
		r.Heard(peerA, 100, true)
		require.True(t, r.Busy(), "no search while there is hope")
		r.at(r.cfg.Deadline+time.Millisecond, func() { require.False(t, r.Busy(), "now blocks are searched for") })
		for i := range 600 {
			r.at(time.Duration(i)*time.Second, func() {
				for q, ok := r.take(peerA); ok; q, ok = r.take(peerA) {
					asked = append(asked, r.host.Now().Sub(start))
					require.Equal(t, KindLocate, q.kind)
				}
			})
		}
	})
	require.Less(t, len(asked), 9, "%v", asked)
	require.Greater(t, len(asked), 3)
}

// An invalid block in the middle keeps what is before it, and costs both who led and who gave it
// (SYN-6, SYN-7).
func TestInvalidInTheMiddle_SYN7(t *testing.T) {
	good := branch(chain.Genesis(), 1, 50)
	bad := branch(good[49], spoiler[0], 1)
	liars := append(append(append([]chain.Block{}, good...), bad...), branch(bad[0], 1, 60)...)
	r := newRig(t, Config{Step: 16}, func(r *rig) {
		r.PeerArrived(peerA)
		r.Heard(peerA, 111, true)
		lies := servedUnchecked(t, liars)
		r.honest(lies, peerA)
		for i := range 100 {
			r.at(time.Duration(i)*10*time.Millisecond, func() { r.honest(lies, peerA) })
		}
	})
	require.Equal(t, uint64(50), r.tree.State().Number())
	require.ErrorIs(t, r.blamed[peerA], ErrInvalid)
	require.ErrorIs(t, r.blamed[peerA], chain.ErrBadNonce)
}

// A peer of which nothing is heard is asked once, one that has told its tip is not (SYN-8).
func TestAskedOnArrival_SYN8(t *testing.T) {
	blocks := branch(chain.Genesis(), 1, 30)
	all := tree(t, blocks...)
	r := newRig(t, Config{}, func(r *rig) {
		r.PeerArrived(peerA)
		r.PeerArrived(peerB)
		r.PeerArrived(peerC)
		r.Heard(peerA, 1, false)
		r.PeerLost(peerC)
		require.Empty(t, r.asked)
		r.at(2*time.Second, func() {
			require.Len(t, r.asked, 1)
			require.Equal(t, peerB, r.asked[0].to)
			r.honest(all, peerB)
		})
		for i := range 100 {
			r.at(3*time.Second+time.Duration(i)*10*time.Millisecond, func() { r.honest(all, "") })
		}
	})
	require.Equal(t, uint64(30), r.tree.State().Number())
}

func TestRecordsAreBounded_SYN6(t *testing.T) {
	newRig(t, Config{Remembered: 5}, func(r *rig) {
		for i := range 20 {
			r.strike(&peer{addr: network.Addr(fmt.Sprintf("10.0.1.%d:1", i))}, i%2 == 0)
			require.LessOrEqual(t, len(r.records), 5)
		}
		for addr := range r.records {
			require.Equal(t, r.host.Now().Add(r.cfg.MaxPause), r.records[addr].until, "liars stay longest")
		}
	})
}

func TestShare_SYN3(t *testing.T) {
	var b share
	now := time.Unix(100, 0)
	require.True(t, b.take(now, 1000))
	b.left -= 5000 // one long answer may overdraw it
	require.False(t, b.take(now.Add(2*time.Second), 1000))
	require.True(t, b.take(now.Add(3500*time.Millisecond), 1000))
	require.True(t, b.take(now.Add(time.Hour), 1000))
	require.Equal(t, 2000.0, b.left)
	require.True(t, b.take(now, 1000), "a clock that goes back does no harm")
}

// The rate is that of the last seconds, and what remains follows from it (SYN-9).
func TestProgress_SYN9(t *testing.T) {
	newRig(t, Config{}, func(r *rig) {
		require.Zero(t, r.Progress())
		r.round = &round{tip: 1000, spans: []*span{{first: 1, last: 1000}}}
		r.round.meter.start(r.host.Now())
		require.Equal(t, Progress{Target: 1000}, r.Progress(), "nothing is known yet")
		for i := range 10 {
			r.at(time.Duration(i+1)*time.Second, func() {
				r.round.spans[0].first += 50
				r.round.meter.total += 50
				p := r.Progress()
				require.InDelta(t, 50, p.Rate, 0.01)
				require.InDelta(t, (1000-50*float64(i+1))/50, p.Remaining.Seconds(), 0.01)
				r.round.tip = math.MaxUint64
				require.Equal(t, maxRemaining, r.Progress().Remaining)
				r.round.tip = 1000
			})
		}
		r.at(11*time.Second, func() { r.round = nil })
	})
}

// Large blocks make short ranges: one range is never more than an eighth of the room.
func TestLargeBlocksMakeShortRanges_SYN5(t *testing.T) {
	cfg, err := Config{}.Complete()
	require.NoError(t, err)
	for _, c := range []struct{ transactions, want int }{{10, 128}, {100, 69}, {2500, 2}, {1 << 20, 1}} {
		s := New(nil, cfg, Around{Params: chain.Params{MaxTransactions: c.transactions}})
		require.Equal(t, c.want, s.cfg.Step, "%d transactions", c.transactions)
	}
}

// Many peers that ask for all they can get have no more than twice the share of one (SYN-3).
func TestAllPeersShare_SYN3(t *testing.T) {
	blocks := branch(chain.Genesis(), 1, 200)
	newRig(t, Config{AnswerRate: 20_000}, func(r *rig) {
		_, err := r.tree.AddAll(chaintest.Seal(blocks...))
		require.NoError(t, err)
		ask := Range{Anchor: Place{200, blocks[199].Hash()}, First: 1, Count: 200}.AppendTo(nil)
		total := 0
		for i := range 50 {
			from := network.Addr(fmt.Sprintf("10.0.1.%d:1", i))
			r.PeerArrived(from)
			for range 10 {
				reply, ok := r.answers[KindBlocks](from, ask)
				require.True(t, ok)
				total += len(reply)
			}
			defer r.PeerLost(from)
		}
		require.Positive(t, total)
		require.LessOrEqual(t, total, 2*2*20_000+200*300, "two seconds' worth, and one answer")
		_, ok := r.answers[KindBlocks]("10.9.9.9:1", ask)
		require.True(t, ok, "who is no peer gets nothing")
	})
}
