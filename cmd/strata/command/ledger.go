package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"strata/ledgers/causal"
	"strata/ledgers/electives"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/network"
	"strata/node/process/daemon"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
	"strata/node/process/settings"
)

// playedLedgers are the electives' ledgers that a playground has.
var playedLedgers = []string{leader.Name, validators.Name, lattice.Name}

// ledgerNames are those of which a process runs a node.
var ledgerNames = append(slices.Clone(playedLedgers), causal.Name)

// addLedger adds the flag that chooses an elective's ledger.
func addLedger(cmd *cobra.Command, name *string, names []string) {
	cmd.Flags().StringVar(name, "ledger", "", "run the ledger `NAME` of an elective, not the chain: "+strings.Join(names, ", "))
	complete(cmd, "ledger", names...)
}

// isLedger refuses what is none.
func isLedger(name string) error { return known("ledger", []string{name}, ledgerNames) }

// ledgerFlags are those of `strata node` that only the node of an elective's ledger has.
type ledgerFlags struct {
	name     string
	lost     bool
	signFrom uint64
	faucet   string // file of its key
}

func (f *ledgerFlags) add(cmd *cobra.Command) {
	addLedger(cmd, &f.name, ledgerNames)
	cmd.Flags().BoolVar(&f.lost, "lost-disk", false, "with --ledger: put the node's disk aside and start as a member that has lost it")
	cmd.Flags().StringVar(&f.faucet, "faucet", "", "with --ledger validators: the key `FILE` of an account that the API gives away, on a development network")
	cmd.Flags().Uint64Var(&f.signFrom, "sign-from", 0, "with --ledger validators, of a node that has lost its disk: the `HEIGHT` from which on it "+
		"signs; choose one above all that it may have signed before, and say it at each start")
}

// ledgerToo are the flags of `strata node` that mean the same with --ledger.
var ledgerToo = []string{"listen", "bootstrap", "data", "stack", "trust", "api", "log-level", "log-format", "page", "ledger",
	"lost-disk", "sign-from", "faucet", "root", "config", "guard", "limit-bytes", "limit-messages", "limit-incoming", "limit-per-address", "limit-per-range",
	"ban-for", "exempt"}

// runLedgerNode runs a node of an elective's ledger until the context ends.
func (w World) runLedgerNode(cmd *cobra.Command, s daemon.Settings, f ledgerFlags, page bool) error {
	if err := isLedger(f.name); err != nil {
		return err
	}
	if err := onlyOfChain(cmd); err != nil {
		return err
	}
	if s.Data == "" {
		return fmt.Errorf("say with --data which directory of `strata init --ledger %s` is the node's", f.name)
	}
	if f.name == lattice.Name {
		return w.runLatticeNode(cmd, s, f, page)
	}
	d, err := ledgernode.Open(s.Data)
	if err != nil {
		return err
	}
	if page {
		return w.tellLedgerPage(d)
	}
	if err := f.fits(); err != nil {
		return err
	}
	limits, err := s.Limits()
	if err != nil {
		return err // before a student's layers are built
	}
	stack, err := w.ledgerStack(cmd, s.Stack)
	if err != nil {
		return err
	}
	if f.name == causal.Name {
		return w.inStudentsWords(w.serveCausal(cmd.Context(), stack.Causal(), d, limits, s), s.Stack)
	}
	if f.lost {
		aside, err := d.SetAside()
		if err != nil {
			return fmt.Errorf("data directory %s: %w", s.Data, err)
		}
		fmt.Fprintf(w.Err, "strata: the old disk is in %s\n", aside)
	}
	cfg := ledgernode.Config{Directory: d, Bootstrap: s.Bootstrap.Network(), Guard: limits}
	if f.faucet != "" {
		if cfg.Faucet, err = keyfile.Read(f.faucet); err != nil {
			return fmt.Errorf("the faucet's key: %w", err)
		}
	}
	return w.inStudentsWords(w.serveLedger(cmd.Context(), f.ledger(stack), cfg, s), s.Stack)
}

// fits refuses a flag of another ledger.
func (f *ledgerFlags) fits() error {
	if f.lost && f.name == causal.Name {
		return errors.New("--lost-disk: an author of ledger causal that has lost its updates would tell two stories under one key (CAU-7); " +
			"make a directory with another key: `strata init --ledger causal --genesis FILE --out DIR`")
	}
	if f.faucet != "" && f.name != validators.Name {
		return fmt.Errorf("--faucet goes with --ledger %s: ledger %s has no accounts", validators.Name, f.name)
	}
	if f.signFrom > 0 && f.name != validators.Name {
		return fmt.Errorf("--sign-from goes with --ledger %s: ledger %s takes a member that has lost its disk in again by itself", validators.Name, f.name)
	}
	return nil
}

// ledger is the one that was chosen, built of a stack.
func (f *ledgerFlags) ledger(s electives.Stack) ledgernode.Ledger {
	if f.name == validators.Name {
		return ledgernode.Validators(s.Validators(), validators.Config{SignFrom: f.signFrom})
	}
	return ledgernode.Leader(s.Leader(), leader.Config{})
}

// onlyOfChain refuses flags that mean nothing to the node of an elective's ledger.
func onlyOfChain(cmd *cobra.Command) error {
	var odd []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && !slices.Contains(ledgerToo, f.Name) {
			odd = append(odd, "--"+f.Name)
		}
	})
	if len(odd) > 0 {
		return fmt.Errorf("%s: only a node of the chain has that, not one with --ledger", strings.Join(odd, ", "))
	}
	return nil
}

// serveLedger runs the node and its API.
func (w World) serveLedger(ctx context.Context, ledger ledgernode.Ledger, cfg ledgernode.Config, s daemon.Settings) error {
	log := daemon.NewLog(w.Err, s.LogFormat, s.LogLevel.Level)
	cfg.Log = log
	if s.Listen != daemon.Defaults().Listen {
		cfg.Listen = s.Listen.Addr
	}
	r, err := ledgernode.Run(ledger, cfg)
	if err != nil {
		return err
	}
	return w.serveNode(ctx, r, cfg.Directory.Path, s.API, log, func(at string) error { return w.tellLedger(r, s.Stack, at) })
}

// tellLedger prints that the node is up, and where its page is.
func (w World) tellLedger(r *ledgernode.Running, stack, at string) error {
	s, err := r.Status()
	if err != nil {
		return err
	}
	role := fmt.Sprintf("member %d of %d", s.Member, len(s.Members))
	if s.Member < 0 {
		role = "an observer"
	}
	fmt.Fprintf(w.Out, "strata: node %s is up: ledger %s, %s, %s, height %d, layers of %s\n", s.Self, s.Ledger, role, s.Place(), s.Height, stack)
	if at != "" {
		fmt.Fprintf(w.Out, "strata: page and API at %s/\n", at)
	}
	return nil
}

// tellLedgerPage prints where the page of the running node is.
func (w World) tellLedgerPage(d ledgernode.Directory) error {
	at, err := ledgerAPI(d.Path)
	if err == nil {
		fmt.Fprintf(w.Out, "strata: page and API at %s/\n", at)
	}
	return err
}

// ledgerAPI is where the API of the node is that runs on a directory.
func ledgerAPI(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, ledgernode.FileAddress))
	if err != nil {
		return "", fmt.Errorf("data directory %s: %w", dir, daemon.ErrNotRunning)
	}
	return strings.TrimSpace(string(text)), nil
}

// roster is a member on a command line: ADDRESS, or KEY@ADDRESS.
type roster []rosterEntry

type rosterEntry struct {
	key  string // "": one is made
	addr network.Addr
}

// Set adds the members in text, which commas separate.
func (r *roster) Set(text string) error {
	for one := range strings.SplitSeq(text, ",") {
		key, addr, ok := strings.Cut(strings.TrimSpace(one), "@")
		if !ok {
			key, addr = "", key
		}
		var a settings.Address
		if err := a.Set(addr); err != nil {
			return err
		}
		if addr == "" {
			return fmt.Errorf("%q has no address: want ADDRESS or KEY@ADDRESS", one)
		}
		*r = append(*r, rosterEntry{key, a.Addr})
	}
	return nil
}

func (r *roster) String() string { return "" }

// Type names the value in help texts.
func (r *roster) Type() string { return "ADDRESS" }
