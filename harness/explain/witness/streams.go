package witness

import (
	"fmt"
	"slices"
	"strings"

	"strata/network"
	"strata/network/networktest"
)

// Of layer 1 the cutting of a stream depends on nothing but its bytes: each piece is handed to a layer of our own as well,
// which has this one stream.

// tappedHost is a host whose streams are listened to.
type tappedHost struct {
	network.Host
	n *watchedNetwork
}

// Listen is network.Host's, as is Dial.
func (h *tappedHost) Listen(at network.Addr, accept func(network.Stream)) (network.Listener, error) {
	return h.Host.Listen(at, func(s network.Stream) { accept(&tappedStream{s, h.n}) })
}

func (h *tappedHost) Dial(to network.Addr, done func(network.Stream, error)) {
	h.Host.Dial(to, func(s network.Stream, err error) {
		if err == nil {
			s = &tappedStream{s, h.n}
		}
		done(s, err)
	})
}

type tappedStream struct {
	network.Stream
	n *watchedNetwork
}

// Deliver is network.Stream's.
func (s *tappedStream) Deliver(to network.Receiver) {
	s.Stream.Deliver(&tap{Receiver: to, n: s.n, ours: networktest.NewMouth(s.n.w.ours.NewNetwork, s.n.cfg)})
}

// tap stands before the receiver of one stream.
type tap struct {
	network.Receiver
	n      *watchedNetwork
	ours   *networktest.Mouth
	pieces [][]byte
	size   int
	lost   bool // whoever is above has closed or stopped meanwhile: nothing can be compared
}

// cut is what came of one piece.
type cut struct {
	messages []string
	over     bool
	reason   error
}

// Receive is network.Receiver's.
func (t *tap) Receive(piece []byte) {
	if t.lost {
		t.Receiver.Receive(piece)
		return
	}
	t.pieces, t.size = append(t.pieces, slices.Clone(piece)), t.size+len(piece)
	before := len(t.ours.Messages)
	t.ours.Feed(slices.Clone(piece))
	want := cut{t.ours.Messages[before:], t.ours.Over, t.ours.Reason}
	c := t.begin(want)
	t.n.w.open, t.n.under, t.n.cut = c, t, cut{}
	t.Receiver.Receive(piece)
	got := t.n.cut
	t.n.w.open, t.n.under = nil, nil
	if t.lost {
		return
	}
	c.Yours = got.words()
	hard := !slices.Equal(got.messages, want.messages) || got.over != want.over
	soft := got.over && !slices.Equal(networktest.Reasons(got.reason), networktest.Reasons(want.reason))
	if hard || soft {
		c.soft = !hard
		t.n.w.note(c)
		t.lost = true
	}
	t.lost = t.lost || want.over
}

// mostBytes is how long a stream may be that a test has.
const mostBytes = 16 << 10

// begin notes that a piece is handed over, and what should come of it.
func (t *tap) begin(want cut) *call {
	last := t.pieces[len(t.pieces)-1]
	c := &call{Case: Case{Layer: "network", Yours: "it does not return", Ours: want.words()}}
	before := t.size - len(last)
	if before > 0 {
		c.Given = append(c.Given, fmt.Sprintf("%d bytes before on this connection, cut as ours cuts them", before))
	}
	c.Call = fmt.Sprintf("Receive: %d bytes, %s", len(last), inHex(last))
	if t.size > mostBytes {
		return c
	}
	var text strings.Builder
	fmt.Fprintf(&text, "fed := networktest.Feed(New, network.Config{MaxFrame: %d},\n", t.n.cfg.MaxFrame)
	for _, piece := range t.pieces {
		fmt.Fprintf(&text, "[]byte(%q),\n", piece)
	}
	text.WriteString(")\n")
	if len(t.ours.Messages) == 0 {
		text.WriteString("require.Empty(t, fed.Messages)\n")
	} else {
		fmt.Fprintf(&text, "require.Equal(t, %#v, fed.Messages)\n", t.ours.Messages)
	}
	fmt.Fprintf(&text, "require.Equal(t, %t, fed.Over, \"%%v\", fed.Reason)\n", want.over)
	if want.over {
		text.WriteString("require.Equal(t, []error{network.ErrFrameTooBig}, networktest.Reasons(fed.Reason))\n")
	}
	c.Test = text.String()
	return c
}

// mostHex is how many bytes of a piece are shown.
const mostHex = 24

func inHex(b []byte) string {
	text := fmt.Sprintf("% x", b[:min(len(b), mostHex)])
	if len(b) > mostHex {
		text += " .."
	}
	return text
}

// words says what came of a piece.
func (c cut) words() string {
	var texts []string
	for _, m := range c.messages {
		texts = append(texts, fmt.Sprintf("a message of %d bytes, %s", len(m), inHex([]byte(m))))
	}
	if c.over {
		texts = append(texts, "the connection ends: "+reason(c.reason))
	}
	if len(texts) == 0 {
		return "nothing yet: the frame is not whole"
	}
	return strings.Join(texts, "\n")
}
