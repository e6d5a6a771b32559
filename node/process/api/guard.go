package api

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"strata/network"
	"strata/node"
	"strata/node/guard"
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

func (f *guardFigures) write(out io.Writer) {
	if f == nil {
		return
	}
	gauge(out, "strata_connections", float64(f.conns))
	gauge(out, "strata_banned_addresses", float64(f.banned))
	for _, c := range []struct {
		name  string
		value uint64
	}{
		{`strata_bytes_total{way="in"}`, f.BytesIn},
		{`strata_bytes_total{way="out"}`, f.BytesOut},
		{`strata_messages_total{way="in"}`, f.MessagesIn},
		{`strata_messages_total{way="out"}`, f.MessagesOut},
		{`strata_bans_total`, f.Bans},
		{`strata_connections_refused_total`, f.Refused},
		{`strata_connections_evicted_total`, f.Evicted},
		{`strata_connections_overloaded_total`, f.Overloaded},
		{`strata_slowed_total`, f.Slowed},
	} {
		fmt.Fprintf(out, "%s %d\n", c.name, c.value)
	}
	for _, o := range guard.Offences() {
		fmt.Fprintf(out, "strata_offences_total{offence=%q} %d\n", o, f.Offences[o])
	}
}
