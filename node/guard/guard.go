package guard

import (
	"slices"
	"time"

	"strata/network"
	"strata/p2p"
)

// Guard guards one node. All methods are called on the node's loop. Those that report an offence
// may be called on a nil Guard, and do nothing then: a node without one need not ask.
type Guard struct {
	host    network.Host
	current *conn // whose bytes are being handled; nil: nobody's
	atRest  bool  // no connection has a frame under way or holds anything, and nothing came or went since
	cfg     Config
	sources map[string]*source
	conns   []*conn        // open, the oldest first
	dialing map[string]int // dials under way, by range
	lastBan time.Time      // when the last of all bans is over
	round   network.TimerID
	failed  func(to network.Addr) // told of dials that came to nothing; never nil
	totals  Totals

	recognised []network.PublicKey // members besides those of the config

	// Of the layers, see Stack:
	peers      p2p.P2P
	remembered func() []network.Addr // never nil
	names      names
	said       map[network.Addr]time.Time // that nobody was reached there
	joining    network.Addr               // whom p2p is to dial next, instead of others
	joinUntil  time.Time
	refused    map[network.Addr]time.Time // who found no place, and when
	madeRoom   time.Time                  // last
	verbatim   bool                       // a request for peers is on its way whose answer stays as it is

	operator operator
}

// New makes a guard for a node on the host. The config is complete.
func New(host network.Host, cfg Config) *Guard {
	return &Guard{
		host:       host,
		cfg:        cfg,
		sources:    make(map[string]*source),
		dialing:    make(map[string]int),
		failed:     func(network.Addr) {},
		names:      names{map[network.Addr]nodeName{}, map[network.Addr]nodeName{}},
		said:       make(map[network.Addr]time.Time),
		refused:    make(map[network.Addr]time.Time),
		remembered: func() []network.Addr { return nil },
	}
}

// OnFailedDial calls f for each dial that the host could not do. One function is enough.
func (g *Guard) OnFailedDial(f func(to network.Addr)) { g.failed = f }

// Penalise blames whoever sent what is being handled now. Outside such a callback nobody is
// blamed: it was the node's own doing.
func (g *Guard) Penalise(o Offence) {
	if g != nil && g.current != nil {
		g.penalise(g.current, o)
	}
}

// Blame returns a Penalise for later, when the verdict on what is being handled now is in: after
// Host.Offload, say. It blames the same connection, or its address alone if that is gone.
func (g *Guard) Blame() func(Offence) {
	if g == nil || g.current == nil {
		return func(Offence) {}
	}
	c := g.current
	return func(o Offence) { g.penalise(c, o) }
}

// PenalisePeer blames a peer for what it answered. If the verdict comes when nothing is being handled,
// its connection is found by the address that it is known by, as Name has it: the one that we dialled
// there, or else the newest that claims the address, which is the one that p2p sends to (P2P-6).
func (g *Guard) PenalisePeer(known network.Addr, o Offence) {
	if g == nil {
		return
	}
	if g.current != nil {
		g.Penalise(o)
		return
	}
	var found *conn
	for _, c := range g.conns {
		if c.dialled == known || c.name == known && (found == nil || found.incoming()) {
			found = c
		}
	}
	if found != nil {
		g.penalise(found, o)
	}
}

// Name notes by what address the far end of the connection that is being handled wants to be known. It
// is its claim: it is shown, and nobody is blamed by it.
func (g *Guard) Name(claimed network.Addr) {
	if g != nil && g.current != nil {
		g.current.name = claimed
	}
}

// penalise notes an offence, and bans the source if it has been enough. Of an exempt one the
// connection is closed, which others of the same address do not share.
func (g *Guard) penalise(c *conn, o Offence) {
	s := c.source
	g.totals.Offences[o]++
	enough := g.offend(s, o)
	g.host.Log().Debug("offence", "offence", o.String(), "remote", c.remote, "points", s.score)
	switch {
	case s.member: // all rests on them: it is noted, and the operator's to judge
	case enough && s.exempt:
		c.end(ErrBanned)
	case enough:
		g.ban(s, g.host.Now().Add(g.cfg.BanFor), o.String())
		g.totals.Bans++
		g.host.Log().Warn("banned", "ip", s.name, "reason", o.String(), "until", s.until)
	}
}

// ban closes the connections of the source; new ones are refused.
func (g *Guard) ban(s *source, until time.Time, why string) {
	s.until, s.why = until, why
	if until.After(g.lastBan) {
		g.lastBan = until
	}
	for _, c := range slices.Clone(g.conns) {
		if c.source == s {
			c.end(ErrBanned)
		}
	}
}

// opened notes a connection. The first one sets the timer of the rounds.
func (g *Guard) opened(c *conn) {
	g.conns = append(g.conns, c)
	g.atRest = false
	c.source.conns++
	if len(g.conns) == 1 {
		g.round = g.host.After(g.cfg.FrameWithin/4, g.look)
	}
}

// closed forgets a connection. With the last one the timer goes, so that nothing is left of a node that
// has stopped (NET-11).
func (g *Guard) closed(c *conn) {
	at := slices.Index(g.conns, c)
	if at < 0 {
		return
	}
	g.conns = slices.Delete(g.conns, at, at+1)
	g.totals.add(c)
	c.source.conns--
	if len(g.conns) == 0 {
		g.host.Cancel(g.round)
	}
}

// look is one round: it ends the frames that take too long. A round every quarter of that time costs less
// than a timer for each frame, and a frame so ends within five quarters of it.
func (g *Guard) look() {
	g.round = g.host.After(g.cfg.FrameWithin/4, g.look)
	if g.atRest { // as in most rounds of an idle node
		return
	}
	g.atRest = true
	now := g.host.Now()
	var late []*conn // mostly nobody
	for _, c := range g.conns {
		if c.overdue(now) {
			late = append(late, c)
		}
		g.atRest = g.atRest && c.atRest()
	}
	for _, c := range late {
		g.penalise(c, Drip)
		c.end(ErrTooSlow)
	}
	g.relieve()
}

// relieve closes the connections that hold most, until what all hold is within MaxMemory.
func (g *Guard) relieve() {
	for {
		total, largest := 0, 0
		var most *conn
		for _, c := range g.conns {
			size := c.memory()
			total += size
			if most == nil || size > largest {
				most, largest = c, size
			}
		}
		if total <= g.cfg.MaxMemory {
			return
		}
		g.totals.Overloaded++
		g.host.Log().Debug("closing what holds most", "remote", most.remote, "bytes", largest)
		most.end(ErrOverloaded)
	}
}
