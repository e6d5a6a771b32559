package messagingtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// echo handles a kind by replying what it got, after a mark.
func echo(mark string) messaging.Handler {
	return func(_ network.ConnID, payload []byte) ([]byte, bool) { return []byte(mark + string(payload)), true }
}

// mustHandle registers a handler and expects that this is right.
func (b bench) mustHandle(w scenario.World, m messaging.Messaging, kind messaging.Kind, h messaging.Handler) {
	if err := m.Handle(kind, h); err != nil {
		w.Fail(msg3One, "expected that the kind %.20q can be handled, got %v", string(kind), err)
	}
}

// answer sends three requests as docs/protocol.md lays them out, byte for byte: the example of the
// page, one with a large id and an empty payload, and one with the id 0, which a node must answer
// although it never gives it. The reply has to come back under the id of its own request.
func (b bench) answer(w scenario.World) {
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "p2p:hello", echo("hello "))
	})
	peer := scenario.NewRaw(w, 1, true)
	tell(peer, node.addr, "send two requests",
		"\x01\x00\x00\x00\x01p2p:hello\x00127.0.0.1:11120", // the golden bytes of docs/protocol.md
		"\x01\x80\x02\x03\x04p2p:hello\x00",
		"\x01\x00\x00\x00\x00p2p:hello\x00zero is an id, too")
	hears(peer, msg6Reply,
		"\x02\x00\x00\x00\x01\x00hello 127.0.0.1:11120",
		"\x02\x80\x02\x03\x04\x00hello ",
		"\x02\x00\x00\x00\x00\x00hello zero is an id, too")
}

// replyOrNone has handlers that reply nil, reply nothing at all, and reply a payload but say that it is
// none. Only the boolean decides. One request comes twice under one id: each is a request of its own.
func (b bench) replyOrNone(w scenario.World) {
	// The handler that sends nothing must have run all the same.
	calls := 0
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "nil", func(network.ConnID, []byte) ([]byte, bool) { return nil, true })
		b.mustHandle(w, m, "empty", func(network.ConnID, []byte) ([]byte, bool) { return []byte{}, true })
		b.mustHandle(w, m, "none", func(network.ConnID, []byte) ([]byte, bool) {
			calls++
			return []byte("not to be sent"), false
		})
	})
	peer := scenario.NewRaw(w, 1, true)
	tell(peer, node.addr, "send requests",
		message(request, 7, "none", "?"), message(request, 8, "nil", ""), message(request, 8, "nil", ""),
		message(request, 9, "empty", ""))
	hears(peer, msg6Reply, message(response, 8, "", ""), message(response, 8, "", ""), message(response, 9, "", ""))
	w.By(end, msg6Handled, func() error {
		if calls != 1 {
			return fmt.Errorf("expected that the handler is called once, got %d calls", calls)
		}
		return nil
	})
}

// kinds handles four kinds of which one is the beginning of another, one is not ASCII and one is as
// long as allowed. Each handler marks its replies, so that a message at the wrong handler shows. The
// payloads contain NUL, which ends the kind only where it comes first.
func (b bench) kinds(w scenario.World) {
	// The mark is the first letter of the kind and its length in bytes.
	longest := messaging.Kind(strings.Repeat("k", 255))
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		for _, kind := range []messaging.Kind{"a", "ab", "a:ß", longest} {
			b.mustHandle(w, m, kind, echo(string(kind[:1])+fmt.Sprint(len(kind))+" "))
		}
	})
	peer := scenario.NewRaw(w, 1, true)
	tell(peer, node.addr, "send requests of four kinds",
		message(request, 1, "ab", "one"), message(request, 2, "a", "b\x00c\x00"), message(request, 3, "a:ß", ""),
		message(request, 4, string(longest), "\x00"))
	hears(peer, MSG1Layout,
		message(response, 1, "", "a2 one"), message(response, 2, "", "a1 b\x00c\x00"), message(response, 3, "", "a4 "),
		message(response, 4, "", "k255 \x00"))
}

// oneHandler registers a kind twice, and kinds that are none. The second handler has to be refused with
// the error that a caller looks for, and the first one must still answer afterwards.
func (b bench) oneHandler(w scenario.World) {
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "taken", echo("first "))
		if err := m.Handle("taken", echo("second ")); !only(err, messaging.ErrDuplicateKind) {
			w.Fail(msg3Second, "expected that a second handler is refused with %q, got %v",
				messaging.ErrDuplicateKind, err)
		}
		for _, kind := range []messaging.Kind{"", "a\x00b", "\xff", messaging.Kind(strings.Repeat("k", 256))} {
			if err := m.Handle(kind, echo("")); !only(err, messaging.ErrBadKind) {
				w.Fail(msg2Refused, "expected that the kind %.20q is refused with %q, got %v",
					string(kind), messaging.ErrBadKind, err)
			}
		}
	})
	peer := scenario.NewRaw(w, 1, true)
	tell(peer, node.addr, "send a request", message(request, 1, "taken", "stays"))
	hears(peer, msg3Second, message(response, 1, "", "first stays"))
}

// unknownKind sends kinds that nobody handles, among them one that differs from a known kind by a
// capital letter, one that is its beginning, and some that go on where it ends. The request at the end is
// answered, so that the connection lives and nothing else was answered before.
func (b bench) unknownKind(w scenario.World) {
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) { b.mustHandle(w, m, "known", echo("")) })
	peer := scenario.NewRaw(w, 1, true)
	tell(peer, node.addr, "send messages of unknown kinds, then a request of a known one",
		message(regular, 0, "unknown", "x"), message(request, 1, "Known", "x"), message(request, 2, "know", "nx"),
		message(request, 4, "known:", "x"), message(regular, 0, "knownn", "x"), message(request, 3, "known", "x"))
	hears(peer, msg4Ignored, message(response, 3, "", "x"))
}

// regular has a handler that returns a reply for messages that ask for none. Nothing may come back,
// whatever the id of the message is.
func (b bench) regular(w scenario.World) {
	// The handler does run, with every payload: only its reply goes nowhere.
	var got []string
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "note", func(_ network.ConnID, payload []byte) ([]byte, bool) {
			got = append(got, string(payload))
			return []byte("not to be sent"), true
		})
	})
	peer := scenario.NewRaw(w, 1, true)
	tell(peer, node.addr, "send regular messages", message(regular, 0, "note", "one"), message(regular, 5, "note", ""))
	hears(peer, msg5Answered)
	w.By(end, msg5Handled, func() error {
		if want := []string{"one", ""}; !slices.Equal(got, want) {
			return fmt.Errorf("expected that the handler gets %q, got %q", want, got)
		}
		return nil
	})
}

// broken are messages that are none, each in one way.
var broken = []struct{ what, bytes string }{
	{"an empty message", ""},
	{"a type alone", "\x01"},
	{"half an id", "\x01\x00\x00"},
	{"no kind at all", "\x01\x00\x00\x00\x01"},
	{"no NUL", "\x01\x00\x00\x00\x01k"},
	{"type 3", "\x03\x00\x00\x00\x01k\x00bad"},
	{"type 255", "\xff\x00\x00\x00\x01k\x00bad"},
	{"an empty kind", message(request, 1, "", "bad")},
	{"an empty kind of a regular message", message(regular, 0, "", "bad")},
	{"a kind of 256 bytes", message(request, 1, strings.Repeat("k", 256), "bad")},
	{"a kind that is not UTF-8", message(regular, 0, "k\xff", "bad")},
	{"a response without NUL", "\x02\x00\x00\x00\x01k"},
}

// malformed sends each of broken on a connection of its own, followed by a good request that must not
// be handled any longer: it may have come in the same piece. A connection to another peer is used before
// and afterwards, and has to answer both times.
func (b bench) malformed(w scenario.World) {
	// Each malformed message has a connection of its own; the good peer keeps one.
	good, bad := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	node := b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "k", func(_ network.ConnID, payload []byte) ([]byte, bool) {
			if string(payload) == "bad" {
				w.Fail(msg10Unseen, "expected that no handler sees a malformed message or one after it, got one")
			}
			return payload, true
		})
	})
	for _, c := range broken {
		tell(bad, node.addr, "send "+c.what, c.bytes, message(request, 2, "k", "bad"))
	}
	tell(good, node.addr, "send good requests", message(request, 1, "k", "good"))
	w.At(later, good.Addr, "send another", func() {
		for _, l := range good.Lines {
			l.Send(message(request, 2, "k", "still good"))
		}
	})
	hears(good, msg10Closes, message(response, 1, "", "good"), message(response, 2, "", "still good"))
	w.By(later, msg10Closes, func() error {
		for _, line := range bad.Lines {
			if !line.Over {
				return errors.New("expected that each malformed message closes its connection, got one that is open")
			}
		}
		return nil
	})
}
