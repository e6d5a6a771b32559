package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"strata/ledgers/lattice"
	"strata/node/process/daemon"
	"strata/node/process/latticenode"
)

// runLatticeNode runs a node of elective 9 until the context ends. A wallet beside it, and what goes with that, only
// strata-lattice has.
func (w World) runLatticeNode(cmd *cobra.Command, s daemon.Settings, f ledgerFlags, page bool) error {
	d, err := latticenode.Open(s.Data)
	if err != nil {
		return err
	}
	if page {
		at, err := latticenode.APIOf(s.Data)
		if err != nil {
			return fmt.Errorf("data directory %s: %w", s.Data, daemon.ErrNotRunning)
		}
		_, err = fmt.Fprintf(w.Out, "strata: pages and API at %s/\n", at)
		return err
	}
	if f.signFrom > 0 {
		return f.fits()
	}
	limits, err := s.Limits()
	if err != nil {
		return err // before a student's layers are built
	}
	stack, err := w.ledgerStack(cmd, s.Stack)
	if err != nil {
		return err
	}
	if f.lost {
		aside, err := d.SetAside()
		if err != nil {
			return err
		}
		fmt.Fprintf(w.Err, "strata: the old store is %s\n", aside)
	}
	service := latticenode.Service{
		Stack: stack.Lattice(), Layers: s.Stack, API: s.API, AnyPort: s.API == daemon.DefaultAPI, Out: w.Out,
		Config: latticenode.Config{
			Directory: d, Listen: s.Listen.Addr, Bootstrap: s.Bootstrap.Network(), Guard: limits,
			Log: daemon.NewLog(w.Err, s.LogFormat, s.LogLevel.Level),
		},
	}
	return w.inStudentsWords(service.Run(cmd.Context()), s.Stack)
}

// checkLattice says what is wrong with the flags of `strata init --ledger lattice`.
func (f *initFlags) checkLattice() error {
	switch {
	case f.out == "":
		return errors.New("say with --out which directory to make")
	case len(f.members) > 0:
		return errors.New("--member: a genesis of the lattice names no addresses; say with --nodes how many there are, and with --holder who has money")
	case f.faucet > 0:
		return errors.New("--faucet: only validators have that in their genesis; strata-lattice node has a faucet")
	}
	return nil
}

// initLattice makes a network of elective 9.
func (w World) initLattice(f *initFlags) error {
	return latticenode.NewNetwork{
		Out: f.out, Nodes: f.nodes, Holders: f.holders, Least: lattice.Whole, SendWork: latticenode.DefaultSendWork,
		ReceiveWork: latticenode.DefaultReceiveWork, Genesis: f.genesis, Key: f.key,
	}.Make(w.Out)
}
