package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
	"strata/node/process/causalnode"
	"strata/node/process/tcphost"
)

// swapPlan is the name of a plan on the party's disk.
const swapPlan = "swap"

// swapDisk is the disk of a party. One process has it at a time.
type swapDisk struct {
	loop *tcphost.Loop
	host network.Host
}

func openSwapDisk(dir string) (*swapDisk, error) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	host, err := loop.HostOf(tcphost.HostConfig{Directory: filepath.Join(dir, "disk")})
	if err != nil {
		loop.Close()
		if errors.Is(err, tcphost.ErrInUse) {
			err = fmt.Errorf("%s is used by another `strata swap`: %w", dir, tcphost.ErrInUse)
		}
		return nil, err
	}
	return &swapDisk{loop, host}, nil
}

// agree keeps a plan. Errors: those of swap.Agree.
func (d *swapDisk) agree(plan swap.Plan) error {
	done := make(chan error, 1)
	d.loop.Do(func() {
		swap.Agree(d.host.Disk(), swapPlan, plan, nil, nil, func(_ *swap.Party, err error) { done <- err })
	})
	return <-done
}

// resume is the party of the plan on the disk. Errors: those of swap.Resume.
func (d *swapDisk) resume(a, b swap.Ledger) (party *swap.Party, err error) {
	d.loop.Do(func() { party, err = swap.Resume(d.host.Disk(), swapPlan, a, b) })
	return party, err
}

// asked is one ledger as it stood when it was asked last, and the deed that is to be sent there.
type asked struct {
	node causalnode.Client
	view swap.View
	deed *causal.Deed
}

func (a *asked) View([32]byte) swap.View { return a.view }
func (a *asked) Send(d *causal.Deed)     { a.deed = d }

// look asks the node what blocks have made of the locks.
func (a *asked) look(ctx context.Context, hash [32]byte) (err error) {
	a.deed = nil
	a.view, err = a.node.View(ctx, hash)
	return err
}

// send sends what the party wants done.
func (a *asked) send(ctx context.Context) error {
	if a.deed == nil {
		return nil
	}
	return a.node.Send(ctx, a.deed)
}

// runSwap runs a party until its swap has ended.
func (w World) runSwap(ctx context.Context, f *swapFlags) error {
	s, err := f.sides(ctx)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(f.data, "disk", swapPlan)); errors.Is(err, fs.ErrNotExist) {
		return f.noSwap()
	}
	t, terms, err := readTerms(f.file())
	if err != nil {
		return fmt.Errorf("%w; the other one has the same file", err)
	}
	d, err := openSwapDisk(f.data)
	if err != nil {
		return err
	}
	defer d.loop.Close()
	a, b := &asked{}, &asked{}
	a.node, _ = replicaAt("a", f.a) // sides has looked at both
	b.node, _ = replicaAt("b", f.b)
	party, err := d.resume(a, b)
	switch {
	case errors.Is(err, swap.ErrNoSwap):
		return f.noSwap()
	case err != nil:
		return fmt.Errorf("%s: %w", f.data, err)
	case party.Terms() != terms:
		return fmt.Errorf("%s: these are not the terms that you agreed on; the other one has the right file", f.file())
	}
	if err := t.fits(s, party.Role()); err != nil {
		return err
	}
	return w.watchSwap(ctx, &swapRun{party: party, terms: terms, a: a, b: b})
}

// noSwap reports a directory without a plan.
func (f *swapFlags) noSwap() error {
	return fmt.Errorf("%s: there is no swap here: `strata swap offer` or `strata swap accept` makes one", f.data)
}

// swapRun is a party under way.
type swapRun struct {
	party *swap.Party
	terms swap.Terms
	a, b  *asked
	said  string
	until uint64 // of A's height: a lock that was sent before it was too late is in a block by then; 0: it is not too late
}

// lookEach is how often both ledgers are looked at.
const lookEach = 500 * time.Millisecond

// watchSwap looks, acts and tells what changes. A node that does not answer is asked again.
func (w World) watchSwap(ctx context.Context, r *swapRun) error {
	for {
		stage, err := r.step(ctx)
		line := r.describe(stage)
		if err != nil {
			line = err.Error() + "; it is asked again"
		}
		if line != r.said {
			fmt.Fprintf(w.Out, "A at %d, B at %d: %s\n", r.a.view.Height, r.b.view.Height, line)
			r.said = line
		}
		switch {
		case err != nil:
		case stage == swap.Swapped:
			return nil
		case stage == swap.Returned:
			return errAnswerNo
		case stage == swap.Untouched && r.late():
			return errTooLate
		}
		select {
		case <-ctx.Done():
			return errors.New("interrupted: the swap is under way; the same command goes on from here")
		case <-time.After(lookEach):
		}
	}
}

// describe says how far a swap has come, to whom it is new.
func (r *swapRun) describe(stage swap.Stage) string {
	switch stage {
	case swap.Waiting:
		return "waiting for the other one, or for a lock to end"
	case swap.Untouched:
		return "nothing of yours is locked; waiting for the other one"
	case swap.Returned:
		return "returned: you have your own back"
	case swap.Acting:
		for at, l := range map[string]*asked{"A": r.a, "B": r.b} {
			if l.deed != nil {
				return fmt.Sprintf("acting: a %s is sent on %s, and waits for a block", causalnode.OperationOf(l.deed).Action, at)
			}
		}
	}
	return stage.String()
}

// step looks at both ledgers, and sends what is due.
func (r *swapRun) step(ctx context.Context) (swap.Stage, error) {
	if err := errors.Join(r.a.look(ctx, r.terms.Hash), r.b.look(ctx, r.terms.Hash)); err != nil {
		return swap.Waiting, err
	}
	stage := r.party.Look()
	return stage, errors.Join(r.a.send(ctx), r.b.send(ctx))
}

// late says whether nothing of this party's will be locked: it has been too late to lock for so many blocks that what was
// sent before is in one.
func (r *swapRun) late() bool {
	height := r.a.view.Height + r.b.view.Height
	switch {
	case r.terms.Begins(r.a.view.Height, r.b.view.Height):
		r.until = 0
	case r.until == 0:
		r.until = height + 4*swap.Inclusion
	}
	return r.until > 0 && height >= r.until
}
