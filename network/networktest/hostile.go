package networktest

import (
	"errors"
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// slowDrip has five peers write one byte every tenth of a second, all at the same time, and two of them
// never end their frame; a sixth talks in whole frames. If a node keeps one buffer for all, or waits
// for one peer, the messages of others are wrong, late or missing.
func (b bench) slowDrip(w scenario.World) {
	// The talker begins with the drippers and is done before them: 10 messages in 2 s.
	node := b.listener(w, 0, net2Whole)
	talker := scenario.NewRaw(w, 1, false)
	together := w.Sometimes("five peers were in the middle of a frame when a sixth sent a whole one")
	// Who has begun a frame and not ended it: the rule is about what others get meanwhile.
	inside := make(map[int]bool)
	w.At(soon, talker.Addr, "dial and talk", func() {
		talker.Dial(node.addr, func(line *scenario.Line) {
			for i := range 10 {
				talker.Host.After(time.Duration(i)*2*soon, func() {
					line.Write(scenario.Frame("talk"))
					together(len(inside) == 5)
				})
			}
		})
	})
	for n := range 5 {
		b.drip(w, n, node, inside)
	}
	w.Ends(node.addr, net2Whole, func() error { return drippedAndTalked(node) })
}

// drip has peer number n of slowDrip dial and write byte by byte. inside says whether it is in the middle
// of its frame; the last two peers stay there.
func (b bench) drip(w scenario.World, n int, node *probe, inside map[int]bool) {
	dripper := scenario.NewRaw(w, 2+n, false)
	frame := scenario.Frame(text(n, 20))
	if n >= 3 {
		frame = frame[:len(frame)-1]
	}
	w.At(soon, dripper.Addr, "dial and drip", func() {
		dripper.Dial(node.addr, func(line *scenario.Line) {
			for i := range frame {
				dripper.Host.After(time.Duration(i)*soon, func() {
					line.Write(frame[i : i+1])
					if inside[n] = true; n < 3 && i+1 == len(frame) {
						delete(inside, n)
					}
				})
			}
		})
	})
}

// drippedAndTalked checks that three drippers were heard once, two never, and the talker ten times.
func drippedAndTalked(node *probe) error {
	got := map[string]int{}
	for _, conn := range node.links {
		for _, payload := range conn.got {
			got[string(payload)]++
		}
	}
	for n := range 5 {
		if want := 1 - n/3; got[text(n, 20)] != want {
			return fmt.Errorf("expected %d messages of the dripping peer %d, got %d", want, n, got[text(n, 20)])
		}
	}
	if got["talk"] != 10 || len(got) != 4 {
		return fmt.Errorf("expected 10 messages of the talking peer and 4 different ones, got %d and %d",
			got["talk"], len(got))
	}
	return nil
}

// halfOpen cuts the way to two peers for the rest of the run, and goes on to send to one of them. That
// one has to be closed as soon as more than MaxQueued bytes wait, and not before; nothing was sent to
// the other, so nothing tells that it is deaf, and it stays. A third peer is not delayed. When the cut
// is over the deaf peer has to see its stream end.
func (b bench) halfOpen(w scenario.World) {
	const maxQueued, size = 20_000, 996
	node := b.node(w, 0, net9Slow, network.Config{MaxQueued: maxQueued})
	deaf, idle, quick := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true), scenario.NewRaw(w, 3, true)
	var toDeaf, toQuick network.ConnID
	node.connect(deaf.Addr, "dial the peer that will be deaf", func(id network.ConnID) { toDeaf = id })
	node.connect(idle.Addr, "dial the peer that nothing is sent to", func(network.ConnID) {})
	node.connect(quick.Addr, "dial the quick peer", func(id network.ConnID) { toQuick = id })
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: later - soon, For: end, A: []network.Addr{node.addr},
		B: []network.Addr{deaf.Addr, idle.Addr}})
	full := w.Sometimes("as many bytes waited as MaxQueued allows, and the next message found no room")
	node.onDisconnected = func(l *link) { full(l.id == toDeaf && scenario.Only(l.reason, network.ErrSlowPeer)) }
	// Nothing reaches the deaf peer now, so that every byte waits, headers included.
	w.At(later, node.addr, "send to the deaf peer until it is closed", func() {
		for i := range maxQueued / (size + 4) {
			node.send(net9Slow, toDeaf, text(i, size), nil)
		}
		node.send(scenario.NET8Sends, toQuick, "at once", nil)
		node.send(net9Slow, toDeaf, "one more", network.ErrSlowPeer)
		node.send(net9Slow, toDeaf, "no more", network.ErrClosed)
	})
	w.By(later+4*soon, net9Others, reads(quick, scenario.Frame("at once")))
	w.Ends(node.addr, net9Slow, func() error {
		for _, conn := range node.links {
			if want := conn.id == toDeaf; conn.over != want || want &&
				!scenario.Only(conn.reason, network.ErrSlowPeer) {
				return fmt.Errorf("expected that the connection to the deaf peer alone ends, with ErrSlowPeer; "+
					"got connection %d with over=%t, %v", conn.id, conn.over, conn.reason)
			}
		}
		return nil
	})
	// A cut loses what is sent through it, and the connection fails when it is over.
	w.Ends(deaf.Addr, NET6Close, func() error { return unheard(deaf) })
}

// unheard returns nil if the peer's first stream has ended without a byte.
func unheard(deaf *scenario.Raw) error {
	if len(deaf.Lines) == 0 {
		return errors.New("expected that the deaf peer was dialled, got no stream")
	}
	if l := deaf.Lines[0]; !l.Over || len(l.Bytes) > 0 {
		return fmt.Errorf("expected that the deaf peer's stream has ended without a byte, got over=%t and %d bytes",
			l.Over, len(l.Bytes))
	}
	return nil
}

// thinLink sends more than three times MaxQueued to each of two peers behind thin links of 10,000 bytes a
// second: to one of them as fast as its link carries, to the other twice as fast. A node that counts what it
// ever sent closes both; one that counts over all peers may close the patient one for what waits for the
// other. All that was sent to the patient one has to arrive.
func (b bench) thinLink(w scenario.World) {
	const maxQueued, size, rate = 6000, 996, 10_000
	node := b.node(w, 0, net9Slow, network.Config{MaxQueued: maxQueued})
	patient, flooded := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var toPatient, toFlooded network.ConnID
	node.connect(patient.Addr, "dial the peer that is sent little at a time", func(id network.ConnID) {
		toPatient = id
	})
	node.connect(flooded.Addr, "dial the peer that is sent too much", func(id network.ConnID) { toFlooded = id })
	w.Inject(scenario.Fault{Kind: scenario.Slow, At: later - soon, For: 2*end - later, A: []network.Addr{node.addr},
		B: []network.Addr{patient.Addr, flooded.Addr}, Rate: rate})
	both := w.Sometimes("more than MaxQueued came through a thin link, and more than MaxQueued waited for another")
	flood := false
	node.onDisconnected = func(conn *link) {
		flood = flood || conn.id == toFlooded && scenario.Only(conn.reason, network.ErrSlowPeer)
	}
	// The patient peer's link carries one of these messages in the time that passes between two; the flooded
	// peer's would have to carry two.
	var sent []string
	for i := range 20 {
		w.At(later+time.Duration(i)*soon, node.addr, "send 1,000 bytes of framed message", func() {
			sent = append(sent, text(i, size))
			node.send(net9Slow, toPatient, text(i, size), nil)
		})
		w.At(later+time.Duration(i)*soon/2, node.addr, "send 1,000 bytes more than the link carries", func() {
			if conn := node.byID[toFlooded]; conn != nil && !conn.over {
				_ = node.net.Send(toFlooded, []byte(text(i, size)))
			}
		})
	}
	w.Ends(node.addr, net9Slow, func() error {
		both(flood && len(patient.Lines) > 0 && len(patient.Lines[0].Bytes) > maxQueued)
		if err := reads(patient, scenario.Frames(sent...))(); err != nil {
			return fmt.Errorf("at the patient peer: %w", err)
		}
		return node.closedForFlood(toFlooded)
	})
}

// closedForFlood checks that the flooded connection has ended with ErrSlowPeer, and the others live: never
// more waits for them than is allowed.
func (p *probe) closedForFlood(flooded network.ConnID) error {
	for i, conn := range p.links {
		switch {
		case conn.id == flooded:
			if err := p.ended(i, network.Ours, network.ErrSlowPeer)(); err != nil {
				return fmt.Errorf("of the flooded peer: %w", err)
			}
		case conn.over:
			return fmt.Errorf("expected that a connection lives on which never too much waits, got %v", conn.reason)
		}
	}
	return nil
}
