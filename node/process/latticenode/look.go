package latticenode

import (
	"context"
	"encoding/hex"
	"errors"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/guard"
)

// Ledger is what a wallet needs: a node's own, or a client's. Errors of all: that the node has ended, or nobody
// answers; ctx's.
type Ledger interface {
	// Network is what does not change.
	Network(ctx context.Context) (Network, error)

	// Account is an account as it is now, also one that was never opened.
	Account(ctx context.Context, of lattice.Account) (Account, error)

	// Pending lists what an account was sent and has not received, at most MaxEntries.
	Pending(ctx context.Context, to lattice.Account) ([]Entry, error)

	// Process hands in a block, and waits until it has ended, or ctx has. Errors: those of ledgers.Ledger.Submit.
	Process(ctx context.Context, b *lattice.Block) (Outcome, error)
}

// Network is what makes the network. Thresholds of work are in hex, for JSON has no numbers of 64 bits.
type Network struct {
	Chain       string `json:"chain"`
	SendWork    string `json:"send_work"`
	ReceiveWork string `json:"receive_work"`
	Node        string `json:"representative"` // the node's own address
	Supply      string `json:"supply"`
}

// Account is what is known of an account. Amounts are in raw, in decimal.
type Account struct {
	Account        string `json:"account"`
	Opened         bool   `json:"opened"`
	Balance        string `json:"balance"`        // at the newest block, which may not be cemented
	Frontier       string `json:"frontier"`       // the hash of that block
	Height         uint64 `json:"height,string"`  // of that block
	Representative string `json:"representative"` // of that block
	Cemented       uint64 `json:"cemented,string"`
	Confirmed      string `json:"confirmed"` // the balance at the cemented head
	Pending        string `json:"pending"`   // sent to it, and not received
}

// Entry is an amount that was sent to an account.
type Entry struct {
	Hash   string `json:"hash"` // of the send
	From   string `json:"from"`
	Amount string `json:"amount"`
}

// Outcome is what has become of a block.
type Outcome struct {
	Hash  string `json:"hash"`
	State string `json:"state"` // unknown, waiting, final, refused
	Why   string `json:"why,omitempty"`
}

// MaxEntries is how many pending entries, blocks or representatives one answer has.
const MaxEntries = 500

// Network is Ledger's, and so are the others.
func (r *Running) Network(context.Context) (Network, error) {
	g := r.Config.Directory.Genesis
	return Network{
		Chain: r.Chain.String(), SendWork: workText(g.Send), ReceiveWork: workText(g.Receive),
		Node: lattice.Address(r.Config.Directory.Public()), Supply: g.Supply().String(),
	}, nil
}

func (r *Running) Account(_ context.Context, of lattice.Account) (a Account, err error) {
	err = r.do(func() { a = describe(r.ledger.Book(), of) })
	return a, err
}

func describe(b *lattice.Book, of lattice.Account) Account {
	none := lattice.Amount{}.String()
	a := Account{Account: lattice.Address(of), Balance: none, Confirmed: none, Cemented: b.CementedHeight(of)}
	if head := b.Head(of); head != nil {
		a.Opened, a.Balance, a.Height = true, head.Balance.String(), head.Height
		a.Frontier, a.Representative = hexHash(head.Hash), lattice.Address(head.Representative)
	}
	if head := b.Cemented(of); head != nil {
		a.Confirmed = head.Balance.String()
	}
	var sum lattice.Amount
	for _, send := range b.PendingTo(of) {
		entry, _ := b.Pending(lattice.Key{To: of, Send: send})
		sum = sum.Plus(entry.Amount)
	}
	a.Pending = sum.String()
	return a
}

func hexHash(h lattice.Hash) string { return hex.EncodeToString(h[:]) }

func (r *Running) Pending(_ context.Context, to lattice.Account) (all []Entry, err error) {
	err = r.do(func() {
		b := r.ledger.Book()
		for _, send := range b.PendingTo(to) {
			entry, _ := b.Pending(lattice.Key{To: to, Send: send})
			if entry.By == (lattice.Hash{}) && len(all) < MaxEntries {
				all = append(all, Entry{hexHash(send), lattice.Address(entry.From), entry.Amount.String()})
			}
		}
	})
	return all, err
}

func (r *Running) Process(ctx context.Context, b *lattice.Block) (Outcome, error) {
	var id ledgers.OpID
	var refused error
	var ended <-chan error
	err := r.do(func() {
		if id, refused = r.ledger.Submit(b.Encode()); refused == nil {
			ended = r.watch.until(id)
		}
	})
	if err := errors.Join(err, refused); err != nil {
		return Outcome{}, err
	}
	defer r.watch.leave(id, ended)
	o, err := r.Outcome(id) // before the first wait: it may have ended before
	if err != nil || o.State != ledgers.Waiting.String() {
		return o, err
	}
	select {
	case why := <-ended:
		o.State = ledgers.Final.String()
		if why != nil {
			o.State, o.Why = ledgers.Refused.String(), why.Error()
		}
		return o, nil
	case <-ctx.Done():
	case <-r.loop.Done():
	}
	return r.Outcome(id)
}

// Submit hands in a block, and does not wait. Errors: those of ledgers.Ledger.Submit; the loop has ended.
func (r *Running) Submit(b *lattice.Block) (id ledgers.OpID, err error) {
	failed := r.do(func() { id, err = r.ledger.Submit(b.Encode()) })
	return id, errors.Join(failed, err)
}

// Outcome is what has become of a block by now. Errors: the loop has ended.
func (r *Running) Outcome(id ledgers.OpID) (o Outcome, err error) {
	err = r.do(func() {
		s := r.ledger.Status(id)
		o = Outcome{Hash: id.String(), State: s.State.String()}
		if s.Why != nil {
			o.Why = s.Why.Error()
		}
	})
	return o, err
}

// Status is where a node stands.
type Status struct {
	Digest   ledgers.Digest
	Loose    int // blocks that are not cemented
	Accounts int
	Weight   lattice.Amount // of the node as a representative
	Silent   bool           // it votes for nothing (LAT-6)
	Peers    []network.Addr
	Bans     []guard.Ban
	Stored   int64 // bytes of its store
	Failure  error // why the ledger has stopped by itself
}

// Status is where the node stands. Errors: the loop has ended.
func (r *Running) Status() (s Status, err error) {
	err = r.do(func() {
		b := r.ledger.Book()
		s = Status{
			Digest: r.ledger.Digest(), Failure: r.ledger.Failure(), Accounts: len(b.Accounts()), Silent: r.silent,
			Weight: b.Weight(r.Config.Directory.Public()), Peers: r.peers.Peers(), Bans: r.guard.Bans(), Stored: r.store.Size(),
		}
		s.Loose, _ = b.Loose()
	})
	return s, err
}
