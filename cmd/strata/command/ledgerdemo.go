package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/lattice"
	"strata/node/process/ledgernode"
	"strata/node/process/settings"
)

// How the demo of a ledger goes.
const (
	writeEvery  = 100 * time.Millisecond // by each client, at the most
	writeWithin = 3 * time.Second        // then another member is asked
	fallEvery   = 6 * time.Second        // whoever leads stops
	fallFor     = 2 * time.Second        // until it starts again
	agreeWithin = 20 * time.Second       // after the last write
)

// ledgerDemo is the members of a ledger, and clients that write.
type ledgerDemo struct {
	*ledgerCluster
	plot  *ledgerPlot
	view  *view
	began time.Time
	shown uint64 // height of the last line
	falls int    // members that fell so far

	count sync.Mutex
	final int // operations that a client knows to be final
}

// runLedgerDemo runs the demo and says how it ended.
func (w World) runLedgerDemo(cmd *cobra.Command, s DemoSettings, name string) error {
	if name == lattice.Name {
		return w.runLatticeDemo(cmd, s)
	}
	if name == causal.Name {
		return w.runCausalDemo(cmd, s)
	}
	if err := known("ledger", []string{name}, ledgerNames); err != nil {
		return err
	}
	if err := settings.InRange("nodes", int(s.Nodes), 1, ledgers.MaxMembers); err != nil {
		return err
	}
	stack, err := w.ledgerStack(cmd, s.Stack)
	if err != nil {
		return err
	}
	log, err := openLog(s.Log)
	if err != nil {
		return err
	}
	defer log.Close()
	ctx, cancel := s.within(cmd.Context())
	defer cancel()
	plot, err := plotOf(name, stack, int(s.Nodes))
	if err != nil {
		return err
	}
	c, err := startLedger(plot.ledger, plot.found, int(s.Nodes), log, nil)
	if err != nil {
		return w.inStudentsWords(err, s.Stack)
	}
	d := &ledgerDemo{ledgerCluster: c, plot: plot, view: newView(w), began: time.Now()}
	fmt.Fprintf(w.Out, "strata: %d members of ledger %s on loopback TCP\n", s.Nodes, name)
	err = d.run(ctx, w.Out)
	agreed := false
	if err == nil {
		agreed, err = d.settle(w.Out)
	}
	if failed := c.stop(); err == nil {
		err = failed
	}
	if err != nil {
		return w.inStudentsWords(err, s.Stack)
	}
	if !agreed {
		return errAnswerNo
	}
	return nil
}

// run writes, shows, and lets leaders fall, until the context ends; then all members run again.
func (d *ledgerDemo) run(ctx context.Context, out io.Writer) error {
	var clients sync.WaitGroup
	defer clients.Wait()
	clientsEnd, stop := context.WithCancel(ctx)
	defer stop() // before the wait
	for i := range d.addrs {
		clients.Go(func() { d.client(clientsEnd, i) })
	}
	look, fall := time.NewTicker(lookEvery), time.NewTicker(fallEvery)
	defer look.Stop()
	defer fall.Stop()
	defer d.view.end()
	var rise <-chan time.Time
	var fallen []int
	for {
		select {
		case <-ctx.Done():
			return d.startAll(fallen)
		case <-look.C:
			if err := d.show(); err != nil {
				return err
			}
		case <-fall.C:
			if d.plot.falling == 0 || fallen != nil {
				continue // without a quorum nothing would go on
			}
			var err error
			if fallen, err = d.fall(out); err != nil {
				return err
			}
			rise = time.After(fallFor)
		case <-rise:
			if err := d.startAll(fallen); err != nil {
				return err
			}
			for _, member := range fallen {
				d.say(out, "member %d is back", member)
			}
			fallen = nil
		}
	}
}

// fall stops the member that leads, or as many as a ledger without a leader bears, others each time.
func (d *ledgerDemo) fall(out io.Writer) (fallen []int, err error) {
	all, err := d.look()
	if err != nil {
		return nil, err
	}
	best := foremost(all)
	if best.LeaderStatus != nil {
		d.say(out, "member %d, which leads view %d, stops", best.Leader, best.View)
		return []int{best.Leader}, d.halt(best.Leader)
	}
	for range d.plot.falling {
		member := d.falls % len(d.addrs)
		d.falls++
		d.say(out, "member %d stops", member)
		fallen, err = append(fallen, member), errors.Join(err, d.halt(member))
	}
	return fallen, err
}

// startAll starts members that are stopped.
func (d *ledgerDemo) startAll(members []int) (err error) {
	for _, member := range members {
		err = errors.Join(err, d.start(member))
	}
	return err
}

// say prints a line of what the demo does. On a terminal the table says it.
func (d *ledgerDemo) say(out io.Writer, format string, args ...any) {
	if d.view.size == nil {
		fmt.Fprintf(out, "%5.1fs %s\n", time.Since(d.began).Seconds(), fmt.Sprintf(format, args...))
	}
}

// look asks all members; what is stopped has no members in its status.
func (d *ledgerDemo) look() ([]ledgernode.Status, error) {
	all := make([]ledgernode.Status, len(d.addrs))
	for i := range d.addrs {
		if r := d.member(i); r != nil {
			var err error
			if all[i], err = r.Status(); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// foremost is the member that is furthest: in the highest view, if there are any, else at the greatest height.
func foremost(all []ledgernode.Status) (best ledgernode.Status) {
	for _, s := range all {
		switch {
		case s.Members == nil:
		case best.Members == nil, s.LeaderStatus != nil && s.View > best.View, s.LeaderStatus == nil && s.Height > best.Height:
			best = s
		}
	}
	return best
}

// show draws the members: as a table on a terminal, else as a line if there is something new.
func (d *ledgerDemo) show() error {
	all, err := d.look()
	if err != nil {
		return err
	}
	v, best, on := d.view, foremost(all), 0
	top := best
	for _, s := range all {
		if s.Height > top.Height {
			top = s
		}
	}
	for _, s := range all {
		if s.Members != nil && s.Height == top.Height {
			on++
		}
	}
	if v.size == nil {
		if top.Height > d.shown {
			d.shown = top.Height
			d.say(v.out, "height %d block %.16s on %d of %d members, %s, %d operations final",
				top.Height, top.Hash, on, len(all), best.Place(), d.finals())
		}
		return nil
	}
	v.redraw(d.table(all, top.Height))
	return nil
}

// table is one line for each member, under a heading.
func (d *ledgerDemo) table(all []ledgernode.Status, top uint64) []string {
	v := d.view
	lines := []string{v.cut(fmt.Sprintf("%.0fs; Ctrl-C ends it; %d operations final", time.Since(d.began).Seconds(), d.finals()), false), ""}
	lines = append(lines, v.cut(fmt.Sprintf("%-6s %-21s %7s %-16s", "member", "address", "final", "block"), false))
	for i, s := range all[:v.room(len(all), len(lines))] {
		line := fmt.Sprintf("%6d %-21s  stopped", i, d.addrs[i])
		if s.Members != nil {
			line = fmt.Sprintf("%6d %-21s %7d %.16s %s", i, d.addrs[i], s.Height, s.Hash, s.Place())
		}
		lines = append(lines, v.cut(line, s.Members == nil || s.Height < top))
	}
	return lines
}

// finals counts the operations that clients know to be final.
func (d *ledgerDemo) finals() int {
	d.count.Lock()
	defer d.count.Unlock()
	return d.final
}

// client writes one value after the other, through one member after the other if need be, until ctx ends. A write
// that is under way then is waited for.
func (d *ledgerDemo) client(ctx context.Context, number int) {
	for n := uint64(1); ctx.Err() == nil; n++ {
		op := d.plot.write(d.chain(), number, n)
		for at := number; ctx.Err() == nil; at++ {
			if d.write(ctx, at%len(d.addrs), op) {
				d.count.Lock()
				d.final++
				d.count.Unlock()
				break
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(writeEvery):
		}
	}
}

// chain is the id of the chain.
func (d *ledgerDemo) chain() ledgers.ChainID {
	for i := range d.addrs {
		if r := d.member(i); r != nil {
			return r.Chain
		}
	}
	return ledgers.ChainID{}
}

// write submits an operation to a member and says whether it is final.
func (d *ledgerDemo) write(ctx context.Context, member int, op []byte) bool {
	r := d.member(member)
	if r == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	o, err := r.Submit(ctx, op)
	return err == nil && o.State == ledgers.Final.String()
}

// settle waits until the members agree and says so, or what they have instead.
func (d *ledgerDemo) settle(out io.Writer) (agreed bool, err error) {
	for deadline := time.Now().Add(agreeWithin); ; time.Sleep(askEvery) {
		all, err := d.look()
		if err != nil {
			return false, err
		}
		same, best := true, foremost(all)
		for _, s := range all {
			same = same && s.Hash == all[0].Hash && (s.LeaderStatus == nil || s.Height == s.LogHeight)
		}
		if same {
			who := fmt.Sprintf("all %d members agree", len(all))
			if len(all) == 1 {
				who = "one member, nobody to disagree with"
			}
			fmt.Fprintf(out, "%s: height %d, block %.16s, %s; %d operations final\n",
				who, all[0].Height, all[0].Hash, best.Place(), d.finals())
			return true, nil
		}
		if time.Now().After(deadline) {
			fmt.Fprintln(out, "the members disagree:")
			for i, s := range all {
				fmt.Fprintf(out, "  member %d at %s: %s, height %d, block %.16s\n", i, d.addrs[i], s.Place(), s.Height, s.Hash)
			}
			return false, nil
		}
	}
}
