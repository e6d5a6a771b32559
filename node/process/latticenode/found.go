package latticenode

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/process/atomicfile"
	"strata/node/process/keyfile"
)

// What a network has if nobody says otherwise. Its work is light enough for any machine: a send takes a million tries,
// a receive a hundred thousand. lattice.DefaultSend and DefaultReceive are those of a network that strangers flood.
const (
	DefaultLeast       = lattice.Whole
	DefaultSendWork    = "fffff00000000000"
	DefaultReceiveWork = "ffff800000000000"
	DefaultSupply      = "10000000" // units, row N01
	DefaultAPI         = "127.0.0.1:7177"
)

// NewNetwork says what is to be made: a network, or the directory of one node of a network that there is.
type NewNetwork struct {
	Out                   string
	Nodes                 int
	Holders               []string // ADDRESS, or ADDRESS=UNITS
	Least                 int
	SendWork, ReceiveWork string

	Genesis, Key     string // of one that there is
	Checkpoint, Root string // of which the one begins with this (LAT-11): a file, and what its root has to be, in hex
}

// Make makes it, and says so. It writes nothing before all is known to be right. Errors: what is wrong with it; those
// of Init.
func (n NewNetwork) Make(out io.Writer) error {
	switch {
	case n.Genesis != "" && (n.Nodes != 0 || len(n.Holders) > 0):
		return errors.New("--genesis says who has what: --nodes and --holder make another")
	case n.Genesis != "":
		return n.makeOne(out)
	case n.Key != "" || n.Checkpoint != "" || n.Root != "":
		return errors.New("--key, --checkpoint and --root go with --genesis")
	case n.Nodes < 1 || n.Nodes > lattice.MaxAccounts:
		return fmt.Errorf("--nodes is %d: want 1 to %d", n.Nodes, lattice.MaxAccounts)
	case len(n.Holders) == 0:
		return errors.New("say with --holder who has money from the beginning: `strata-lattice wallet addresses` prints addresses")
	}
	return n.makeAll(out)
}

// makeOne makes the directory of one node.
func (n NewNetwork) makeOne(out io.Writer) error {
	text, err := os.ReadFile(n.Genesis)
	if err != nil {
		return err
	}
	genesis, err := ParseGenesis(n.Genesis, string(text))
	if err != nil {
		return err
	}
	from, err := n.from(genesis)
	if err != nil {
		return err
	}
	var key ed25519.PrivateKey
	if n.Key == "" {
		key, err = keyfile.New()
	} else {
		key, err = keyfile.Read(n.Key)
	}
	if err != nil {
		return err
	}
	if err := initFrom(n.Out, genesis, key, from); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "chain %s\n%s: node %s\n", genesis.Chain(), n.Out, lattice.Address(network.PublicKey(keyfile.Public(key))))
	return err
}

// from is the checkpoint that the node begins with; nil: there is none.
func (n NewNetwork) from(genesis lattice.Genesis) (*lattice.SignedCut, error) {
	switch {
	case n.Checkpoint == "" && n.Root == "":
		return nil, nil
	case n.Checkpoint == "" || n.Root == "":
		return nil, errors.New("--checkpoint and --root go together: ask several whom you trust what its root is")
	}
	root, err := parseHash(n.Root)
	if err != nil {
		return nil, fmt.Errorf("--root: %w", err)
	}
	from, err := ReadSigned(n.Checkpoint)
	if err != nil {
		return nil, err
	}
	if err := from.Check(&genesis, root, time.Now()); err != nil {
		return nil, fmt.Errorf("%s: %w", n.Checkpoint, err)
	}
	return from, nil
}

// makeAll makes a network.
func (n NewNetwork) makeAll(out io.Writer) error {
	g := lattice.Genesis{Least: uint64(max(0, n.Least))}
	var errSend, errReceive error
	g.Send, errSend = parseWork(n.SendWork)
	g.Receive, errReceive = parseWork(n.ReceiveWork)
	if err := errors.Join(errSend, errReceive); err != nil {
		return err
	}
	keys := make([]ed25519.PrivateKey, n.Nodes)
	for i := range keys {
		var err error
		if keys[i], err = keyfile.New(); err != nil {
			return err
		}
	}
	for i, text := range n.Holders {
		o, err := n.holder(i, text)
		if err != nil {
			return fmt.Errorf("--holder: %w", err)
		}
		o.Representative = network.PublicKey(keyfile.Public(keys[i%len(keys)]))
		g.Accounts = append(g.Accounts, o)
	}
	if err := g.Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(n.Out, 0o700); err != nil {
		return err
	}
	file := filepath.Join(n.Out, FileGenesis)
	if err := atomicfile.Create(file, []byte(g.Text())); err != nil {
		return err
	}
	fmt.Fprintf(out, "chain %s\n%s\n", g.Chain(), file)
	for i, key := range keys {
		dir := filepath.Join(n.Out, strconv.Itoa(i))
		if err := Init(dir, g, key); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: node %s\n", dir, lattice.Address(network.PublicKey(keyfile.Public(key))))
	}
	return nil
}

// holder reads ADDRESS, which has an equal share of the default supply, or ADDRESS=UNITS. The first has what cannot be
// shared.
func (n NewNetwork) holder(i int, text string) (o lattice.Opening, err error) {
	address, units, given := strings.Cut(text, "=")
	if o.Account, err = lattice.ParseAddress(address); err != nil {
		return o, err
	}
	if given {
		o.Balance, err = lattice.ParseUnits(units)
		return o, err
	}
	supply, err := lattice.ParseUnits(DefaultSupply)
	share, rest := supply.Div(uint64(len(n.Holders)))
	if o.Balance = share; i == 0 {
		o.Balance = share.Plus(lattice.Raw(rest))
	}
	return o, err
}
