package sim

import (
	"sync"
	"testing"
	"time"

	"strata/network"
	"strata/scenario"

	"github.com/stretchr/testify/require"
)

// rig is a network whose nodes do nothing by themselves but note what happens to them.
type rig struct {
	t     testing.TB
	n     *Net
	hosts []network.Host
	lock  sync.Mutex // of in, for workers accept at once
	in    []*end     // streams accepted, by whomever, in order
}

// end is one end of a stream that notes what it hears.
type end struct {
	rig    *rig
	node   int
	stream network.Stream
	pieces [][]byte
	heard  []byte // all pieces
	at     []time.Duration
	ended  bool
	reason error
	endAt  time.Duration
}

func (e *end) Receive(piece []byte) {
	e.pieces = append(e.pieces, piece)
	e.heard = append(e.heard, piece...)
	e.at = append(e.at, e.rig.n.Now())
}

func (e *end) Ended(reason error) {
	require.False(e.rig.t, e.ended, "Ended twice")
	e.ended, e.reason, e.endAt = true, reason, e.rig.n.Now()
}

func newRig(t testing.TB, cfg Config, nodes int, faults ...scenario.Fault) *rig {
	n, err := New(cfg)
	require.NoError(t, err)
	r := &rig{t: t, n: n, hosts: make([]network.Host, nodes)}
	for i := range nodes {
		n.Node(addrOf(i), func(h network.Host) {
			r.hosts[i] = h
			_, err := h.Listen(addrOf(i), func(s network.Stream) { r.accept(r.end(i, s)) })
			require.NoError(t, err)
		})
	}
	n.Inject(faults...)
	return r
}

func (r *rig) accept(e *end) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.in = append(r.in, e)
}

func (r *rig) end(node int, s network.Stream) *end {
	e := &end{rig: r, node: node, stream: s}
	s.Deliver(e)
	return e
}

// at schedules f at a node.
func (r *rig) at(t time.Duration, node int, f func()) { r.n.At(t, addrOf(node), f) }

// attempt is how a dial went.
type attempt struct {
	*end
	err  error
	at   time.Duration
	done int
}

// dial dials now, from a node's callback.
func (r *rig) dial(from int, to network.Addr) *attempt {
	d := &attempt{}
	r.hosts[from].Dial(to, func(s network.Stream, err error) {
		d.done++
		d.err, d.at = err, r.n.Now()
		if err == nil {
			d.end = r.end(from, s)
		}
	})
	return d
}

// connect makes a connection between nodes 0 and 1 and runs until it stands, at 1 s.
func (r *rig) connect() (dialling, accepting *end) {
	var d *attempt
	r.at(0, 0, func() { d = r.dial(0, addrOf(1)) })
	r.n.Run(time.Second)
	require.NoError(r.t, d.err)
	require.Len(r.t, r.in, 1)
	return d.end, r.in[0]
}

// steady is a config whose links all take 10 ms.
func steady() Config {
	return Config{MinLatency: 10 * time.Millisecond, MaxLatency: 10 * time.Millisecond}
}

const ms = time.Millisecond
