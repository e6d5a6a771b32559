package run

import (
	"crypto/sha256"
	"time"

	"strata/harness/sim"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	ordered "strata/ledgers/causal/blocks"
	"strata/network"
	"strata/scenario"
)

// causalContender is elective 10. A client writes by the key of its own node, so that it cannot pay through another.
// What it pays rises by one, so that no two of its deeds are alike, and each is found again after a crash.
type causalContender struct {
	run     *ledgerRun
	genesis causal.Genesis
}

func newCausalContender(r *ledgerRun) *causalContender {
	c := &causalContender{r, causal.Genesis{Document: "comparison", Members: r.roster()}}
	for i := range r.graph.Nodes {
		c.genesis.Accounts = append(c.genesis.Accounts, causal.Account{Key: sim.Identity(r.Seed, Addr(i)).Key(), Balance: stake})
	}
	return c
}

func (c *causalContender) chain() ledgers.ChainID { return c.genesis.Chain() }
func (c *causalContender) bound() bool            { return true }

func (c *causalContender) payment(client, n int) ([]byte, ledgers.OpID) {
	deed := causal.Deed{Kind: causal.Transfer, To: c.run.payee(client), Amount: uint64(n) + 1}
	op := deed.Encode()
	return op, sha256.Sum256(op)
}

// causalNode is a replica with its blocks as a ledger, in one of its lives.
type causalNode struct {
	*ordered.Ledger
	of    *ledgerNode
	watch ledgers.Watcher
	deeds map[causal.ElementID]ledgers.OpID // that were delivered
	wrote map[ledgers.OpID]bool             // by this node
}

func (c *causalContender) node(n *ledgerNode) ledgers.Ledger {
	g, peers := n.layers(c.genesis.Members)
	cfg := scenario.Complete(causal.Config{Genesis: c.genesis, Interval: c.run.Spec.Ledger.Interval.Duration})
	if n.seen == nil {
		n.seen = make([]time.Duration, len(c.run.payments))
	}
	return &causalNode{Ledger: ordered.New(n.host, g, peers, cfg, n.stack.Causal()), of: n,
		deeds: map[causal.ElementID]ledgers.OpID{}, wrote: map[ledgers.OpID]bool{}}
}

// Start is ledgers.Ledger's.
func (l *causalNode) Start(w ledgers.Watcher) error {
	l.watch = w
	return l.Ledger.Start(l)
}

// Submit is ledgers.Ledger's: an operation is a deed of this node's. It is written once.
func (l *causalNode) Submit(op []byte) (ledgers.OpID, error) {
	id := ledgers.OpID(sha256.Sum256(op))
	if l.wrote[id] {
		return id, nil
	}
	l.wrote[id] = true
	l.Replica().Write([]causal.Op{{Action: causal.Do, Value: op}}, func(_ causal.ID, err error) {
		if err != nil {
			delete(l.wrote, id) // nobody has heard of it
		}
	})
	return id, nil
}

// Status is ledgers.Ledger's.
func (l *causalNode) Status(id ledgers.OpID) ledgers.Status {
	for deed, of := range l.deeds {
		if end, done := l.Done(deed); of == id && done {
			return ledgers.Status{State: map[bool]ledgers.State{true: ledgers.Final, false: ledgers.Refused}[end.Why == nil], Why: end.Why}
		}
	}
	if l.wrote[id] {
		return ledgers.Status{State: ledgers.Waiting}
	}
	return ledgers.Status{}
}

// Delivered is causal.Watcher's.
func (l *causalNode) Delivered(id causal.ID, u *causal.Update) {
	ops, err := causal.DecodeOps(u.Body)
	scenario.Must(err) // what cannot be read is not delivered
	for i, op := range ops {
		if op.Action != causal.Do {
			continue
		}
		deed := ledgers.OpID(sha256.Sum256(op.Value))
		l.deeds[causal.ElementID{Update: id, Index: uint16(i)}] = deed
		if u.Author == l.of.host.Identity().Key() {
			l.wrote[deed] = true
		}
		if at, ours := l.of.run.byID[deed]; ours && l.of.seen[at] == 0 {
			l.of.seen[at] = l.of.now()
		}
	}
}

// Executed is blocks.Watcher's.
func (l *causalNode) Executed(b agreement.Block, outcomes []causal.Outcome) {
	at := ledgers.Digest{Position: b.Height, Hash: b.Hash}
	for _, o := range outcomes {
		if o.Why != nil {
			l.watch.Refused(l.deeds[o.Op], o.Why)
			continue
		}
		l.watch.Final(l.deeds[o.Op], at)
	}
}

// Equivocated is causal.Watcher's: a proof is no blame of who passes it on.
func (l *causalNode) Equivocated(causal.Proof) {}

// Blamed is causal.Watcher's.
func (l *causalNode) Blamed(from network.Addr, why error) { l.watch.Blamed(from, why) }
