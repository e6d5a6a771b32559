package peerstatus

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// fakePeers answers no request before the test does.
type fakePeers struct {
	p2p.P2P
	asked []func(reply []byte, err error)
	nonce [][]byte
}

func (f *fakePeers) Request(_ network.Addr, _ messaging.Kind, payload []byte, done func([]byte, error)) {
	f.asked, f.nonce = append(f.asked, done), append(f.nonce, payload)
}

// withBook runs the test on the loop of a node with a book.
func withBook(t *testing.T, test func(b *Book, peers *fakePeers)) {
	net, err := sim.New(sim.Config{Seed: 1})
	require.NoError(t, err)
	ran := false
	net.Node("203.0.113.9:4000", func(h network.Host) {
		peers := &fakePeers{}
		_, own, _ := golden()
		test(New(h, Around{Peers: peers, Own: func() Status { return own }, Learned: func(network.Addr, Status, string) {}}), peers)
		ran = true
	})
	net.Run(time.Second)
	require.True(t, ran)
}

// answers has the last request answered by a node with that difficulty.
func (f *fakePeers) answers(difficulty int) {
	id, s, _ := golden()
	s.Params.Difficulty = difficulty
	nonce, _ := parseNonce(f.nonce[len(f.nonce)-1])
	f.asked[len(f.asked)-1](s.Encode(id, nonce), nil)
}

// What a peer did is judged when it is known of which chain it is: at once, when the answer comes, or
// never (H8).
func TestBook_JudgesWhenItKnows(t *testing.T) {
	for _, c := range []struct {
		what   string
		answer func(peers *fakePeers, b *Book)
		judged bool
	}{
		{"it agrees", func(f *fakePeers, _ *Book) { f.answers(7) }, true},
		{"it is of another chain", func(f *fakePeers, _ *Book) { f.answers(5) }, false},
		{"it does not answer", func(f *fakePeers, _ *Book) { f.asked[0](nil, messaging.ErrTimeout) }, true},
		{"it answers nonsense", func(f *fakePeers, _ *Book) { f.asked[0]([]byte("hello"), nil) }, true},
		{"it goes before it answers", func(_ *fakePeers, b *Book) { b.PeerLost("a:1") }, true},
	} {
		withBook(t, func(b *Book, peers *fakePeers) {
			before, after := 0, 0
			b.PeerArrived("a:1")
			b.Judge("a:1", func() { before++ })
			require.Zero(t, before, c.what)
			c.answer(peers, b)
			b.Judge("a:1", func() { after++ })
			want := 0
			if c.judged {
				want = 1
			}
			require.Equal(t, want, before, c.what)
			require.Equal(t, want, after, c.what)
		})
	}
}

func TestBook_IsBounded(t *testing.T) {
	withBook(t, func(b *Book, peers *fakePeers) {
		judged := 0
		b.PeerArrived("a:1")
		for range 10 * mostPending {
			b.Judge("a:1", func() { judged++ })
		}
		peers.answers(7)
		require.Equal(t, mostPending, judged)
	})
}

// An answer that comes after the peer was lost, and has come back, is none of the new connection.
func TestBook_ForgetsWhoIsLost(t *testing.T) {
	withBook(t, func(b *Book, peers *fakePeers) {
		b.PeerArrived("a:1")
		peers.answers(5)
		require.Equal(t, []Disagreement{{"a:1", "difficulty 5 instead of 7"}}, b.Disagreements())
		b.PeerLost("a:1")
		require.Empty(t, b.Disagreements())
		b.PeerArrived("a:1")
		require.Empty(t, b.Disagreements(), "until it has answered")
	})
}

func TestBook_WithoutOne(t *testing.T) {
	var b *Book
	judged := false
	require.NoError(t, b.Start())
	b.PeerArrived("a:1")
	b.Judge("a:1", func() { judged = true })
	b.PeerLost("a:1")
	require.True(t, judged)
	require.Empty(t, b.Disagreements())
}
