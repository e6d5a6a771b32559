package sim

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

// gossiper floods messages of three bytes over streams, as the layers do, but without their rules:
// it is what the engines are tested with. It ranges over a map when it sends, on purpose.
type gossiper struct {
	host    network.Host
	self    int
	addrs   []network.Addr
	streams map[network.Stream]*link
	seen    map[uint16]bool
	ended   int
	refused int
}

// link is one stream of a gossiper: it parses the messages out of the pieces.
type link struct {
	g      *gossiper
	stream network.Stream
	buf    []byte
}

func addrOf(n int) network.Addr { return network.Addr(fmt.Sprintf("n%d:1", n)) }

func (g *gossiper) start() {
	_, err := g.host.Listen(addrOf(g.self), g.connected)
	if err != nil {
		panic(err)
	}
	for i := range g.addrs {
		if i%2 == 0 {
			g.host.After(0, func() { g.dial(g.addrs[i]) })
		} else {
			g.dial(g.addrs[i])
		}
	}
}

func (g *gossiper) dial(to network.Addr) {
	g.host.Dial(to, func(s network.Stream, err error) {
		if err != nil {
			g.refused++
			g.host.After(time.Duration(1+g.host.Rand().IntN(300))*time.Millisecond, func() { g.dial(to) })
			return
		}
		g.connected(s)
	})
}

func (g *gossiper) connected(s network.Stream) {
	l := &link{g: g, stream: s}
	g.streams[s] = l
	s.Deliver(l)
}

func (l *link) Receive(piece []byte) {
	l.buf = append(l.buf, piece...)
	for len(l.buf) >= 3 && l.g.streams[l.stream] != nil {
		id := uint16(l.buf[1])<<8 | uint16(l.buf[2])
		l.buf = l.buf[3:]
		l.g.spread(id)
		if (int(id)+l.g.self)%197 == 13 {
			l.stream.Close()
			delete(l.g.streams, l.stream)
		}
	}
}

func (l *link) Ended(error) {
	delete(l.g.streams, l.stream)
	l.g.ended++
}

func (g *gossiper) spread(id uint16) {
	if g.seen[id] {
		return
	}
	g.seen[id] = true
	message := []byte{byte(id >> 8), byte(id)}
	for s := range g.streams {
		s.Write([]byte{3}, message)
	}
	if id%5 == 0 {
		timer := g.host.After(time.Duration(id)*time.Millisecond, func() { g.spread(id + 1) })
		if id%10 == 0 {
			g.host.Cancel(timer)
		}
		g.host.After(time.Millisecond, func() { g.spread(id + 2) })
	}
}

// flood sets up a network of gossipers, each of which dials four others, that spread messages.
func flood(t testing.TB, cfg Config, nodes, messages int, faults ...scenario.Fault) (*Net, []*gossiper) {
	n, err := New(cfg)
	require.NoError(t, err)
	all := make([]*gossiper, nodes)
	for i := range nodes {
		draw := rand.New(rand.NewPCG(uint64(i), 7))
		var addrs []network.Addr
		for range 4 {
			addrs = append(addrs, addrOf(draw.IntN(nodes)))
		}
		n.Node(addrOf(i), func(h network.Host) {
			all[i] = &gossiper{host: h, self: i, addrs: addrs, streams: map[network.Stream]*link{},
				seen: map[uint16]bool{}}
			all[i].start()
		})
	}
	draw := rand.New(rand.NewPCG(3, 9))
	for m := range messages {
		at := draw.IntN(nodes)
		n.At(time.Duration(m)*50*time.Millisecond+time.Second, addrOf(at),
			func() { all[at].spread(uint16(1000 + 10*m)) })
	}
	n.Inject(faults...)
	return n, all
}
