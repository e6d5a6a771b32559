package hostile_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/messaging"
	"strata/network"
	"strata/node"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// floods are what strangers can do who have a fast link and no shame. Each gets a connection, and goes on
// until it is closed or enough has been sent.
var floods = []struct {
	name        string
	connections int
	hello, deaf bool
	bytes       []byte // sent again and again
	enough      int    // bytes
}{
	{name: "frames that never end", connections: 200, bytes: append(network.Header(1<<20), make([]byte, 900<<10)...), enough: 900<<10 + 4},
	{name: "long messages", connections: 8, hello: true, bytes: framed(messaging.TypeRegular, "nothing", 60<<10), enough: 64 << 20},
	{name: "short messages", connections: 8, hello: true, bytes: bytes.Repeat(framed(messaging.TypeRegular, "n", 0), 5000), enough: 4 << 20},
	{name: "questions whose answers are not read", connections: 16, hello: true, deaf: true,
		bytes: bytes.Repeat(framed(messaging.TypeRequest, p2p.KindGetPeers, 0), 2000), enough: 8 << 20},
}

func framed(t messaging.Type, kind messaging.Kind, size int) []byte {
	return network.AppendFrame(nil, messaging.Encode(t, 1, kind, make([]byte, size)))
}

// floodBound is twice, for the garbage collector, what may be held: 32 MiB by the guard (MaxMemory), and by the
// host twice 16 MiB that are read and not handled yet, and a chunk of up to 256 KiB for each of 112
// connections; and something for this test itself.
const floodBound = 256 << 20

// TestFloodsOverTCPTakeBoundedMemory: all of them at once, against one node with the limits that it has
// by default; and an honest node is served meanwhile.
func TestFloodsOverTCPTakeBoundedMemory(t *testing.T) {
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	before := live()
	v := run(t, node.Config{P2P: p2p.Config{Self: addrs[0]}})
	highest := watchHeap()
	var all sync.WaitGroup
	var held sync.Map // connections that stay open until the end
	for _, f := range floods {
		for i := range f.connections {
			all.Go(func() {
				conn, err := net.Dial("tcp", string(v.Addr))
				if err != nil {
					return
				}
				held.Store(conn, nil)
				if f.hello {
					self := fmt.Sprintf("127.0.0.1:%d", 1+len(f.name)*100+i)
					_, _ = conn.Write(network.AppendFrame(nil, messaging.Encode(messaging.TypeRequest, 1, p2p.KindHello, []byte(self))))
				}
				if !f.deaf {
					go io.Copy(io.Discard, conn)
				}
				for sent := 0; sent < f.enough && err == nil; sent += len(f.bytes) {
					_, err = conn.Write(f.bytes)
				}
			})
		}
	}
	v.serves(t)
	all.Wait()
	v.serves(t)
	held.Range(func(conn, _ any) bool { return conn.(net.Conn).Close() == nil })
	most, totals := highest(), v.totals(t)
	require.Less(t, most, uint64(floodBound), "at the highest")
	require.NotZero(t, totals.Slowed, "%+v", totals)
	require.NotZero(t, totals.Overloaded+totals.Refused+totals.Evicted, "%+v", totals)
	v.serves(t)
	require.Less(t, live(), before+64<<20, "after it is over")
	t.Logf("%d MiB, %d messages; heap %d MiB at the highest; %+v", totals.BytesIn>>20, totals.MessagesIn, most>>20, totals)
}
