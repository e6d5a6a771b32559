package swap

import (
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
)

// Ledger is what a swap needs of one.
type Ledger interface {
	// View shows what final blocks have made of locks with that hash. The slice stays the caller's.
	View(hash [32]byte) View

	// Send has the deed done, as this party's, once however often it is sent, also over crashes. It is safe on a disk
	// before anybody hears of it, and then told until a block has it. It does not wait.
	Send(d *causal.Deed)
}

// Errors.
var (
	// ErrNoSwap reports that there is no plan on the disk: nothing was sent for it either.
	ErrNoSwap = errors.New("there is no swap on this disk")

	// ErrAgreed reports a second plan where there is one.
	ErrAgreed = errors.New("another swap is agreed on")
)

// Party is one of the two in a swap. All methods are called on one loop.
type Party struct {
	plan *Plan
	a, b Ledger
}

// Agree makes a party of a plan, for which there is no file of that name on the disk yet. It calls done once, later, when
// the plan is safe: nothing is sent before. Errors: those of Plan.Validate; ErrAgreed; the disk's.
func Agree(disk network.Disk, name string, plan Plan, a, b Ledger, done func(*Party, error)) {
	answer := func(err error) { disk.SyncNames(func(error) { done(nil, err) }) }
	if err := plan.Validate(); err != nil {
		answer(err)
		return
	}
	var shelf ledgers.Shelf
	_, err := read(disk, &shelf, name)
	switch {
	case err == nil:
		answer(ErrAgreed)
		return
	case !errors.Is(err, ErrNoSwap):
		answer(err)
		return
	}
	if err := shelf.Cut(); err != nil {
		answer(err)
		return
	}
	if _, err := shelf.Add(plan.encode()); err != nil {
		answer(err)
		return
	}
	shelf.Sync(func(err error) {
		if err != nil {
			done(nil, err)
			return
		}
		disk.SyncNames(func(err error) {
			if err != nil {
				done(nil, err)
				return
			}
			done(&Party{plan: &plan, a: a, b: b}, nil)
		})
	})
}

// Resume goes on with the swap of that name after a restart. Errors: ErrNoSwap; ledgers.ErrDamaged; the disk's.
func Resume(disk network.Disk, name string, a, b Ledger) (*Party, error) {
	plan, err := read(disk, &ledgers.Shelf{}, name)
	if err != nil {
		return nil, err
	}
	return &Party{plan: plan, a: a, b: b}, nil
}

// read is the plan in a file. A torn one is none: its end was never told.
func read(disk network.Disk, shelf *ledgers.Shelf, name string) (plan *Plan, err error) {
	err = shelf.Open(disk, name, func(at int64, body []byte) error {
		if plan, err = decode(body); err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, name, at, err)
		}
		return nil
	})
	if err == nil && plan == nil {
		err = ErrNoSwap
	}
	return plan, err
}

// Role is the party's.
func (p *Party) Role() Role { return p.plan.Role }

// Terms are those that were agreed on.
func (p *Party) Terms() Terms { return p.plan.Terms }

// Look takes the step that is due, and says how far the swap has come. To be called after each block of either ledger,
// and after a restart.
func (p *Party) Look() Stage {
	hash := p.plan.Terms.Hash
	step := p.plan.Next(p.a.View(hash), p.b.View(hash))
	switch {
	case step.Deed == nil:
	case step.OnA:
		p.a.Send(step.Deed)
	default:
		p.b.Send(step.Deed)
	}
	return step.Stage
}
