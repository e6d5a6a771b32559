package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"strata/mempool"
	"strata/node/process/keyfile"
	"strata/wallet"
)

func newWalletBalance(w World, f *walletFlags) *cobra.Command {
	return f.withNode(&cobra.Command{
		Use:     "balance",
		Short:   "Print what the account has on the chain",
		Example: "  strata wallet balance",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := readWallet(f.file)
			if err != nil {
				return err
			}
			c, err := w.client(f)
			if err != nil {
				return err
			}
			account, err := c.Account(cmd.Context(), k.Public())
			if err != nil {
				return f.fromNode(err)
			}
			_, err = fmt.Fprintln(w.Out, account.Balance)
			return err
		},
	})
}

func newWalletSend(w World, f *walletFlags) *cobra.Command {
	var wait bool
	cmd := &cobra.Command{
		Use:   "send RECIPIENT AMOUNT",
		Short: "Send an amount to an address, or to the owner of a key file or keystore",
		Long: `Signs a transaction and hands it to the node, and prints its id. Several sends in a row work:
what was sent and is on no block yet is kept beside the keystore (FILE.sent), and sent again if the
nodes have forgotten it, which they do after a minute.`,
		Example: `  strata wallet send bob.wallet 250 --token-file chain/api.token
  strata wallet send "$(strata keys show bob.key)" 250 --wait`,
		Args: twoArgs("a RECIPIENT and an AMOUNT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := recipient(args[0])
			if err != nil {
				return err
			}
			amount, err := strconv.ParseUint(args[1], 10, 64)
			if err != nil {
				return fmt.Errorf("wallet: %q is not an amount: want a whole number below 2^64", args[1])
			}
			return w.send(cmd, f, to, amount, wait)
		},
	}
	cmd.Flags().StringVar(&f.tokenFile, "token-file", "", "`FILE` with the node's token, DATA/api.token")
	cmd.Flags().BoolVar(&wait, "wait", false, "wait until a block has the transaction")
	return f.withNode(f.withPassword(cmd))
}

// recipient reads whom to send to: a public key in hex, a keystore or a key file.
func recipient(text string) (mempool.PublicKey, error) {
	if k, err := wallet.Read(text); err == nil {
		return k.Public(), nil
	}
	key, err := keyfile.ParsePublic(text)
	if err != nil {
		return key, fmt.Errorf("wallet: recipient: %w", err)
	}
	return key, nil
}

// send signs and sends one transaction.
func (w World) send(cmd *cobra.Command, f *walletFlags, to mempool.PublicKey, amount uint64, wait bool) error {
	c, err := w.client(f)
	if err != nil {
		return err
	}
	_, key, err := w.open(cmd, f, f.file)
	if err != nil {
		return err
	}
	tx, err := wallet.NewSender(c, key, f.file, time.Now).Send(cmd.Context(), to, amount)
	if err != nil {
		return f.fromNode(err)
	}
	if _, err := fmt.Fprintln(w.Out, tx.ID()); err != nil || !wait {
		return err
	}
	number, err := w.mined(cmd.Context(), c, tx)
	if err != nil {
		return f.fromNode(err)
	}
	_, err = fmt.Fprintf(w.Out, "in block %d\n", number)
	return err
}

// minedEvery is the pause between two looks at whether a block has the transaction.
const minedEvery = 500 * time.Millisecond

// mined waits until a block has the transaction, and hands it in again while the node knows none
// such, and returns the block's number.
func (w World) mined(ctx context.Context, c *wallet.Client, tx mempool.Transaction) (uint64, error) {
	fmt.Fprintln(w.Err, "waiting for a block")
	look := time.NewTicker(minedEvery)
	defer look.Stop()
	for {
		entry, known, err := c.Transaction(ctx, tx.ID())
		switch {
		case err != nil:
			return 0, err
		case known && !entry.Waiting:
			return entry.Block, nil
		case !known:
			if err := c.Submit(ctx, tx); err != nil {
				return 0, err
			}
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func newWalletHistory(w World, f *walletFlags) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:     "history",
		Short:   "List what the account sent and received, newest first",
		Example: "  strata wallet history --limit 20",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return errors.New("wallet: --limit has to be at least 1")
			}
			k, err := readWallet(f.file)
			if err != nil {
				return err
			}
			c, err := w.client(f)
			if err != nil {
				return err
			}
			entries, err := c.History(cmd.Context(), k.Public(), limit)
			if err != nil {
				return f.fromNode(err)
			}
			return printHistory(w.Out, k.Public(), entries)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "`N` transactions at most")
	return f.withNode(cmd)
}

// printHistory prints the entries as the owner of the key sees them.
func printHistory(out io.Writer, owner mempool.PublicKey, entries []wallet.Entry) error {
	if len(entries) == 0 {
		_, err := fmt.Fprintln(out, "nothing sent and nothing received; what a block pays its miner is in the balance alone")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "block\tamount\twith\ttransaction")
	for _, e := range entries {
		block, sign, with := strconv.FormatUint(e.Block, 10), "+", e.Sender
		if e.Waiting {
			block = "waiting"
		}
		if e.Sender == owner.String() {
			sign, with = "-", e.Recipient
		}
		fmt.Fprintf(table, "%s\t%s%d\t%s\t%s\n", block, sign, e.Amount, with, e.ID)
	}
	return table.Flush()
}
