package validators

import (
	"errors"
	"fmt"

	"strata/ledgers"
)

// Light is a light client (VAL-11): it keeps one certified header and the set of the height after it, and knows nothing
// else. From there it follows the chain by headers and certificates, over changes of the set, without executing
// anything. It believes nobody but genesis, or whoever gave it the header that it begins with.
type Light struct {
	chain ledgers.ChainID
	judge Judge
	at    Header
	hash  Hash
	set   Set          // of the header's height, if it was followed
	by    *Certificate // of the header, if it was followed
	next  Set
}

// SignedHeader is a header with what proves that it was decided, and the set of the height after it.
type SignedHeader struct {
	Header Header
	By     *Certificate
	Next   Set
}

// NewLight begins with a genesis.
func NewLight(g Genesis, judge Judge) *Light {
	tip := g.Tip()
	return &Light{chain: g.Chain(), judge: judge, next: tip.Next}
}

// Trust begins with a header that somebody whom one trusts has named by its hash. A node that was away for longer than
// Unbonding should not begin with genesis: old keys may sign anything by now. The error wraps ErrCertificate: the set
// is not the one that the header commits to, or the hash is another header's.
func Trust(chain ledgers.ChainID, judge Judge, hash Hash, h Header, next Set) (*Light, error) {
	if h.Hash(chain) != hash || next.Hash() != h.NextHash {
		return nil, fmt.Errorf("%w: the header is not the trusted one, or the set is not the one after it", ErrCertificate)
	}
	return &Light{chain: chain, judge: judge, at: h, hash: hash, next: next}, nil
}

// Anchor begins with a header that the set of its height has certified. That it was the set of that height the caller knows.
// The error wraps ErrCertificate.
func Anchor(chain ledgers.ChainID, judge Judge, s *SignedHeader, set Set) (*Light, error) {
	hash := s.Header.Hash(chain)
	l, err := Trust(chain, judge, hash, s.Header, s.Next)
	switch {
	case err != nil:
		return nil, err
	case set.Hash() != s.Header.SetHash || s.By.Height != s.Header.Height || s.By.Hash != hash:
		return nil, fmt.Errorf("%w: the certificate or the set is another header's", ErrCertificate)
	}
	l.set, l.by = set, s.By
	return l, judge.Certifies(chain, set, s.By)
}

// LightFrom begins where somebody stands who has executed what came before.
func LightFrom(chain ledgers.ChainID, judge Judge, t *Tip) *Light {
	return &Light{chain: chain, judge: judge, at: Header{Height: t.Height, Time: t.Time}, hash: t.Hash, next: t.Next}
}

// Chain is the one that it follows.
func (l *Light) Chain() ledgers.ChainID { return l.chain }

// Height is that of the header.
func (l *Light) Height() uint64 { return l.at.Height }

// Header is the newest certified header; zero at genesis.
func (l *Light) Header() Header { return l.at }

// Follow goes on to the next header, or to a later one of which the set is the one that is known: a quorum of it has
// signed, and it knew what came between. The error wraps ErrCertificate, and says what does not fit; then l stays as it is.
func (l *Light) Follow(s SignedHeader) error {
	h := &s.Header
	hash := h.Hash(l.chain)
	wrong := ""
	switch {
	case h.Height <= l.at.Height || h.Height == l.at.Height+1 && h.Parent != l.hash:
		wrong = "the header does not follow"
	case h.Time <= l.at.Time:
		wrong = "its time is not above its parent's"
	case s.By == nil || s.By.Height != h.Height || s.By.Hash != hash:
		wrong = "the certificate is another header's"
	case h.SetHash != l.next.Hash():
		wrong = "the header names another set"
	case h.NextHash != s.Next.Hash():
		wrong = "the set after it is another"
	}
	if wrong != "" {
		return fmt.Errorf("%w: height %d: %s", ErrCertificate, h.Height, wrong)
	}
	if err := l.judge.Certifies(l.chain, l.next, s.By); err != nil {
		return err
	}
	l.at, l.hash, l.set, l.by, l.next = *h, hash, l.next, s.By, s.Next
	return nil
}

// Newest is the header that was followed last, with the set of its height. Call it after Follow.
func (l *Light) Newest() (SignedHeader, Set) { return SignedHeader{l.at, l.by, l.next}, l.set }

// Account is what an account has as of the header, by the path that a node gives. absent says that the path proves that
// there is none. The error is ErrProof.
func (l *Light) Account(a Address, value []byte, p Path) (acc Account, absent bool, err error) {
	k := key('a', a[:])
	if value == nil && p.Absent(l.at.StateRoot, k) {
		return acc, true, nil
	}
	if value == nil || !p.Present(l.at.StateRoot, k, value) {
		return acc, false, ErrProof
	}
	d := ledgers.NewDecoder(value)
	acc = Account{Balance: d.Uint64(), Nonce: d.Uint64()}
	return acc, false, d.Err()
}

// ProveAccount is what a light client needs to know of an account: its entry, nil if there is none, and the path.
func (s *State) ProveAccount(a Address) (value []byte, p Path) {
	k := key('a', a[:])
	value, _ = s.tree.Value(k)
	return value, s.tree.Prove(k)
}

// errSnapshot reports entries that are not those of the header. Ask somebody else.
var errSnapshot = errors.New("the snapshot is not the state that the header commits to")

// Tip begins with a snapshot: all entries of the state under the certified header, from whomever they came. By is
// the certificate of the header. Nothing is executed; whoever has the tip follows the chain from there. The error
// says that the entries are not those that the header commits to: nothing of them is taken.
func (l *Light) Tip(entries Tree, set Set, by *Certificate) (*Tip, error) {
	switch {
	case l.at.Height == 0 || entries.Root() != l.at.StateRoot:
		return nil, errSnapshot
	case set.Hash() != l.at.SetHash:
		return nil, fmt.Errorf("%w: the set is another", errSnapshot)
	case by == nil || by.Hash != l.hash || l.judge.Certifies(l.chain, set, by) != nil:
		return nil, fmt.Errorf("%w: the certificate is another", errSnapshot)
	}
	return &Tip{Height: l.at.Height, Hash: l.hash, Time: l.at.Time, State: StateOf(entries), Set: set, Next: l.next, By: by}, nil
}
