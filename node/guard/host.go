package guard

import (
	"fmt"

	"strata/network"
)

// Host is the host as the network below the other layers is to see it: with guarded streams. The
// other layers may have either.
func (g *Guard) Host() network.Host { return guarded{g.host, g} }

type guarded struct {
	network.Host
	g *Guard
}

// Listen accepts only whom the guard lets in.
func (h guarded) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	return h.Host.Listen(at, func(s network.Stream) {
		if c := h.g.letIn(s); c != nil {
			h.g.handle(c, func() { accept(c) })
		}
	})
}

// Dial dials whom the guard lets it. Errors: ErrBanned, ErrDropped, ErrSameNode, ErrGroupFull, ErrOtherKey,
// and those of the host.
func (h guarded) Dial(to network.Addr, done func(network.Stream, error)) {
	g := h.g
	if err := g.mayDial(to); err != nil {
		g.host.After(0, func() { done(nil, err) })
		return
	}
	_, group, _ := g.place(to)
	g.dialing[group]++
	h.Host.Dial(to, func(s network.Stream, err error) {
		if g.dialing[group]--; g.dialing[group] == 0 {
			delete(g.dialing, group)
		}
		if err != nil {
			g.failed(to)
			g.unreachable(to, err)
			done(nil, err)
			return
		}
		source := g.sourceOf(s) // a name is looked up by the host: only now it has an address
		err = g.notTheMember(to, s)
		if err == nil {
			err = g.mayKeep(source, group)
		}
		if err != nil {
			s.Close()
			g.unreachable(to, err)
			done(nil, err)
			return
		}
		c := g.newConn(s, source)
		c.dialled = to
		g.handle(c, func() { done(c, nil) })
	})
}

func banned(s *source) error { return fmt.Errorf("guard: %s: %w", s.name, ErrBanned) }

// mayKeep says what keeps the node from a connection that it has opened: a name may lead to anybody's address.
func (g *Guard) mayKeep(s *source, dialled string) error {
	if !s.exempt && s.banned(g.host.Now()) {
		return banned(s)
	}
	if !s.member && dialled != s.group && g.groupFull(s.group) {
		return fmt.Errorf("guard: %s: %w", s.group, ErrGroupFull)
	}
	return nil
}

// groupFull says whether the node has all the dials to a range that it may have; there is no bound where there is no
// range.
func (g *Guard) groupFull(group string) bool {
	if group == "" {
		return false
	}
	return g.count(func(c *conn) bool { return !c.incoming() && c.source.group == group })+g.dialing[group] >= g.cfg.MaxDialsPerGroup
}

// mayDial says what keeps the node from dialling the address.
func (g *Guard) mayDial(to network.Addr) error {
	if g.operator.dropped[to] {
		return fmt.Errorf("guard: %s: %w", to, ErrDropped)
	}
	if g.IsAlias(to) {
		return fmt.Errorf("guard: %s: %w", to, ErrSameNode)
	}
	name, group, exempt := g.place(to)
	if _, member := g.cfg.Members[to]; member {
		return nil
	}
	if s := g.sources[name]; s != nil && !exempt && s.banned(g.host.Now()) {
		return banned(s)
	}
	if g.groupFull(group) {
		return fmt.Errorf("guard: %s: %w", group, ErrGroupFull)
	}
	return nil
}

// letIn takes a stream from outside, or closes it and returns nil.
func (g *Guard) letIn(s network.Stream) *conn {
	source := g.sourceOf(s)
	if reason, ok := g.admits(source); !ok {
		g.totals.Refused++
		g.host.Log().Debug("connection refused", "remote", s.Remote(), "reason", reason)
		s.Close()
		return nil
	}
	if !source.member && g.count((*conn).incoming) >= g.cfg.MaxIncoming && !g.evict() {
		g.totals.Refused++
		g.host.Log().Debug("connection refused", "remote", s.Remote(), "reason", "all places are taken")
		s.Close()
		return nil
	}
	return g.newConn(s, source)
}

// admits says what keeps a source from one more connection. Opening them too fast is an offence.
func (g *Guard) admits(s *source) (reason string, ok bool) {
	if s.exempt {
		return "", true
	}
	now := g.host.Now()
	if s.banned(now) {
		return "banned", false
	}
	if s.accepts.room(now) == 0 {
		if g.totals.Offences[Flood]++; g.offend(s, Flood) {
			g.totals.Bans++
			g.ban(s, now.Add(g.cfg.BanFor), Flood.String())
		}
		return "too many in a short time", false
	}
	s.accepts.take(now, 1)
	if g.count(func(c *conn) bool { return c.incoming() && c.source == s }) >= g.cfg.MaxPerIP {
		return "too many of that address", false
	}
	if s.group != "" && g.count(func(c *conn) bool { return c.incoming() && c.source.group == s.group }) >= g.cfg.MaxPerGroup {
		return "too many of that range", false
	}
	return "", true
}

// evict closes the oldest connection from outside that has not said anything yet, if there is one:
// connections that only wait are the cheapest to hold.
func (g *Guard) evict() bool {
	for _, c := range g.conns {
		if c.incoming() && c.in.messages == 0 {
			g.totals.Evicted++
			c.end(ErrMadeRoom)
			return true
		}
	}
	return false
}

func (g *Guard) count(which func(*conn) bool) int {
	n := 0
	for _, c := range g.conns {
		if which(c) {
			n++
		}
	}
	return n
}

// Wrap is layer 1 with a guard below it, for those who need nothing else of the guard. The config is
// complete; how long a frame may be is the network's.
func Wrap(inner network.New, cfg Config) network.New {
	return func(host network.Host, netCfg network.Config) network.Network {
		cfg.MaxFrame = netCfg.MaxFrame
		return inner(New(host, cfg).Host(), netCfg)
	}
}
