package command

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"strata/mempool"
	"strata/node/process/daemon"
	"strata/node/process/settings"
	"strata/wallet"
)

// shell is a conversation with one node.
type shell struct {
	world  World
	cmd    *cobra.Command
	flags  *walletFlags
	client *wallet.Client
	key    ed25519.PrivateKey // nil until the first payment
	out    io.Writer
}

// verb is what one can say in a shell.
type verb struct {
	name, args, help string
	run              func(*shell, context.Context, []string) error
}

func verbs() []verb {
	return []verb{
		{"balance", "[ADDRESS]", "what an account has on the chain", (*shell).balance},
		{"nonce", "[ADDRESS]", "how many transactions an account has sent, and its next number", (*shell).nonce},
		{"send", "RECIPIENT AMOUNT", "pay with the wallet; its password is asked for once", (*shell).send},
		{"history", "", "payments under way, and what the chain has of the wallet", (*shell).history},
		{"latest", "[N]", "the last N blocks, 5 unless said otherwise", (*shell).latest},
		{"peers", "[add|drop] [ADDRESS]", "the node's peers; or add one, or drop one and keep it away", (*shell).peers},
		{"status", "", "how the node is", (*shell).status},
		{"mine", "on|off", "turn the miner on or off", (*shell).mine},
		{"help", "", "this list", (*shell).help},
		{"quit", "", "end; so does the end of the input", nil},
	}
}

func newNodeShell(w World) *cobra.Command {
	f := &walletFlags{}
	var data string
	cmd := &cobra.Command{
		Use:   "shell",
		Short: "Talk to a running node: send, balance, nonce, latest, peers",
		Long: `Reads one command a line, from the terminal or from a script, and asks a running node. With --data it finds the
node that runs on that directory, and its token. ` + "`help`" + ` lists the commands. A script ends with status 1 at the first
line that fails.`,
		Example: `  strata node shell --data chain
  echo "latest 3" | strata node shell --api http://127.0.0.1:11180`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.runShell(cmd, f, data) },
	}
	cmd.Flags().StringVar(&f.file, "wallet", defaultWallet, "keystore `FILE`")
	cmd.Flags().StringVar(&data, "data", "", "data `DIR` of the node")
	return f.withToken(f.withNode(f.withPassword(cmd)))
}

func (w World) runShell(cmd *cobra.Command, f *walletFlags, data string) error {
	s := &shell{world: w, cmd: cmd, flags: f, out: w.Out}
	if err := s.connect(data); err != nil {
		return err
	}
	file, ok := w.In.(*os.File)
	if ok && term.IsTerminal(int(file.Fd())) {
		return s.talk(cmd.Context(), file)
	}
	return w.script(cmd.Context(), s.say)
}

// script has each line of the input said, until there are no more or one ends it. It says which line fails.
func (w World) script(ctx context.Context, say func(context.Context, string) (more bool, err error)) error {
	if w.In == nil {
		return nil
	}
	lines := bufio.NewScanner(w.In)
	for number := 1; lines.Scan(); number++ {
		more, err := say(ctx, lines.Text())
		if err != nil {
			fmt.Fprintf(w.Err, "strata: line %d: %s\n", number, oneLine(err.Error()))
			return errAnswerNo
		}
		if !more {
			return nil
		}
	}
	return lines.Err()
}

// connect finds the node.
func (s *shell) connect(data string) (err error) {
	if data == "" {
		s.client, err = s.world.client(s.flags)
		return err
	}
	d := s.world.daemon(daemon.Defaults())
	d.Settings.Data = data
	var token string
	if s.flags.api, token, err = d.Running(); err != nil {
		return err
	}
	s.client, err = wallet.NewClient(s.flags.api, token)
	return err
}

// talk reads lines from a terminal until it is ended, and says what went wrong with each.
func (s *shell) talk(ctx context.Context, file *os.File) error {
	fmt.Fprintf(s.out, "%s; `help` lists the commands\n", s.flags.api)
	lines := bufio.NewReader(file)
	for {
		fmt.Fprint(s.out, "> ")
		line, err := lines.ReadString('\n')
		if err != nil && line == "" {
			fmt.Fprintln(s.out)
			return nil
		}
		more, err := s.say(ctx, line)
		if err != nil {
			fmt.Fprintln(s.out, oneLine(err.Error()))
		}
		if !more || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// say runs one line. more is false after quit.
func (s *shell) say(ctx context.Context, line string) (more bool, err error) {
	words := strings.Fields(line)
	if len(words) == 0 || strings.HasPrefix(words[0], "#") {
		return true, nil
	}
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
		if v.name != words[0] {
			continue
		}
		if v.run == nil {
			return false, nil
		}
		least := len(strings.Fields(v.args)) - strings.Count(v.args, "]")
		if n := len(words) - 1; n < least || n > len(strings.Fields(v.args)) {
			return true, fmt.Errorf("%s takes %s", v.name, orNothing(v.args))
		}
		return true, s.flags.fromNode(v.run(s, ctx, words[1:]))
	}
	return true, fmt.Errorf("there is no %q%s; `help` lists the commands", words[0], settings.DidYouMean(words[0], names))
}

func orNothing(args string) string {
	if args == "" {
		return "nothing"
	}
	return args
}

func (s *shell) account(ctx context.Context, args []string) (wallet.Account, error) {
	key, err := s.flags.account(args)
	if err != nil {
		return wallet.Account{}, err
	}
	return s.client.Account(ctx, key)
}

func (s *shell) balance(ctx context.Context, args []string) error {
	a, err := s.account(ctx, args)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d%s\n", a.Balance, waitsText(a))
	return err
}

// waitsText tells what waits for a block, if anything does.
func waitsText(a wallet.Account) string {
	if a.In == 0 && a.Out == 0 {
		return ""
	}
	return fmt.Sprintf(" (waiting for a block: +%d -%d)", a.In, a.Out)
}

func (s *shell) nonce(ctx context.Context, args []string) error {
	a, err := s.account(ctx, args)
	if err == nil {
		_, err = fmt.Fprintf(s.out, "%d on the chain, next %d\n", a.Nonce, a.Next)
	}
	return err
}

func (s *shell) send(ctx context.Context, args []string) error {
	to, amount, err := payment(args)
	if err != nil {
		return err
	}
	if s.key == nil {
		if _, s.key, err = s.world.open(s.cmd, s.flags, s.flags.file); err != nil {
			return err
		}
	}
	var tx mempool.Transaction
	if tx, err = wallet.NewSender(s.client, s.key, s.flags.file, time.Now).Send(ctx, to, amount); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, tx.ID())
	return err
}

func (s *shell) history(ctx context.Context, _ []string) error {
	w := s.world
	w.Out = s.out
	return w.historyOf(ctx, s.flags, s.client, 20)
}

func (s *shell) latest(ctx context.Context, args []string) error {
	limit := 5
	if len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > 100 {
			return fmt.Errorf("%q is not a number of blocks: want 1 to 100", args[0])
		}
		limit = n
	}
	blocks, err := s.client.Latest(ctx, limit)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, b := range blocks {
		fmt.Fprintf(table, "%d\t%s\t%d transactions\tto %s\n", b.Number, b.Hash, b.Transactions, b.Coinbase)
	}
	return table.Flush()
}

func (s *shell) peers(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == "add":
		return s.client.AddPeer(ctx, args[1])
	case len(args) == 2 && args[0] == "drop":
		return s.client.DropPeer(ctx, args[1])
	case len(args) > 0:
		return errors.New("peers takes nothing, or add ADDRESS, or drop ADDRESS")
	}
	peers, err := s.client.Peers(ctx)
	if err != nil {
		return err
	}
	if len(peers) == 0 {
		_, err = fmt.Fprintln(s.out, "no peers")
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, p := range peers {
		way, since := "dialled", ""
		if p.Incoming {
			way = "from outside"
		}
		if p.Since != nil {
			since = "since " + p.Since.Format(time.RFC3339)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d B in\t%d B out\n", p.Address, way, since, p.BytesIn, p.BytesOut)
	}
	return table.Flush()
}

func (s *shell) status(ctx context.Context, _ []string) error {
	now, err := s.client.Status(ctx)
	if err != nil {
		return err
	}
	mining := "does not mine"
	if now.Mining {
		mining = fmt.Sprintf("mines %.0f hashes a second", now.HashRate)
	}
	_, err = fmt.Fprintf(s.out, "%s, strata %s\nheight %d since %s, difficulty %d\npeers: %d, transactions that wait: %d, %s\n",
		now.Self, now.Version, now.Height, now.TipMoved.Format(time.RFC3339), now.Difficulty, now.Peers, now.Pooled, mining)
	return err
}

func (s *shell) mine(ctx context.Context, args []string) error {
	if !slices.Contains([]string{"on", "off"}, args[0]) {
		return errors.New("mine takes on or off")
	}
	return s.client.SetMining(ctx, args[0] == "on")
}

func (s *shell) help(context.Context, []string) error {
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, v := range verbs() {
		fmt.Fprintf(table, "%s %s\t%s\n", v.name, v.args, v.help)
	}
	return table.Flush()
}
