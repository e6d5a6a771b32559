package networktest

import (
	"errors"
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// slowDrip: of five peers that drip at the same time, two never end their frame; a sixth talks.
func (b bench) slowDrip(w scenario.World) {
	node := b.listener(w, 0, "NET-2")
	talker := scenario.NewRaw(w, 1, false)
	together := w.Sometimes("five peers were in the middle of a frame when a sixth sent a whole one")
	inside := make(map[int]bool) // drippers that have begun and not ended a frame
	w.At(soon, talker.Addr, "dial and talk", func() {
		talker.Dial("NET-6", node.addr, func(l *scenario.Line) {
			for i := range 10 {
				talker.Host.After(time.Duration(i)*2*soon, func() {
					l.Write(scenario.Frame("talk"))
					together(len(inside) == 5)
				})
			}
		})
	})
	for n := range 5 {
		dripper := scenario.NewRaw(w, 2+n, false)
		bytes := scenario.Frame(text(n, 20))
		if n >= 3 {
			bytes = bytes[:len(bytes)-1]
		}
		w.At(soon, dripper.Addr, "dial and drip", func() {
			dripper.Dial("NET-6", node.addr, func(l *scenario.Line) {
				for i := range bytes {
					dripper.Host.After(time.Duration(i)*soon, func() {
						l.Write(bytes[i : i+1])
						if inside[n] = true; n < 3 && i+1 == len(bytes) {
							delete(inside, n)
						}
					})
				}
			})
		})
	}
	w.At(2*end-2*soon, node.addr, "count the messages", func() {
		got := map[string]int{}
		for _, l := range node.links {
			for _, payload := range l.got {
				got[string(payload)]++
			}
		}
		for n := range 5 {
			if want := 1 - n/3; got[text(n, 20)] != want {
				w.Fail("NET-2", "expected %d messages of the dripping peer %d, got %d", want, n, got[text(n, 20)])
			}
		}
		if got["talk"] != 10 || len(got) != 4 {
			w.Fail("NET-2", "expected 10 messages of the talking peer and 4 different ones, got %d and %d", got["talk"], len(got))
		}
	})
}

// halfOpen cuts the way to one peer for the rest of the run, and goes on to send.
func (b bench) halfOpen(w scenario.World) {
	const maxQueued, size = 20_000, 996
	node := b.node(w, 0, "NET-9", network.Config{MaxQueued: maxQueued})
	deaf, idle, quick := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true), scenario.NewRaw(w, 3, true)
	var toDeaf, toQuick network.ConnID
	node.connect(deaf.Addr, "dial the peer that will be deaf", func(id network.ConnID) { toDeaf = id })
	node.connect(idle.Addr, "dial the peer that nothing is sent to", func(network.ConnID) {})
	node.connect(quick.Addr, "dial the quick peer", func(id network.ConnID) { toQuick = id })
	w.Inject(scenario.Fault{Kind: scenario.Cut, At: later - soon, For: end, A: []network.Addr{node.addr}, B: []network.Addr{deaf.Addr, idle.Addr}})
	full := w.Sometimes("as many bytes waited as MaxQueued allows, and the next message found no room")
	node.onDisconnected = func(l *link) { full(l.id == toDeaf && errors.Is(l.reason, network.ErrSlowPeer)) }
	w.At(later, node.addr, "send to the deaf peer until it is closed", func() {
		for i := range maxQueued / (size + 4) {
			node.send("NET-9", toDeaf, text(i, size), nil)
		}
		node.send("NET-8", toQuick, "at once", nil)
		node.send("NET-9", toDeaf, "one more", network.ErrSlowPeer)
		node.send("NET-9", toDeaf, "no more", network.ErrClosed)
	})
	w.By(later+4*soon, "NET-9", reads(quick, scenario.Frame("at once")))
	w.At(2*end-2*soon, node.addr, "look at the connections", func() {
		for _, l := range node.links {
			if want := l.id == toDeaf; l.over != want || want && !errors.Is(l.reason, network.ErrSlowPeer) {
				w.Fail("NET-9", "expected that the connection to the deaf peer alone ends, with ErrSlowPeer; connection %d: over=%t, %v", l.id, l.over, l.reason)
			}
		}
	})
	w.At(2*end-2*soon, deaf.Addr, "look at the stream", func() {
		if len(deaf.Lines) == 0 || !deaf.Lines[0].Over || len(deaf.Lines[0].Bytes) > 0 {
			w.Fail("NET-6", "expected that the deaf peer's stream has ended without a byte")
		}
	})
}

// thinLink sends more than MaxQueued to two peers behind thin links: to one of them slowly enough.
func (b bench) thinLink(w scenario.World) {
	const maxQueued, size, rate = 6000, 996, 10_000
	node := b.node(w, 0, "NET-9", network.Config{MaxQueued: maxQueued})
	patient, flooded := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var toPatient, toFlooded network.ConnID
	node.connect(patient.Addr, "dial the peer that is sent little at a time", func(id network.ConnID) { toPatient = id })
	node.connect(flooded.Addr, "dial the peer that is sent too much", func(id network.ConnID) { toFlooded = id })
	w.Inject(scenario.Fault{Kind: scenario.Slow, At: later - soon, For: 2*end - later, A: []network.Addr{node.addr}, B: []network.Addr{patient.Addr, flooded.Addr}, Rate: rate})
	over := w.Sometimes("more than MaxQueued bytes had come through a thin link, and more than MaxQueued waited for another")
	flood := false
	node.onDisconnected = func(l *link) { flood = flood || l.id == toFlooded && errors.Is(l.reason, network.ErrSlowPeer) }
	var sent []string
	for i := range 20 {
		w.At(later+time.Duration(i)*soon, node.addr, "send 1,000 bytes of framed message", func() {
			sent = append(sent, text(i, size))
			node.send("NET-9", toPatient, text(i, size), nil)
		})
		w.At(later+time.Duration(i)*soon/2, node.addr, "send 1,000 bytes more than the link carries", func() {
			if l := node.byID[toFlooded]; l != nil && !l.over {
				_ = node.net.Send(toFlooded, []byte(text(i, size)))
			}
		})
	}
	w.At(2*end-2*soon, node.addr, "look at the connections", func() {
		over(flood && len(patient.Lines) > 0 && len(patient.Lines[0].Bytes) > maxQueued)
		if err := reads(patient, scenario.Frames(sent...))(); err != nil {
			w.Fail("NET-9", "at the patient peer: %v", err)
		}
		for i, l := range node.links {
			if l.id == toFlooded {
				if err := node.ended(i, false, network.ErrSlowPeer)(); err != nil {
					w.Fail("NET-9", "of the flooded peer: %v", err)
				}
			} else if l.over {
				w.Fail("NET-9", "expected that the connection lives, on which never more than %d bytes wait, got %s", maxQueued, fmt.Sprint(l.reason))
			}
		}
	})
}
