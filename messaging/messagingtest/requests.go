package messagingtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// sentBytes compares what comes to a raw peer with the layout, byte for byte: two requests, whose ids
// count, and between them a regular message, whose id means nothing.
func (b bench) sentBytes(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	node.connect(peer.Addr, "dial and send", func(id network.ConnID) {
		node.request(id, "p2p:hello", "127.0.0.1:11120")
		if err := node.msg.Send(id, "note:ß", []byte("pay\x00load")); err != nil {
			w.Fail(scenario.NET8Sends, "expected that a message is sent, got %v", err)
		}
		node.request(id, "k", "")
	})
	w.By(end, MSG1Layout, func() error {
		got := peer.Heard()
		if len(got) > 1 && len(got[1]) > 5 {
			got[1] = got[1][:1] + "...." + got[1][5:] // the id of a regular message has no meaning
		}
		want := []string{"\x01\x00\x00\x00\x01p2p:hello\x00127.0.0.1:11120", "\x00....note:ß\x00pay\x00load",
			"\x01\x00\x00\x00\x02k\x00"}
		if !slices.Equal(got, want) {
			return fmt.Errorf("expected the messages %q, got %q%s", want, got, scenario.FirstApart(want, got))
		}
		return nil
	})
}

// sentAgain sends parts of one array under two kinds, some of them again and again, some empty. An
// implementation that remembers what it encoded, by the address of a payload say, sends something else.
// The array itself must not be changed either, for it is the caller's.
func (b bench) sentAgain(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	// Beginnings, middles and ends of one array, some of them more than once, and two words that begin and end alike.
	const text = "payloadparched"
	array := []byte(text)
	var want []string
	node.connect(peer.Addr, "dial and send parts of one payload", func(id network.ConnID) {
		for _, c := range []struct {
			kind     messaging.Kind
			from, to int
		}{
			{"a", 0, 3}, {"a", 0, 3}, {"a", 1, 4}, {"a", 0, 3}, {"a", 0, 7}, {"a", 0, 3}, {"a", 4, 7}, {"a", 0, 1},
			{"a", 0, 0}, {"a", 0, 0},
			{"a", 0, 7}, {"b", 0, 7}, {"a", 0, 7}, {"a", 7, 14}, {"a", 0, 7},
		} {
			if err := node.msg.Send(id, c.kind, array[c.from:c.to]); err != nil {
				w.Fail(scenario.NET8Sends, "expected that a message is sent, got %v", err)
			}
			want = append(want, string(c.kind)+"\x00"+text[c.from:c.to])
		}
	})
	w.By(end, MSG1Layout, func() error {
		var got []string
		for _, m := range peer.Heard() {
			got = append(got, m[min(len(m), 5):]) // the id of a regular message has no meaning
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("expected the kinds and payloads %q, got %q", want, got)
		}
		if len(want) == 0 {
			return errors.New("expected a connection, got none")
		}
		return nil
	})
}

// ask has two nodes of the implementation talk: one asks, the other one's handlers reply, one of them
// with nothing in it. Before the response is there Request has to return without having called back.
func (b bench) ask(w scenario.World) {
	node := b.node(w, 0, messaging.Config{}, nil)
	other := b.node(w, 1, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "echo", echo("echo "))
		b.mustHandle(w, m, "empty", func(network.ConnID, []byte) ([]byte, bool) { return nil, true })
	})
	var echoed, empty *answer
	node.connect(other.addr, "dial and ask twice", func(id network.ConnID) {
		echoed, empty = node.request(id, "echo", "hello"), node.request(id, "empty", "hello")
		if echoed.calls+empty.calls > 0 {
			w.Fail(MSG7Ends, "expected that a request ends when its response comes, got an end before Request returned")
		}
	})
	w.Ends(node.addr, MSG7Ends, func() error {
		if echoed == nil {
			return nil
		}
		return ended("echo hello", nil, echoed)
	})
	w.Ends(node.addr, msg6Reply, func() error {
		if empty == nil {
			return nil
		}
		return ended("", nil, empty)
	})
}

// idsCount asks three times on each of two connections to one peer. Each connection counts for itself,
// from 1, so that the requests on both have to be the same bytes.
func (b bench) idsCount(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	for range 2 {
		node.connect(peer.Addr, "dial", func(network.ConnID) {})
	}
	for range 3 {
		w.At(later, node.addr, "ask on every connection", func() {
			for _, id := range node.connected {
				node.request(id, "k", "")
			}
		})
	}
	// Whichever connection is looked at: its requests are 1, 2 and 3.
	w.Always(msg9Count, func() error {
		for _, line := range peer.Lines {
			for i, got := range line.Frames {
				if want := message(request, uint32(i+1), "k", ""); got != want {
					return fmt.Errorf("expected request %d of a connection to be %q, got %q", i+1, want, got)
				}
			}
		}
		return nil
	})
	w.By(end, msg9Count, func() error {
		if got := len(peer.Heard()); got != 3*len(peer.Lines) || got == 0 {
			return fmt.Errorf("expected 3 requests on each of %d connections, got %d", len(peer.Lines), got)
		}
		return nil
	})
}

// anyOrder has the peer wait for nine requests and answer the last one first. Each reply names its
// request, so that a node which takes responses in the order of its requests gives every one but the
// middle to the wrong caller.
func (b bench) anyOrder(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	// An odd number: the one in the middle is answered in its place.
	const n = 9
	peer.OnFrame = func(line *scenario.Line, _ string) {
		for i := len(line.Frames) - 1; i >= 0 && len(line.Frames) == n; i-- {
			line.Send("\x02" + line.Frames[i][1:5] + "\x00re " + line.Frames[i][7:])
		}
	}
	var answers []*answer
	node.connect(peer.Addr, fmt.Sprintf("dial and ask %d times", n), func(id network.ConnID) {
		for i := range n {
			answers = append(answers, node.request(id, "k", fmt.Sprint(i)))
		}
	})
	w.By(end, MSG8Belongs, func() error {
		for i, asked := range answers {
			if want := fmt.Sprint("re ", i); asked.calls != 1 || asked.reply != want || asked.err != nil {
				return fmt.Errorf("expected that request %d ends once with %q, got %d ends, %q, error %v",
					i+1, want, asked.calls, asked.reply, asked.err)
			}
		}
		if len(answers) != n {
			return errors.New("expected a connection, got none")
		}
		return nil
	})
}

// falseResponses asks one peer, whose answers have wrong ids at first, and lets another peer answer as
// well, under the right id but on its own connection. The true answer comes late, and a second time.
// Only the true one may end the request, once, and no connection is closed for what was ignored.
func (b bench) falseResponses(w scenario.World) {
	node := b.node(w, 0, messaging.Config{}, nil)
	asked, other := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var a *answer
	node.connect(asked.Addr, "dial and ask", func(id network.ConnID) { a = node.request(id, "k", "") })
	asked.OnFrame = func(line *scenario.Line, got string) {
		line.Send(message(response, 2, "", "wrong id"), message(response, 0, "", "wrong id"),
			message(response, 1<<24, "", "wrong id"))
		line.Raw.Host.After(2*soon, func() { line.Send("\x02"+got[1:5]+"\x00right", "\x02"+got[1:5]+"\x00again") })
	}
	falsely := w.Sometimes("false responses came, of the peer asked and of another, while a request waited")
	tell(other, node.addr, "answer what was not asked", message(response, 1, "", "from elsewhere"))
	w.At(3*soon, other.Addr, "answer again", func() {
		for _, line := range other.Lines {
			line.Send(message(response, 1, "", "from elsewhere"))
			falsely(a != nil && a.calls == 0 && len(asked.Heard()) > 0)
		}
	})
	w.Ends(node.addr, msg8Ignored, func() error {
		if len(node.disconnected) > 0 {
			return errors.New("expected that a response that is ignored leaves its connection alone, got it closed")
		}
		if a == nil {
			return nil
		}
		return ended("right", nil, a)
	})
}

// responseKind answers with kinds that no message may have: bytes that are not UTF-8, and one that is
// too long. In a response the kind is not looked at, so that each of them ends its request.
func (b bench) responseKind(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	// The third one is longer than a kind may be that is sent.
	kinds := []string{"some:kind", "\xff\xfe", strings.Repeat("k", 300)}
	peer.OnFrame = func(l *scenario.Line, got string) {
		l.Send("\x02" + got[1:5] + kinds[len(l.Frames)-1] + "\x00reply")
	}
	var answers []*answer
	node.connect(peer.Addr, "dial and ask", func(id network.ConnID) {
		for range kinds {
			answers = append(answers, node.request(id, "k", ""))
		}
	})
	w.Ends(node.addr, msg2Response, func() error { return ended("reply", nil, answers...) })
}

// idsWrap sets the largest id to 3 and asks six times, one after the other. The peer leaves the second
// request unanswered, so that its id stays in use: the ids on the wire have to be 1, 2, 3, and then 1,
// 3, 1.
func (b bench) idsWrap(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{MaxID: 3}, nil), scenario.NewRaw(w, 1, true)
	// An answer takes up to 300 ms here and requests are 170 ms apart, so that an id is free again before the
	// next but one is asked for.
	peer.OnFrame = func(line *scenario.Line, got string) {
		if len(line.Frames) != 2 {
			line.Send("\x02" + got[1:5] + "\x00" + got[7:])
		}
	}
	var answers []*answer
	wrapped := w.Sometimes("ids began at 1 again while an earlier one was in use")
	const step = 170 * time.Millisecond
	node.connect(peer.Addr, "dial and ask six times, one after the other", func(id network.ConnID) {
		for i := range 6 {
			node.host.After(time.Duration(i)*step, func() {
				answers = append(answers, node.request(id, "k", fmt.Sprint(i)))
			})
		}
	})
	// A request that takes an id in use would get the answer to another one.
	w.Always(msg9Count, func() error {
		for i, got := range peer.Heard() {
			if want := message(request, []uint32{1, 2, 3, 1, 3, 1}[i], "k", fmt.Sprint(i)); got != want {
				return fmt.Errorf("expected request %d to be %q, got %q", i+1, want, got)
			}
		}
		return nil
	})
	w.By(end, msg9Count, func() error {
		got := len(peer.Heard())
		wrapped(got > 4 && len(answers) > 1 && answers[1].calls == 0)
		if got != 6 {
			return fmt.Errorf("expected 6 requests, got %d", got)
		}
		return nil
	})
}

// notSent tries kinds that are none, a message that is one byte too long for the network below, and a
// connection that there never was. Each has to say so at once, by Request in its callback and by Send
// in its result, with nothing on the wire; the connection then still carries a
// request.
func (b bench) notSent(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	// Either way of sending has to refuse, and to say why with the same error.
	refused := func(says scenario.Clause, id network.ConnID, kind messaging.Kind, payload string, want error) {
		node.ended(msg7Unsent, "", want, node.request(id, kind, payload))
		if err := node.msg.Send(id, kind, []byte(payload)); !only(err, want) {
			w.Fail(says, "expected that sending returns %v, got %v", want, err)
		}
	}
	node.connect(peer.Addr, "dial, try what cannot be sent, then ask", func(id network.ConnID) {
		for _, kind := range []messaging.Kind{"", "a\x00b", "\xff", messaging.Kind(strings.Repeat("k", 256))} {
			refused(msg2Refused, id, kind, "", messaging.ErrBadKind)
		}
		refused(scenario.NET8TooBig, id, "k", strings.Repeat("x", maxFrame), network.ErrFrameTooBig)
		refused(scenario.NET8Closed, id+1000, "k", "", network.ErrClosed)
		node.request(id, "k", "lives")
	})
	w.By(end, msg7Unsent, func() error {
		if got := peer.Heard(); len(got) != 1 || !strings.HasSuffix(got[0], "k\x00lives") {
			return fmt.Errorf("expected the one request that can be sent, got %q", got)
		}
		return nil
	})
}
