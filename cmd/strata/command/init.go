package command

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/network"
	"strata/node/process/atomicfile"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
)

// initFlags say what `strata init` makes.
type initFlags struct {
	ledger, out, genesis, key string
	document                  string
	balance                   uint64
	members                   roster
	stake, faucet             uint64
	nodes                     int
	holders                   []string
}

func newInit(w World) *cobra.Command {
	f := &initFlags{}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Set up the ledger of an elective: genesis, keys, directories",
		Long: `Writes the genesis of a ledger, which names its members in the order in which they lead, and a directory for each
member whose key it makes: OUT/0, OUT/1 and so on. Take each to the machine that has that address.

Where everybody keeps their own key, each makes one with ` + "`strata keys new`" + `, and one of them writes the genesis with
--member KEY@ADDRESS for each. All others take that file, compare its chain id, and set up their own directory with
--genesis and --key. A key that genesis does not name makes an observer.

With --ledger validators each member has a stake, which belongs to the account with the member's own key. --faucet gives
an account with the key OUT/faucet.key the money of a development network: see strata node --faucet.

With --ledger lattice a genesis says who has how much: --holder names addresses, which ` + "`strata-lattice wallet addresses`" + `
prints. Node 0 represents the first of them, node 1 the second, and so on.

With --ledger causal a genesis names a document. Its members are who a newcomer asks first, and who agree on blocks;
whoever has the genesis may write. --balance gives each member's key something to spend.

A directory is set up once. Its disk holds what the node has promised: never start a copy of it.`,
		Example: `  strata init --ledger leader --member 127.0.0.1:11200,127.0.0.1:11201,127.0.0.1:11202 --out net
  strata init --ledger validators --member 127.0.0.1:11200 --faucet 1000000000 --out net
  strata init --ledger lattice --nodes 3 --holder smn_1...=1000 --holder smn_3...=1000 --out net
  strata init --ledger causal --document minutes --member 127.0.0.1:11200,127.0.0.1:11201 --out net
  strata init --ledger leader --genesis net/genesis --key my.key --out observer`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return w.runInit(f) },
	}
	cmd.Flags().StringVar(&f.ledger, "ledger", "", "the ledger's `NAME`: "+strings.Join(ledgerNames, ", "))
	cmd.Flags().Var(&f.members, "member", "a member's `ADDRESS`, or KEY@ADDRESS with its public key in hex; may be repeated")
	cmd.Flags().StringVar(&f.out, "out", "", "the `DIR` to make")
	cmd.Flags().StringVar(&f.genesis, "genesis", "", "an existing genesis `FILE`: set up one directory for it")
	cmd.Flags().StringVar(&f.key, "key", "", "with --genesis: the node's key `FILE`; without it one is made, of an observer")
	cmd.Flags().Uint64Var(&f.stake, "stake", 100_000, "validators: the `AMOUNT` that each member begins with as its stake")
	cmd.Flags().Uint64Var(&f.faucet, "faucet", 0, "validators: the `AMOUNT` of an account that gives it away; 0: there is none")
	cmd.Flags().IntVar(&f.nodes, "nodes", 0, "lattice: the `NUMBER` of nodes that get a directory; each is a representative")
	cmd.Flags().StringArrayVar(&f.holders, "holder", nil, "lattice: `ADDRESS`, or ADDRESS=UNITS, that has money from the beginning; may be repeated")
	cmd.Flags().StringVar(&f.document, "document", "", "causal: the `NAME` of the document, of letters a-z, digits and dashes (default \"document\")")
	cmd.Flags().Uint64Var(&f.balance, "balance", 0, "causal: the `AMOUNT` that the key of each member begins with")
	complete(cmd, "ledger", ledgerNames...)
	return cmd
}

// check says what is wrong with the flags.
func (f *initFlags) check() error {
	switch {
	case f.ledger == "":
		return fmt.Errorf("say with --ledger which: %s", strings.Join(ledgerNames, ", "))
	case isLedger(f.ledger) != nil:
		return isLedger(f.ledger)
	case f.document != "" && (f.ledger != causal.Name || f.genesis != ""):
		return errors.New("--document goes with --ledger causal and --member: it names the document of a new genesis")
	case f.balance != 0 && (f.ledger != causal.Name || f.genesis != ""):
		return errors.New("--balance goes with --ledger causal and --member: it is what the members of a new genesis have")
	case f.ledger == lattice.Name:
		return f.checkLattice()
	case f.nodes != 0 || len(f.holders) > 0:
		return fmt.Errorf("--nodes and --holder go with --ledger lattice; say with --member where the members of %s are", f.ledger)
	case f.out == "":
		return errors.New("say with --out which directory to make")
	case (len(f.members) > 0) == (f.genesis != ""):
		return errors.New("say with --member who the members are, or with --genesis where that stands")
	case f.faucet > 0 && (f.ledger != validators.Name || f.genesis != ""):
		return errors.New("--faucet goes with --ledger validators and --member: it is an account of a new genesis")
	case f.key != "" && f.genesis == "":
		return errors.New("--key goes with --genesis")
	}
	return nil
}

func (w World) runInit(f *initFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.ledger == lattice.Name {
		return w.initLattice(f)
	}
	if f.genesis != "" {
		return w.initOne(f)
	}
	return w.initAll(f)
}

// initOne founds the directory of one node of a ledger that others have founded.
func (w World) initOne(f *initFlags) error {
	text, err := os.ReadFile(f.genesis)
	if err != nil {
		return err
	}
	genesis, err := ledgernode.ParseGenesis(f.genesis, string(text))
	if err != nil {
		return err
	}
	if name := ledgernode.LedgerOf(genesis.Text()); name != f.ledger {
		return fmt.Errorf("%s is a genesis of ledger %s, not %s", f.genesis, name, f.ledger)
	}
	key, err := f.readKey()
	if err != nil {
		return err
	}
	if err := ledgernode.Init(f.out, genesis, key); err != nil {
		return err
	}
	role := "an observer"
	if member := ledgers.IndexOf(genesis.Roster(), network.PublicKey(keyfile.Public(key))); member >= 0 {
		role = fmt.Sprintf("member %d", member)
	}
	fmt.Fprintf(w.Out, "chain %s\n%s: %s\n", genesis.Chain(), f.out, role)
	return nil
}

// readKey is the key that was given, or a new one.
func (f *initFlags) readKey() (ed25519.PrivateKey, error) {
	if f.key == "" {
		return keyfile.New()
	}
	return keyfile.Read(f.key)
}

// initAll writes a genesis, and the directories of those members whose keys it makes. It writes nothing before
// all is known to be right.
func (w World) initAll(f *initFlags) error {
	members, keys, err := f.members.keyed()
	if err != nil {
		return err
	}
	faucet, err := keyfile.New()
	if err != nil {
		return err
	}
	genesis := f.founds(members, addressOf(faucet))
	if err := genesis.Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(f.out, 0o700); err != nil {
		return err
	}
	file := filepath.Join(f.out, ledgernode.FileGenesis)
	if err := atomicfile.Create(file, []byte(genesis.Text())); err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "chain %s\n%s\n", genesis.Chain(), file)
	if f.faucet > 0 {
		file := filepath.Join(f.out, ledgernode.FileFaucet)
		if err := keyfile.Write(file, faucet); err != nil {
			return err
		}
		fmt.Fprintf(w.Out, "%s: the faucet's account %s\n", file, addressOf(faucet))
	}
	for i, key := range keys {
		if key == nil {
			continue
		}
		dir := filepath.Join(f.out, strconv.Itoa(i))
		if err := ledgernode.Init(dir, genesis, key); err != nil {
			return err
		}
		fmt.Fprintf(w.Out, "%s: member %d at %s\n", dir, i, members[i].Addr)
	}
	return nil
}

// causal is the genesis of a document, with balances for its members.
func (f *initFlags) causal(members []ledgers.Member) causal.Genesis {
	g := causal.Genesis{Document: cmp.Or(f.document, "document"), Members: members}
	for _, m := range members {
		if f.balance > 0 {
			g.Accounts = append(g.Accounts, causal.Account{Key: m.Key, Balance: f.balance})
		}
	}
	return g
}

// founds is the genesis of members, of the ledger that was chosen.
func (f *initFlags) founds(members []ledgers.Member, faucet validators.Address) ledgernode.Genesis {
	switch f.ledger {
	case leader.Name:
		return leader.Genesis{Members: members}
	case causal.Name:
		return f.causal(members)
	}
	g := validators.Genesis{Params: validators.Defaults()}
	for _, m := range members {
		g.Founders = append(g.Founders, validators.Founder{Member: m, Account: m.Key, Stake: f.stake})
	}
	if f.faucet > 0 {
		g.Holders = append(g.Holders, validators.Holder{Account: faucet, Balance: f.faucet})
	}
	return g
}

// keyed are the members with their keys. Those whose key was not given get one, which is in keys.
func (r roster) keyed() (members []ledgers.Member, keys []ed25519.PrivateKey, err error) {
	keys = make([]ed25519.PrivateKey, len(r))
	for i, entry := range r {
		m := ledgers.Member{Addr: entry.addr}
		if entry.key == "" {
			key, err := keyfile.New()
			if err != nil {
				return nil, nil, err
			}
			keys[i], m.Key = key, network.PublicKey(keyfile.Public(key))
		} else {
			key, err := keyfile.ParsePublic(entry.key)
			if err != nil {
				return nil, nil, fmt.Errorf("member %d: %w", i, err)
			}
			m.Key = network.PublicKey(key)
		}
		members = append(members, m)
	}
	return members, keys, nil
}
