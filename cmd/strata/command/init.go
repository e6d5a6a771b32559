package command

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
	"strata/node/process/atomicfile"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
)

// initFlags say what `strata init` makes.
type initFlags struct {
	ledger, out, genesis, key string
	members                   roster
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

A directory is set up once. Its disk holds what the node has promised: never start a copy of it.`,
		Example: `  strata init --ledger leader --member 127.0.0.1:11200,127.0.0.1:11201,127.0.0.1:11202 --out net
  strata init --ledger leader --genesis net/genesis --key my.key --out observer`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return w.runInit(f) },
	}
	cmd.Flags().StringVar(&f.ledger, "ledger", "", "the ledger's `NAME`: leader")
	cmd.Flags().Var(&f.members, "member", "a member's `ADDRESS`, or KEY@ADDRESS with its public key in hex; may be repeated")
	cmd.Flags().StringVar(&f.out, "out", "", "the `DIR` to make")
	cmd.Flags().StringVar(&f.genesis, "genesis", "", "an existing genesis `FILE`: set up one directory for it")
	cmd.Flags().StringVar(&f.key, "key", "", "with --genesis: the node's key `FILE`; without it one is made, of an observer")
	complete(cmd, "ledger", ledgerNames...)
	return cmd
}

// check says what is wrong with the flags.
func (f *initFlags) check() error {
	switch {
	case f.ledger == "":
		return fmt.Errorf("say with --ledger which: %s", leader.Name)
	case isLedger(f.ledger) != nil:
		return isLedger(f.ledger)
	case f.out == "":
		return errors.New("say with --out which directory to make")
	case (len(f.members) > 0) == (f.genesis != ""):
		return errors.New("say with --member who the members are, or with --genesis where that stands")
	case f.key != "" && f.genesis == "":
		return errors.New("--key goes with --genesis")
	}
	return nil
}

func (w World) runInit(f *initFlags) error {
	if err := f.check(); err != nil {
		return err
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
	key, err := f.readKey()
	if err != nil {
		return err
	}
	if err := ledgernode.Init(f.out, genesis, key); err != nil {
		return err
	}
	role := "an observer"
	if member := genesis.Index(network.PublicKey(keyfile.Public(key))); member >= 0 {
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
	var genesis leader.Genesis
	keys := make([]ed25519.PrivateKey, len(f.members))
	for i, entry := range f.members {
		m := ledgers.Member{Addr: entry.addr}
		if entry.key == "" {
			key, err := keyfile.New()
			if err != nil {
				return err
			}
			keys[i], m.Key = key, network.PublicKey(keyfile.Public(key))
		} else {
			key, err := keyfile.ParsePublic(entry.key)
			if err != nil {
				return fmt.Errorf("member %d: %w", i, err)
			}
			m.Key = network.PublicKey(key)
		}
		genesis.Members = append(genesis.Members, m)
	}
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
	for i, key := range keys {
		if key == nil {
			continue
		}
		dir := filepath.Join(f.out, strconv.Itoa(i))
		if err := ledgernode.Init(dir, genesis, key); err != nil {
			return err
		}
		fmt.Fprintf(w.Out, "%s: member %d at %s\n", dir, i, genesis.Members[i].Addr)
	}
	return nil
}
