package command

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/node/process/ledgernode"
)

// purse is what a player of validators has: an account's key.
type purse struct {
	api   ledgernode.Client
	chain ledgers.ChainID
	key   ed25519.PrivateKey
	last  uint64 // nonce of the last payment
	out   io.Writer
}

// purseHelp lists what can be said.
const purseHelp = `balance [KEY]           what an account has; yours without a key
pay KEY AMOUNT [FEE]    pay, and wait until that is final
faucet [AMOUNT]         ask the node for money, on a development network
key                     your account
tip                     how far the ledger is
exit                    the end
`

// say runs one line that is a purse's alone.
func (p *purse) say(ctx context.Context, line string) error {
	words := strings.Fields(line)
	switch {
	case words[0] == "key" && len(words) == 1:
		_, err := fmt.Fprintln(p.out, addressOf(p.key))
		return err
	case words[0] == "balance" && len(words) <= 2:
		return p.balance(ctx, words[1:])
	case words[0] == "pay" && (len(words) == 3 || len(words) == 4):
		return p.pay(ctx, words[1:])
	case words[0] == "faucet" && len(words) <= 2:
		return p.faucet(ctx, words[1:])
	}
	return fmt.Errorf("%q is nothing to say here; `help` lists what is", line)
}

func (p *purse) balance(ctx context.Context, of []string) error {
	who := addressOf(p.key)
	if len(of) > 0 {
		if err := ledgers.ParseKey(&who, of[0]); err != nil {
			return err
		}
	}
	a, err := p.api.Account(ctx, who)
	if err == nil {
		_, err = fmt.Fprintf(p.out, "%d (height %d)\n", a.Balance, a.Height)
	}
	return err
}

// amount reads a number above zero.
func amount(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 || n >= validators.MaxSupply {
		return 0, fmt.Errorf("%q is no amount: want 1 to %d, in digits", text, uint64(validators.MaxSupply-1))
	}
	return n, nil
}

// pay signs and submits a transfer. The nonce is the account's next, or that after the last payment of this purse.
func (p *purse) pay(ctx context.Context, words []string) error {
	tx := &validators.Transaction{Kind: validators.Transfer, Fee: validators.Defaults().MinFee}
	err := ledgers.ParseKey(&tx.To, words[0])
	if err == nil {
		tx.Amount, err = amount(words[1])
	}
	if err == nil && len(words) == 3 {
		tx.Fee, err = amount(words[2])
	}
	if err != nil {
		return err
	}
	a, err := p.api.Account(ctx, addressOf(p.key))
	switch {
	case err != nil:
		return err
	case a.Balance < tx.Amount+tx.Fee:
		return fmt.Errorf("the account has %d, and this takes %d", a.Balance, tx.Amount+tx.Fee)
	}
	tx.Nonce = max(a.Next, p.last+1)
	tx.Sign(p.chain, p.key)
	o, err := p.api.Submit(ctx, tx.Encode(), playWait)
	if err != nil {
		return err
	}
	p.last = tx.Nonce
	return outcome(p.out, o, "no quorum has decided it")
}

// faucet asks for a gift.
func (p *purse) faucet(ctx context.Context, words []string) (err error) {
	g := ledgernode.Gift{ID: rand.Text(), Account: addressOf(p.key).String(), Amount: 1000}
	if len(words) == 1 {
		if g.Amount, err = amount(words[0]); err != nil {
			return err
		}
	}
	o, err := p.api.Give(ctx, g)
	if err != nil {
		return err
	}
	return outcome(p.out, o, "no quorum has decided it")
}

// outcome says what has become of an operation. Errors: it is not final.
func outcome(to io.Writer, o ledgernode.Outcome, why string) error {
	switch o.State {
	case ledgers.Final.String():
		_, err := fmt.Fprintf(to, "final at height %d\n", o.Height)
		return err
	case ledgers.Refused.String():
		return errors.New("refused: " + o.Why)
	}
	return fmt.Errorf("%s after %v: %s; it may still become final", o.State, playWait, why)
}
