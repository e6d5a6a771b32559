// Strata-lattice is elective 9 alone, small enough for a machine with 64 MiB: a node with its API, wallet and faucet; the
// making of a network; and a wallet that signs on this machine and needs any node's API.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"strata/node/process/settings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	w := world{in: bufio.NewReader(os.Stdin), out: os.Stdout, log: os.Stderr, getenv: os.Getenv}
	err := w.run(ctx, os.Args[1:])
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "strata-lattice: "+strings.Join(strings.Fields(err.Error()), " "))
	os.Exit(2)
}

// world is what a command touches besides files and the network.
type world struct {
	in     *bufio.Reader
	out    io.Writer
	log    io.Writer
	getenv func(string) string
}

// command is one of those that there are.
type command struct {
	name, args, short string
	run               func(w world, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"init", "--nodes N --holder ADDRESS... --out DIR", "make a network: genesis and a directory for each node", world.init},
		{"node", "--data DIR", "run a node", world.node},
		{"wallet new", "--wallet FILE", "make a wallet and print its 24 words, once", world.walletNew},
		{"wallet restore", "--wallet FILE", "make a wallet from 24 words on standard input", world.walletRestore},
		{"wallet addresses", "--wallet FILE --count N", "print addresses of the wallet", world.walletAddresses},
		{"wallet list", "--wallet FILE --data DIR", "print the accounts that were used, with balances", world.walletList},
		{"wallet send", "--wallet FILE --data DIR --to ADDRESS --amount UNITS", "pay, and wait until it is cemented", world.walletSend},
		{"wallet receive", "--wallet FILE --data DIR", "receive what is pending", world.walletReceive},
		{"wallet represent", "--wallet FILE --data DIR --by ADDRESS", "name another representative", world.walletRepresent},
		{"wallet load", "--wallet FILE --data DIR --for TIME", "load the network with blocks of all accounts, and say how fast it was", world.walletLoad},
		{"checkpoint make", "--data DIR --out FILE", "write a checkpoint that a node can begin with, signed by this one", world.checkpointMake},
		{"checkpoint sign", "--data DIR --file FILE", "have another representative sign it", world.checkpointSign},
		{"checkpoint", "--data DIR", "print the weights that a node which starts late needs", world.checkpoint},
		{"ask", "--data DIR ACTION [FIELD=VALUE...]", "ask the API of a node", world.ask},
	}
}

// run runs the command that the arguments name.
func (w world) run(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		w.help()
		return nil
	}
	var names []string
	for _, c := range commands() {
		words := strings.Fields(c.name)
		names = append(names, c.name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == c.name {
			return c.run(w, ctx, args[len(words):])
		}
	}
	given := strings.Join(args[:min(len(args), 2)], " ")
	return fmt.Errorf("unknown command %.40q%s; `strata-lattice help` lists those that there are", given, settings.DidYouMean(given, names))
}

func (w world) help() {
	fmt.Fprint(w.out, "strata-lattice runs elective 9 of Strata, a ledger with one chain an account.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w.out, "  strata-lattice %s %s\n      %s\n", c.name, c.args, c.short)
	}
	fmt.Fprint(w.out, "\nEach command lists its flags with -h. A password comes from --password-file, from STRATA_PASSWORD, or is asked for.\n")
}

// flags are those of one command.
func (w world) flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet("strata-lattice "+name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // errors are returned
	return f
}

// parse reads the flags, and refuses arguments beyond those that are wanted.
func (w world) parse(f *flag.FlagSet, args []string, arguments bool) error {
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(w.out, "%s [flags]\n\n", f.Name())
		f.SetOutput(w.out)
		f.PrintDefaults()
		return err
	case err != nil:
		return fmt.Errorf("%w; `%s -h` lists those that there are", err, f.Name())
	case f.NArg() > 0 && !arguments:
		return fmt.Errorf("unknown argument %.40q: %s has flags alone", f.Arg(0), f.Name())
	}
	return nil
}

// list is a flag that may be repeated.
type list []string

func (l *list) String() string        { return "" }
func (l *list) Set(text string) error { *l = append(*l, text); return nil }
