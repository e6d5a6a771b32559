package api

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/node/process/metrics"
)

// peersOf lists the peers with their connections, on the loop. Without a guard nobody counts, and
// there is nothing to tell of a peer but its address.
func peersOf(n *node.Node) peersJSON {
	list := peersJSON{Peers: []peerJSON{}, Bans: []banJSON{}}
	conns := map[network.Addr]guard.Conn{}
	if g := n.Guard(); g != nil {
		for _, c := range g.Conns() { // the oldest first: of two with a peer the newer one counts (P2P-6)
			conns[c.Address] = c
		}
		for _, b := range g.Bans() {
			list.Bans = append(list.Bans, banJSON{b.IP, b.Until.UTC().Truncate(time.Millisecond), b.Reason})
		}
	}
	for _, peer := range n.Peers() {
		c := conns[peer]
		p := peerJSON{
			Address: peer, Remote: cmp.Or(c.Remote, peer), Incoming: c.Incoming, Penalty: c.Penalty,
			BytesIn: c.BytesIn, BytesOut: c.BytesOut, MessagesIn: c.MessagesIn, MessagesOut: c.MessagesOut,
		}
		if !c.Since.IsZero() {
			since := c.Since.UTC().Truncate(time.Millisecond)
			p.Since = &since
		}
		list.Peers = append(list.Peers, p)
	}
	slices.SortFunc(list.Peers, func(a, b peerJSON) int { return strings.Compare(string(a.Address), string(b.Address)) })
	return list
}

// unban ends a ban, on the loop; false if there is none.
func unban(n *node.Node, ip string) bool {
	g := n.Guard()
	return g != nil && g.Unban(ip)
}

// guardFigures is what a guard counts.
type guardFigures struct {
	guard.Totals
	banned, conns int
}

// guardFiguresOf asks the guard, on the loop; nil if there is none.
func guardFiguresOf(n *node.Node) *guardFigures {
	g := n.Guard()
	if g == nil {
		return nil
	}
	return &guardFigures{g.Totals(), len(g.Bans()), len(g.Conns())}
}

func (f *guardFigures) write(p *metrics.Page) {
	if f == nil {
		return
	}
	p.Gauge("strata_connections", "Open connections to other nodes.", float64(f.conns))
	p.Gauge("strata_banned_addresses", "Addresses that are banned.", float64(f.banned))
	bothWays(p, "strata_bytes_total", "Bytes from and to other nodes.", f.BytesIn, f.BytesOut)
	bothWays(p, "strata_messages_total", "Messages from and to other nodes.", f.MessagesIn, f.MessagesOut)
	p.Counter("strata_bans_total", "Bans.", float64(f.Bans))
	p.Counter("strata_connections_refused_total", "Connections of other nodes that were not let in.", float64(f.Refused))
	p.Counter("strata_connections_evicted_total", "Connections that made room for another.", float64(f.Evicted))
	p.Counter("strata_connections_overloaded_total", "Connections that were closed for the memory they held.", float64(f.Overloaded))
	p.Counter("strata_slowed_total", "Times that messages of an address had to wait.", float64(f.Slowed))
	p.Begin(metrics.KindCounter, "strata_offences_total", "Broken rules, by which.")
	for _, o := range guard.Offences() {
		p.Sample("strata_offences_total", float64(f.Offences[o]), "offence", fmt.Sprint(o))
	}
}

// bothWays writes a family with one series for each way.
func bothWays(p *metrics.Page, name, help string, in, out uint64) {
	p.Begin(metrics.KindCounter, name, help)
	p.Sample(name, float64(in), "way", "in")
	p.Sample(name, float64(out), "way", "out")
}
