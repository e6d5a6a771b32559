package validators

import (
	"fmt"

	"strata/ledgers"
)

// Tip is where a chain ends: a block, and what all blocks up to it have made. It does not change.
type Tip struct {
	Height uint64
	Hash   Hash // of the block; zeros before the first
	Time   uint64
	State  State
	Set    Set          // of this height; nil before the first
	Next   Set          // of the next height
	By     *Certificate // of the block; nil before the first

	// Of a chain of another ledger's contents alone.
	Block *Block // the block itself; nil before the first
}

// Rules are what a block is executed by: the numbers of the chain, and who judges certificates and evidence.
type Rules struct {
	Params
	Chain ledgers.ChainID
	Judge Judge
}

// RulesOf are those of a chain.
func RulesOf(g *Genesis, judge Judge) *Rules { return &Rules{g.Params, g.Chain(), judge} }

// Execute is the tip with one block more. The block's signatures are not checked, but those of its certificate and
// its evidence are. Without By: that comes with the decision. The error wraps ErrBlock and says which sentence the
// block breaks; t stays as it is.
func (r *Rules) Execute(t *Tip, b *Block) (*Tip, error) {
	next, err := r.follow(t, b)
	if err != nil {
		return nil, fmt.Errorf("%w: height %d: %w", ErrBlock, b.Height, err)
	}
	wrong := ""
	switch {
	case b.TxRoot != TxRoot(b.IDs(r.Chain)):
		wrong = "the root of the transactions"
	case b.EvidenceRoot != EvidenceRoot(b.Evidence):
		wrong = "the root of the evidence"
	case b.StateRoot != next.State.Root():
		wrong = "the root of the state"
	case b.SetHash != t.Next.Hash():
		wrong = "the hash of the set"
	case b.NextHash != next.Next.Hash():
		wrong = "the hash of the next set"
	}
	if wrong != "" {
		return nil, fmt.Errorf("%w: height %d: %s is another (VAL-2)", ErrBlock, b.Height, wrong)
	}
	next.Hash = b.Hash(r.Chain)
	return next, nil
}

// Follows checks what a block says of its place behind a tip, when that validator proposes in its round. The error says
// which sentence the block breaks.
func (r *Rules) Follows(t *Tip, b *Block, proposer int) error {
	switch {
	case b.Height != t.Height+1 || b.Parent != t.Hash:
		return fmt.Errorf("it does not follow block %d (VAL-2)", t.Height)
	case b.Time <= t.Time:
		return fmt.Errorf("its time is not above its parent's (VAL-2)")
	case b.LastSum != SumOf(b.Last):
		return fmt.Errorf("the hash of the parent's certificate is another (VAL-2)")
	case b.Proposer != t.Next[proposer].Account:
		return fmt.Errorf("round %d has another proposer (VAL-4)", b.Round)
	case len(b.Evidence) > MaxEvidence || len(b.Txs) > ledgers.MaxBlockOps:
		return fmt.Errorf("it has %d transactions and %d pieces of evidence (VAL-9)", len(b.Txs), len(b.Evidence))
	}
	if t.Height == 0 && b.Last != nil {
		return fmt.Errorf("block 1 has the certificate of a parent (VAL-2)")
	}
	if t.Height > 0 {
		if b.Last == nil || b.Last.Height != t.Height || b.Last.Hash != t.Hash {
			return fmt.Errorf("the certificate is not that of the parent (VAL-2)")
		}
		return r.Judge.Certifies(r.Chain, t.Set, b.Last)
	}
	return nil
}

// follow checks what the block says of its place, and executes it.
func (r *Rules) follow(t *Tip, b *Block) (*Tip, error) {
	if err := r.Follows(t, b, r.Judge.Proposer(len(t.Next), t.Height+1, b.Round)); err != nil {
		return nil, err
	}
	if b.Content != nil {
		return nil, fmt.Errorf("it has the content of another ledger's block (VAL-2)")
	}
	s, err := r.run(t, b)
	if err != nil {
		return nil, err
	}
	return &Tip{Height: b.Height, Time: b.Time, State: s, Set: t.Next, Next: s.Set(b.Height + 1)}, nil
}

// run is the state after the block: missed certificates, evidence, unbonding, transactions, fees, election.
func (r *Rules) run(t *Tip, b *Block) (s State, err error) {
	s = t.State
	if b.Last != nil {
		s.missed(t.Set, b.Last)
	}
	for i, e := range b.Evidence {
		if err := r.Convict(&s, b.Height, e); err != nil {
			return s, fmt.Errorf("evidence %d: %w", i, err)
		}
	}
	s.payUnbonding(b.Height)
	fees := uint64(0)
	for i, tx := range b.Txs {
		if err := r.Apply(&s, b.Height, tx); err != nil {
			return s, fmt.Errorf("transaction %d: %w", i, err)
		}
		fees += tx.Fee
	}
	if fees > 0 {
		s.pay(b.Proposer, fees)
	}
	if b.Height%r.Epoch == 0 {
		s.endEpoch(b.Height, r.Params)
	}
	return s, nil
}

// Convict executes evidence in a block of that height. Errors: ErrRefused; then the state stays as it is.
func (r *Rules) Convict(s *State, height uint64, e *Evidence) error {
	if !r.Judge.Contradict(r.Chain, e) {
		return fmt.Errorf("%w: the words do not contradict each other (VAL-9)", ErrRefused)
	}
	after := *s
	if !r.Judge.Slash(&after, r.Params, height, e) {
		return fmt.Errorf("%w: the evidence is too old, of nobody in the set, or of one that is marked (VAL-9)", ErrRefused)
	}
	*s = after
	return nil
}

// Draft is a block on a tip with its header filled in: of the transactions those that can be executed, in order, as
// far as there is room. Evidence that convicts nobody is left out. It is the caller's, and follows t (VAL-2).
func (r *Rules) Draft(t *Tip, round uint32, time uint64, evidence []*Evidence, txs []*Transaction) *Block {
	b := &Block{Header: Header{Height: t.Height + 1, Round: round, Time: max(time, t.Time+1), Parent: t.Hash}, Last: t.By}
	b.Proposer = t.Next[r.Judge.Proposer(len(t.Next), b.Height, round)].Account
	b.LastSum = SumOf(b.Last)
	trial := t.State
	if b.Last != nil {
		trial.missed(t.Set, b.Last)
	}
	for _, e := range evidence {
		if len(b.Evidence) < MaxEvidence && r.Convict(&trial, b.Height, e) == nil {
			b.Evidence = append(b.Evidence, e)
		}
	}
	trial.payUnbonding(b.Height)
	size := blockRoom
	for _, tx := range txs {
		if size += len(tx.Encode()); size > ledgers.MaxBlock || len(b.Txs) == ledgers.MaxBlockOps {
			break
		}
		if r.Apply(&trial, b.Height, tx) == nil {
			b.Txs = append(b.Txs, tx)
		}
	}
	b.TxRoot, b.EvidenceRoot = TxRoot(b.IDs(r.Chain)), EvidenceRoot(b.Evidence)
	s, err := r.run(t, b)
	if err != nil {
		panic("validators: a draft that cannot be executed: " + err.Error())
	}
	b.StateRoot, b.SetHash, b.NextHash = s.Root(), t.Next.Hash(), s.Set(b.Height+1).Hash()
	return b
}

// blockRoom is what a block has besides its transactions, at the most.
const blockRoom = 8 << 10

// BlockRoom is how many bytes of transactions a block has room for.
const BlockRoom = ledgers.MaxBlock - blockRoom
