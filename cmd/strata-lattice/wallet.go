package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"strata/ledgers/lattice"
	"strata/node/process/latticenode"
	"strata/wallet/phrase"
)

// walletFlags are those of the commands of a wallet.
type walletFlags struct {
	file, passwordFile, node, data string
	wait                           time.Duration
}

func (w world) walletFlags(name string, asks bool) (*walletFlags, *flag.FlagSet) {
	v := &walletFlags{}
	f := w.flags("wallet " + name)
	f.StringVar(&v.file, "wallet", "lattice.wallet", "the keystore `FILE`")
	f.StringVar(&v.passwordFile, "password-file", "", "`FILE` with the password")
	if asks {
		f.StringVar(&v.node, "node", "", "`URL` of a node's API")
		f.StringVar(&v.data, "data", "", "`DIR` of a node that runs on this machine")
		f.DurationVar(&v.wait, "wait", time.Minute, "for a block to be cemented")
	}
	return v, f
}

func (w world) walletNew(_ context.Context, args []string) error {
	v, f := w.walletFlags("new", false)
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	var seed lattice.Seed
	rand.Read(seed[:]) // never fails
	if err := w.keep(v, seed); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s\n", phrase.Of(seed))
	fmt.Fprintln(w.log, "Write these 24 words down and keep them where nobody finds them: they are all that the accounts need, and they are not shown again.")
	return nil
}

func (w world) walletRestore(_ context.Context, args []string) error {
	v, f := w.walletFlags("restore", false)
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	const most = 4 << 10
	text, err := io.ReadAll(io.LimitReader(w.in, most))
	if err != nil {
		return err
	}
	seed, err := phrase.Parse(string(text))
	if err != nil {
		return err
	}
	if err := w.keep(v, seed); err != nil {
		return err
	}
	fmt.Fprintln(w.out, lattice.Address(lattice.Seed(seed).Account(0)))
	return nil
}

// seed opens the wallet of the flags.
func (w world) seed(v *walletFlags) (lattice.Seed, error) {
	if _, err := readWallet(v.file); err != nil {
		return lattice.Seed{}, err // before a password is asked for
	}
	password, err := w.password(v, "Password of "+v.file)
	if err != nil {
		return lattice.Seed{}, err
	}
	return openWallet(v.file, password)
}

func (w world) walletAddresses(_ context.Context, args []string) error {
	v, f := w.walletFlags("addresses", false)
	count := f.Int("count", 1, "how many, from index 0 on")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	if *count < 1 || *count > latticenode.MaxWallet {
		return fmt.Errorf("--count is %d: want 1 to %d", *count, latticenode.MaxWallet)
	}
	seed, err := w.seed(v)
	for i := 0; err == nil && i < *count; i++ {
		_, err = fmt.Fprintln(w.out, lattice.Address(seed.Account(uint32(i))))
	}
	return err
}

// open is the wallet on the ledger of the node that the flags name.
func (w world) open(ctx context.Context, v *walletFlags) (*latticenode.Wallet, latticenode.Client, error) {
	url, err := nodeURL(v.node, v.data)
	if err != nil {
		return nil, latticenode.Client{}, err
	}
	client := latticenode.Client{URL: url, Wait: v.wait}
	seed, err := w.seed(v)
	if err != nil {
		return nil, client, err
	}
	opened, err := latticenode.OpenWallet(ctx, client, seed, 0)
	return opened, client, err
}

func (w world) walletList(ctx context.Context, args []string) error {
	v, f := w.walletFlags("list", true)
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	opened, client, err := w.open(ctx, v)
	if err != nil {
		return err
	}
	for i, of := range opened.Accounts() {
		a, err := client.Account(ctx, of)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.out, "%d %s %s, pending %s\n", i, a.Account, latticenode.InUnits(a.Balance), latticenode.InUnits(a.Pending))
	}
	return nil
}

// from is the wallet's account of an index.
func from(opened *latticenode.Wallet, index int) (lattice.Account, error) {
	all := opened.Accounts()
	if index < 0 || index >= len(all) {
		return lattice.Account{}, fmt.Errorf("--from is %d: the wallet has used the accounts 0 to %d", index, len(all)-1)
	}
	return all[index], nil
}

func (w world) walletSend(ctx context.Context, args []string) error {
	v, f := w.walletFlags("send", true)
	to := f.String("to", "", "`ADDRESS` to pay")
	text := f.String("amount", "", "`UNITS`, with at most 24 digits behind a point")
	index := f.Int("from", 0, "index of the account that pays")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	account, errTo := lattice.ParseAddress(*to)
	amount, errAmount := lattice.ParseUnits(*text)
	if err := errors.Join(prefix("--to", errTo), prefix("--amount", errAmount)); err != nil {
		return err // before a password is asked for
	}
	opened, _, err := w.open(ctx, v)
	if err != nil {
		return err
	}
	payer, err := from(opened, *index)
	if err != nil {
		return err
	}
	return w.ended(opened.Send(ctx, payer, account, amount))
}

func prefix(flag string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return nil
}

// ended says what has become of a block. Error: it is not cemented.
func (w world) ended(o latticenode.Outcome, err error) error {
	if err != nil {
		return err
	}
	if o.State != "final" {
		return fmt.Errorf("block %s is %s %s: it may still be cemented; ask with `strata-lattice ask block_info hash=%s`", o.Hash, o.State, o.Why, o.Hash)
	}
	_, err = fmt.Fprintln(w.out, o.Hash)
	return err
}

func (w world) walletReceive(ctx context.Context, args []string) error {
	v, f := w.walletFlags("receive", true)
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	opened, _, err := w.open(ctx, v)
	if err != nil {
		return err
	}
	blocks, err := opened.ReceiveAll(ctx)
	fmt.Fprintf(w.out, "%d received\n", blocks)
	return err
}

func (w world) walletRepresent(ctx context.Context, args []string) error {
	v, f := w.walletFlags("represent", true)
	by := f.String("by", "", "`ADDRESS` of the representative")
	index := f.Int("from", 0, "index of the account")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	representative, err := lattice.ParseAddress(*by)
	if err != nil {
		return prefix("--by", err)
	}
	opened, _, err := w.open(ctx, v)
	if err != nil {
		return err
	}
	of, err := from(opened, *index)
	if err != nil {
		return err
	}
	return w.ended(opened.Change(ctx, of, representative))
}

func (w world) walletLoad(ctx context.Context, args []string) error {
	v, f := w.walletFlags("load", true)
	long := f.Duration("for", 10*time.Second, "how long")
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	opened, _, err := w.open(ctx, v)
	if err != nil {
		return err
	}
	loaded, err := latticenode.Load{Wallet: opened, For: *long}.Run(ctx)
	if err == nil {
		_, err = fmt.Fprintln(w.out, loaded)
	}
	return err
}
