package guard

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"time"

	"strata/network"
)

// source is what is known of one address that connections come from or go to.
type source struct {
	bytes    bucket // first: every piece needs them
	messages bucket
	accepts  bucket

	name   string // an IP address, an IPv6 range /64, or the name of a host
	group  string // the range that it lies in; empty: none, because nobody can buy one there
	exempt bool
	member bool // it is one of Config.Members, or recognised

	score int       // points, when it was last looked at,
	at    time.Time // which was then
	until time.Time // banned until then
	why   string    // the offence that brought the ban

	conns int // open connections
}

// acceptSpan is how much of what an address may open in a minute it may open at once: a third.
const acceptSpan = 20 * time.Second

// source finds what is known of the far end's address, or begins to know it.
func (g *Guard) source(far network.Addr) *source {
	name, group, exempt := g.place(far)
	if s := g.sources[name]; s != nil {
		return s
	}
	g.makeRoom()
	s := g.newSource(name, group, exempt)
	g.sources[name] = s
	return s
}

func (g *Guard) newSource(name, group string, exempt bool) *source {
	return &source{
		name: name, group: group, exempt: exempt, at: g.host.Now(),
		bytes:    newBucket(g.cfg.Bytes, time.Second, g.cfg.Burst),
		messages: newBucket(g.cfg.Messages, time.Second, g.cfg.Burst),
		accepts:  newBucket(g.cfg.Accepts, time.Minute, acceptSpan),
	}
}

// place says what an address counts as.
func (g *Guard) place(far network.Addr) (name, group string, exempt bool) {
	host, _, err := net.SplitHostPort(string(far))
	if err != nil {
		host = string(far)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host, "", false
	}
	ip = ip.Unmap().WithZone("")
	exempt = slices.ContainsFunc(g.cfg.Exempt, func(p netip.Prefix) bool { return p.Contains(ip) })
	name = ip.String()
	if ip.Is6() {
		name = netip.PrefixFrom(ip, 64).Masked().String()
	}
	if !exempt {
		group = Group(far)
	}
	return name, group, exempt
}

// Group is the range that an address lies in: /16 of IPv4, /32 of IPv6, about what one has to be a
// provider to have. It is empty for names, and for addresses that mean something in one place only.
func Group(far network.Addr) string {
	at, err := netip.ParseAddrPort(string(far))
	if err != nil {
		return ""
	}
	ip := at.Addr().Unmap().WithZone("")
	bits := 16
	if ip.Is6() {
		bits = 32
	}
	if ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return ""
	}
	return netip.PrefixFrom(ip, bits).Masked().String()
}

// makeRoom keeps the table within its bound: first go the addresses of which nothing is left to
// know, then the one with the fewest points that is not banned, if there is one.
func (g *Guard) makeRoom() {
	if len(g.sources) < g.cfg.MaxSources {
		return
	}
	now := g.host.Now()
	var least *source
	for name, s := range g.sources {
		switch {
		case s.conns > 0:
		case g.forgettable(s, now):
			delete(g.sources, name)
		case least == nil || g.matters(s, least, now) < 0:
			least = s
		}
	}
	if least != nil && len(g.sources) >= g.cfg.MaxSources {
		delete(g.sources, least.name)
	}
}

// matters orders sources by how much would be lost with them.
func (g *Guard) matters(a, b *source, now time.Time) int {
	return cmp.Or(a.until.Compare(b.until), cmp.Compare(g.points(a, now), g.points(b, now)), cmp.Compare(a.name, b.name))
}

func (g *Guard) forgettable(s *source, now time.Time) bool {
	return !s.banned(now) && g.points(s, now) == 0 && s.bytes.idle(now) && s.messages.idle(now) && s.accepts.idle(now)
}

// points is the score, less what has been forgotten meanwhile.
func (g *Guard) points(s *source, now time.Time) int {
	return max(0, s.score-int(now.Sub(s.at)/g.cfg.Decay))
}

func (s *source) banned(now time.Time) bool { return now.Before(s.until) }

// offend adds the points of an offence, and says whether that is enough for a ban. The fraction of a
// point that is half forgotten stays so.
func (g *Guard) offend(s *source, o Offence) bool {
	now := g.host.Now()
	elapsed := now.Sub(s.at)
	s.score = g.points(s, now) + offences[o].points
	s.at = now.Add(-(elapsed % g.cfg.Decay))
	if s.score < g.cfg.BanScore {
		return false
	}
	s.score = 0
	return true
}
