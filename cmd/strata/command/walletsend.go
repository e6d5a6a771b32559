package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"strata/mempool"
	"strata/node/process/settings"
	"strata/wallet"
)

// waiting is how long a command waits for a payment.
type waiting struct {
	depth   settings.Count
	timeout settings.Duration
}

// withWait gives a command the flags that say how deep a payment is to be.
func (x *waiting) withWait(cmd *cobra.Command) *cobra.Command {
	x.timeout.Duration = 10 * time.Minute
	cmd.Flags().Var(&x.depth, "wait", "wait until the payment is `N` blocks deep: 1 is its own block")
	cmd.Flags().Var(&x.timeout, "timeout", "how long to wait at most; 0s means forever")
	return cmd
}

func newWalletSend(w World, f *walletFlags) *cobra.Command {
	var x waiting
	cmd := &cobra.Command{
		Use:   "send RECIPIENT AMOUNT",
		Short: "Send an amount to an address, or to the owner of a key file or keystore",
		Long: `Signs a transaction, hands it to the node, and prints its id. You can send several in a row. The
wallet keeps each payment next to the keystore (FILE.sent) until it is deep in the chain. Nodes forget a
transaction after a minute, so the wallet hands it in again. ` + "`strata wallet history`" + ` shows how far it is.`,
		Example: `  strata wallet send bob.wallet 250 --token-file chain/api.token
  strata wallet send "$(strata keys show bob.key)" 250 --wait 3`,
		Args: twoArgs("a RECIPIENT and an AMOUNT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, amount, err := payment(args)
			if err != nil {
				return err
			}
			return w.send(cmd, f, x, func(ctx context.Context, s *wallet.Sender) (mempool.Transaction, error) {
				return s.Send(ctx, to, amount)
			})
		},
	}
	return f.sends(x.withWait(cmd))
}

func newWalletReplace(w World, f *walletFlags) *cobra.Command {
	var x waiting
	cmd := &cobra.Command{
		Use:   "replace ID RECIPIENT AMOUNT",
		Short: "Replace a payment that no block has yet",
		Long: `Signs another transaction with the nonce of a payment that no block has yet. At most one of the
two gets into a block. Other nodes keep the first one they saw for up to a minute, so the first payment
may still win: see ` + "`strata wallet history`" + `. A part of the ID is enough if no other payment has it.`,
		Example: "  strata wallet replace 3f9a bob.wallet 200 --token-file chain/api.token",
		Args:    threeArgs("an ID, a RECIPIENT and an AMOUNT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, amount, err := payment(args[1:])
			if err != nil {
				return err
			}
			return w.send(cmd, f, x, func(ctx context.Context, s *wallet.Sender) (mempool.Transaction, error) {
				return s.Replace(ctx, args[0], to, amount)
			})
		},
	}
	return f.sends(x.withWait(cmd))
}

func newWalletCancel(w World, f *walletFlags) *cobra.Command {
	var x waiting
	cmd := &cobra.Command{
		Use:   "cancel ID",
		Short: "Take back a payment that no block has yet",
		Long: `Takes back a payment that no block has yet, in the same way as ` + "`strata wallet replace`" + `. It may come
too late, or lose against nodes that already have the payment. You are safe only when the history says
"replaced" and the replacement is some blocks deep.`,
		Example: "  strata wallet cancel 3f9a --token-file chain/api.token --wait 3",
		Args:    oneArg("an ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.send(cmd, f, x, func(ctx context.Context, s *wallet.Sender) (mempool.Transaction, error) {
				return s.Cancel(ctx, args[0])
			})
		},
	}
	return f.sends(x.withWait(cmd))
}

// sends gives a command what it takes to send.
func (f *walletFlags) sends(cmd *cobra.Command) *cobra.Command {
	return f.withJSON(f.withToken(f.withNode(f.withPassword(cmd))))
}

// payment reads a recipient and an amount.
func payment(args []string) (to mempool.PublicKey, amount uint64, err error) {
	if to, err = recipient(args[0]); err != nil {
		return to, 0, err
	}
	if amount, err = strconv.ParseUint(args[1], 10, 64); err != nil {
		return to, 0, fmt.Errorf("wallet: %q is not an amount: want a whole number below 2^64", args[1])
	}
	return to, amount, nil
}

// send has a sender make one transaction, and waits for it if that is wanted.
func (w World) send(cmd *cobra.Command, f *walletFlags, x waiting, make func(context.Context, *wallet.Sender) (mempool.Transaction, error)) error {
	if x.depth > wallet.MaxDepth {
		return fmt.Errorf("wallet: --wait %d is deeper than a payment is watched: want %d at most", x.depth, wallet.MaxDepth)
	}
	c, err := w.client(f)
	if err != nil {
		return err
	}
	_, key, err := w.open(cmd, f, f.file)
	if err != nil {
		return err
	}
	s := wallet.NewSender(c, key, f.file, time.Now)
	tx, err := make(cmd.Context(), s)
	if err != nil {
		return f.fromNode(err)
	}
	if !f.json {
		fmt.Fprintln(w.Out, tx.ID())
	}
	p := wallet.Payment{Transaction: tx, State: wallet.Submitted}
	if x.depth > 0 {
		p, err = w.wait(cmd.Context(), s, tx, x)
	}
	switch {
	case err != nil:
		return f.fromNode(err)
	case f.json:
		return printJSON(w.Out, lineOfSent(p))
	case p.Depth == 1:
		_, err = fmt.Fprintf(w.Out, "in block %d\n", p.Block.Number)
	case p.Depth > 1:
		_, err = fmt.Fprintf(w.Out, "in block %d, %d deep\n", p.Block.Number, p.Depth)
	}
	return err
}

// lineOfSent is what send prints with --json.
func lineOfSent(p wallet.Payment) line {
	l := lineOf(p, p.Transaction.Sender)
	if p.State == wallet.Confirmed {
		l.Block = &p.Block.Number
	}
	return l
}

// walletLooks is the pause between two looks at a payment.
const walletLooks = 500 * time.Millisecond

// wait waits until the payment is deep enough, and tells what becomes of it meanwhile.
func (w World) wait(ctx context.Context, s *wallet.Sender, tx mempool.Transaction, x waiting) (wallet.Payment, error) {
	if x.timeout.Duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, x.timeout.Duration)
		defer cancel()
	}
	pause := func(ctx context.Context) {
		look := time.NewTimer(walletLooks)
		defer look.Stop()
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
	away := false
	tell := func(p wallet.Payment, err error) {
		switch {
		case err != nil && !away:
			fmt.Fprintln(w.Err, "the node does not answer: still waiting")
		case err == nil && p.State == wallet.FellBack:
			fmt.Fprintf(w.Err, "fell back: block %d left the chain; it is handed in again\n", p.Block.Number)
		case err == nil && p.State == wallet.Confirmed && x.depth > 1:
			fmt.Fprintf(w.Err, "in block %d, waiting for %d on it\n", p.Block.Number, x.depth-1)
		case err == nil && p.State == wallet.Pending:
			fmt.Fprintln(w.Err, "waiting for a block")
		}
		away = err != nil
	}
	p, err := s.Wait(ctx, tx.ID().String(), uint64(x.depth), pause, tell)
	if errors.Is(err, wallet.ErrOverdue) {
		err = fmt.Errorf("%w; it is kept, and `strata wallet history` tells how far it is", err)
	}
	return p, err
}

func newWalletResend(w World, f *walletFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "resend ID",
		Short: "Hand in a payment on another chain than the one it was made for",
		Long: `The wallet hands in open payments again by itself, but only on the chain that they were made for: the
same parameters and the same first block. This command hands in a payment on the chain that the node is
on now. Do not use it if you have already paid in another way.`,
		Example: "  strata wallet resend 3f9a --token-file chain/api.token",
		Args:    oneArg("an ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := w.book(f)
			if err != nil {
				return err
			}
			return f.fromNode(b.Resend(cmd.Context(), args[0]))
		},
	}
	return f.withToken(f.withNode(cmd))
}

func newWalletForget(w World, f *walletFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "forget ID",
		Short:   "Drop a payment from the history",
		Example: "  strata wallet forget 3f9a",
		Args:    oneArg("an ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := w.book(f)
			if err != nil {
				return err
			}
			return f.fromNode(b.Forget(cmd.Context(), args[0]))
		},
	}
	return f.withNode(cmd)
}

// book watches the payments of the wallet.
func (w World) book(f *walletFlags) (*wallet.Book, error) {
	k, err := readWallet(f.file)
	if err != nil {
		return nil, err
	}
	c, err := w.client(f)
	if err != nil {
		return nil, err
	}
	return wallet.NewBook(c, k.Public(), f.file, time.Now), nil
}
