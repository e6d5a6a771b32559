package command

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/node/process/ledgernode"
	"strata/solutions"
)

// lightFlags say whom a light client asks and what it begins with.
type lightFlags struct {
	genesis, trusted string
	apis             []string
}

func newLight(w World) *cobra.Command {
	f := &lightFlags{}
	cmd := &cobra.Command{
		Use:   "light KEY",
		Short: "Ask nodes of validators what an account has, and believe none of them",
		Long: `A light client keeps one certified header. It asks a node for headers and certificates, over changes of the set of
validators, and for the path of the account to the root of the state (VAL-11). It executes nothing.

A node whose answers are not proved is named, and the next one is asked. All begins with genesis. If you were away for
longer than stake is bound, old keys may sign anything by now: begin with a header then that somebody whom you trust has
named, by --trusted.`,
		Example: `  strata light --genesis net/genesis --api http://127.0.0.1:11180,http://127.0.0.1:11181 "$(strata keys show net/faucet.key)"`,
		Args:    oneArg("the KEY of an account"),
		RunE:    func(cmd *cobra.Command, args []string) error { return w.runLight(cmd, args[0], f) },
	}
	cmd.Flags().StringVar(&f.genesis, "genesis", "", "the genesis `FILE` of the chain")
	cmd.Flags().StringSliceVar(&f.apis, "api", nil, "`URL`s of the APIs of nodes")
	cmd.Flags().StringVar(&f.trusted, "trusted", "", "begin with the header `HEIGHT:HASH`, not with genesis")
	return cmd
}

func (w World) runLight(cmd *cobra.Command, text string, f *lightFlags) error {
	var of validators.Address
	if err := ledgers.ParseKey(&of, text); err != nil {
		return err
	}
	l, err := w.light(cmd, f)
	if err != nil {
		return err
	}
	acc, absent, err := l.Account(cmd.Context(), of)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%d, next nonce %d", acc.Balance, acc.Nonce+1)
	if absent {
		what = "no account"
	}
	h := l.Header()
	made := time.UnixMilli(int64(h.Time)).UTC().Format(time.RFC3339)
	_, err = fmt.Fprintf(w.Out, "%s: proved by block %d of %s, %x\n", what, h.Height, made, h.Hash(l.Chain()))
	return err
}

// light is the light client that the flags say.
func (w World) light(cmd *cobra.Command, f *lightFlags) (*ledgernode.Light, error) {
	if f.genesis == "" {
		return nil, errors.New("say with --genesis which chain it is")
	}
	text, err := os.ReadFile(f.genesis)
	if err != nil {
		return nil, fmt.Errorf("--genesis: %w", err)
	}
	genesis, err := ledgernode.ParseGenesis(f.genesis, string(text))
	if err != nil {
		return nil, err
	}
	g, ok := genesis.(validators.Genesis)
	if !ok {
		return nil, fmt.Errorf("%s is a genesis of ledger %s, not %s", f.genesis, ledgernode.LedgerOf(string(text)), validators.Name)
	}
	if len(f.apis) == 0 {
		return nil, fmt.Errorf("say with --api which nodes are asked, such as http://127.0.0.1:11180")
	}
	var nodes []ledgernode.Client
	for _, at := range f.apis {
		if u, err := url.Parse(at); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("--api is %q: want the URL of a node's API, such as http://127.0.0.1:11180", at)
		}
		nodes = append(nodes, ledgernode.Client{URL: strings.TrimRight(at, "/")})
	}
	told := func(url string, why error) { fmt.Fprintf(w.Err, "strata: %s is asked no more: %v\n", url, why) }
	judge := solutions.Electives().Validators().NewJudge()
	if f.trusted == "" {
		return ledgernode.NewLight(validators.NewLight(g, judge), told, nodes...), nil
	}
	height, hash, err := parseTrusted(f.trusted)
	if err != nil {
		return nil, err
	}
	begins, err := ledgernode.Trust(cmd.Context(), g, judge, height, hash, told, nodes...)
	if err != nil {
		return nil, err
	}
	return ledgernode.NewLight(begins, told, nodes...), nil
}

// parseTrusted reads a header's height and hash.
func parseTrusted(text string) (height uint64, hash validators.Hash, err error) {
	number, digits, _ := strings.Cut(text, ":")
	height, err = strconv.ParseUint(number, 10, 64)
	b, wrong := hex.DecodeString(digits)
	if err != nil || height == 0 || wrong != nil || len(b) != len(hash) {
		return 0, hash, fmt.Errorf("--trusted is %q: want HEIGHT:HASH, a height from 1 on and 64 hex digits", text)
	}
	copy(hash[:], b)
	return height, hash, nil
}
