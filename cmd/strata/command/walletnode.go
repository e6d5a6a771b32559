package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"strata/mempool"
	"strata/node/process/keyfile"
	"strata/wallet"
)

func newWalletBalance(w World, f *walletFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "balance [ADDRESS]",
		Short: "Print the balance of the wallet or of any address",
		Long: `Prints what the account has on the chain. On standard error it adds what still waits for a block.
With --json, both are in one object.`,
		Example: `  strata wallet balance
  strata wallet balance "$(strata wallet address --wallet bob.wallet)" --json`,
		Args: upToOneArg("an ADDRESS"),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := f.account(args)
			if err != nil {
				return err
			}
			c, err := w.client(f)
			if err != nil {
				return err
			}
			account, err := c.Account(cmd.Context(), key)
			if err != nil {
				return f.fromNode(err)
			}
			return w.printBalance(f, key, account)
		},
	}
	return f.withJSON(f.withNode(cmd))
}

// account is the key that the argument names, or the wallet's own.
func (f *walletFlags) account(args []string) (mempool.PublicKey, error) {
	if len(args) > 0 {
		return recipient(args[0])
	}
	k, err := readWallet(f.file)
	return k.Public(), err
}

// balanceJSON is what balance prints with --json. Amounts are texts, as in the API: they pass 2^53.
type balanceJSON struct {
	Address    string `json:"address"`
	Balance    uint64 `json:"balance,string"`
	PendingIn  uint64 `json:"pending_in,string"`
	PendingOut uint64 `json:"pending_out,string"`
	Nonce      uint64 `json:"nonce,string"`
	Height     uint64 `json:"height"`
}

func (w World) printBalance(f *walletFlags, key mempool.PublicKey, a wallet.Account) error {
	if f.json {
		return printJSON(w.Out, balanceJSON{key.String(), a.Balance, a.In, a.Out, a.Nonce, a.Height})
	}
	if a.In > 0 || a.Out > 0 {
		fmt.Fprintf(w.Err, "waiting for a block: +%d -%d\n", a.In, a.Out)
	}
	_, err := fmt.Fprintln(w.Out, a.Balance)
	return err
}

func printJSON(out io.Writer, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(out, "%s\n", text)
	}
	return err
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

func newWalletHistory(w World, f *walletFlags) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List what the account sent and received, newest first",
		Long: `Lists the payments of this wallet that are open, refused or replaced, and then the account's
transactions on the chain. DEEP is how many blocks hold a payment: its own and those on top. A payment
whose block left the chain "fell back". With the token, this command hands it in again.`,
		Example: "  strata wallet history --limit 20",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return errors.New("wallet: --limit has to be at least 1")
			}
			return w.history(cmd.Context(), f, limit)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "`N` transactions of the chain at most")
	return f.withJSON(f.withToken(f.withNode(cmd)))
}

func (w World) history(ctx context.Context, f *walletFlags, limit int) error {
	c, err := w.client(f)
	if err != nil {
		return err
	}
	return w.historyOf(ctx, f, c, limit)
}

// historyOf lists the history of the wallet, asked of a node.
func (w World) historyOf(ctx context.Context, f *walletFlags, c *wallet.Client, limit int) error {
	k, err := readWallet(f.file)
	if err != nil {
		return err
	}
	payments, err := w.look(ctx, f, c, k.Public())
	if err != nil {
		return err
	}
	entries, err := c.History(ctx, k.Public(), limit)
	if err != nil {
		return f.fromNode(err)
	}
	lines := []line{}
	for i := len(payments) - 1; i >= 0; i-- {
		if payments[i].State != wallet.Confirmed {
			lines = append(lines, lineOf(payments[i], k.Public()))
		}
	}
	for _, e := range entries {
		if !e.Waiting {
			lines = append(lines, lineOfEntry(e, k.Public()))
		}
	}
	if f.json {
		return printJSON(w.Out, lines)
	}
	return printHistory(w.Out, lines)
}

// look refreshes the wallet's payments. Without the token nothing is handed in again, which is told.
func (w World) look(ctx context.Context, f *walletFlags, c *wallet.Client, owner mempool.PublicKey) ([]wallet.Payment, error) {
	if _, err := os.Stat(wallet.JournalOf(f.file)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nothing was ever sent with it
	}
	payments, err := wallet.NewBook(c, owner, f.file, time.Now).Refresh(ctx)
	if errors.Is(err, wallet.ErrToken) {
		fmt.Fprintln(w.Err, "strata: the node has forgotten a payment; with --token-file it is handed in again")
		return payments, nil
	}
	return payments, f.fromNode(err)
}

// line is one line of the history.
type line struct {
	State       wallet.State `json:"state"`
	Block       *uint64      `json:"block"`
	Depth       uint64       `json:"depth"`
	Amount      uint64       `json:"amount,string"`
	Sent        bool         `json:"sent"` // by the account; false: received
	With        string       `json:"with"`
	Nonce       uint64       `json:"nonce,string"`
	Transaction string       `json:"transaction"`
	Replaces    string       `json:"replaces,omitempty"`
	Note        string       `json:"note,omitempty"`
}

// lineOf is a payment that is under way, or over.
func lineOf(p wallet.Payment, owner mempool.PublicKey) line {
	tx := p.Transaction
	return line{
		State: p.State, Depth: p.Depth, Amount: tx.Amount, Sent: true, With: with(tx.Recipient.String(), owner),
		Nonce: tx.Nonce, Transaction: p.ID(), Replaces: p.Replaces, Note: p.Note,
	}
}

// lineOfEntry is a transaction of the chain as the owner of the key sees it.
func lineOfEntry(e wallet.Entry, owner mempool.PublicKey) line {
	l := line{State: wallet.Confirmed, Block: &e.Block, Depth: e.Depth, Amount: e.Amount, Nonce: e.Nonce, Transaction: e.ID, With: e.Sender}
	if e.Sender == owner.String() {
		l.Sent, l.With = true, with(e.Recipient, owner)
	}
	return l
}

// with says who the other side is; the account itself is no other.
func with(key string, owner mempool.PublicKey) string {
	if key == owner.String() {
		return "itself"
	}
	return key
}

func printHistory(out io.Writer, lines []line) error {
	if len(lines) == 0 {
		_, err := fmt.Fprintln(out, "nothing sent and nothing received; what a block pays its miner is in the balance alone")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "state\tblock\tdeep\tamount\twith\ttransaction")
	for _, l := range lines {
		block, depth, sign := "-", "-", "+"
		if l.Block != nil {
			block, depth = strconv.FormatUint(*l.Block, 10), strconv.FormatUint(l.Depth, 10)
		}
		if l.Sent {
			sign = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s%d\t%s\t%s\n", l.State, block, depth, sign, l.Amount, l.With, l.Transaction)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, l := range lines {
		if l.Note != "" {
			if _, err := fmt.Fprintf(out, "%s: %s\n", l.Transaction, l.Note); err != nil {
				return err
			}
		}
	}
	return nil
}
