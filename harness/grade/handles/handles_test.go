package handles_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/gossip"
	"strata/harness/course/suites"
	"strata/harness/grade/handles"
	"strata/harness/lab"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/electives"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/mempool"
	"strata/messaging"
	"strata/messaging/echo"
	"strata/network"
	"strata/p2p"
	"strata/solutions"
)

// seen notes what a layer is handed that it should not see.
type seen struct {
	kinds  map[string]bool // of things that were looked at
	faults map[string]bool
}

// look looks at what was handed over as reflection does, which is more than fmt shows: nothing but functions,
// plain values and handles may be behind it.
func (s *seen) look(as string, value any) {
	if value == nil {
		return
	}
	s.kinds[as] = true
	s.walk(as, reflect.ValueOf(value), make(map[uintptr]bool))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%t", "%x", "%q", "%e", "%c", "%U", "%z"} {
		for _, one := range []any{value, struct{ inside any }{value}, &struct{ inside any }{value}, []any{value},
			map[string]any{"": value}} {
			text := fmt.Sprintf(verb, one)
			for _, word := range []string{"seed", "Seed", "scenario", "sim.", "lab.", "10.0.0", "test."} {
				if strings.Contains(strings.ReplaceAll(text, "handles.", ""), word) && !strings.HasPrefix(as,
					"config") {
					s.faults[fmt.Sprintf("%s prints %s by %s", as, word, verb)] = true
				}
			}
		}
	}
}

// ours are the packages of which a layer may see values.
var ours = []string{"strata/harness/grade/handles", "math/rand/v2", "log/slog", "time",
	"strata/network", "strata/messaging", "strata/p2p", "strata/gossip", "strata/mempool", "strata/chain",
	"strata/ledgers", "strata/ledgers/leader", "strata/ledgers/validators", "strata/ledgers/lattice",
	"strata/ledgers/causal"}

func (s *seen) walk(as string, v reflect.Value, done map[uintptr]bool) {
	t := v.Type()
	pkg := t.PkgPath()
	allowed := pkg == ""
	for _, one := range ours {
		allowed = allowed || pkg == one
	}
	if !allowed {
		s.faults[fmt.Sprintf("%s leads to a %v", as, t)] = true
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !done[v.Pointer()] {
			done[v.Pointer()] = true
			s.walk(as, v.Elem(), done)
		}
	case reflect.Interface:
		if !v.IsNil() {
			s.walk(as, v.Elem(), done)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			s.walk(as, v.Field(i), done)
		}
	case reflect.Slice, reflect.Array:
		for i := range min(v.Len(), 100) {
			s.walk(as, v.Index(i), done)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			s.walk(as, k, done)
			s.walk(as, v.MapIndex(k), done)
		}
	}
}

// host looks at what a host hands out.
type host struct {
	network.Host
	s *seen
}

func (h host) Rand() *rand.Rand {
	h.s.look("rand", h.Host.Rand())
	return h.Host.Rand()
}

func (h host) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	h.s.look("log", h.Host.Log())
	h.s.look("log with", h.Host.Log().With("a", 1).WithGroup("b"))
	h.s.look("disk", h.Host.Disk())
	h.s.look("identity", h.Host.Identity())
	l, err := h.Host.Listen(at, func(s network.Stream) {
		h.s.look("stream", s)
		accept(s)
	})
	h.s.look("listener", l)
	return l, err
}

func (h host) Dial(to network.Addr, done func(network.Stream, error)) {
	h.Host.Dial(to, func(s network.Stream, err error) {
		h.s.look("dialled stream", s)
		done(s, err)
	})
}

type net struct {
	network.Network
	s *seen
}

func (n net) Start(h network.Handler) error {
	n.s.look("handler", h)
	return n.Network.Start(h)
}

type msg struct {
	messaging.Messaging
	s *seen
}

func (m msg) Start(w messaging.Watcher) error {
	m.s.look("connection watcher", w)
	return m.Messaging.Start(w)
}

type peers struct {
	p2p.P2P
	s *seen
}

func (p peers) Start(w p2p.Watcher) error {
	p.s.look("peer watcher", w)
	return p.P2P.Start(w)
}

type gsp struct {
	gossip.Gossip
	s *seen
}

func (g gsp) Start(w p2p.Watcher) error {
	g.s.look("gossip's watcher", w)
	return g.Gossip.Start(w)
}

type pool struct {
	mempool.Mempool
	s *seen
}

func (p pool) Start(w mempool.Watcher) error {
	p.s.look("pool watcher", w)
	return p.Mempool.Start(w)
}

type executor struct {
	chain.Executor
	s *seen
}

func (e executor) Build(s *chain.State, p chain.Pool, coinbase mempool.PublicKey) chain.Block {
	e.s.look("pool", p)
	return e.Executor.Build(s, p, coinbase)
}

type lead struct {
	leader.Leader
	s *seen
}

func (l lead) Start(w ledgers.Watcher) error {
	l.s.look("ledger watcher", w)
	return l.Leader.Start(w)
}

type agree struct {
	validators.Validators
	s *seen
}

func (a agree) Start(w ledgers.Watcher) error {
	a.s.look("ledger watcher", w)
	return a.Validators.Start(w)
}

type lat struct {
	lattice.Lattice
	s *seen
}

func (l lat) Start(w ledgers.Watcher) error {
	l.s.look("ledger watcher", w)
	return l.Lattice.Start(w)
}

type replica struct {
	causal.Causal
	s *seen
}

func (r replica) Start(w causal.Watcher) error {
	r.s.look("causal watcher", w)
	return r.Causal.Start(w)
}

// spy is the solutions, which look at what they are handed.
func spy(s *seen) electives.Stack {
	ours := solutions.Electives()
	out := ours
	out.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		s.look("host", h)
		return net{ours.NewNetwork(host{h, s}, cfg), s}
	}
	out.NewMessaging = func(h network.Host, n network.Network, cfg messaging.Config) messaging.Messaging {
		s.look("network", n)
		return msg{ours.NewMessaging(host{h, s}, n, cfg), s}
	}
	out.NewP2P = func(h network.Host, n network.Network, m messaging.Messaging, cfg p2p.Config) p2p.P2P {
		s.look("messaging", m)
		return peers{ours.NewP2P(host{h, s}, n, m, cfg), s}
	}
	out.NewGossip = func(h network.Host, p p2p.P2P, cfg gossip.Config) gossip.Gossip {
		s.look("p2p", p)
		return gsp{ours.NewGossip(host{h, s}, p, cfg), s}
	}
	out.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		s.look("gossip", g)
		s.look("config of the pool", cfg)
		return pool{ours.NewMempool(host{h, s}, g, cfg), s}
	}
	out.NewExecutor = func(cfg chain.Config) chain.Executor {
		s.look("config of the chain", cfg)
		return executor{ours.NewExecutor(cfg), s}
	}
	out.NewLog = func(d network.Disk, file string) leader.Log {
		s.look("disk of a log", d)
		return ours.NewLog(d, file)
	}
	out.NewEcho = func(h network.Host, m messaging.Messaging) echo.Echo {
		s.look("messaging", m)
		return ours.NewEcho(host{h, s}, m)
	}
	out.NewCausal = func(h network.Host, g gossip.Gossip, p p2p.P2P, cfg causal.Config) causal.Causal {
		return replica{ours.NewCausal(host{h, s}, g, p, cfg), s}
	}
	out.NewLeader = func(h network.Host, g gossip.Gossip, p p2p.P2P, cfg leader.Config) leader.Leader {
		return lead{ours.NewLeader(host{h, s}, g, p, cfg), s}
	}
	out.NewValidators = func(h network.Host, g gossip.Gossip, p p2p.P2P, cfg validators.Config) validators.Validators {
		return agree{ours.NewValidators(host{h, s}, g, p, cfg), s}
	}
	out.NewAgreement = func(h network.Host, g gossip.Gossip, p p2p.P2P, cfg agreement.Config, app agreement.Application) agreement.Agreement {
		s.look("application", app)
		return ours.NewAgreement(host{h, s}, g, p, cfg, app)
	}
	out.NewLattice = func(h network.Host, g gossip.Gossip, p p2p.P2P, cfg lattice.Config) lattice.Lattice {
		return lat{ours.NewLattice(host{h, s}, g, p, cfg), s}
	}
	return out
}

// C3, C13: nothing that a layer is handed leads to the run that it is graded in, in any scenario of either
// engine, and whether it is asked by reflection or by fmt. And every run goes as it does without handles.
func TestHandles_ShowNothing(t *testing.T) {
	s := &seen{kinds: make(map[string]bool), faults: make(map[string]bool)}
	plain := suites.Everything(solutions.Electives())
	for i, scenario := range suites.Everything(handles.Stack(spy(s))) {
		result := lab.Run(scenario, lab.Options{Seed: 3})
		require.Nil(t, result.Failure, "%s: %v", scenario.Name, result.Failure)
		require.Equal(t, lab.Run(plain[i], lab.Options{Seed: 3}).Hash, result.Hash, scenario.Name)
	}
	require.Empty(t, s.faults)
	for _, kind := range []string{"host", "rand", "log", "disk", "identity", "stream", "dialled stream", "listener",
		"handler", "network", "messaging",
		"connection watcher", "p2p", "peer watcher", "gossip", "gossip's watcher", "config of the pool", "pool watcher",
		"config of the chain", "pool",
		"disk of a log", "ledger watcher", "causal watcher", "application"} {
		require.True(t, s.kinds[kind], "no %s was handed over", kind)
	}
}

// A layer that is added to the stack gets handles as well: each New of the stack is another one.
func TestHandles_OfEveryLayer(t *testing.T) {
	theirs := solutions.Electives()
	before, after := news(reflect.ValueOf(theirs)), news(reflect.ValueOf(handles.Stack(theirs)))
	require.Len(t, after, 16)
	for name, one := range before {
		require.NotEqual(t, one, after[name], name)
	}
	empty := news(reflect.ValueOf(handles.Stack(electives.Stack{})))
	for name, one := range empty {
		require.Zero(t, one, name)
	}
}

// news are the functions of a stack, by their names.
func news(stack reflect.Value) map[string]uintptr {
	found := make(map[string]uintptr)
	for i := range stack.NumField() {
		switch f := stack.Field(i); f.Kind() {
		case reflect.Struct:
			for name, one := range news(f) {
				found[name] = one
			}
		case reflect.Func:
			found[stack.Type().Field(i).Name] = f.Pointer()
		}
	}
	return found
}

// Handles are themselves, and nobody else: they can be compared, and be keys of maps.
func TestHandles_CanBeCompared(t *testing.T) {
	streams := make(map[network.Stream]bool)
	stack := solutions.Electives()
	ours := stack.NewNetwork
	stack.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		require.Same(t, h.Rand(), h.Rand())
		require.Same(t, h.Log(), h.Log())
		return ours(comparing{h, streams}, cfg)
	}
	for _, scenario := range suites.Everything(handles.Stack(stack)) {
		if strings.HasPrefix(scenario.Name, "network/") {
			require.Nil(t, lab.Run(scenario, lab.Options{Seed: 1}).Failure, scenario.Name)
		}
	}
	require.Greater(t, len(streams), 10)
}

type comparing struct {
	network.Host
	streams map[network.Stream]bool
}

func (c comparing) Dial(to network.Addr, done func(network.Stream, error)) {
	c.Host.Dial(to, func(s network.Stream, err error) {
		if s != nil {
			c.streams[s] = true
		}
		done(s, err)
	})
}
