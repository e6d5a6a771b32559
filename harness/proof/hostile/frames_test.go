package hostile_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/gossip"
	"strata/gossip/search"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
	"strata/node"
	"strata/node/blocksync"
	"strata/node/fetch"
	"strata/node/guard"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// STRATA_FRAMES sets how many frames TestFuzzedFrames sends; `make soak` sends a million.
const defaultFrames = 20_000

func frames(t *testing.T) uint64 {
	text := os.Getenv("STRATA_FRAMES")
	if text == "" {
		return defaultFrames
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, "STRATA_FRAMES")
	return n
}

// noID is what messages have in place of an id until they are sent.
var noID = bytes.Repeat([]byte{0}, gossip.IDSize)

// fuzzer sends frames that are nearly right.
type fuzzer struct {
	rng    *rand.Rand
	corpus [][]byte // messages
}

func newFuzzer(seed uint64) *fuzzer {
	f := &fuzzer{rng: rand.New(rand.NewPCG(seed, 1))}
	gossiped := func(kind messaging.Kind, payload []byte) {
		f.corpus = append(f.corpus, messaging.Encode(messaging.TypeRegular, 0, gossip.KindPrefix+kind, append(bytes.Clone(noID), payload...)))
	}
	asked := func(kind messaging.Kind, payload []byte) {
		f.corpus = append(f.corpus, messaging.Encode(messaging.TypeRequest, 7, kind, payload))
	}
	block := chain.Block{Number: 1, Parent: chain.Genesis().Hash(), Transactions: []mempool.Transaction{mempooltest.Pay(1, 2, 0, 3)}}
	gossiped(chain.KindNewBlock, block.Text())
	gossiped(mempool.KindNewTx, mempooltest.Pay(0, 1, 0, 5).Text())
	gossiped(search.KindPrefix+fetch.Kind, append(bytes.Clone(noID), block.Parent[:]...))
	asked(p2p.KindGetPeers, nil)
	genesis := blocksync.Place{Hash: block.Parent}
	asked(blocksync.KindLocate, blocksync.Locate{Step: 10, Places: []blocksync.Place{genesis}}.AppendTo(nil))
	asked(blocksync.KindBlocks, blocksync.Range{Anchor: genesis, First: 1, Count: 3}.AppendTo(nil))
	f.corpus = append(f.corpus,
		messaging.Encode(messaging.TypeRegular, 0, search.ResponseKindPrefix+fetch.Kind, append(bytes.Clone(noID), block.Text()...)),
		messaging.Encode(messaging.TypeResponse, 1, "", []byte("\x01198.51.100.1:1")))
	return f
}

// hello is what makes the others be listened to.
func (f *fuzzer) hello() []byte {
	self := "127.0.0.1:" + strconv.Itoa(1+f.rng.IntN(65_000))
	return network.AppendFrame(nil, messaging.Encode(messaging.TypeRequest, 1, p2p.KindHello, []byte(self)))
}

// frame is one message with some of its payload, or now and then any of its bytes, changed. Few frames
// are not even that.
func (f *fuzzer) frame() []byte {
	m := append([]byte(nil), f.corpus[f.rng.IntN(len(f.corpus))]...)
	if id := bytes.LastIndex(m, noID); id >= 0 { // a fresh one, or the message would be an old one (GSP-3)
		binary.BigEndian.PutUint64(m[id:], f.rng.Uint64())
	}
	from := min(len(m)-1, 40)
	if f.rng.IntN(200) == 0 {
		from = 0
	}
	for range f.rng.IntN(4) {
		at := from + f.rng.IntN(len(m)-from)
		switch f.rng.IntN(3) {
		case 0:
			m[at] = byte(f.rng.Uint32())
		case 1:
			m[at] ^= 1 << f.rng.IntN(8)
		case 2:
			m = append(m[:at], append(make([]byte, f.rng.IntN(5)), m[at:]...)...)
		}
	}
	if f.rng.IntN(40) == 0 {
		m = m[:f.rng.IntN(len(m))]
	}
	b := network.AppendFrame(nil, m)
	if f.rng.IntN(500) == 0 {
		b[f.rng.IntN(network.HeaderSize)] = byte(f.rng.Uint32())
	}
	return b
}

// fuzz sends frames on one connection after the other until enough is true.
func (f *fuzzer) fuzz(to network.Addr, enough func() bool) {
	for !enough() {
		conn, err := net.Dial("tcp", string(to))
		if err != nil {
			continue // not let in; if it is gone, that is enough
		}
		answer := make([]byte, 1)
		_, _ = conn.Write(f.hello())
		_, _ = conn.Read(answer) // before it the others would be ignored (P2P-11)
		go io.Copy(io.Discard, conn)
		batch := []byte(nil)
		for range 1000 {
			if batch = append(batch, f.frame()...); len(batch) < 1<<14 {
				continue
			}
			if _, err := conn.Write(batch); err != nil || enough() {
				break
			}
			batch = batch[:0]
		}
		conn.Close()
	}
}

// TestFuzzedFrames: the node reads that many frames, of which nearly all are nearly right, keeps its memory,
// and goes on to serve. It keeps two peers and has a list of nobody, so that it dials no address that a
// frame makes up.
func TestFuzzedFrames(t *testing.T) {
	n := frames(t)
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	before := live()
	v := run(t, node.Config{
		P2P:   p2p.Config{Self: addrs[0], MaxPeers: 2},
		Guard: &guard.Config{Messages: 1 << 20, Bytes: 1 << 28, BanScore: 1 << 20},
	})
	highest := watchHeap()
	var all sync.WaitGroup
	enough := func() (enough bool) {
		alive := v.Loop.Do(func() { enough = v.Node.Guard().Totals().MessagesIn >= n })
		return enough || !alive
	}
	for seed := range uint64(4) {
		all.Go(func() { newFuzzer(seed+1).fuzz(v.Addr, enough) })
	}
	all.Wait()
	most, totals := highest(), v.totals(t)
	v.serves(t)
	require.Less(t, most, uint64(heapBound), "at the highest")
	require.Less(t, live(), before+32<<20, "after it is over")
	require.GreaterOrEqual(t, totals.MessagesIn, n)
	for _, o := range []guard.Offence{guard.Protocol, guard.TooBig, guard.Forged, guard.NoWork} {
		require.NotZero(t, totals.Offences[o], "%v: %+v", o, totals)
	}
	t.Logf("%d frames, %d MiB; heap %d MiB at the highest; %+v", totals.MessagesIn, totals.BytesIn>>20, most>>20, totals)
}
