package sim

import (
	"bytes"
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

func TestADialTakesOneLatencyThereAndOneBack(t *testing.T) {
	r := newRig(t, steady(), 2)
	var d, nobody, nowhere, self, bad *attempt
	r.at(5*ms, 0, func() {
		d = r.dial(0, addrOf(1))
		nowhere = r.dial(0, "nowhere:1")
		bad = r.dial(0, "no address")
		self = r.dial(0, addrOf(0))
		require.Equal(t, scenario.Usage{Listeners: 1, Dials: 3, Timers: 1}, r.n.Usage(addrOf(0)))
	})
	r.n.Run(time.Second)
	require.NoError(t, d.err)
	require.Equal(t, 25*ms, d.at)
	require.NoError(t, self.err, "a node can dial itself")
	require.ErrorIs(t, nowhere.err, network.ErrRefused)
	require.Equal(t, 25*ms, nowhere.at)
	require.ErrorIs(t, bad.err, network.ErrBadAddr)
	require.Equal(t, 5*ms, bad.at)
	require.Equal(t, scenario.Usage{Listeners: 1, Streams: 3}, r.n.Usage(addrOf(0)))
	require.Equal(t, scenario.Usage{Listeners: 1, Streams: 1}, r.n.Usage(addrOf(1)))

	quiet, err := New(steady())
	require.NoError(t, err)
	quiet.Node(addrOf(0), func(h network.Host) {
		h.Dial(addrOf(1), func(_ network.Stream, err error) { nobody = &attempt{err: err, at: quiet.Now()} })
	})
	quiet.Node(addrOf(1), func(h network.Host) {
		l, err := h.Listen(addrOf(1), nil)
		require.NoError(t, err)
		l.Close()
		l.Close()
	})
	quiet.Run(time.Second)
	require.ErrorIs(t, nobody.err, network.ErrRefused, "nobody listens any more")
	require.Equal(t, 20*ms, nobody.at)
}

func TestListenRefusesWhatIsInUseOrForeign(t *testing.T) {
	r := newRig(t, steady(), 2)
	r.at(0, 0, func() {
		for at, want := range map[network.Addr]error{
			addrOf(0): network.ErrAddrInUse, addrOf(1): network.ErrAddrInUse, "elsewhere:1": errForeign,
			"x": network.ErrBadAddr,
		} {
			_, err := r.hosts[0].Listen(at, nil)
			require.ErrorIs(t, err, want)
		}
	})
	r.n.Run(time.Second)
}

func TestBytesArriveOnceInOrderAndUncopied(t *testing.T) {
	r := newRig(t, steady(), 2)
	a, b := r.connect()
	head, body := []byte("head"), []byte("body")
	r.at(time.Second, 0, func() {
		a.stream.Write(head, body)
		a.stream.Write(nil, body)
		a.stream.Write(nil, nil)
		a.stream.Write(head, nil)
	})
	r.n.Run(2 * time.Second)
	require.Equal(t, "headbodybodyhead", string(b.heard))
	require.Equal(t, []time.Duration{1010 * ms, 1010 * ms, 1010*ms + 1, 1010*ms + 2}, b.at)
	require.Same(t, &head[0], &b.pieces[0][0])
	require.Same(t, &body[0], &b.pieces[1][0])
	require.Same(t, &body[0], &b.pieces[2][0])
}

func TestFragmentsAreCutAndJoinedButKeepTheBytes(t *testing.T) {
	cfg := Config{Seed: 3, Fragment: true, Jitter: 30 * ms}
	r := newRig(t, cfg, 2)
	a, b := r.connect()
	var sent []byte
	r.at(time.Second, 0, func() {
		for i := range 400 {
			head, body := []byte{byte(i), 1, 2, 3}, bytes.Repeat([]byte{byte(i)}, i%60)
			sent = append(append(sent, head...), body...)
			a.stream.Write(head, body)
		}
		a.stream.Close()
	})
	r.n.Run(5 * time.Second)
	require.Equal(t, sent, b.heard)
	require.True(t, b.ended)
	require.NoError(t, b.reason)
	sizes := map[int]bool{}
	for _, p := range b.pieces {
		require.NotEmpty(t, p)
		sizes[len(p)] = true
	}
	require.True(t, sizes[1], "pieces of one byte")
	require.Greater(t, len(sizes), 40)
	stats := r.n.Stats()
	require.Greater(t, stats.Split, uint64(400))
	require.Greater(t, stats.Joined, uint64(100))
}

func TestCloseIsInGoodOrder(t *testing.T) {
	r := newRig(t, steady(), 2)
	a, b := r.connect()
	r.at(time.Second, 0, func() {
		a.stream.Write(nil, []byte("last words"))
		a.stream.Close()
		a.stream.Close()
		a.stream.Write(nil, []byte("too late"))
		require.Zero(t, a.stream.Queued())
		require.Zero(t, r.n.Usage(addrOf(0)).Streams)
	})
	r.at(time.Second, 1, func() { b.stream.Write(nil, []byte("unheard")) })
	r.n.Run(2 * time.Second)
	require.Equal(t, "last words", string(b.heard))
	require.True(t, b.ended)
	require.NoError(t, b.reason)
	require.Equal(t, 1010*ms+1, b.endAt)
	require.False(t, a.ended, "who closes hears nothing more")
	require.Empty(t, a.heard)
	require.Zero(t, r.n.Usage(addrOf(1)).Streams)
	b.stream.Write(nil, []byte("ended")) // does nothing
}

func TestAReceiverThatClosesHearsNothingMore(t *testing.T) {
	r := newRig(t, steady(), 2)
	a, b := r.connect()
	closer := &closingReceiver{s: b.stream}
	b.stream.Deliver(closer)
	r.at(time.Second, 0, func() { a.stream.Write([]byte("head"), []byte("body")) })
	r.n.Run(2 * time.Second)
	require.Equal(t, 1, closer.calls)
	require.True(t, a.ended)
	require.NoError(t, a.reason)
}

// closingReceiver closes its stream at the first piece.
type closingReceiver struct {
	s     network.Stream
	calls int
}

func (c *closingReceiver) Receive([]byte) { c.calls++; c.s.Close() }
func (c *closingReceiver) Ended(error)    { c.calls++ }

func TestDifferentLinksHaveDifferentLatenciesTheSameBothWays(t *testing.T) {
	r := newRig(t, Config{Seed: 5}, 40)
	dials := map[[2]int]*attempt{}
	for i := range 40 {
		r.at(0, i, func() {
			for k := range 40 {
				dials[[2]int{i, k}] = r.dial(i, addrOf(k))
			}
		})
	}
	r.n.Run(time.Second)
	took := map[time.Duration]bool{}
	for pair, d := range dials {
		require.NoError(t, d.err)
		require.GreaterOrEqual(t, d.at, 2*DefaultMinLatency)
		require.LessOrEqual(t, d.at, 2*DefaultMaxLatency)
		require.Equal(t, d.at, dials[[2]int{pair[1], pair[0]}].at)
		took[d.at] = true
	}
	require.Greater(t, len(took), 800)
}

func TestAChangedPayloadIsFound_NET12(t *testing.T) {
	cfg := steady()
	cfg.CheckPayloads = true
	r := newRig(t, cfg, 2)
	a, b := r.connect()
	mine, good := []byte("mine to change"), []byte("untouched")
	r.at(time.Second, 0, func() {
		a.stream.Write(mine, good)
		mine[3]++
	})
	r.n.Run(2 * time.Second)
	want := "expected the 14 bytes that n0:1 wrote to n1:1 at 1s to stay as they were, got them modified"
	require.Equal(t, []string{want}, r.n.Violations())
	r.at(2*time.Second, 1, func() { b.pieces[1][0]++ })
	r.n.Run(3 * time.Second)
	require.Len(t, r.n.Violations(), 2, "the receiver's bytes are its own (C13): the writer's stay what they are")
	require.Contains(t, r.n.Violations()[1], "n1:1 received from n0:1")
	require.Equal(t, "untouched", string(good))
}

func TestAStreamKnowsItsFarEnd(t *testing.T) {
	r := newRig(t, steady(), 2)
	a, b := r.connect()
	r.at(time.Second, 0, func() {
		require.Equal(t, addrOf(1), a.stream.Remote())
		a.stream.Close()
		require.Equal(t, addrOf(1), a.stream.Remote(), "after the end, too")
	})
	r.at(time.Second, 1, func() { require.Equal(t, addrOf(0), b.stream.Remote()) })
	r.n.Run(2 * time.Second)
}
