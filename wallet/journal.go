package wallet

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"strata/mempool"
	"strata/node/process/atomicfile"
)

// maxPending is the number of transactions that a journal holds: what nodes pool of one sender (MEM-8).
const maxPending = 64

var (
	// ErrTooMany reports a journal with 64 transactions that no block has taken yet. Wait for a block.
	ErrTooMany = errors.New("64 transactions wait for a block already; wait for one")

	// ErrLastNonce reports an account that has sent all the transactions there can be.
	ErrLastNonce = errors.New("the account has used its last nonce")
)

// Sent is a transaction that was sent and that the chain has not taken yet, as far as is known.
type Sent struct {
	Transaction mempool.Transaction
	At          time.Time
}

// Journal is what was sent with one keystore and is not on the chain yet, by nonce. It lives in a
// file beside the keystore; no secret is in it.
type Journal struct {
	path string
	sent []Sent // by nonce, ascending
}

// entry is a line of the file's list.
type entry struct {
	Transaction string    `json:"transaction"` // its canonical text
	At          time.Time `json:"at"`
}

// OpenJournal reads the journal of the keystore at that path, which is the owner's; none yet is an empty one.
// What another account sent, whose keystore had that path before, is left out: its nonces are not
// the owner's. Errors: wraps ErrMalformed; or the system's.
func OpenJournal(keystore string, owner mempool.PublicKey) (*Journal, error) {
	j := &Journal{path: keystore + ".sent"}
	text, err := readFile(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	var entries []entry
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", j.path, errJournal, err)
	}
	for i, e := range entries {
		tx, err := mempool.ParseTransaction([]byte(e.Transaction))
		if err != nil {
			return nil, fmt.Errorf("%s: %w: entry %d: %w", j.path, errJournal, i, err)
		}
		if tx.Sender == owner {
			j.put(Sent{tx, e.At})
		}
	}
	return j, nil
}

// errJournal is ErrMalformed for a journal: what is lost with it is no more than the numbers of
// transactions under way.
var errJournal = fmt.Errorf("%w's journal; remove it if no transaction is under way", ErrMalformed)

// Pending lists what is not on the chain yet, by nonce. The slice is the caller's.
func (j *Journal) Pending() []Sent { return slices.Clone(j.sent) }

// Settle forgets what can never become valid any more: the account has come to nonce. The file
// follows at the next Add or Remove.
func (j *Journal) Settle(nonce uint64) {
	j.sent = slices.DeleteFunc(j.sent, func(s Sent) bool { return s.Transaction.Nonce < nonce })
}

// Next is the nonce of the next transaction, where the account, and a node's pool, have come to
// nonce: behind everything that was sent. Errors: ErrTooMany, ErrLastNonce.
func (j *Journal) Next(nonce uint64) (uint64, error) {
	if len(j.sent) >= maxPending {
		return 0, ErrTooMany
	}
	for _, s := range j.sent {
		if s.Transaction.Nonce == nonce {
			nonce++ // nothing is ever sent with the last nonce, so that this never wraps
		}
	}
	if nonce == math.MaxUint64 {
		return 0, ErrLastNonce
	}
	return nonce, nil
}

// Add remembers a transaction, on the disk when it returns. Do so before it is sent: what is
// remembered can be sent again; what was sent and forgotten would have its nonce used twice.
// Errors: the system's; the journal is then as before.
func (j *Journal) Add(tx mempool.Transaction, at time.Time) error {
	before := slices.Clone(j.sent)
	j.put(Sent{tx, at})
	return j.write(before)
}

// Remove forgets the transaction of a nonce, also on the disk. Errors: the system's; the journal is
// then as before.
func (j *Journal) Remove(nonce uint64) error {
	before := slices.Clone(j.sent)
	j.sent = slices.DeleteFunc(j.sent, func(s Sent) bool { return s.Transaction.Nonce == nonce })
	return j.write(before)
}

// write puts the journal on the disk, or takes it back to what it was.
func (j *Journal) write(before []Sent) error {
	entries := make([]entry, len(j.sent))
	for i, s := range j.sent {
		entries[i] = entry{string(s.Transaction.Text()), s.At}
	}
	text, err := json.MarshalIndent(entries, "", "  ")
	if err == nil {
		err = atomicfile.Replace(j.path, append(text, '\n'))
	}
	if err != nil {
		j.sent = before
	}
	return err
}

// put sets the transaction of a nonce.
func (j *Journal) put(s Sent) {
	i, found := slices.BinarySearchFunc(j.sent, s, func(a, b Sent) int {
		return cmp.Compare(a.Transaction.Nonce, b.Transaction.Nonce)
	})
	if found {
		j.sent[i] = s
		return
	}
	j.sent = slices.Insert(j.sent, i, s)
}
