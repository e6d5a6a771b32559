package p2p_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

func TestAnswer_Golden_P2P2(t *testing.T) {
	a, b := network.Addr("127.0.0.1:11120"), network.Addr("[::1]:9")
	for _, c := range []struct {
		name   string
		answer p2p.Answer
		hex    string
	}{
		{"rejected, nobody", p2p.Answer{}, "00"},
		{"accepted, nobody", p2p.Answer{Accepted: true}, "01"},
		{"accepted, one", p2p.Answer{Accepted: true, Peers: []network.Addr{a}}, "013132372e302e302e313a3131313230"},
		{"rejected, two", p2p.Answer{Peers: []network.Addr{a, b}}, "003132372e302e302e313a31313132302c5b3a3a315d3a39"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.hex, hex.EncodeToString(c.answer.Encode()))
			got, err := p2p.DecodeAnswer(c.answer.Encode(), 1000)
			require.NoError(t, err)
			require.Equal(t, c.answer, got)
		})
	}
}

// TestHello_Golden_P2P1 is the whole frame of the example in docs/protocol.md.
func TestHello_Golden_P2P1(t *testing.T) {
	m := messaging.Encode(messaging.TypeRequest, 1, p2p.KindHello, []byte("127.0.0.1:11120"))
	require.Equal(t, "0000001e01000000017032703a68656c6c6f003132372e302e302e313a3131313230",
		hex.EncodeToString(network.AppendFrame(nil, m)))
}

func TestDecodeAnswer_RefusesMalformed(t *testing.T) {
	for _, payload := range []string{"", "\x02", "1", "\xff127.0.0.1:1"} {
		_, err := p2p.DecodeAnswer([]byte(payload), 1000)
		require.ErrorIs(t, err, messaging.ErrMalformed, "%q", payload)
	}
}

func TestSplitPeers_P2P13(t *testing.T) {
	for _, c := range []struct {
		name, list string
		max        int
		want       []network.Addr
	}{
		{"empty", "", 10, nil},
		{"one", "a:1", 10, []network.Addr{"a:1"}},
		{"two", "b:1,a:1", 10, []network.Addr{"b:1", "a:1"}},
		{"malformed ones are skipped", "a,b:1,:2,c:0,d:70000, e:1,[f]:6,", 10, []network.Addr{"b:1", "[f]:6"}},
		{"malformed ones count", "x,x,a:1,b:1", 3, []network.Addr{"a:1"}},
		{"no more than max", "a:1,b:1,c:1", 2, []network.Addr{"a:1", "b:1"}},
		{"commas only", ",,,,", 10, nil},
		{"every address of a machine", "0.0.0.0:1,[::]:1,[::1]:1,0a:1", 10, []network.Addr{"[::1]:1", "0a:1"}},
		{"too long", strings.Repeat("a", 254) + ":1,b:1", 10, []network.Addr{"b:1"}},
		{"as long as can be", strings.Repeat("a", 253) + ":65535", 10,
			[]network.Addr{network.Addr(strings.Repeat("a", 253) + ":65535")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, p2p.SplitPeers([]byte(c.list), c.max))
		})
	}
}

// P2P-13: malformed entries cost no memory.
func TestSplitPeers_Malformed_P2P13(t *testing.T) {
	list := []byte(strings.Repeat("nobody,here:0,", 100))
	require.Zero(t, testing.AllocsPerRun(10, func() { p2p.SplitPeers(list, 200) }))
}

func TestJoinPeers_FitsIntoAFrame(t *testing.T) {
	long := network.Addr(strings.Repeat("a", 253) + ":65535")
	var many []network.Addr
	for range 10_000 {
		many = append(many, long)
	}
	list := p2p.JoinPeers(many)
	require.LessOrEqual(t, len(list), p2p.MaxList)
	require.Greater(t, len(list), p2p.MaxList-len(long)-1, "as many as there is room for")
	require.LessOrEqual(t, len(p2p.Answer{Peers: many}.Encode()), 1+p2p.MaxList)
	for _, a := range p2p.SplitPeers(list, len(many)) {
		require.Equal(t, long, a, "no address is cut")
	}
}

func TestParseAddr(t *testing.T) {
	a, err := p2p.ParseAddr([]byte("node-1.example:4000"))
	require.NoError(t, err)
	require.Equal(t, network.Addr("node-1.example:4000"), a)
	for _, text := range []string{
		"", "host", "host:", ":1", "host:0", "host:01", "host:65536", "a,b:1", "a b:1", "h\x00:1",
		strings.Repeat("a", 1<<20), `"><script>:1`, "0.0.0.0:1", "[::]:1", // H14
	} {
		_, err := p2p.ParseAddr([]byte(text))
		require.ErrorIs(t, err, network.ErrBadAddr, "%.30q", text)
	}
}

// FuzzDecodeAnswer: whatever comes, only addresses that can be dialled come out, no more than max,
// and they are encoded to what is decoded to them again.
func FuzzDecodeAnswer(f *testing.F) {
	f.Add([]byte{0}, 3)
	f.Add([]byte("\x01127.0.0.1:11120,[::1]:9,nonsense,,"), 1000)
	f.Add([]byte("\x02a:1"), 1)
	f.Fuzz(func(t *testing.T, payload []byte, limit int) {
		answer, err := p2p.DecodeAnswer(payload, limit)
		if err != nil {
			require.Zero(t, answer)
			return
		}
		require.LessOrEqual(t, len(answer.Peers), max(limit, 0))
		for _, a := range answer.Peers {
			require.NoError(t, a.Validate())
		}
		again, err := p2p.DecodeAnswer(answer.Encode(), len(answer.Peers))
		require.NoError(t, err)
		require.Equal(t, answer, again)
	})
}
