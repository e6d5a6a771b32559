//go:build !wasip1

package boundary

import (
	"errors"
	"fmt"

	"strata/messaging"
	"strata/network"
)

// rule is one of the exchange, by its number in docs/boundary.md, or one for values.
type rule struct {
	what string
	try  func(p *Process) (wrong string)
}

// rules are tried before the layers, in this order: what follows a broken one means nothing. The layers that they make
// have nothing to do but to start, so that steps that are not written are no hindrance.
var rules = []rule{
	{"rule 1: one line answers each call; that to reset returns null", answersOnce},
	{"an error comes back as it went, with its name, text and ref", errorsReturn},
	{"rule 2: calls nest", nests},
	{"rule 5: reset forgets all objects but 0", forgets},
}

// aNetwork is a network of the process, on a host in which nothing ever happens.
func aNetwork(p *Process, h network.Host) theirNetwork {
	return Stack(p).NewNetwork(h, must(network.Config{Listen: "10.0.0.1:1"}.Complete())).(theirNetwork)
}

func answersOnce(p *Process) string {
	n := aNetwork(p, idling())
	var nothing *[]byte
	n.link.ask(&nothing, callReset, layers)
	if nothing != nil {
		return fmt.Sprintf("reset returned %q", *nothing)
	}
	n.link.clear()
	return ""
}

// eager is a network that has a connection before its start returns an error.
type eager struct {
	quiet
	why error
}

func (n eager) Start(h network.Handler) error {
	h.Connected(1, network.Theirs)
	h.Disconnected(1, network.Theirs, nil)
	return n.why
}

func nests(p *Process) string {
	n := eager{why: errors.New("nothing starts here")}
	m := Stack(p).NewMessaging(idling(), n, must(messaging.Config{}.Complete()))
	if err := m.Start(nil); !errors.Is(err, n.why) {
		return fmt.Sprintf("start of the network below called connected and disconnected, and then returned the error %q;"+
			" start of messaging returned %v. Who waits for an answer serves the calls that come in the meantime", n.why, err)
	}
	return ""
}

func forgets(p *Process) string {
	n := aNetwork(p, idling())
	if err := p.reset(); err != nil {
		return err.Error()
	}
	if attempt(func() string { n.link.do(callStop, n.ref); return "" }) == "" {
		return fmt.Sprintf("object %d still answers: nobody calls it again, and it takes memory", n.ref)
	}
	return ""
}

// refusing is a host on which nobody can listen.
type refusing struct {
	*idle
	why error
}

func (h refusing) Listen(network.Addr, func(network.Stream)) (network.Listener, error) {
	return nil, h.why
}

func errorsReturn(p *Process) string {
	h := refusing{idling(), errors.New("nobody listens here")}
	if err := aNetwork(p, h).Start(deaf{}); !errors.Is(err, h.why) {
		return fmt.Sprintf("listen returned the error %q, and start of the network, which calls it, returned %v", h.why, err)
	}
	return ""
}
