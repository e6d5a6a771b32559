package causal

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"strata/ledgers"
	"strata/network"
)

// Name is the ledger's, in genesis and in what is signed.
const Name = "causal"

// Version is that of the format of genesis and of everything that follows from it.
const Version = 1

// Genesis is the root update: everything stands on it (CAU-1). It names the document, so that two
// documents of the same people are two, the members, whom a newcomer may ask first, and who has how much.
type Genesis struct {
	Document string // 1 to 64 letters a to z, digits and dashes
	Members  []ledgers.Member
	Accounts []Account // with balances before the first block
}

// Account is somebody and what it has.
type Account struct {
	Key     network.PublicKey
	Balance uint64 // at least 1; all together below MaxSupply
}

// Text is the one text of a genesis: a line for the format, one for the document, then one for each
// member, `key address`, then one for each account, `account key balance`.
func (g Genesis) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d\n%s\n", Name, Version, g.Document)
	for _, m := range g.Members {
		fmt.Fprintf(&b, "%s %s\n", m.Key, m.Addr)
	}
	for _, a := range g.Accounts {
		fmt.Fprintf(&b, "%s%s %d\n", accountLine, a.Key, a.Balance)
	}
	return b.String()
}

// Chain is the SHA-256 of the text (LED-1): the document's id, and the id of the root update (CAU-1).
func (g Genesis) Chain() ledgers.ChainID { return network.Sum256([]byte(g.Text())) }

// Roster are the members: the way into the network.
func (g Genesis) Roster() []ledgers.Member { return g.Members }

// Root is the id of the root update.
func (g Genesis) Root() ID { return ID(g.Chain()) }

// Validate says everything that is wrong with a genesis.
func (g Genesis) Validate() error {
	var faults []error
	if !named(g.Document) {
		faults = append(faults, fmt.Errorf("causal: the document's name is %.80q, want 1 to 64 of a-z, 0-9 and dash", g.Document))
	}
	faults = append(faults, ledgers.MemberFaults(Name, g.Members)...)
	return errors.Join(append(faults, g.accountFaults()...)...)
}

// accountFaults says everything that is wrong with the accounts.
func (g Genesis) accountFaults() (faults []error) {
	keys, supply := map[network.PublicKey]bool{}, uint64(0)
	for i, a := range g.Accounts {
		if a.Balance < 1 || a.Balance >= MaxSupply-supply {
			faults = append(faults, fmt.Errorf("causal: account %d has %d, want 1 or more, and all together below 2^62", i, a.Balance))
			continue
		}
		if supply += a.Balance; keys[a.Key] {
			faults = append(faults, fmt.Errorf("causal: account %d has the key of another", i))
		}
		keys[a.Key] = true
	}
	return faults
}

// accountLine begins the line of an account.
const accountLine = "account "

// parseAccount reads what follows accountLine.
func parseAccount(line string) (a Account, err error) {
	key, balance, _ := strings.Cut(line, " ")
	if err := ledgers.ParseKey(&a.Key, key); err != nil {
		return a, err
	}
	if a.Balance, err = strconv.ParseUint(balance, 10, 64); err != nil {
		return a, fmt.Errorf("%.80q is no balance", balance)
	}
	return a, nil
}

// named says whether a document may have the name.
func named(name string) bool {
	return len(name) >= 1 && len(name) <= 64 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// ParseGenesis reads a text that is canonical to the last byte. The error names the line.
func ParseGenesis(text string) (Genesis, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if first := Name + " " + strconv.Itoa(Version); lines[0] != first {
		return Genesis{}, fmt.Errorf("causal: genesis: line 1 is %.80q, want %q", lines[0], first)
	}
	if len(lines) < 2 {
		return Genesis{}, errors.New("causal: genesis: line 2 is missing, want the document's name")
	}
	g := Genesis{Document: lines[1]}
	for i, line := range lines[2:] {
		if err := g.parseLine(line); err != nil {
			return Genesis{}, fmt.Errorf("causal: genesis: line %d: %w", i+3, err)
		}
	}
	if err := g.Validate(); err != nil {
		return Genesis{}, err
	}
	if g.Text() != text {
		return Genesis{}, errors.New("causal: genesis: the text is not the canonical one: it wants lower-case hex, " +
			"one blank, and a line break after each line")
	}
	return g, nil
}

// parseLine reads a member or an account.
func (g *Genesis) parseLine(line string) error {
	if rest, ok := strings.CutPrefix(line, accountLine); ok {
		a, err := parseAccount(rest)
		g.Accounts = append(g.Accounts, a)
		return err
	}
	m, err := ledgers.ParseMember(line)
	g.Members = append(g.Members, m)
	return err
}
