package ledgernode

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"strata/ledgers"
	"strata/network"
	"strata/node/guard"
	"strata/node/process/operator"
)

// Status is what the ledger has.
type Status struct {
	Ledger  string         `json:"ledger"`
	Chain   string         `json:"chain"`
	Self    network.Addr   `json:"self"`
	Member  int            `json:"member"` // which member the node is; -1: it observes
	Members []MemberStatus `json:"members"`
	Peers   []network.Addr `json:"peers"`
	Bans    []Ban          `json:"bans"`

	Height uint64 `json:"height"` // of the newest final block: the digest's position (LED-5)
	Hash   string `json:"hash"`   // of that block

	// Of the node's ledger; nil of any other.
	*LeaderStatus
	*ValidatorsStatus
}

// Place is where the node stands besides its height, in words.
func (s *Status) Place() string {
	switch {
	case s.LeaderStatus != nil:
		return fmt.Sprintf("view %d, led by member %d", s.View, s.Leader)
	case s.ValidatorsStatus != nil:
		return fmt.Sprintf("round %d", s.Round)
	}
	return "stopped"
}

// Ban is an address that is banned, and why.
type Ban struct {
	Addr   string    `json:"address"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`
}

// MemberStatus is a member that genesis names.
type MemberStatus struct {
	Key  string       `json:"key"`
	Addr network.Addr `json:"address"`
}

// Status is where the node stands. Errors: the loop has ended.
func (r *Running) Status() (s Status, err error) {
	err = r.do(func() {
		digest := r.ledger.Digest()
		s = Status{
			Ledger: r.name, Chain: r.Chain.String(), Self: r.Addr, Member: r.Config.Directory.Member(),
			Peers: r.peers.Peers(), Height: digest.Position, Hash: ledgers.ChainID(digest.Hash).String(),
		}
		r.ledger.Describe(&s)
		s.Bans, s.Members = BansOf(r.guard), MembersOf(r.Config.Directory.Genesis.Roster())
	})
	return s, err
}

// BansOf is what a status tells of the bans of a guard. It is called on the loop.
func BansOf(g *guard.Guard) []Ban {
	bans := []Ban{}
	for _, b := range g.Bans() {
		bans = append(bans, Ban{b.IP, b.Until.UTC().Truncate(time.Second), b.Reason})
	}
	return bans
}

// MembersOf is what a status tells of members, in their order.
func MembersOf(members []ledgers.Member) (all []MemberStatus) {
	for _, m := range members {
		all = append(all, MemberStatus{m.Key.String(), m.Addr})
	}
	return all
}

// Outcome is what has become of an operation.
type Outcome struct {
	ID     string `json:"id"`
	State  string `json:"state"`            // unknown, waiting, final, refused
	Height uint64 `json:"height,omitempty"` // where it became final, if this node saw it
	Why    string `json:"why,omitempty"`    // it was refused
}

// Submit submits a transaction and waits until it is final or refused, or ctx ends: then it says what has
// become of it so far. Errors: those of ledgers.Ledger.Submit; the loop has ended.
func (r *Running) Submit(ctx context.Context, op []byte) (Outcome, error) {
	var id ledgers.OpID
	var refused error
	var ended <-chan ending
	err := r.do(func() {
		if id, refused = r.ledger.Submit(op); refused == nil {
			ended = r.watch.until(id)
			if r.ledger.Status(id).State == ledgers.Waiting {
				r.outbox.add(id, op)
			}
		}
	})
	if err := errors.Join(err, refused); err != nil {
		if r.operator != nil {
			r.operator.Reject(operator.Rejection{Kind: operator.Submission, Code: codeOf(err), Detail: id.String()})
		}
		return Outcome{}, err
	}
	defer r.watch.leave(id, ended)
	o, err := r.Outcome(id) // before the first wait: it may have ended before
	if err != nil || o.State == ledgers.Final.String() || o.State == ledgers.Refused.String() {
		return o, err
	}
	select {
	case e := <-ended:
		o.State, o.Height = ledgers.Final.String(), e.at.Position
		if e.why != nil {
			o.State, o.Height, o.Why = ledgers.Refused.String(), 0, e.why.Error()
		}
		return o, nil
	case <-ctx.Done():
	case <-r.loop.Done():
	}
	return r.Outcome(id)
}

// Outcome is what has become of an operation by now. Errors: the loop has ended.
func (r *Running) Outcome(id ledgers.OpID) (o Outcome, err error) {
	err = r.do(func() {
		s := r.ledger.Status(id)
		o = Outcome{ID: id.String(), State: s.State.String(), Height: r.watch.height(id)}
		if s.Why != nil {
			o.Why = s.Why.Error()
		}
	})
	return o, err
}

// watch is told what becomes of operations, on the loop, and tells whoever waits.
type watch struct {
	mu      sync.Mutex
	waiting map[ledgers.OpID][]chan ending
	heights map[ledgers.OpID]uint64 // of the latest
	order   []ledgers.OpID          // of heights
	latest  []Latest
	guard   *guard.Guard // nil: there is none

	operator *operator.Operator // nil: there is none
	outbox   *outbox
}

// Latest is one of the operations that became final last.
type Latest struct {
	ID     string
	Height uint64
	At     time.Time
}

// ending is the end of an operation: final, or refused.
type ending struct {
	at  ledgers.Digest
	why error
}

// What the watch remembers.
const (
	maxHeights = 10_000
	maxLatest  = 20
)

func newWatch() *watch {
	return &watch{waiting: map[ledgers.OpID][]chan ending{}, heights: map[ledgers.OpID]uint64{}}
}

// until gives the end of an operation that has not ended.
func (w *watch) until(id ledgers.OpID) <-chan ending {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := make(chan ending, 1)
	w.waiting[id] = append(w.waiting[id], c)
	return c
}

// leave forgets who waits.
func (w *watch) leave(id ledgers.OpID, who <-chan ending) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var left []chan ending
	for _, c := range w.waiting[id] {
		if c != who {
			left = append(left, c)
		}
	}
	if w.waiting[id] = left; len(left) == 0 {
		delete(w.waiting, id)
	}
}

func (w *watch) end(id ledgers.OpID, e ending) {
	w.outbox.ended(id)
	for _, c := range w.waiting[id] {
		c <- e
	}
	delete(w.waiting, id)
}

// height is where an operation became final, if that was seen; else 0.
func (w *watch) height(id ledgers.OpID) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heights[id]
}

// last lists what became final last, the newest first.
func (w *watch) last() (all []Latest) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.latest) - 1; i >= 0; i-- {
		all = append(all, w.latest[i])
	}
	return all
}

// Final is ledgers.Watcher's, and so are the others.
func (w *watch) Final(id ledgers.OpID, at ledgers.Digest) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heights[id] = at.Position
	if w.order = append(w.order, id); len(w.order) > maxHeights {
		delete(w.heights, w.order[0])
		w.order = w.order[1:]
	}
	if w.latest = append(w.latest, Latest{id.String(), at.Position, time.Now()}); len(w.latest) > maxLatest {
		w.latest = w.latest[1:]
	}
	w.end(id, ending{at: at})
}

// Undone is never called: what is final in this ledger is certain.
func (w *watch) Undone(ledgers.OpID) {}

// Blamed has the guard note who has sent what no correct node sends.
func (w *watch) Blamed(from network.Addr, why error) {
	if w.operator != nil {
		w.operator.Reject(operator.Rejection{Kind: "message", Code: codeOf(why), From: from})
	}
	o := guard.Forged
	if errors.Is(why, ledgers.ErrAnswer) {
		o = guard.BadSync
	}
	w.guard.Penalise(o)
}

// Refused ends an operation.
func (w *watch) Refused(id ledgers.OpID, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end(id, ending{why: why})
	if w.operator != nil {
		w.operator.Reject(operator.Rejection{Kind: operator.Submission, Code: codeOf(why), Detail: id.String()})
	}
}
