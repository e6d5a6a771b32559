package witness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/gossip"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/network"
)

// watchedPool is layer 5: each call is made on our own pool as well, which stands alone and has the same clock.
type watchedPool struct {
	mempool.Mempool
	w       *Witness
	host    network.Host
	began   time.Time
	cfg     mempool.Config
	ours    *mempooltest.Alone
	sent    int    // broadcasts in the call under way
	refusal error  // of gossip, in the call under way
	depth   int    // calls within calls
	lost    bool   // what our own pool has been told is not what this one was: nothing can be compared
	parted  string // the call after which the two did not have the same; empty: they have
	calls   []done // so far
}

// done is a call that has returned, in words and in a test.
type done struct{ words, code string }

func (w *Witness) pool(newPool mempool.New, h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
	p := &watchedPool{w: w, host: h, began: h.Now(), cfg: cfg, ours: mempooltest.NewAlone(w.ours.NewMempool, cfg)}
	if p.Mempool = newPool(h, &heardGossip{g, p}, cfg); p.Mempool == nil {
		return nil
	}
	return p
}

// said is an answer of a pool: an error or not, a verdict, a list, how often it broadcast.
type said struct {
	err  error
	pass bool
	list []mempool.Transaction
	sent int
}

// asked is a call of a pool: in words, in code, on a pool, and how its answer is said and wanted.
type asked struct {
	what string
	code string // of a test: what makes the call
	do   func(mempool.Mempool) said
	ours func(*mempooltest.Alone) said // nil: do
	kind answerKind
}

// answerKind says which part of an answer counts.
type answerKind int

const (
	isError answerKind = iota
	isPass
	isList
	isNothing
)

// ask makes a call on both pools and compares.
func (p *watchedPool) ask(a asked) said {
	if p.depth > 0 {
		p.lost = true
		return a.do(p.Mempool)
	}
	at := p.host.Now().Sub(p.began)
	sent := len(p.ours.Sent)
	if !p.lost {
		p.ours.At(at)
	}
	content := p.contents("the time since then")
	p.sent, p.refusal, p.depth = 0, nil, 1
	c := p.begin(at, a, content)
	c.finish = func() { p.end(c, at, a, said{}, p.answer(a, sent)) }
	got := a.do(p.Mempool)
	got.sent, p.depth = p.sent, 0
	p.w.open = nil
	if p.lost {
		return got
	}
	p.end(c, at, a, got, p.answer(a, sent))
	p.contents(fmt.Sprintf("%s (at %.3f s)", a.what, at.Seconds()))
	return got
}

// answer is our own pool's, which had broadcast so much before.
func (p *watchedPool) answer(a asked, sent int) (want said) {
	p.ours.Refuses = p.refusal
	if a.ours == nil {
		want = a.do(p.ours.Mempool)
	} else {
		want = a.ours(p.ours)
	}
	p.ours.Refuses, want.sent = nil, len(p.ours.Sent)-sent
	return want
}

// mostShown is how many of the calls before one are told.
const mostShown = 12

// begin notes that a call is under way.
func (p *watchedPool) begin(at time.Duration, a asked, content []string) *call {
	c := &call{Case: Case{Layer: "mempool", Call: a.what, Yours: "it does not return"}, at: at}
	if len(p.calls) > 0 {
		c.Given = append(c.Given, "after these calls, whose answers were the same as ours:")
		if more := len(p.calls) - mostShown; more > 0 {
			c.Given = append(c.Given, fmt.Sprintf("    (%d before)", more))
		}
		for _, d := range p.calls[max(0, len(p.calls)-mostShown):] {
			c.Given = append(c.Given, "    "+d.words)
		}
	}
	c.Given = append(c.Given, content...)
	p.w.open = c
	return c
}

// contents says what the pools have before a call, and if they have not the same, what they parted at. what has just
// happened to both.
func (p *watchedPool) contents(what string) (lines []string) {
	if p.lost {
		return nil
	}
	ours := p.ours.Transactions()
	yours, ok := transactions(p.Mempool)
	switch {
	case !ok:
		return []string{"our pool now has" + listed(ours)}
	case slices.Equal(yours, ours):
		p.parted = ""
		return []string{"your pool and ours now have" + listed(ours)}
	}
	p.parted = cmp.Or(p.parted, what)
	return []string{"your pool now has" + listed(yours), "ours has" + listed(ours), "they differ since " + p.parted}
}

// transactions are what a pool has; false if it panics.
func transactions(m mempool.Mempool) (all []mempool.Transaction, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return m.Transactions(), true
}

// end keeps a call whose answer is not ours.
func (p *watchedPool) end(c *call, at time.Duration, a asked, got, want said) {
	panicked := p.w.open == c
	c.Ours = want.words(a.kind)
	if !panicked {
		c.Yours = got.words(a.kind)
	}
	code := fmt.Sprintf("p.At(%d) // %v\n{\n", at, at) + a.code + want.wanted(a.kind) + "}\n"
	found := got.differ(want, a.kind)
	if found.hard || found.soft || panicked {
		c.soft = !found.hard && !panicked
		c.Call = fmt.Sprintf("%s, %.3f s after the pool was made", a.what, at.Seconds())
		c.Test = p.test(code)
		if !panicked {
			p.w.note(c)
		}
		p.lost = p.lost || found.hard
	}
	p.calls = append(p.calls, done{fmt.Sprintf("%.3f s  %s: %s", at.Seconds(), a.what, firstLine(c.Ours)), code})
	if len(p.calls) > mostBefore {
		p.lost = true
	}
}

// test is the body of a test that makes all calls so far, and one more.
func (p *watchedPool) test(last string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "p := mempooltest.NewAlone(New, mempool.Config{KeepFor: %d, MaxTxs: %d, MaxPerSender: %d})\n",
		p.cfg.KeepFor, p.cfg.MaxTxs, p.cfg.MaxPerSender)
	text.WriteString("sent := 0\n")
	for _, d := range p.calls {
		text.WriteString(d.code)
	}
	text.WriteString(last)
	return text.String()
}

// words is an answer in words.
func (s said) words(kind answerKind) string {
	text := ""
	switch {
	case kind == isPass && s.pass:
		text = "it travels on"
	case kind == isPass:
		text = "it does not travel on"
	case kind == isList:
		text = "the pool has" + listed(s.list)
	case s.err != nil:
		text = "refused: " + reason(s.err)
	case kind == isError:
		text = "taken"
	default:
		text = "done"
	}
	if s.sent > 0 {
		text += fmt.Sprintf(", %d broadcast", s.sent)
	}
	return text
}

// differ compares an answer with ours.
func (s said) differ(want said, kind answerKind) answer {
	if s.sent != want.sent {
		return answer{hard: true}
	}
	switch kind {
	case isPass:
		return answer{hard: s.pass != want.pass}
	case isList:
		return answer{hard: !slices.Equal(s.list, want.list)}
	case isError:
		return answer{
			hard: (s.err == nil) != (want.err == nil),
			soft: s.err != nil && want.err != nil &&
				!slices.Equal(mempooltest.Reasons(s.err), mempooltest.Reasons(want.err)),
		}
	}
	return answer{}
}

// wanted is our answer as a test wants it.
func (s said) wanted(kind answerKind) string {
	text := ""
	switch {
	case kind == isPass:
		text = fmt.Sprintf("require.Equal(t, %t, pass)\n", s.pass)
	case kind == isList && len(s.list) == 0:
		text = "require.Empty(t, list)\n"
	case kind == isList:
		text = fmt.Sprintf("require.Equal(t, %s, list)\n", paymentsOf(s.list, "mempooltest"))
	case kind == isError && s.err == nil:
		text = "require.NoError(t, err)\n"
	case kind == isError:
		var names []string
		for _, r := range mempooltest.Reasons(s.err) {
			names = append(names, "mempool."+nameOf(r))
		}
		text = fmt.Sprintf("require.Equal(t, []error{%s}, mempooltest.Reasons(err), \"%%v\", err)\n",
			strings.Join(names, ", "))
	}
	if kind == isError || kind == isPass {
		text += fmt.Sprintf("sent += %d\nrequire.Len(t, p.Sent, sent, \"broadcasts\")\n", s.sent)
	}
	return text
}

// firstLine is a text up to its first line break.
func firstLine(text string) string {
	line, _, more := strings.Cut(text, "\n")
	if more {
		line += " .."
	}
	return line
}
