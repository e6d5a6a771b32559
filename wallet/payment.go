package wallet

import (
	"time"

	"strata/mempool"
)

// State is how far a payment has come. The page of a node has the same states, and the same moves between
// them: web/files/payments.js.
//
//	        refused by the node's first answer
//	made -----------------------------------------> refused
//	  | taken         in the pool        in a block
//	  v                   |                  |          undone, or gone
//	submitted --------> pending --------> confirmed ------------------> fell back
//	  ^   gone from the pool |                  ^                           |
//	  '----------------------'                  '---------- in a block -----'
//
//	from every one but refused: another transaction has used the nonce --> replaced
type State string

// The states. Refused and replaced are final as far as sending goes: such a payment is never handed in
// again by itself, since its owner may have paid again. How sure it is that a payment was replaced, as that it
// is confirmed, its depth says: a reorganisation may take both back.
const (
	Made      State = "made"      // signed and kept; the node's answer is not known
	Submitted State = "submitted" // the node has taken it
	Pending   State = "pending"   // it waits in the node's pool
	Confirmed State = "confirmed" // a block has it
	FellBack  State = "fell back" // a block had it, and left the chain; it is handed in again
	Replaced  State = "replaced"  // another transaction of the account has its nonce, and is on the chain
	Refused   State = "refused"   // the node did not take it: it was never sent
)

// Event is what is learnt about a payment.
type Event string

// The events.
const (
	Taken   Event = "taken"    // the node took it
	Refusal Event = "refused"  // the node refused it, the first time that it was handed in
	InPool  Event = "in pool"  // it waits for a block
	InBlock Event = "in block" // a block of the chain has it
	Gone    Event = "gone"     // neither pool nor chain has it, and its nonce is still to come
	Passed  Event = "passed"   // neither has it, and its nonce is used
)

// After is the state after an event.
func (s State) After(e Event) State {
	switch {
	case e == InBlock:
		return Confirmed
	case s == Refused || s == Replaced:
		return s
	case e == Passed:
		return Replaced
	case s == Made && e == Refusal:
		return Refused
	case s == Confirmed && (e == InPool || e == Gone):
		return FellBack
	case s == Confirmed || s == FellBack:
		return s
	case e == InPool:
		return Pending
	case e == Taken && s != Pending, e == Gone && s == Pending:
		return Submitted
	}
	return s
}

// Open says whether the payment may still come to pass and is not on the chain.
func (s State) Open() bool { return s == Made || s == Submitted || s == Pending || s == FellBack }

// Block is a place on the chain.
type Block struct {
	Number uint64 `json:"number"`
	Hash   string `json:"hash,omitempty"`
}

// Payment is one transaction that was made with a keystore, and what is known of it.
type Payment struct {
	Transaction mempool.Transaction
	Made        time.Time
	Chain       ChainID // for which it was made
	State       State   // as of the last look
	Block       Block   // that has it, or had it; if replaced: the tip when that was seen first
	Depth       uint64  // blocks from there to the tip, both counted; 0: none
	Replaces    string  // id of the payment whose nonce it takes over; "": none
	Note        string  // why the node did not take it, at the last time
}

// ID is the transaction's, in hex.
func (p Payment) ID() string { return p.Transaction.ID().String() }

// observe takes in an event. With InBlock goes the block that has it, with every other one the tip.
// still says whether the block that the payment names is on the chain.
func (p *Payment) observe(e Event, at Block, tip uint64, still bool) {
	p.State = p.State.After(e)
	switch {
	case e == InBlock:
		p.Block, p.Note = at, ""
	case p.State == Replaced && e != Passed:
		p.Block = Block{} // what took its place has left the chain: it may still come to pass
	case p.State == Replaced && (!still || p.Block == (Block{})):
		p.Block = at
	case e == InPool:
		p.Note = ""
	}
	p.Depth = 0
	if (p.State == Confirmed || p.State == Replaced) && p.Block != (Block{}) && tip >= p.Block.Number {
		p.Depth = tip - p.Block.Number + 1
	}
}
