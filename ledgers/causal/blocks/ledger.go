package blocks

import (
	"errors"
	"fmt"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/network"
	"strata/p2p"
)

// Ledger is a replica with balances. All methods are called on the node's loop.
type Ledger struct {
	cfg     causal.Config
	root    causal.ID
	replica causal.Causal
	bank    causal.Bank
	agreed  agreement.Agreement
	watch   Watcher

	state      *causal.State
	cut        []causal.ID // of the newest block
	ends       map[causal.ElementID]End
	distrusted map[int]bool
}

// Watcher is told what happens, once for each.
type Watcher interface {
	causal.Watcher

	// Executed is called with each block in order, those of the disk too, and what became of its deeds (CAU-8).
	Executed(b agreement.Block, outcomes []causal.Outcome)
}

// End is what became of a deed, and in which block.
type End struct {
	Height uint64
	Why    error // why it was refused; nil: it was executed
}

// New makes a ledger on gossip and peers that have not been started. It has no effect on the world before Start. The
// config is complete.
func New(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg causal.Config, stack causal.Stack) *Ledger {
	l := &Ledger{
		cfg: cfg, root: cfg.Genesis.Root(), replica: stack.NewCausal(host, g, peers, cfg), bank: stack.NewBank(),
		state: cfg.Genesis.State(), ends: map[causal.ElementID]End{}, distrusted: map[int]bool{},
	}
	l.cut = []causal.ID{l.root}
	agree := agreement.Config{Chain: cfg.Genesis.Chain(), Members: cfg.Genesis.Members, Interval: cfg.Interval}
	full, err := agree.Complete()
	if err != nil {
		panic("blocks: a complete config is none: " + err.Error())
	}
	l.agreed = stack.NewAgreement(host, g, peers, full, application{l})
	return l
}

// Start recovers document and blocks from the disk, then starts the layers below. Errors: those of causal.Causal.Start
// and agreement.Agreement.Start.
func (l *Ledger) Start(w Watcher) error {
	l.watch = w
	if err := l.agreed.Listen(); err != nil {
		return err
	}
	if err := l.replica.Start(watcher{w, l}); err != nil {
		return err
	}
	err := l.agreed.Start()
	if errors.Is(err, agreement.ErrNotHere) {
		return fmt.Errorf("%w: updates: an update of a decided block is gone", ledgers.ErrDamaged)
	}
	return err
}

// Stop stops the ledger and the layers below. Stopping twice does nothing.
func (l *Ledger) Stop() {
	l.agreed.Stop()
	l.replica.Stop()
}

// Failure says why the ledger has stopped by itself (LED-9); nil as long as it has not.
func (l *Ledger) Failure() error { return errors.Join(l.replica.Failure(), l.agreed.Failure()) }

// Replica is the document's. Whoever starts the ledger does not start it.
func (l *Ledger) Replica() causal.Causal { return l.replica }

// State is what the blocks have made of balances. It is only read.
func (l *Ledger) State() *causal.State { return l.state }

// Standing is where the agreement stands.
func (l *Ledger) Standing() agreement.Standing { return l.agreed.Standing() }

// Digest is height and hash of the newest block (LED-5).
func (l *Ledger) Digest() ledgers.Digest {
	newest := l.agreed.Standing().Newest
	return ledgers.Digest{Position: newest.Height, Hash: newest.Hash}
}

// Done says what became of a deed; false if no block has it yet.
func (l *Ledger) Done(deed causal.ElementID) (End, bool) {
	end, ok := l.ends[deed]
	return end, ok
}

// Op is a delivered operation; false if there is none.
func (l *Ledger) Op(at causal.ElementID) (causal.Op, bool) {
	u := l.replica.Update(at.Update)
	if u == nil {
		return causal.Op{}, false
	}
	ops, err := causal.DecodeOps(u.Body)
	if err != nil || int(at.Index) >= len(ops) {
		return causal.Op{}, false
	}
	return ops[at.Index], true
}

// Distrust says whether this node's operator distrusts a member: then the node prevotes nil where that one leads, until
// the operator trusts it again (CAU-8).
func (l *Ledger) Distrust(member int, distrust bool) {
	delete(l.distrusted, member)
	if distrust {
		l.distrusted[member] = true
	}
}

// Distrusts says whether this node's operator distrusts a member.
func (l *Ledger) Distrusts(member int) bool { return l.distrusted[member] }

// application answers what the agreement asks.
type application struct{ l *Ledger }

// Content is agreement.Application's.
func (a application) Content(parent agreement.Block) []byte {
	return EncodeCut(a.l.draw(a.l.cutOf(parent.Content)))
}

// Check is agreement.Application's: all of a cut is delivered here, or it is not known.
func (a application) Check(parent, b agreement.Block) (known bool, err error) {
	heads, err := DecodeCut(b.Content)
	if err != nil {
		return false, err
	}
	for _, id := range heads {
		if id != a.l.root && a.l.replica.Update(id) == nil {
			return false, nil
		}
	}
	old := a.l.cutOf(parent.Content)
	if lost, _ := a.l.replica.Cut(old, heads); len(lost) > 0 {
		return true, fmt.Errorf("it lacks %v, which the cut before has (CAU-8)", lost[0].ID)
	}
	return true, nil
}

// Leads is agreement.Application's: the maker of the block before goes on (CAU-8).
func (a application) Leads(parent agreement.Block, round uint32) int {
	n := len(a.l.cfg.Genesis.Members)
	return (parent.Maker + int(round%uint32(n))) % n
}

// Trusts is agreement.Application's.
func (a application) Trusts(member int) bool { return !a.l.distrusted[member] }

// Keep is agreement.Application's.
func (a application) Keep(done func(error)) { a.l.replica.Safe(done) }

// Decided is agreement.Application's.
func (a application) Decided(b agreement.Block) {
	l := a.l
	heads := l.cutOf(b.Content)
	cut, _ := l.replica.Cut(heads, l.cut)
	outcomes := l.bank.Execute(l.state, cut)
	l.cut = heads
	for _, o := range outcomes {
		if o.Op.Update != (causal.ID{}) {
			l.ends[o.Op] = End{b.Height, o.Why}
		}
	}
	l.watch.Executed(b, outcomes)
}

// Blamed is agreement.Application's.
func (a application) Blamed(from network.Addr, why error) { a.l.watch.Blamed(from, why) }

// watcher tells the agreement when more is delivered.
type watcher struct {
	causal.Watcher
	l *Ledger
}

// Delivered is causal.Watcher's.
func (w watcher) Delivered(id causal.ID, u *causal.Update) {
	w.Watcher.Delivered(id, u)
	w.l.agreed.Again()
}
