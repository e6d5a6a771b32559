package command

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"strata/ledgers"
	"strata/ledgers/electives"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/node/process/daemon"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
)

// playFlags say with which ledger one plays.
type playFlags struct {
	api, data, stack, key string
	nodes                 int
}

func newPlay(w World) *cobra.Command {
	f := &playFlags{}
	cmd := &cobra.Command{
		Use:   "play LEDGER",
		Short: "Play with the ledger of an elective: write, read, look",
		Long: `Reads one line after the other, from the terminal or from a script:

  key=value [fee]   write a value, and wait until it is final
  get key           read the value
  tip               how far the ledger is, and who leads
  help, exit        this list; the end

With validators and the lattice you have accounts instead, and pay: help lists how. --key says which account; without it it is a new one.
In the lattice the wallet of the node pays.

On a terminal the arrow keys bring earlier lines back, and Tab completes words and keys. A script ends with status 1 at
the first line that fails. With --data or --api you talk to the ledger of a running node; without either, three members
start in this process and end with it. Each call is a client of its own, with a new key.`,
		Example: `  strata play leader
  strata play leader --data net/0
  strata play validators --data net/0 --key my.key
  strata play lattice
  echo "get color" | strata play leader --api http://127.0.0.1:11180`,
		Args:      oneArg("a LEDGER: " + strings.Join(playedLedgers, ", ")),
		ValidArgs: playedLedgers,
		RunE:      func(cmd *cobra.Command, args []string) error { return w.runPlay(cmd, args[0], f) },
	}
	cmd.Flags().StringVar(&f.api, "api", "", "`URL` of the API of a running node")
	cmd.Flags().StringVar(&f.data, "data", "", "data `DIR` of a running node")
	cmd.Flags().StringVar(&f.key, "key", "", "validators: the key `FILE` of your account")
	numberFlag(cmd.Flags(), &f.nodes, "nodes", 1, 3, "members to start in this process")
	cmd.Flags().StringVar(&f.stack, "stack", daemon.Reference, daemon.StackUsage)
	addStack(cmd)
	return cmd
}

func (w World) runPlay(cmd *cobra.Command, name string, f *playFlags) error {
	if err := known("ledger", []string{name}, playedLedgers); err != nil {
		return err
	}
	switch {
	case f.api != "" && f.data != "":
		return errors.New("--api and --data do not go together: choose one")
	case f.api == "" && f.data == "":
		return w.playHere(cmd, name, f)
	case name == lattice.Name:
		return w.playLattice(cmd, f)
	case f.data != "":
		at, err := ledgerAPI(f.data)
		if err != nil {
			return err
		}
		f.api = at
	default:
		if u, err := url.Parse(f.api); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("--api is %q: want the URL of a node's API, such as http://127.0.0.1:11180", f.api)
		}
	}
	key, err := f.account(name)
	if err != nil {
		return err
	}
	return w.play(cmd.Context(), ledgernode.Client{URL: strings.TrimRight(f.api, "/")}, name, key)
}

// account is the player's key.
func (f *playFlags) account(ledger string) (ed25519.PrivateKey, error) {
	switch {
	case f.key == "":
		return keyfile.New()
	case ledger != validators.Name:
		return nil, fmt.Errorf("--key goes with %s: each call is a client of its own of %s", validators.Name, ledger)
	}
	return keyfile.Read(f.key)
}

// playHere plays with members of its own.
func (w World) playHere(cmd *cobra.Command, name string, f *playFlags) (err error) {
	if name == lattice.Name {
		return w.playLattice(cmd, f)
	}
	if f.nodes > ledgers.MaxMembers {
		return fmt.Errorf("nodes is %d: want 1 to %d", f.nodes, ledgers.MaxMembers)
	}
	stack, err := w.ledgerStack(cmd, f.stack)
	if err != nil {
		return err
	}
	key, err := f.account(name)
	if err != nil {
		return err
	}
	c, err := startPlay(name, stack, f.nodes)
	if err != nil {
		return w.inStudentsWords(err, f.stack)
	}
	defer func() {
		if failed := c.stop(); failed != nil && (err == nil || errors.Is(err, errAnswerNo)) {
			err = w.inStudentsWords(failed, f.stack)
		}
	}()
	l, err := daemon.ListenAPI("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(cmd.Context())
	served := make(chan error, 1)
	go func() { served <- c.member(0).Serve(ctx, l) }()
	defer func() { cancel(); <-served }()
	return w.play(ctx, ledgernode.Client{URL: "http://" + l.Addr().String()}, name, key)
}

// startPlay starts the members that one plays with. Where nobody falls, patience is free. Errors: no randomness; those
// of startLedger.
func startPlay(name string, s electives.Stack, n int) (*ledgerCluster, error) {
	if name == leader.Name {
		return startLedger(ledgernode.Leader(s.Leader(), leader.Config{Timeout: playWait}), foundLeader, n, slog.DiscardHandler, nil)
	}
	faucet, err := keyfile.New()
	if err != nil {
		return nil, err
	}
	found := func(members []ledgers.Member) ledgernode.Genesis {
		return foundPayers(members, []ed25519.PrivateKey{faucet})
	}
	return startLedger(ledgernode.Validators(s.Validators(), validators.Config{}), found, n, slog.DiscardHandler, faucet)
}

// play talks until it is ended.
func (w World) play(ctx context.Context, api ledgernode.Client, ledger string, key ed25519.PrivateKey) error {
	p, err := newPlayground(ctx, api, ledger, key)
	if err != nil {
		return err
	}
	if file, ok := w.In.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return p.talk(ctx, file, w.Out)
	}
	p.out = w.Out
	return w.script(ctx, p.say)
}

// talk reads lines from a terminal, with history and completion, until it is ended.
func (p *playground) talk(ctx context.Context, file *os.File, out io.Writer) error {
	state, err := term.MakeRaw(int(file.Fd()))
	if err != nil {
		return err
	}
	defer func() { _ = term.Restore(int(file.Fd()), state) }()
	t := p.terminal(struct {
		io.Reader
		io.Writer
	}{file, out})
	ended := make(chan error, 1)
	go func() { ended <- p.lines(ctx, t) }() // which a reading of the terminal may outlive, as this process ends
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// terminal is one with the playground's prompt and completion; it keeps the history itself.
func (p *playground) terminal(rw io.ReadWriter) *term.Terminal {
	t := term.NewTerminal(rw, "> ")
	t.AutoCompleteCallback = p.complete
	p.out = t
	return t
}

// lines reads lines until exit, the end of the input, or Ctrl-C.
func (p *playground) lines(ctx context.Context, t *term.Terminal) error {
	fmt.Fprintf(t, "ledger %s of %d members, chain %.16s; `help` lists the commands\n", p.ledger, p.members, p.chain)
	for {
		line, err := t.ReadLine()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		more, err := p.say(ctx, line)
		if err != nil {
			fmt.Fprintln(t, oneLine(err.Error()))
		}
		if !more {
			return nil
		}
	}
}

// complete completes a word or a key on Tab.
func (p *playground) complete(line string, pos int, key rune) (string, int, bool) {
	if key != '\t' || pos != len(line) {
		return "", 0, false
	}
	var found []string
	if head, ok := strings.CutPrefix(line, "get "); ok {
		for _, k := range p.keys {
			if strings.HasPrefix(k, head) {
				found = append(found, "get "+k)
			}
		}
	} else {
		words := []string{"exit", "get ", "help", "tip"}
		if p.purse != nil {
			words = []string{"balance", "exit", "faucet", "help", "key", "pay ", "tip"}
		}
		for _, k := range p.keys {
			words = append(words, k+"=")
		}
		for _, word := range words {
			if strings.HasPrefix(word, line) {
				found = append(found, word)
			}
		}
	}
	if len(found) == 0 {
		return "", 0, false
	}
	slices.Sort(found)
	first, last := found[0], found[len(found)-1]
	n := 0
	for n < len(first) && n < len(last) && first[n] == last[n] {
		n++
	}
	return first[:n], n, true
}
