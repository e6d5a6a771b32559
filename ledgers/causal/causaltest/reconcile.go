package causaltest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/ledgers/causal"
	"strata/ledgers/ledgertest"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// reconciling is step causal.4: replicas that differ find what they lack.
func (s suite) reconciling() []scenario.Scenario {
	step := func(name, title string, rules []string, until time.Duration, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/" + name, Title: title, Step: "causal.4", Rules: rules, For: until, Setup: setup,
		})
	}
	return []scenario.Scenario{
		step("answers", "An answer has what was asked for, then ancestors beyond it, nearest first.", []string{"CAU-3"}, 3*second, s.answers),
		step("long-chain", "A chain of 400 comes over within its bounds of updates and round trips.", []string{"CAU-3"}, 20*second, s.longChain),
		step("a-few", "Where two replicas differ by a few, few useless updates are sent.", []string{"CAU-3"}, 10*second, s.aFew),
		step("many-heads-told", "Heads that do not fit one message are listed.", []string{"CAU-3"}, 10*second, s.manyHeadsTold),
		step("never-given", "A hash that nobody gives is asked for three times, and left for a minute.", []string{"CAU-3"}, 100*second, s.neverGiven),
		step("other-peers", "What one peer does not give comes from another.", []string{"CAU-2", "CAU-3"}, 10*second, s.otherPeers),
		step("tells-heads", "Heads are told twice a second, and at once when they change.", []string{"CAU-3"}, 4*second, s.tellsHeads),
	}
}

// holder is a neighbour that has updates, and gives them as the rule has it.
type holder struct {
	d       *desk
	addr    network.Addr
	has     map[causal.ID]*causal.Update
	latency time.Duration
	busy    bool
	grants  int // ancestors that the replica may ask for next
	trips   int
	sent    int
	stingy  bool          // it gives nothing
	silent  bool          // it does not tell its heads
	since   time.Duration // it tells them from then on
	mute    int           // requests that it leaves without an answer
}

// holder makes a neighbour that has these.
func (d *desk) holder(addr network.Addr, updates ...*causal.Update) *holder {
	h := &holder{d: d, addr: addr, has: map[causal.ID]*causal.Update{}, latency: 50 * time.Millisecond}
	for _, u := range updates {
		h.has[u.ID()] = u
	}
	return h
}

// heads are the holder's.
func (h *holder) heads() (heads []causal.ID) {
	named := map[causal.ID]bool{}
	for _, u := range h.has {
		for _, p := range u.Predecessors {
			named[p] = true
		}
	}
	for id := range h.has {
		if !named[id] {
			heads = append(heads, id)
		}
	}
	slices.SortFunc(heads, causal.ID.Compare)
	return heads
}

// serve has the holders answer from now on, and tell their heads twice a second.
func (d *desk) serve(holders ...*holder) {
	d.peers.Answers = func(q ledgertest.Question) bool {
		for _, h := range holders {
			if h.addr == q.To {
				h.hear(q)
				return true
			}
		}
		d.host.After(second/20, func() { q.Done(nil, nil) }) // it has nothing
		return true
	}
	var tell func()
	tell = func() {
		for _, h := range holders {
			if !h.silent && d.w.Now() >= h.since {
				d.tells(h.addr, h.heads()...)
			}
		}
		d.host.After(second/2, tell)
	}
	d.host.After(0, tell)
}

// hear answers one request, later.
func (h *holder) hear(q ledgertest.Question) {
	d := h.d
	if h.mute > 0 {
		h.mute--
		d.host.After(second, func() { q.Done(nil, messaging.ErrTimeout) })
		return
	}
	var reply []byte
	switch q.Kind {
	case causal.KindList:
		after, err := causal.DecodeList(q.Payload)
		if err != nil || len(after) != 1 {
			d.w.Fail(cau3Asks, "expected a list to be asked for after one hash, got %v", err)
			return
		}
		heads := slices.DeleteFunc(h.heads(), func(id causal.ID) bool { return id.Compare(after[0]) <= 0 })
		reply = causal.EncodeList(heads[:min(len(heads), causal.MaxListed)])
	case causal.KindAsk:
		reply = h.answer(q)
	default:
		return
	}
	d.host.After(h.latency, func() {
		h.busy = h.busy && q.Kind != causal.KindAsk
		q.Done(reply, nil)
	})
}

// answer gives what was asked for and what may come with it, and holds the request against the rule.
func (h *holder) answer(q ledgertest.Question) []byte {
	d := h.d
	a, err := causal.DecodeAsk(q.Payload)
	switch {
	case err != nil:
		d.w.Fail(cau3One, "expected a request of at most 256 hashes and 64 ancestors, got %v", err)
	case h.busy:
		d.w.Fail(cau3One, "expected one request a peer at a time, got a second one before the answer")
	case a.More > h.grants:
		d.w.Fail(cau3More, "expected a request for at most %d ancestors beyond, got one for %d", h.grants, a.More)
	}
	h.busy = true
	h.trips++
	var all []*causal.Update
	if !h.stingy {
		all = h.choose(a)
	}
	fresh := 0
	var encoded [][]byte
	for _, u := range all {
		if !d.has(u) {
			fresh++
		}
		encoded = append(encoded, u.Encode())
	}
	h.sent += len(all)
	h.grants = min(causal.MaxMore, 2*fresh)
	return causal.EncodeAnswer(encoded)
}

// choose lists what is asked for, then ancestors, the nearest first.
func (h *holder) choose(a causal.Ask) (all []*causal.Update) {
	take := func(id causal.ID) bool {
		u := h.has[id]
		if u == nil || slices.Contains(all, u) {
			return false
		}
		all = append(all, u)
		return true
	}
	for _, id := range a.IDs {
		take(id)
	}
	for next, more := 0, a.More; next < len(all) && more > 0; next++ {
		for _, p := range all[next].Predecessors {
			if more > 0 && take(p) {
				more--
			}
		}
	}
	return all
}

func (s suite) answers(w scenario.World) {
	s.desk(w, func(d *desk) {
		chain := d.author(1).chain(20)
		side := d.author(2).chain(3)
		d.hears(append(chain, side...)...)
		ids := func(updates []*causal.Update) (ids []causal.ID) {
			for _, u := range updates {
				ids = append(ids, u.ID())
			}
			return ids
		}
		check := func(what string, a causal.Ask, want ...*causal.Update) {
			got, ok := d.asks(neighbours[0], a)
			if !ok || !slices.Equal(ids(got), ids(want)) {
				w.Fail(cau3Answer, "expected %s: %d updates, got %d others", what, len(want), len(got))
			}
		}
		check("the one that is asked for, and no ancestor", causal.Ask{IDs: ids(chain[19:])}, chain[19])
		check("two in the order in which they are asked for", causal.Ask{IDs: ids([]*causal.Update{side[2], chain[9]})}, side[2], chain[9])
		check("the four ancestors behind it", causal.Ask{More: 4, IDs: ids(chain[9:10])}, chain[9], chain[8], chain[7], chain[6], chain[5])
		check("ancestors of both, the nearest first", causal.Ask{More: 3, IDs: ids([]*causal.Update{chain[9], side[2]})},
			chain[9], side[2], chain[8], side[1], chain[7])
		check("what there is, up to the root", causal.Ask{More: 64, IDs: ids(side[2:])}, side[2], side[1], side[0])
		check("nothing for what is not there", causal.Ask{More: 64, IDs: []causal.ID{{1}, d.root}})
		bad := d.author(3).draft(causal.ID{}, chain[:1])
		d.hears(bad)
		check("nothing for an invalid update", causal.Ask{More: 1, IDs: ids([]*causal.Update{bad})})
		check("an update once, asked for and ancestor", causal.Ask{More: 1, IDs: ids([]*causal.Update{side[2], side[1]})}, side[2], side[1], side[0])
	})
}

// longChain is 400 updates that the replica lacks.
func (s suite) longChain(w scenario.World) {
	const k = 400
	var d *desk
	var h *holder
	d = s.desk(w, func(d *desk) {
		h = d.holder(neighbours[0], d.author(1).chain(k)...)
		d.serve(h)
	})
	w.By(18*second, cau3Same, func() error {
		if d.replica == nil || len(d.order) < k {
			return fmt.Errorf("expected %d updates delivered, got %d", k, len(d.order))
		}
		return nil
	})
	w.AtEnd(cau3Trips, func() error {
		if most := 8 + (k+63)/64; h.trips > most {
			return fmt.Errorf("expected at most %d requests for a chain of %d, got %d", most, k, h.trips)
		}
		return nil
	})
	w.AtEnd(cau3Cost, func() error {
		if h.sent > 3*k {
			return fmt.Errorf("expected at most %d updates sent for %d, got %d", 3*k, k, h.sent)
		}
		return nil
	})
}

// aFew has both sides know a long history, and each some updates more.
func (s suite) aFew(w scenario.World) {
	var h *holder
	var d *desk
	k := 1 + w.Rand().IntN(40)
	d = s.desk(w, func(d *desk) {
		history := d.braid(120)
		d.hears(history...)
		last := history[len(history)-3:]
		theirs := d.author(4).chain(1, last...)
		for i := range k - 1 { // half of what lies behind each is known
			theirs = append(theirs, d.author(5+i%3).draft(causal.ID{}, []*causal.Update{theirs[i], history[100-i]}, set("title", "x")))
		}
		d.hears(d.author(9).chain(7, last[0])...)
		h = d.holder(neighbours[0], append(history, theirs...)...)
		d.serve(h)
	})
	w.By(8*second, cau3Same, func() error {
		if len(d.order) != 120+7+k {
			return fmt.Errorf("expected %d updates delivered, got %d", 120+7+k, len(d.order))
		}
		return nil
	})
	w.AtEnd(cau3Cost, func() error {
		if h.sent > 3*k {
			return fmt.Errorf("expected at most %d updates sent for %d that were lacking, got %d", 3*k, k, h.sent)
		}
		return nil
	})
}

// manyHeadsTold has a neighbour with 300 heads.
func (s suite) manyHeadsTold(w scenario.World) {
	const heads = 300
	d := s.desk(w, func(d *desk) {
		var all []*causal.Update
		for n := range heads {
			all = append(all, d.author(1).draft(causal.ID{}, nil, set("title", fmt.Sprint(n))))
		}
		d.serve(d.holder(neighbours[0], all...))
	})
	w.By(8*second, cau3Asks, func() error {
		if len(d.order) != heads {
			return fmt.Errorf("expected %d updates of a neighbour with as many heads, got %d", heads, len(d.order))
		}
		return nil
	})
}

// neverGiven has a neighbour tell of heads that do not exist, and an honest one beside it.
func (s suite) neverGiven(w scenario.World) {
	var d *desk
	lie := causal.ID{0xbb}
	var times []time.Duration
	d = s.desk(w, func(d *desk) {
		good := d.author(1).chain(3)
		h := d.holder(neighbours[1], good...)
		d.serve(h)
		answer := d.peers.Answers
		d.peers.Answers = func(q ledgertest.Question) bool {
			if a, err := causal.DecodeAsk(q.Payload); q.Kind == causal.KindAsk && err == nil && slices.Contains(a.IDs, lie) {
				times = append(times, w.Now())
			}
			return answer(q)
		}
		var tell func()
		tell = func() {
			d.tells(neighbours[0], lie)
			d.host.After(second/2, tell)
		}
		d.host.After(0, tell)
	})
	w.AtEnd(cau3Left, func() error {
		for i := range times {
			if i >= 3 && times[i]-times[i-1] < 59*second && (i%3 == 0 || times[i]-times[i-3] < 59*second) {
				return fmt.Errorf("expected at most 3 askings for a hash and then none for 60 s, got asking %d %v after the one before it",
					i+1, scenario.Round(times[i]-times[i-1]))
			}
		}
		if len(times) < 1 {
			return errors.New("expected that a head is asked for, got no request")
		}
		return nil
	})
	w.By(5*second, cau3Asks, func() error {
		if len(d.order) != 3 {
			return fmt.Errorf("expected that a lie of one neighbour does not keep what another has, got %d of 3 updates", len(d.order))
		}
		return nil
	})
}

// otherPeers has one neighbour tell of a head and give nothing.
func (s suite) otherPeers(w scenario.World) {
	d := s.desk(w, func(d *desk) {
		all := d.author(1).chain(4)
		stingy := d.holder(neighbours[0], all...)
		stingy.stingy = true
		silent := d.holder(neighbours[2], all[:3]...)
		silent.silent = true
		d.serve(stingy, silent)
		d.hears(all[3])
	})
	w.By(8*second, cau2Asked, func() error {
		if len(d.order) != 4 {
			return fmt.Errorf("expected 4 updates, of which another neighbour has the missing ones, got %d", len(d.order))
		}
		return nil
	})
}

// tellsHeads listens to what the replica tells.
func (s suite) tellsHeads(w scenario.World) {
	s.desk(w, func(d *desk) {
		last := func() causal.Heads {
			if len(d.told()) == 0 {
				return causal.Heads{}
			}
			return d.told()[len(d.told())-1]
		}
		want := func(c scenario.Clause, when string, heads ...causal.ID) {
			if got := last(); got.Hash != causal.HeadsOf(d.root, heads).Hash || got.Document != d.root {
				w.Fail(c, "expected the heads to be told %s, got others, or none", when)
			}
		}
		d.host.After(second+second/5, func() {
			want(cau3Tells, "while they stay the root", d.root)
			before := len(d.told())
			chain := d.author(1).chain(2)
			d.hears(chain[0])
			d.host.After(second/20, func() {
				want(cau3Tells, "at once when they have changed", chain[0].ID())
				if len(d.told()) == before {
					w.Fail(cau3Tells, "expected heads to be told at once, got nothing told")
				}
				d.peers.Forget()
				d.host.After(2*second, func() {
					want(cau3Tells, "again and again", chain[0].ID())
					if n := len(d.told()); n < 3 || n > 6 {
						w.Fail(cau3Tells, "expected heads to be told some 4 times in 2 s, got %d times", n)
					}
				})
			})
		})
	})
}
