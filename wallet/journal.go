package wallet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"time"

	"strata/mempool"
	"strata/node/process/atomicfile"
)

const (
	maxOpen    = 64      // payments under way at once: what nodes pool of one sender (MEM-8)
	keepUntil  = 100     // blocks on a payment, after which the chain alone remembers it
	keepOver   = 32      // payments that were refused or replaced, the newest, that are remembered
	maxJournal = 1 << 20 // bytes of the file

	journalFormat = "strata-payments/1"
)

var (
	// ErrTooMany reports a journal with 64 payments that no block has taken yet. Wait for a block.
	ErrTooMany = errors.New("64 transactions wait for a block already; wait for one")

	// ErrLastNonce reports an account that has sent all the transactions there can be.
	ErrLastNonce = errors.New("the account has used its last nonce")

	// ErrNoPayment reports an id that no payment in the journal has.
	ErrNoPayment = errors.New("the wallet knows no such payment")
)

// errJournal is ErrMalformed for a journal: what is lost with it is no more than the sight of payments
// under way.
var errJournal = fmt.Errorf("%w's journal; it is left as it is: move it away if no payment is under way", ErrMalformed)

// Journal is the payments of one keystore that may still change, by nonce. It lives in a file beside the
// keystore; no secret is in it.
type Journal struct {
	path     string
	owner    mempool.PublicKey
	payments []Payment // by nonce, then in the order in which they were made
	deep     []Payment // what it has let go of since it was opened, since the chain alone remembers it
}

// document is the file.
type journalDocument struct {
	Format   string            `json:"format"`
	Public   string            `json:"public"`
	Payments []paymentDocument `json:"payments"`
}

type paymentDocument struct {
	Transaction string    `json:"transaction"` // its canonical text
	Made        time.Time `json:"made"`
	Chain       ChainID   `json:"chain"`
	State       State     `json:"state"`
	Block       *Block    `json:"block,omitempty"`
	Depth       uint64    `json:"depth,omitempty"`
	Replaces    string    `json:"replaces,omitempty"`
	Note        string    `json:"note,omitempty"`
}

// JournalOf is the file of a keystore's journal.
func JournalOf(keystore string) string { return keystore + ".sent" }

// OpenJournal reads the journal of the keystore at that path, which is the owner's; none yet is an empty one.
// What another account sent, whose keystore had that path before, is left out: its nonces are not
// the owner's. Errors: wraps ErrMalformed; or the system's.
func OpenJournal(keystore string, owner mempool.PublicKey) (*Journal, error) {
	j := &Journal{path: JournalOf(keystore), owner: owner}
	text, err := readFile(j.path, maxJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	var d journalDocument
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		d, err = earlier(text)
	} else if err = json.Unmarshal(text, &d); err == nil && d.Format != journalFormat {
		err = fmt.Errorf("its format is %.40q, want %q", d.Format, journalFormat)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", j.path, errJournal, err)
	}
	for i, e := range d.Payments {
		p, err := e.payment()
		if err != nil {
			return nil, fmt.Errorf("%s: %w: payment %d: %w", j.path, errJournal, i, err)
		}
		if p.Transaction.Sender == owner {
			j.payments = append(j.payments, p)
		}
	}
	return j, nil
}

// earlier reads the list that a journal was before it knew of chains. For which chain its payments were
// made is not known, so that they are not handed in again by themselves.
func earlier(text []byte) (d journalDocument, err error) {
	var list []struct {
		Transaction string    `json:"transaction"`
		At          time.Time `json:"at"`
	}
	err = json.Unmarshal(text, &list)
	for _, e := range list {
		d.Payments = append(d.Payments, paymentDocument{Transaction: e.Transaction, Made: e.At, State: Submitted})
	}
	return d, err
}

func (d paymentDocument) payment() (Payment, error) {
	tx, err := mempool.ParseTransaction([]byte(d.Transaction))
	if err == nil && !slices.Contains([]State{Made, Submitted, Pending, Confirmed, FellBack, Replaced, Refused}, d.State) {
		err = fmt.Errorf("no such state: %.40q", d.State)
	}
	p := Payment{Transaction: tx, Made: d.Made, Chain: d.Chain, State: d.State, Depth: d.Depth, Replaces: d.Replaces, Note: d.Note}
	if d.Block != nil {
		p.Block = *d.Block
	}
	return p, err
}

// Payments lists them by nonce. The slice is the caller's.
func (j *Journal) Payments() []Payment { return slices.Clone(j.payments) }

// Find is the payment of an id, or of the one whose id begins so. Errors: ErrNoPayment; that there are
// several.
func (j *Journal) Find(id string) (Payment, error) {
	var found []Payment
	for _, p := range j.payments {
		if id != "" && strings.HasPrefix(p.ID(), id) {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return Payment{}, fmt.Errorf("%w: %.64s", ErrNoPayment, id)
	case 1:
		return found[0], nil
	}
	return Payment{}, fmt.Errorf("%d payments have ids that begin with %s: give more of it", len(found), id)
}

// Next is the nonce of the next transaction on a chain, where the account, and a node's pool, have come to
// nonce: behind everything that was sent there. Errors: ErrTooMany, ErrLastNonce.
func (j *Journal) Next(chain ChainID, nonce uint64) (uint64, error) {
	used, open := map[uint64]bool{}, 0
	for _, p := range j.payments {
		if p.Chain != chain || !p.State.Open() && p.State != Confirmed {
			continue
		}
		used[p.Transaction.Nonce] = true
		if p.State.Open() {
			open++
		}
	}
	if open >= maxOpen {
		return 0, ErrTooMany
	}
	for used[nonce] {
		nonce++ // nothing is ever sent with the last nonce, so that this never wraps
	}
	if nonce == math.MaxUint64 {
		return 0, ErrLastNonce
	}
	return nonce, nil
}

// underWay is the sum of what open payments on a chain take, those of one nonce once; the largest uint64 if
// it is more.
func (j *Journal) underWay(chain ChainID, but uint64) (sum uint64) {
	largest := map[uint64]uint64{}
	for _, p := range j.payments {
		if n := p.Transaction.Nonce; p.Chain == chain && p.State.Open() && n != but {
			largest[n] = max(largest[n], p.Transaction.Amount)
		}
	}
	for _, amount := range largest {
		if sum += amount; sum < amount {
			return math.MaxUint64
		}
	}
	return sum
}

// superseded says whether another payment has taken over the nonce of this one, and may still come to
// pass.
func (j *Journal) superseded(id string) bool {
	return slices.ContainsFunc(j.payments, func(p Payment) bool {
		return p.Replaces == id && (p.State.Open() || p.State == Confirmed)
	})
}

// put sets the payment of an id, on the disk too when it returns. Do so before it is sent: what is
// remembered can be sent again; what was sent and forgotten would have its nonce used twice.
// Errors: the system's; the journal is then as before.
func (j *Journal) put(p Payment) error {
	before := slices.Clone(j.payments)
	i := slices.IndexFunc(j.payments, func(q Payment) bool { return q.ID() == p.ID() })
	if i >= 0 {
		j.payments[i] = p
	} else {
		at := slices.IndexFunc(j.payments, func(q Payment) bool { return q.Transaction.Nonce > p.Transaction.Nonce })
		if at < 0 {
			at = len(j.payments)
		}
		j.payments = slices.Insert(j.payments, at, p)
	}
	return j.write(before)
}

// write puts the journal on the disk, or takes it back to what it was.
func (j *Journal) write(before []Payment) error {
	j.forgetOld()
	d := journalDocument{Format: journalFormat, Public: j.owner.String(), Payments: []paymentDocument{}}
	for _, p := range j.payments {
		e := paymentDocument{
			Transaction: string(p.Transaction.Text()), Made: p.Made, Chain: p.Chain, State: p.State,
			Depth: p.Depth, Replaces: p.Replaces, Note: p.Note,
		}
		if p.Block != (Block{}) {
			e.Block = &p.Block
		}
		d.Payments = append(d.Payments, e)
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err == nil {
		err = atomicfile.Replace(j.path, append(text, '\n'))
	}
	if err != nil {
		j.payments = before
	}
	return err
}

// forgetOld lets go of what is deep in the chain, and of all but the newest that are over otherwise.
func (j *Journal) forgetOld() {
	over := 0
	for _, p := range j.payments {
		if p.State == Refused || p.State == Replaced {
			over++
		}
	}
	j.payments = slices.DeleteFunc(j.payments, func(p Payment) bool {
		if p.State == Confirmed && p.Depth >= keepUntil {
			j.deep = append(j.deep, p)
			return true
		}
		if over > keepOver && (p.State == Refused || p.State == Replaced) {
			over--
			return true
		}
		return false
	})
}
