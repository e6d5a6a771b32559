package guard

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"strata/network"
)

// Conn is what there is to tell of one open connection.
type Conn struct {
	Address     network.Addr // whom we dialled, or by what it wants to be known; empty if neither
	Remote      network.Addr // where it comes from
	Incoming    bool
	Since       time.Time
	BytesIn     uint64
	BytesOut    uint64
	MessagesIn  uint64
	MessagesOut uint64
	Penalty     int  // points of its address
	Member      bool // it proves the key of one
}

// Conns lists the open connections, the oldest first. The slice is the caller's.
func (g *Guard) Conns() []Conn {
	all := make([]Conn, len(g.conns))
	now := g.host.Now()
	for i, c := range g.conns {
		all[i] = Conn{
			Address:     cmp.Or(c.dialled, c.name),
			Remote:      c.remote,
			Incoming:    c.incoming(),
			Since:       c.since,
			BytesIn:     c.in.bytes,
			BytesOut:    c.out.bytes,
			MessagesIn:  c.in.messages,
			MessagesOut: c.out.messages,
			Penalty:     g.points(c.source, now),
			Member:      c.source.member,
		}
	}
	return all
}

// Dialled says whether there is an open connection that we dialled to the address: it can be
// reached there, whatever anybody claims.
func (g *Guard) Dialled(to network.Addr) bool {
	return slices.ContainsFunc(g.conns, func(c *conn) bool { return c.dialled == to })
}

// Taken says whether who is being handled calls itself as an open connection to or from another address
// does. Who comes from the very address that the name says has the better claim to it.
func (g *Guard) Taken(name network.Addr) bool {
	if g.current == nil {
		return false
	}
	owner, _, _ := g.place(name)
	return owner != g.current.source.name && slices.ContainsFunc(g.conns, func(c *conn) bool {
		return (c.name == name || c.dialled == name) && c.source != g.current.source
	})
}

// Introduced counts the connections from outside whose far end has a name: the peers that have chosen us,
// and not we them.
func (g *Guard) Introduced() int {
	return g.count(func(c *conn) bool { return c.incoming() && c.name != "" })
}

// Totals counts since the start. What it says of bytes and messages is of every connection there
// was.
type Totals struct {
	BytesIn, BytesOut       uint64
	MessagesIn, MessagesOut uint64
	Offences                [offenceCount]uint64 // by Offence
	Bans                    uint64
	Refused                 uint64 // connections that were not let in
	Evicted                 uint64 // connections that made room for another
	Slowed                  uint64 // times that something had to wait
	Overloaded              uint64 // connections that held too much memory
}

// Totals counts since the start.
func (g *Guard) Totals() Totals {
	t := g.totals
	for _, c := range g.conns {
		t.add(c)
	}
	return t
}

func (t *Totals) add(c *conn) {
	t.BytesIn += c.in.bytes
	t.BytesOut += c.out.bytes
	t.MessagesIn += c.in.messages
	t.MessagesOut += c.out.messages
}

// Ban is an address that nothing is to do with.
type Ban struct {
	IP     string    // an address of IPv4, or a range /64 of IPv6
	Until  time.Time // then it is over
	Reason string    // the offence that was one too many
}

// Bans lists the bans that are not over, by address. The slice is the caller's.
func (g *Guard) Bans() []Ban {
	if g == nil {
		return nil
	}
	now := g.host.Now()
	if !now.Before(g.lastBan) { // as in nearly all lives
		return nil
	}
	var all []Ban
	for _, s := range g.sources {
		if s.banned(now) && !s.exempt {
			all = append(all, Ban{s.name, s.until, s.why})
		}
	}
	slices.SortFunc(all, func(a, b Ban) int { return strings.Compare(a.IP, b.IP) })
	return all
}

// Restore bans again whom an earlier life of the node had banned. What is over is left out, and none lasts
// longer than one of today: a clock may have gone wrong.
func (g *Guard) Restore(bans []Ban) {
	now := g.host.Now()
	for _, b := range bans {
		far, ok := address(b.IP)
		if !ok || !b.Until.After(now) || len(g.sources) >= g.cfg.MaxSources {
			continue
		}
		until := b.Until
		if most := now.Add(g.cfg.BanFor); until.After(most) {
			until = most
		}
		g.ban(g.source(far), until, b.Reason)
	}
}

// Unban ends the ban of an address, in the words of Ban.IP or any of a range. False if there is none.
func (g *Guard) Unban(ip string) bool {
	far, ok := address(ip)
	if !ok {
		return false
	}
	name, _, _ := g.place(far)
	s := g.sources[name]
	if s == nil || !s.banned(g.host.Now()) {
		return false
	}
	s.until, s.score = time.Time{}, 0
	return true
}

// address makes one of what Ban.IP may be.
func address(text string) (network.Addr, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		text = p.Addr().String()
	}
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return "", false
	}
	return network.Addr(netip.AddrPortFrom(ip, 1).String()), true
}
