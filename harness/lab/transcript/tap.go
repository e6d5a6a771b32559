package transcript

import (
	"fmt"
	"strings"

	"strata/harness/trace"
	"strata/messaging"
	"strata/network"
)

// Start puts the tap between the network and what is above it.
func (a *actor) Start(h network.Handler) error {
	a.tap = h
	return a.Network.Start(tap{a})
}

// Dial notes whom a connection was dialled to.
func (a *actor) Dial(to network.Addr, done func(network.ConnID, error)) {
	if a.low() {
		a.saw("dials %s", to)
	}
	a.Network.Dial(to, func(id network.ConnID, err error) {
		if err != nil && a.low() {
			a.saw("dial of %s: %v", to, err)
		}
		done(id, err)
	})
}

// listener is what is above a network that stands alone.
type listener struct{}

func (listener) Connected(network.ConnID, network.Side)           {}
func (listener) Received(network.ConnID, []byte)                  {}
func (listener) Disconnected(network.ConnID, network.Side, error) {}

// tap passes on what happens on the connections, and writes it down.
type tap struct{ a *actor }

func (t tap) Connected(id network.ConnID, dialled network.Side) {
	if t.a.ends[id] = fmt.Sprintf("its connection %d", id); dialled == network.Theirs {
		t.a.ends[id] = fmt.Sprintf("incoming connection %d", id)
	}
	if !t.a.p.reaches("p2p") {
		t.a.saw("%s: connected", t.a.ends[id])
	}
	t.a.tap.Connected(id, dialled)
}

func (t tap) Received(id network.ConnID, payload []byte) {
	if text := t.message(payload); text != "" {
		t.a.saw("%s: %s", t.a.ends[id], text)
	}
	t.a.tap.Received(id, payload)
}

// message says what came. From layer 4 on that is gossip and what it carries: the peers' own talk is layer 3's,
// and the catching up is the node's.
func (t tap) message(payload []byte) string {
	if !t.a.p.reaches("messaging") {
		return fmt.Sprintf("%q", payload)
	}
	m, err := messaging.Decode(payload)
	switch {
	case err != nil:
		return err.Error()
	case t.a.low():
		what := []string{"message " + string(m.Kind), "request " + string(m.Kind), "response"}[m.Type]
		return fmt.Sprintf("%s %q", what, m.Payload)
	case m.Type == messaging.TypeResponse || strings.HasPrefix(string(m.Kind), "p2p:") || strings.HasPrefix(string(m.Kind), "sync:"):
		return ""
	}
	return named(trace.Decode(network.AppendFrame(nil, payload))[0].String())
}

func (t tap) Disconnected(id network.ConnID, ended network.Side, reason error) {
	how := "closed by us"
	if ended == network.Theirs {
		how = "closed by the other side"
	}
	if reason != nil {
		how = reason.Error()
	}
	if t.a.low() {
		t.a.saw("%s: %s", t.a.ends[id], how)
	}
	t.a.tap.Disconnected(id, ended, reason)
}
