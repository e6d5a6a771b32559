package p2p_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
	contract "strata/p2p"
	"strata/scenario"
	ourmessaging "strata/solutions/messaging"
	ournetwork "strata/solutions/network"
	"strata/solutions/p2p"
)

// script is a small network whose every link takes 10 ms, and what its nodes saw.
type script struct {
	t     *testing.T
	net   *sim.Net
	nodes map[string]*actor
	lines strings.Builder
}

// actor is one node of a script: its own name is its host, the port is always 1.
type actor struct {
	s    *script
	name string
	p2p  contract.P2P
	ends map[network.ConnID]string // connections by a name that tells who dialled
	tap  network.Handler           // the layer above the tap
	network.Network
}

// TestTranscripts plays the scripts in testdata. `go test ./solutions/p2p -rewrite` writes them again.
//
// Before the first run:
//
//	node NAME [bootstrap=(NAME,...)] [max=M] [boots=TIME]   adds a node
//	reset NAME NAME at=TIME                                 the connections between two nodes fail
//
// Then, at the time that it is:
//
//	run until=TIME             lets time pass, and prints what the nodes saw
//	peers                      prints who lists whom
//	broadcast NAME text=TEXT   broadcasts
//	stop NAME                  stops a node
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		net, err := sim.New(sim.Config{Seed: 1, MinLatency: 10 * time.Millisecond, MaxLatency: 10 * time.Millisecond})
		require.NoError(t, err)
		s := &script{t: t, net: net, nodes: make(map[string]*actor)}
		datadriven.RunTest(t, path, s.do)
	})
}

func (s *script) do(t *testing.T, d *datadriven.TestData) string {
	s.lines.Reset()
	switch d.Cmd {
	case "node":
		var names []string
		cfg := contract.Config{Interval: time.Second}
		d.MaybeScanArgs(t, "bootstrap", &names)
		d.MaybeScanArgs(t, "max", &cfg.MaxPeers)
		for _, name := range names {
			cfg.Bootstrap = append(cfg.Bootstrap, addr(name))
		}
		s.add(d.CmdArgs[0].Key, cfg)
		if d.HasArg("boots") {
			s.fault(scenario.Join, d, "boots", d.CmdArgs[0].Key)
		}
	case "reset":
		s.fault(scenario.Reset, d, "at", d.CmdArgs[0].Key, d.CmdArgs[1].Key)
	case "run":
		s.net.Run(s.time(d, "until"))
	case "peers":
		for _, name := range slices.Sorted(maps.Keys(s.nodes)) {
			fmt.Fprintf(&s.lines, "%s: %v\n", name, s.nodes[name].p2p.Peers())
		}
	case "broadcast":
		var text string
		d.ScanArgs(t, "text", &text)
		a := s.nodes[d.CmdArgs[0].Key]
		s.net.At(s.net.Now(), addr(a.name), func() {
			require.NoError(t, a.p2p.Broadcast("talk", []byte(text)))
		})
	case "stop":
		a := s.nodes[d.CmdArgs[0].Key]
		s.net.At(s.net.Now(), addr(a.name), func() { a.p2p.Stop() })
	default:
		d.Fatalf(t, "no such command")
	}
	return s.lines.String()
}

func (s *script) time(d *datadriven.TestData, key string) time.Duration {
	var text string
	d.ScanArgs(s.t, key, &text)
	value, err := time.ParseDuration(text)
	require.NoError(s.t, err)
	return value
}

// fault strikes one node, or the connections between two.
func (s *script) fault(kind scenario.FaultKind, d *datadriven.TestData, key string, names ...string) {
	f := scenario.Fault{Kind: kind, At: s.time(d, key), A: []network.Addr{addr(names[0])}}
	for _, name := range names[1:] {
		f.B = append(f.B, addr(name))
	}
	s.net.Inject(f)
}

func (s *script) add(name string, cfg contract.Config) {
	a := &actor{s: s, name: name, ends: make(map[network.ConnID]string)}
	s.nodes[name] = a
	s.net.Node(addr(name), func(h network.Host) {
		cfg.Self = addr(name)
		p2pCfg, err := cfg.Complete()
		require.NoError(s.t, err)
		netCfg, err := network.Config{Listen: addr(name)}.Complete()
		require.NoError(s.t, err)
		msgCfg, err := messaging.Config{}.Complete()
		require.NoError(s.t, err)
		a.Network = ournetwork.New(h, netCfg)
		msg := ourmessaging.New(h, a, msgCfg)
		a.p2p = p2p.New(h, a, msg, p2pCfg)
		require.NoError(s.t, a.p2p.Handle("talk", a.hear))
		require.NoError(s.t, a.p2p.Start(a))
	})
}

func addr(name string) network.Addr { return network.Addr(name + ":1") }

// saw writes one line of the transcript.
func (a *actor) saw(format string, args ...any) {
	fmt.Fprintf(&a.s.lines, "%6v  %s  %s\n", a.s.net.Now().Round(time.Millisecond), a.name, fmt.Sprintf(format, args...))
}

// Start puts the tap between the network and messaging.
func (a *actor) Start(h network.Handler) error {
	a.tap = h
	return a.Network.Start(tap{a})
}

// Dial notes whom a connection was dialled to.
func (a *actor) Dial(to network.Addr, done func(network.ConnID, error)) {
	a.saw("dials %s", to)
	a.Network.Dial(to, func(id network.ConnID, err error) {
		if err != nil {
			a.saw("dial of %s: %v", to, err)
		}
		done(id, err)
	})
}

// hear is the handler of kind talk.
func (a *actor) hear(from network.Addr, payload []byte) ([]byte, bool) {
	a.saw("hears %q from %s", payload, from)
	return nil, false
}

func (a *actor) PeerArrived(peer network.Addr) { a.saw("PeerArrived %s", peer) }
func (a *actor) PeerLost(peer network.Addr)    { a.saw("PeerLost %s", peer) }

// tap passes on what happens on the connections, and writes it down.
type tap struct{ a *actor }

func (t tap) Connected(id network.ConnID, dialled network.Side) {
	if t.a.ends[id] = fmt.Sprintf("its connection %d", id); dialled == network.Theirs {
		t.a.ends[id] = fmt.Sprintf("incoming connection %d", id)
	}
	t.a.tap.Connected(id, dialled)
}

func (t tap) Received(id network.ConnID, payload []byte) {
	m, err := messaging.Decode(payload)
	require.NoError(t.a.s.t, err)
	what := []string{"message " + string(m.Kind), "request " + string(m.Kind), "response"}[m.Type]
	t.a.saw("%s: %s %q", t.a.ends[id], what, m.Payload)
	t.a.tap.Received(id, payload)
}

func (t tap) Disconnected(id network.ConnID, ended network.Side, reason error) {
	how := "closed by us"
	if ended == network.Theirs {
		how = "closed by the other side"
	}
	if reason != nil {
		how = reason.Error()
	}
	t.a.saw("%s: %s", t.a.ends[id], how)
	t.a.tap.Disconnected(id, ended, reason)
}
