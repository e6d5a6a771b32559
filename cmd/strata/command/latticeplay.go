package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"strata/ledgers"
	"strata/ledgers/electives"
	"strata/ledgers/lattice"
	"strata/node/process/latticenode"
	"strata/node/process/tcphost"
)

// latticePlay is a conversation with a node of the lattice that has a wallet.
type latticePlay struct {
	api latticenode.Client
	out io.Writer
}

// playLattice plays with the node that the flags name, or with nodes of its own.
func (w World) playLattice(cmd *cobra.Command, f *playFlags) error {
	if f.nodes > ledgers.MaxMembers {
		return fmt.Errorf("nodes is %d: want 1 to %d", f.nodes, ledgers.MaxMembers)
	}
	if f.key != "" {
		return errors.New("--key: the node's own wallet pays in the lattice")
	}
	if f.data != "" {
		at, err := latticenode.APIOf(f.data)
		if err != nil {
			return err
		}
		token, err := latticenode.TokenOf(f.data)
		if err != nil {
			return err
		}
		return w.talkLattice(cmd.Context(), latticenode.Client{URL: at, Token: token, Wait: playWait})
	}
	if f.api != "" {
		return errors.New("--api: paying wants the token of the node, so say with --data where its directory is")
	}
	stack, err := w.ledgerStack(cmd, f.stack)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "strata-play-*")
	if err != nil {
		return err
	}
	err = w.playOwnLattice(cmd.Context(), stack, dir, f)
	return errors.Join(w.inStudentsWords(err, f.stack), os.RemoveAll(dir))
}

// playOwnLattice plays with nodes that end with it. Each represents an account of one seed, which the first pays from.
func (w World) playOwnLattice(ctx context.Context, stack electives.Stack, dir string, f *playFlags) error {
	work := fmt.Sprintf("%016x", uint64(demoWork)) // there are no strangers whom it would keep off
	net := latticenode.NewNetwork{Out: filepath.Join(dir, "net"), Nodes: f.nodes, Least: lattice.Whole, SendWork: work, ReceiveWork: work}
	seed := lattice.Seed{} // nothing of it is worth anything
	for i := range f.nodes {
		net.Holders = append(net.Holders, lattice.Address(seed.Account(uint32(i))))
	}
	if err := net.Make(io.Discard); err != nil {
		return err
	}
	addrs, err := tcphost.LoopbackAddrs(f.nodes)
	if err != nil {
		return err
	}
	within, cancel := context.WithCancel(ctx)
	ended := make(chan error, f.nodes)
	up := upWriter{make(chan struct{}, 2*f.nodes)}
	for i := range addrs {
		d, err := latticenode.Open(filepath.Join(net.Out, strconv.Itoa(i)))
		if err != nil {
			cancel()
			return err
		}
		s := latticenode.Service{Stack: stack.Lattice(), Layers: f.stack, API: latticenode.APIOff, Out: up, Config: latticenode.Config{
			Directory: d, Listen: addrs[i], Bootstrap: addrs, Log: slog.DiscardHandler}}
		if i == 0 {
			s.API, s.Password = "127.0.0.1:0", []byte{}
			s.Open = func([]byte) (lattice.Seed, error) { return seed, nil }
		}
		go func() { ended <- s.Run(within) }()
	}
	err = w.talkOnceUp(ctx, filepath.Join(net.Out, "0"), f.nodes+1, up, ended)
	cancel()
	for range addrs {
		err = errors.Join(err, <-ended)
	}
	return err
}

// upWriter says that something was printed.
type upWriter struct{ lines chan struct{} }

func (u upWriter) Write(b []byte) (int, error) { u.lines <- struct{}{}; return len(b), nil }

// talkOnceUp talks to the node of a directory when so many lines were printed: all are up then.
func (w World) talkOnceUp(ctx context.Context, dir string, lines int, up upWriter, ended chan error) error {
	for range lines {
		select {
		case <-up.lines:
		case err := <-ended:
			ended <- nil // it is counted once more
			return err
		}
	}
	at, err := latticenode.APIOf(dir)
	if err != nil {
		return err
	}
	token, err := latticenode.TokenOf(dir)
	if err != nil {
		return err
	}
	return w.talkLattice(ctx, latticenode.Client{URL: at, Token: token, Wait: playWait})
}

// talkLattice talks until it is ended. On a terminal a line that fails ends nothing.
func (w World) talkLattice(ctx context.Context, api latticenode.Client) error {
	p := &latticePlay{api: api, out: w.Out}
	file, ok := w.In.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return w.script(ctx, p.say)
	}
	fmt.Fprint(w.Out, "a wallet of the lattice; `help` lists the commands\n> ")
	for lines := bufio.NewScanner(file); lines.Scan(); fmt.Fprint(w.Out, "> ") {
		more, err := p.say(ctx, lines.Text())
		if err != nil {
			fmt.Fprintln(w.Out, oneLine(err.Error()))
		}
		if !more {
			return nil
		}
	}
	return nil
}

// say runs one line. more is false after exit.
func (p *latticePlay) say(ctx context.Context, line string) (more bool, err error) {
	words := strings.Fields(line)
	switch {
	case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		return true, nil
	case line == "exit":
		return false, nil
	case line == "help":
		_, err = io.WriteString(p.out, `list                 the wallet's accounts
new                  one account more
pay FROM TO UNITS    from an account of the list to another, or to an address; received by itself
reps                 who decides
tip                  how much is cemented
exit                 the end
`)
		return true, err
	case line == "list":
		return true, p.list(ctx)
	case line == "new":
		var a latticenode.Account
		err = p.api.Ask(ctx, map[string]string{"action": "account_create"}, &a)
		return true, p.print(err, "%s\n", a.Account)
	case line == "tip":
		var s struct{ Cemented, Loose string }
		err = p.api.Ask(ctx, map[string]string{"action": "status"}, &s)
		return true, p.print(err, "%s blocks cemented, %s not\n", s.Cemented, s.Loose)
	case line == "reps":
		return true, p.reps(ctx)
	case words[0] == "pay":
		return true, p.pay(ctx, words[1:])
	}
	return true, fmt.Errorf("%q is nothing to say here; `help` lists what is", line)
}

// print prints, unless there is an error.
func (p *latticePlay) print(err error, format string, args ...any) error {
	if err == nil {
		_, err = fmt.Fprintf(p.out, format, args...)
	}
	return err
}

// accounts are those of the node's wallet.
func (p *latticePlay) accounts(ctx context.Context) ([]string, error) {
	var all struct{ Accounts []string }
	err := p.api.Ask(ctx, map[string]string{"action": "accounts"}, &all)
	return all.Accounts, err
}

func (p *latticePlay) list(ctx context.Context) error {
	all, err := p.accounts(ctx)
	if err != nil {
		return err
	}
	for i, address := range all {
		var a latticenode.Account
		if err := p.api.Ask(ctx, map[string]string{"action": "account_info", "account": address}, &a); err != nil {
			return err
		}
		if err := p.print(nil, "%d %s %s, pending %s\n", i, address, latticenode.InUnits(a.Confirmed), latticenode.InUnits(a.Pending)); err != nil {
			return err
		}
	}
	return nil
}

func (p *latticePlay) reps(ctx context.Context) error {
	var r latticenode.Representatives
	err := p.api.Ask(ctx, map[string]string{"action": "representatives"}, &r)
	for _, one := range r.All {
		err = p.print(err, "%s %s\n", one.Account, latticenode.InUnits(one.Weight))
	}
	return p.print(err, "a quorum is %s of %s\n", latticenode.InUnits(r.Quorum), latticenode.InUnits(r.Supply))
}

func (p *latticePlay) pay(ctx context.Context, words []string) error {
	if len(words) != 3 {
		return errors.New("pay whom what? want: pay FROM TO UNITS")
	}
	all, err := p.accounts(ctx)
	if err != nil {
		return err
	}
	for i, name := range words[:2] {
		n, err := strconv.Atoi(name)
		switch {
		case err != nil && i == 1: // an address: the node reads it
		case err != nil || n < 0 || n >= len(all):
			return fmt.Errorf("%.80q is none of the accounts 0 to %d", name, len(all)-1)
		default:
			words[i] = all[n]
		}
	}
	amount, err := lattice.ParseUnits(words[2])
	if err != nil {
		return err
	}
	var o latticenode.Outcome
	err = p.api.Ask(ctx, map[string]string{"action": "send", "source": words[0], "destination": words[1], "amount": amount.String(),
		"wait": playWait.String()}, &o)
	return p.print(err, "%s: %.16s\n", o.State, o.Hash)
}
