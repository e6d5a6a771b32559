package ledgernode

import (
	"crypto/ed25519"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/messaging"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/p2p"
)

// strict is a guard that knows no place where strangers may do what they like, as this machine is by default. So
// strangers and members share an address here, and keys alone tell them apart.
func strict() *guard.Config { return &guard.Config{Exempt: []netip.Prefix{}} }

// guarded starts a member with a guard.
func (r *rig) guarded(member int, cfg *guard.Config) *Running {
	r.t.Helper()
	d, err := Open(r.path(member))
	require.NoError(r.t, err)
	running, err := Run(stack(), Config{Directory: d, Guard: cfg, Log: slog.DiscardHandler})
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = running.Stop() })
	return running
}

// stranger is a host of the ledger's network with a key that is no member's.
type stranger struct {
	r    *rig
	loop *tcphost.Loop
	host network.Host
	addr network.Addr

	peers  p2p.P2P // after joins
	gossip gossip.Gossip
}

func (r *rig) stranger() *stranger {
	r.t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(r.t, err)
	s := &stranger{r: r, loop: tcphost.NewLoop(tcphost.LoopConfig{}), addr: addrs[0]}
	r.t.Cleanup(s.loop.Close)
	key, err := keyfile.New()
	require.NoError(r.t, err)
	s.host, err = s.loop.HostOf(tcphost.HostConfig{Name: s.addr, Key: key, Protocol: Protocol(r.genesis.Chain())})
	require.NoError(r.t, err)
	return s
}

// joins makes the stranger a node up to gossip, that goes by an address and dials a member.
func (s *stranger) joins(self, member network.Addr) {
	s.loop.Do(func() {
		below := stack().Below
		net := below.NewNetwork(s.host, completed(network.Config{Listen: s.addr}))
		s.peers = below.NewP2P(s.host, net, below.NewMessaging(s.host, net, completed(messaging.Config{})),
			completed(p2p.Config{Self: self, Bootstrap: []network.Addr{member}, Interval: time.Second}))
		s.gossip = below.NewGossip(s.host, s.peers, completed(gossip.Config{}))
		require.NoError(s.r.t, s.gossip.Start(nil))
	})
}

// peersWith waits until a member has accepted the stranger, and the stranger knows that: before, it speaks to nobody.
func (s *stranger) peersWith(member network.Addr) {
	s.r.t.Helper()
	require.Eventually(s.r.t, func() (is bool) {
		s.loop.Do(func() { is = slices.Contains(s.peers.Peers(), member) })
		return is
	}, patience, 10*time.Millisecond)
}

func completed[C interface{ Complete() (C, error) }](c C) C {
	c, err := c.Complete()
	if err != nil {
		panic(err)
	}
	return c
}

// says gossips messages.
func (s *stranger) says(kind messaging.Kind, payloads ...[]byte) {
	s.loop.Do(func() {
		for _, p := range payloads {
			require.NoError(s.r.t, s.gossip.Broadcast(kind, p))
		}
	})
}

// dials opens a connection to a member, over and over, as long as the member lets it, and writes to it.
func (s *stranger) dials(member network.Addr, write func(network.Stream)) {
	s.loop.Do(func() { s.dialOnce(member, write) })
}

func (s *stranger) dialOnce(member network.Addr, write func(network.Stream)) {
	s.host.Dial(member, func(stream network.Stream, err error) {
		if err == nil {
			stream.Deliver(again{func() { s.dialOnce(member, write) }})
			write(stream)
		}
	})
}

// again is a receiver that begins once more when its stream has ended.
type again struct{ f func() }

func (again) Receive([]byte) {}
func (a again) Ended(error)  { a.f() }

// bannedFor waits until a member has banned this machine's address, and gives the reason.
func (r *rig) bannedFor(at *Running) (reason string) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		s, err := at.Status()
		require.NoError(r.t, err)
		if len(s.Bans) > 0 {
			require.Equal(r.t, "127.0.0.1", s.Bans[0].Addr)
			reason = s.Bans[0].Reason
		}
		return reason != ""
	}, patience, 10*time.Millisecond)
	return reason
}

// offences counts what a member has noted.
func offences(t *testing.T, r *Running, o guard.Offence) (n uint64) {
	require.NoError(t, r.do(func() { n = r.guard.Totals().Offences[o] }))
	return n
}

// forgeries are words of the view that a member is in, or of one that nobody wants: each as if of a member, none by its
// key.
func (r *rig) forgeries(at *Running) map[messaging.Kind][]byte {
	key, err := keyfile.New()
	require.NoError(r.t, err)
	chain, view := r.genesis.Chain(), r.status(at).View
	sign := func(member int, w leader.Word) []byte {
		leader.Sign(chain, forger{key}, member, w)
		return leader.Encode(w)
	}
	change := leader.Change{View: 1001}
	sign(0, &change)
	again := leader.Change{View: 1001}
	sign(2, &again)
	b := leader.Announcement{Header: leader.Header{Height: 1, View: view}}
	b.Header.Sign(chain, forger{key})
	return map[messaging.Kind][]byte{
		leader.KindWish:   sign(1, &leader.Wish{View: 1000, Number: 1}),
		leader.KindChange: sign(1, &leader.Change{View: 1000}),
		leader.KindBegin:  sign(2, &leader.Begin{View: 1001, Changes: []leader.Change{change, again}}),
		leader.KindAck:    sign(1, &leader.Ack{View: view, Height: 1}),
		leader.KindBeat:   sign(int(view)%len(r.genesis.Roster()), &leader.Beat{View: view, Number: 1 << 40}),
		leader.KindHere:   sign(1, &leader.Here{View: view, Number: 1 << 40}),
		leader.KindJoin:   sign(1, &leader.Join{View: 1000}),
		leader.KindBlock:  b.Encode(),
		leader.KindTx:     append(r.tx(1, 1, "key", "value"), 0),
	}
}

// forger signs with a key that is no member's.
type forger struct{ key ed25519.PrivateKey }

func (f forger) Key() network.PublicKey { return network.PublicKey(keyfile.Public(f.key)) }
func (f forger) Sign(message []byte) (s network.Signature) {
	copy(s[:], ed25519.Sign(f.key, message))
	return s
}

// Whoever sends forged views, words, blocks or operations is banned by its address, and nothing comes of it; the
// members at the same address are not touched, for they prove their keys.
func TestStranger_ForgedWordsAreAnOffence_LED4_LDR5(t *testing.T) {
	for _, kind := range []messaging.Kind{
		leader.KindWish, leader.KindChange, leader.KindBegin, leader.KindAck, leader.KindBeat, leader.KindHere, leader.KindJoin,
		leader.KindBlock, leader.KindTx,
	} {
		t.Run(string(kind), func(t *testing.T) {
			r := newRig(t, 3)
			a, b, c := r.guarded(0, strict()), r.guarded(1, strict()), r.guarded(2, strict())
			s := r.stranger()
			s.joins(s.addr, a.Addr)
			s.peersWith(a.Addr)
			s.says(kind, slices.Repeat([][]byte{r.forgeries(a)[kind]}, 4)...)
			require.Equal(t, "forged", r.bannedFor(a))
			require.EqualValues(t, 4, offences(t, a, guard.Forged))
			require.Zero(t, offences(t, b, guard.Forged), "nobody passes it on")
			r.write(c, r.tx(2, 1, "key", "value"))
			require.Less(t, r.status(a).View, uint64(100))
			require.Contains(t, r.status(a).Peers, b.Addr)
		})
	}
}

func (r *rig) status(at *Running) Status {
	r.t.Helper()
	s, err := at.Status()
	require.NoError(r.t, err)
	return s
}

// Bytes that are no messages, frames without end, and more than anybody may say: each ends in a ban, and what clients
// write becomes final all the while.
func TestStranger_GarbageAndFloodsAreBanned(t *testing.T) {
	frame := func(size int, body []byte) func(network.Stream) {
		return func(s network.Stream) { s.Write(network.Header(size), body) }
	}
	for what, c := range map[string]struct {
		cfg   guard.Config
		write func(network.Stream)
		want  guard.Offence
	}{
		"no messages": {guard.Config{}, func(s network.Stream) {
			for i := range 10 {
				s.Write(network.Header(40), slices.Repeat([]byte{byte(i + 1)}, 40))
			}
		}, guard.Protocol},
		"a frame that is too big": {guard.Config{}, frame(1<<30, nil), guard.TooBig},
		"a frame that never ends": {guard.Config{FrameWithin: 20 * time.Millisecond, Decay: time.Hour}, frame(1000, make([]byte, 10)), guard.Drip},
		"a flood": {guard.Config{MaxHeld: 64 << 10, Messages: 100}, func(s network.Stream) {
			text := append([]byte{0}, "0123456789"...) // no request, no response: the first closes, what follows is held
			for range 100_000 {
				s.Write(network.Header(len(text)), text)
			}
		}, guard.Protocol},
	} {
		t.Run(what, func(t *testing.T) {
			r := newRig(t, 3)
			c.cfg.Exempt = []netip.Prefix{}
			a, b := r.guarded(0, &c.cfg), r.guarded(1, &c.cfg)
			r.write(b, r.tx(1, 1, "key", "before"))
			s := r.stranger()
			s.dials(a.Addr, c.write)
			require.Equal(t, c.want.String(), r.bannedFor(a))
			r.write(b, r.tx(1, 2, "key", "after"))
			require.Contains(t, r.status(a).Peers, b.Addr, "the member at the banned address is known by its key")
		})
	}
}

// Nobody takes a member's place without its key: neither by its name, nor at its address while it is down.
func TestStranger_CannotStandInForAMember_H5(t *testing.T) {
	r := newRig(t, 3)
	a := r.guarded(0, strict())
	s := r.stranger()
	s.joins(r.genesis.Roster()[1].Addr, a.Addr) // by the name of member 1
	impostor := r.stranger()
	impostor.addr = r.genesis.Roster()[2].Addr // at the address of member 2
	impostor.joins(impostor.addr, r.genesis.Roster()[1].Addr)
	var dialled error
	require.Eventually(t, func() bool {
		require.NoError(t, a.do(func() {
			a.guard.Host().Dial(r.genesis.Roster()[2].Addr, func(_ network.Stream, err error) { dialled = err })
		}))
		require.NoError(t, a.do(func() {}))
		var err error
		require.NoError(t, a.do(func() { err = dialled }))
		return err != nil
	}, patience, 50*time.Millisecond)
	require.NoError(t, a.do(func() { require.ErrorIs(t, dialled, guard.ErrOtherKey) }))
	require.Empty(t, r.status(a).Peers)
	b := r.guarded(1, strict())
	r.write(b, r.tx(1, 1, "key", "value"))
	require.Equal(t, []network.Addr{b.Addr}, r.status(a).Peers)
}

// A node that is no member is limited as any stranger, and follows all the same. What is written there before it has a
// peer is not lost.
func TestObserver_FollowsWithinItsLimits_LDR4(t *testing.T) {
	r := newRig(t, 3)
	a := r.guarded(0, strict())
	r.guarded(1, strict())
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	key, err := keyfile.New()
	require.NoError(t, err)
	require.NoError(t, Init(r.path(9), r.genesis, key))
	d, err := Open(r.path(9))
	require.NoError(t, err)
	o, err := Run(stack(), Config{Directory: d, Listen: addrs[0], Guard: strict(), Log: slog.DiscardHandler})
	require.NoError(t, err)
	defer o.Stop()
	for i := range uint64(ledgers.MaxPerSender) {
		r.write(o, r.tx(1, i+1, "key", "value"))
	}
	require.Empty(t, r.status(a).Bans)
	require.Empty(t, r.status(o).Bans)
	for _, offence := range guard.Offences() {
		require.Zero(t, offences(t, a, offence), offence)
	}
}
