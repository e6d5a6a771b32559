package command

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"strata/ledgers/causal/swap"
	"strata/node/process/atomicfile"
	"strata/node/process/causalnode"
)

// swapFlags say which swap it is, and where a party's nodes are.
type swapFlags struct {
	data, a, b, terms  string
	pay, get           uint64
	peerA, peerB       string
	fast, slow, margin time.Duration
	begin              time.Duration
}

func newSwap(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "swap",
		Short: "Swap money on one ledger for money on another",
		Long: `Swaps money on one ledger of elective 10, A, for money on another, B, with somebody whom you need not trust (CAU-10). Each
of you has a node on both. The initiator pays on A and offers terms, the responder pays on B and accepts them; then both run.

A party's terms and secret are in a directory, safe before anything is done. Whatever happens to the command, run it
again: it finds the rest on both ledgers. Away for longer than half the margin, you may lose your money.`,
		Example: `  strata swap offer --data alice --a http://127.0.0.1:11180 --b http://127.0.0.1:11190 --pay 60 --get 7 --peer-a KEY --peer-b KEY
  strata swap accept --data bob --a http://127.0.0.1:11181 --b http://127.0.0.1:11191 --terms alice/terms.json
  strata swap run --data alice --a http://127.0.0.1:11180 --b http://127.0.0.1:11190`,
	}
	cmd.AddCommand(newSwapOffer(w), newSwapAccept(w), newSwapRun(w))
	return cmd
}

// common adds the flags that say where everything is.
func (f *swapFlags) common(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.data, "data", "", "the `DIR` of your side of the swap")
	cmd.Flags().StringVar(&f.a, "a", "", "the `URL` of the API of your node on ledger A")
	cmd.Flags().StringVar(&f.b, "b", "", "the `URL` of the API of your node on ledger B")
}

func newSwapOffer(w World) *cobra.Command {
	f := &swapFlags{}
	cmd := &cobra.Command{
		Use:   "offer",
		Short: "Make terms, as the one who pays on A and moves first",
		Long: `Makes a secret and terms, and writes DIR/terms.json: give that file to the other one, who accepts it. Nothing is locked
before you run the swap. The heights of both locks follow from where the ledgers stand now, so both of you have to begin soon: see --begin.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.runSwapOffer(cmd.Context(), f) },
	}
	f.common(cmd)
	cmd.Flags().Uint64Var(&f.pay, "pay", 0, "the `AMOUNT` that you pay on A")
	cmd.Flags().Uint64Var(&f.get, "get", 0, "the `AMOUNT` that you are paid on B")
	cmd.Flags().StringVar(&f.peerA, "peer-a", "", "the `KEY` of the other one's node on A")
	cmd.Flags().StringVar(&f.peerB, "peer-b", "", "the `KEY` of the other one's node on B")
	cmd.Flags().DurationVar(&f.fast, "fast", 5*time.Second, "the shortest `TIME` between two blocks, of both ledgers")
	cmd.Flags().DurationVar(&f.slow, "slow", 10*time.Second, "the longest `TIME` between two blocks that you reckon with")
	cmd.Flags().DurationVar(&f.begin, "begin", 10*time.Minute, "the `TIME` within which both of you accept and run")
	cmd.Flags().DurationVar(&f.margin, "margin", 10*time.Minute, "the `TIME` between the ends of both locks: you may be away for half of it")
	return cmd
}

func newSwapAccept(w World) *cobra.Command {
	f := &swapFlags{}
	cmd := &cobra.Command{
		Use: "accept", Short: "Accept terms, as the one who pays on B", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.runSwapAccept(cmd.Context(), f) },
	}
	f.common(cmd)
	cmd.Flags().StringVar(&f.terms, "terms", "", "the `FILE` of terms that you were given; read it")
	return cmd
}

func newSwapRun(w World) *cobra.Command {
	f := &swapFlags{}
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run your side of a swap to its end, also after a crash",
		Long: `Looks at both ledgers and does what is due, until you have the other one's money or your own again. The exit status is 0
if you have swapped, else 1.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.runSwap(cmd.Context(), f) },
	}
	f.common(cmd)
	return cmd
}

// runSwapOffer makes terms from where both ledgers stand.
func (w World) runSwapOffer(ctx context.Context, f *swapFlags) error {
	if f.pay == 0 || f.get == 0 || f.peerA == "" || f.peerB == "" {
		return errors.New("say with --pay and --get how much, and with --peer-a and --peer-b with whom")
	}
	if f.begin <= 0 {
		return fmt.Errorf("--begin is %v: want a time above 0 within which both of you accept and run", f.begin)
	}
	s, err := f.sides(ctx)
	if err != nil {
		return err
	}
	if err := has(s[0], "A", f.pay); err != nil {
		return err
	}
	t := swapTerms{Margin: f.margin.String()}
	t.A = legText{Chain: s[0].Chain, From: s[0].Key, To: f.peerA, Amount: f.pay, Fast: f.fast.String(), Slow: f.slow.String()}
	t.B = legText{Chain: s[1].Chain, From: f.peerB, To: s[1].Key, Amount: f.get, Fast: f.fast.String(), Slow: f.slow.String()}
	t.A.Until, t.B.Until = swap.Heights(s[0].Blocks.Height, s[1].Blocks.Height, f.fast, f.slow, f.margin, f.begin)
	plan := swap.Plan{Role: swap.Initiator}
	if _, err := rand.Read(plan.Secret[:]); err != nil {
		return err
	}
	hash := sha256.Sum256(plan.Secret[:])
	t.Hash = hex.EncodeToString(hash[:])
	if plan.Terms, err = t.terms(); err != nil {
		return err
	}
	if !plan.Terms.Begins(s[0].Blocks.Height, s[1].Blocks.Height) {
		return errors.New("nobody could begin with these terms: the locks would be too long; choose a shorter --begin or --margin")
	}
	if err := w.agree(f, &t, plan); err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "%s: you pay %d on A until height %d, and get %d on B until height %d\n", f.file(), f.pay, t.A.Until, f.get, t.B.Until)
	return nil
}

// runSwapAccept takes terms that are for these two nodes, and begin in time.
func (w World) runSwapAccept(ctx context.Context, f *swapFlags) error {
	if f.terms == "" {
		return errors.New("say with --terms which file of terms you accept")
	}
	t, terms, err := readTerms(f.terms)
	if err != nil {
		return err
	}
	s, err := f.sides(ctx)
	if err != nil {
		return err
	}
	if err := t.fits(s, swap.Responder); err != nil {
		return err
	}
	if !terms.Begins(s[0].Blocks.Height, s[1].Blocks.Height) {
		return errTooLate
	}
	if err := has(s[1], "B", t.B.Amount); err != nil {
		return err
	}
	if err := w.agree(f, t, swap.Plan{Role: swap.Responder, Terms: terms}); err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "%s: you pay %d on B until height %d, and get %d on A until height %d\n", f.file(), t.B.Amount, t.B.Until, t.A.Amount, t.A.Until)
	return nil
}

// errTooLate reports terms that no careful party locks by now.
var errTooLate = errors.New("it is too late to begin: the locks would end too soon, or too close to each other; make new terms with `strata swap offer`")

// has says whether the key of a node has what is to be paid on its ledger.
func has(s causalnode.Standing, ledger string, amount uint64) error {
	if s.Balance < amount {
		return fmt.Errorf("you have %d on %s, and are to pay %d", s.Balance, ledger, amount)
	}
	return nil
}

// sides are both nodes of the party, A first, as they stand.
func (f *swapFlags) sides(ctx context.Context) (s [2]causalnode.Standing, err error) {
	if f.data == "" {
		return s, errors.New("say with --data where your side of the swap is kept")
	}
	for i, at := range []struct{ flag, url string }{{"a", f.a}, {"b", f.b}} {
		node, err := replicaAt(at.flag, at.url)
		if err != nil {
			return s, err
		}
		if s[i], err = node.Standing(ctx); err != nil {
			return s, err
		}
	}
	if s[0].Chain == s[1].Chain {
		return s, errors.New("--a and --b are nodes of one ledger: a swap is between two")
	}
	return s, nil
}

// agree keeps the terms and a plan in the party's directory. The plan comes last: without it there is no swap, and all of it
// can be done again.
func (w World) agree(f *swapFlags, t *swapTerms, plan swap.Plan) error {
	if err := os.MkdirAll(f.data, 0o700); err != nil {
		return err
	}
	d, err := openSwapDisk(f.data)
	if err != nil {
		return err
	}
	defer d.loop.Close()
	switch _, err := d.resume(nil, nil); {
	case err == nil:
		return fmt.Errorf("%s: %w", f.data, swap.ErrAgreed)
	case !errors.Is(err, swap.ErrNoSwap):
		return fmt.Errorf("%s: %w", f.data, err)
	}
	if err := atomicfile.Replace(f.file(), t.text()); err != nil {
		return err
	}
	if err := d.agree(plan); err != nil {
		return fmt.Errorf("%s: %w", f.data, err)
	}
	return nil
}
