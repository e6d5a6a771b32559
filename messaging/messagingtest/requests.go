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

func (b bench) sentBytes(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	p.connect(peer.Addr, "dial and send", func(id network.ConnID) {
		p.request(id, "p2p:hello", "127.0.0.1:11120")
		if err := p.msg.Send(id, "note:ß", []byte("pay\x00load")); err != nil {
			w.Fail("MSG-1", "expected that a message is sent, got %v", err)
		}
		p.request(id, "k", "")
	})
	w.By(end, "MSG-1", func() error {
		got := peer.Heard()
		if len(got) > 1 && len(got[1]) > 5 {
			got[1] = got[1][:1] + "...." + got[1][5:] // the id of a regular message has no meaning
		}
		want := []string{"\x01\x00\x00\x00\x01p2p:hello\x00127.0.0.1:11120", "\x00....note:ß\x00pay\x00load", "\x01\x00\x00\x00\x02k\x00"}
		if !slices.Equal(got, want) {
			return fmt.Errorf("expected the messages %q, got %q%s", want, got, scenario.FirstApart(want, got))
		}
		return nil
	})
}

// sentAgain sends parts of one array, which must not be changed, under two kinds.
func (b bench) sentAgain(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	const text = "payload"
	array := []byte(text)
	var want []string
	p.connect(peer.Addr, "dial and send parts of one payload", func(id network.ConnID) {
		for _, c := range []struct {
			kind     messaging.Kind
			from, to int
		}{
			{"a", 0, 3}, {"a", 0, 3}, {"a", 1, 4}, {"a", 0, 3}, {"a", 0, 7}, {"a", 0, 3}, {"a", 4, 7}, {"a", 0, 1}, {"a", 0, 0}, {"a", 0, 0},
			{"a", 0, 7}, {"b", 0, 7}, {"a", 0, 7},
		} {
			if err := p.msg.Send(id, c.kind, array[c.from:c.to]); err != nil {
				w.Fail("MSG-1", "expected that a message is sent, got %v", err)
			}
			want = append(want, string(c.kind)+"\x00"+text[c.from:c.to])
		}
	})
	w.By(end, "MSG-1", func() error {
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

func (b bench) ask(w scenario.World) {
	p := b.node(w, 0, messaging.Config{}, nil)
	other := b.node(w, 1, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "echo", echo("echo "))
		b.mustHandle(w, m, "empty", func(network.ConnID, []byte) ([]byte, bool) { return nil, true })
	})
	var echoed, empty *answer
	p.connect(other.addr, "dial and ask twice", func(id network.ConnID) {
		echoed, empty = p.request(id, "echo", "hello"), p.request(id, "empty", "hello")
		if echoed.calls+empty.calls > 0 {
			w.Fail("MSG-7", "expected that a request ends when its response comes, got an end before Request returned")
		}
	})
	w.At(end-soon, p.addr, "look at the answers", func() {
		if echoed != nil {
			p.ended("MSG-7", "echo hello", nil, echoed)
			p.ended("MSG-6", "", nil, empty)
		}
		if n := w.Usage(p.addr).Timers; n > 0 {
			w.Fail("MSG-7", "expected no timer of a request that was answered, got %d", n)
		}
	})
}

func (b bench) idsCount(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	for range 2 {
		p.connect(peer.Addr, "dial", func(network.ConnID) {})
	}
	for range 3 {
		w.At(later, p.addr, "ask on every connection", func() {
			for _, id := range p.connected {
				p.request(id, "k", "")
			}
		})
	}
	w.Always("MSG-9", func() error {
		for _, l := range peer.Lines {
			for i, got := range l.Frames {
				if want := message(request, uint32(i+1), "k", ""); got != want {
					return fmt.Errorf("expected request %d of a connection to be %q, got %q", i+1, want, got)
				}
			}
		}
		return nil
	})
	w.By(end, "MSG-9", func() error {
		if got := len(peer.Heard()); got != 3*len(peer.Lines) || got == 0 {
			return fmt.Errorf("expected 3 requests on each of %d connections, got %d", len(peer.Lines), got)
		}
		return nil
	})
}

// anyOrder: the peer answers the last request first.
func (b bench) anyOrder(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	const n = 9
	peer.OnFrame = func(l *scenario.Line, _ string) {
		for i := len(l.Frames) - 1; i >= 0 && len(l.Frames) == n; i-- {
			l.Send("\x02" + l.Frames[i][1:5] + "\x00re " + l.Frames[i][7:])
		}
	}
	var answers []*answer
	p.connect(peer.Addr, fmt.Sprintf("dial and ask %d times", n), func(id network.ConnID) {
		for i := range n {
			answers = append(answers, p.request(id, "k", fmt.Sprint(i)))
		}
	})
	w.By(end, "MSG-8", func() error {
		for i, a := range answers {
			if want := fmt.Sprint("re ", i); a.calls != 1 || a.reply != want || a.err != nil {
				return fmt.Errorf("expected that request %d ends once with %q, got %d ends, %q, error %v", i+1, want, a.calls, a.reply, a.err)
			}
		}
		if len(answers) != n {
			return errors.New("expected a connection, got none")
		}
		return nil
	})
}

// falseResponses asks one peer, whose answers are wrong at first, and lets another one answer, too.
func (b bench) falseResponses(w scenario.World) {
	p, asked, other := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var a *answer
	p.connect(asked.Addr, "dial and ask", func(id network.ConnID) { a = p.request(id, "k", "") })
	asked.OnFrame = func(l *scenario.Line, got string) {
		l.Send(message(response, 2, "", "wrong id"), message(response, 0, "", "wrong id"), message(response, 1<<24, "", "wrong id"))
		l.Raw.Host.After(2*soon, func() { l.Send("\x02"+got[1:5]+"\x00right", "\x02"+got[1:5]+"\x00again") })
	}
	falsely := w.Sometimes("false responses came, of the peer asked and of another, while a request waited")
	tell(other, p.addr, "answer what was not asked", message(response, 1, "", "from elsewhere"))
	w.At(3*soon, other.Addr, "answer again", func() {
		for _, l := range other.Lines {
			l.Send(message(response, 1, "", "from elsewhere"))
			falsely(a != nil && a.calls == 0 && len(asked.Heard()) > 0)
		}
	})
	w.At(end-soon, p.addr, "look at the answer", func() {
		if a != nil {
			p.ended("MSG-8", "right", nil, a)
		}
		if len(p.disconnected) > 0 {
			w.Fail("MSG-8", "expected that a response that is ignored leaves its connection alone, got it closed")
		}
	})
}

func (b bench) responseKind(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	kinds := []string{"some:kind", "\xff\xfe", strings.Repeat("k", 300)}
	peer.OnFrame = func(l *scenario.Line, got string) { l.Send("\x02" + got[1:5] + kinds[len(l.Frames)-1] + "\x00reply") }
	var answers []*answer
	p.connect(peer.Addr, "dial and ask", func(id network.ConnID) {
		for range kinds {
			answers = append(answers, p.request(id, "k", ""))
		}
	})
	w.At(end-soon, p.addr, "look at the answers", func() { p.ended("MSG-2", "reply", nil, answers...) })
}

// idsWrap: the peer leaves the second request unanswered, so that its id stays in use.
func (b bench) idsWrap(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{MaxID: 3}, nil), scenario.NewRaw(w, 1, true)
	peer.OnFrame = func(l *scenario.Line, got string) {
		if len(l.Frames) != 2 {
			l.Send("\x02" + got[1:5] + "\x00" + got[7:])
		}
	}
	var answers []*answer
	wrapped := w.Sometimes("ids began at 1 again while an earlier one was in use")
	const step = 170 * time.Millisecond // two of them are longer than a simulated answer takes
	p.connect(peer.Addr, "dial and ask six times, one after the other", func(id network.ConnID) {
		for i := range 6 {
			p.host.After(time.Duration(i)*step, func() { answers = append(answers, p.request(id, "k", fmt.Sprint(i))) })
		}
	})
	w.Always("MSG-9", func() error {
		for i, got := range peer.Heard() {
			if want := message(request, []uint32{1, 2, 3, 1, 3, 1}[i], "k", fmt.Sprint(i)); got != want {
				return fmt.Errorf("expected request %d to be %q, got %q", i+1, want, got)
			}
		}
		return nil
	})
	w.By(end, "MSG-9", func() error {
		got := len(peer.Heard())
		wrapped(got > 4 && len(answers) > 1 && answers[1].calls == 0)
		if got != 6 {
			return fmt.Errorf("expected 6 requests, got %d", got)
		}
		return nil
	})
}

func (b bench) notSent(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	refused := func(id network.ConnID, kind messaging.Kind, payload string, want error) {
		p.ended("MSG-7", "", want, p.request(id, kind, payload))
		if err := p.msg.Send(id, kind, []byte(payload)); !only(err, want) {
			w.Fail("MSG-2", "expected that sending returns %v, got %v", want, err)
		}
	}
	p.connect(peer.Addr, "dial, try what cannot be sent, then ask", func(id network.ConnID) {
		for _, kind := range []messaging.Kind{"", "a\x00b", "\xff", messaging.Kind(strings.Repeat("k", 256))} {
			refused(id, kind, "", messaging.ErrBadKind)
		}
		refused(id, "k", strings.Repeat("x", maxFrame), network.ErrFrameTooBig)
		refused(id+1000, "k", "", network.ErrClosed)
		if n := w.Usage(p.addr).Timers; n > 0 {
			w.Fail("MSG-7", "expected no timer of a request that was not sent, got %d", n)
		}
		p.request(id, "k", "lives")
	})
	w.By(end, "MSG-7", func() error {
		if got := peer.Heard(); len(got) != 1 || !strings.HasSuffix(got[0], "k\x00lives") {
			return fmt.Errorf("expected the one request that can be sent, got %q", got)
		}
		return nil
	})
}
