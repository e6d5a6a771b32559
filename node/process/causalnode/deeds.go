package causalnode

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/causal/blocks"
)

// DeedFields are what an operation that is a deed has. What a kind does not use is empty.
type DeedFields struct {
	To     string `json:"to,omitempty"`     // of transfer, lock and reveal: a key
	Amount uint64 `json:"amount,omitempty"` // of these
	Hash   string `json:"hash,omitempty"`   // of lock: that of the secret; of commit
	Until  uint64 `json:"until,omitempty"`  // of lock: the height from which it is refunded
	Lock   string `json:"lock,omitempty"`   // of redeem and refund: the element that made the lock
	Secret string `json:"secret,omitempty"` // of redeem: the secret; of reveal: the salt
}

// deedKinds are the names of deeds.
var deedKinds = map[string]causal.DeedKind{
	"transfer": causal.Transfer, "lock": causal.Lock, "redeem": causal.Redeem, "refund": causal.Refund,
	"commit": causal.Commit, "reveal": causal.Reveal,
}

// nameOf is the name of a kind of deeds.
func nameOf(kind causal.DeedKind) string {
	for name, k := range deedKinds {
		if k == kind {
			return name
		}
	}
	return fmt.Sprintf("deed %d", kind)
}

// OperationOf is the operation that has a deed done.
func OperationOf(d *causal.Deed) Operation {
	o := Operation{Action: nameOf(d.Kind), DeedFields: DeedFields{Amount: d.Amount, Until: d.Until, Secret: hex.EncodeToString(d.Secret)}}
	if d.Amount > 0 {
		o.To = d.To.String()
	}
	if d.Hash != [32]byte{} {
		o.Hash = hex.EncodeToString(d.Hash[:])
	}
	if d.Of != (causal.ElementID{}) {
		o.Lock = elementText(d.Of)
	}
	return o
}

// deed reads an operation that is a deed. Whether it is executed is seen when a block has it.
func (o Operation) deed(kind causal.DeedKind) (op causal.Op, err error) {
	if o.Place != (Place{}) || o.After != "" || o.Element != "" || o.Text != "" || len(o.Base64) > 0 {
		return op, fmt.Errorf("%s is a deed, and names a part of the document", o.Action)
	}
	d := &causal.Deed{Kind: kind, Amount: o.Amount, Until: o.Until}
	if o.To != "" {
		err = ledgers.ParseKey(&d.To, o.To)
	}
	if o.Hash != "" {
		err = errors.Join(err, parseHash(&d.Hash, "hash", o.Hash))
	}
	if o.Lock != "" {
		var fault error
		d.Of, fault = parseElement(o.Lock)
		err = errors.Join(err, fault)
	}
	if o.Secret != "" {
		var fault error
		if d.Secret, fault = hex.DecodeString(o.Secret); fault != nil {
			err = errors.Join(err, errors.New("secret is not in hex"))
		}
	}
	if err = errors.Join(err, o.lacks(kind)); err != nil {
		return op, err
	}
	op = d.Op()
	if _, err := causal.DecodeDeed(op.Value); err != nil {
		return op, fmt.Errorf("%s: %w", o.Action, err)
	}
	return op, nil
}

// lacks says which field of a deed is left out. Without it the deed would pay nobody, or could not be executed.
func (o Operation) lacks(kind causal.DeedKind) error {
	var faults []error
	for _, f := range []struct {
		name  string
		given bool
		kinds []causal.DeedKind
	}{
		{"to", o.To != "", []causal.DeedKind{causal.Transfer, causal.Lock, causal.Reveal}},
		{"hash", o.Hash != "", []causal.DeedKind{causal.Lock, causal.Commit}},
		{"until", o.Until > 0, []causal.DeedKind{causal.Lock}},
		{"lock", o.Lock != "", []causal.DeedKind{causal.Redeem, causal.Refund}},
		{"secret", o.Secret != "", []causal.DeedKind{causal.Redeem, causal.Reveal}},
	} {
		if !f.given && slices.Contains(f.kinds, kind) {
			faults = append(faults, fmt.Errorf("%s needs %q", o.Action, f.name))
		}
	}
	return errors.Join(faults...)
}

// parseHash reads 64 hex digits.
func parseHash(hash *[32]byte, what, text string) error {
	if b, err := hex.DecodeString(text); err != nil || len(b) != len(hash) {
		return fmt.Errorf("%.80q is no %s of 64 hex digits", text, what)
	}
	_, err := hex.Decode(hash[:], []byte(text))
	return err
}

// DeedView is a deed that ended, as the API shows it.
type DeedView struct {
	ID      string    `json:"id"` // of the operation; of a transfer that was committed to: its number
	By      string    `json:"by"`
	Height  uint64    `json:"height"`            // of the block that executed or refused it
	Refused string    `json:"refused,omitempty"` // why; empty: it was executed
	Deed    Operation `json:"deed"`
}

// maxDeeds is how many deeds that ended are listed.
const maxDeeds = 64

// executed notes what a block has done.
func (r *Running) executed(b agreement.Block, outcomes []causal.Outcome) {
	r.locks.Executed(b.Height, outcomes, r.ledger.Op)
	for _, o := range outcomes {
		r.deeds = append(r.deeds, r.viewDeed(o.Op, o.By.String(), blocks.End{Height: b.Height, Why: o.Why}))
	}
	r.deeds = r.deeds[max(0, len(r.deeds)-maxDeeds):]
}

// viewDeed shows a deed that ended.
func (r *Running) viewDeed(at causal.ElementID, by string, end blocks.End) DeedView {
	v := DeedView{ID: elementText(at), By: by, Height: end.Height, Deed: Operation{Action: "settled"}}
	if end.Why != nil {
		v.Refused = end.Why.Error()
	}
	if u := r.replica.Update(at.Update); u != nil {
		v.By = u.Author.String()
	}
	if op, ok := r.ledger.Op(at); ok {
		if d, err := causal.DecodeDeed(op.Value); err == nil {
			v.Deed = OperationOf(d)
		}
	}
	return v
}
