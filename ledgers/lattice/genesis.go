package lattice

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"strata/ledgers"
)

// Version is that of the format of genesis and of everything that follows from it.
const Version = 1

// The thresholds of work that a genesis has by default.
const (
	DefaultSend    = 0xFFFFFFF800000000
	DefaultReceive = 0xFFFFFE0000000000
)

// Whole is the Least of a genesis by default: all of the supply, in thousandths.
const Whole = 1000

// Opening is an account that genesis opens.
type Opening struct {
	Account        Account
	Balance        Amount
	Representative Account
}

// Genesis says who has what at first, and everything that changes a verdict (LED-1).
type Genesis struct {
	Least    uint64 // LAT-5: thousandths of the supply, 1 to 1000
	Send     uint64 // threshold of work of a send and a change
	Receive  uint64 // of a receive and an open
	Accounts []Opening
}

// Text is the one text of a genesis.
func (g Genesis) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d\nleast %d\nwork %016x %016x\n", Name, Version, g.Least, g.Send, g.Receive)
	for _, o := range g.Accounts {
		fmt.Fprintf(&b, "%s %s %s\n", Address(o.Account), o.Balance, Address(o.Representative))
	}
	return b.String()
}

// Chain is the SHA-256 of the text (LED-1).
func (g Genesis) Chain() ledgers.ChainID { return sha256.Sum256([]byte(g.Text())) }

// Supply is all that there is.
func (g Genesis) Supply() (sum Amount) {
	for _, o := range g.Accounts {
		sum = sum.Plus(o.Balance)
	}
	return sum
}

// Threshold is the work that a block of the kind needs.
func (g Genesis) Threshold(k Kind) uint64 {
	if k == Open || k == Receive {
		return g.Receive
	}
	return g.Send
}

// Blocks are the opens with which the ledger begins, cemented, unsigned and without work.
func (g Genesis) Blocks() (blocks []*Block) {
	for _, o := range g.Accounts {
		blocks = append(blocks, &Block{Account: o.Account, Representative: o.Representative, Balance: o.Balance})
	}
	return blocks
}

// MaxAccounts is how many accounts genesis may open.
const MaxAccounts = 1000

// Validate says everything that is wrong with a genesis.
func (g Genesis) Validate() error {
	var faults []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("lattice: "+format, args...))
		}
	}
	n := len(g.Accounts)
	refuse(n < 1 || n > MaxAccounts, "%d accounts, want 1 to %d", n, MaxAccounts)
	refuse(g.Least < 1 || g.Least > Whole, "least is %d, want 1 to %d thousandths of the supply", g.Least, Whole)
	seen, sum := map[Account]bool{{}: true}, Amount{}
	for i, o := range g.Accounts {
		refuse(seen[o.Account], "account %d is the burn account, or comes twice", i)
		refuse(o.Balance.Zero(), "account %d has nothing", i)
		seen[o.Account] = true
		var ok bool
		sum, ok = sum.Add(o.Balance)
		refuse(!ok, "the supply is more than 2^128-1 raw")
	}
	return errors.Join(faults...)
}

// ParseGenesis reads a text that is canonical to the last byte. The error names the line.
func ParseGenesis(text string) (Genesis, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if first := Name + " " + strconv.Itoa(Version); lines[0] != first {
		return Genesis{}, fmt.Errorf("lattice: genesis: line 1 is %.80q, want %q", lines[0], first)
	}
	var g Genesis
	if len(lines) < 3 {
		return Genesis{}, errors.New("lattice: genesis: want a line `least N` and a line `work SEND RECEIVE`")
	}
	if _, err := fmt.Sscanf(lines[1], "least %d", &g.Least); err != nil {
		return Genesis{}, fmt.Errorf("lattice: genesis: line 2 is %.80q, want `least N`", lines[1])
	}
	if _, err := fmt.Sscanf(lines[2], "work %x %x", &g.Send, &g.Receive); err != nil {
		return Genesis{}, fmt.Errorf("lattice: genesis: line 3 is %.80q, want `work SEND RECEIVE` in 16 hex digits each", lines[2])
	}
	for i, line := range lines[3:] {
		o, err := parseOpening(line)
		if err != nil {
			return Genesis{}, fmt.Errorf("lattice: genesis: line %d: %w", i+4, err)
		}
		g.Accounts = append(g.Accounts, o)
	}
	if err := g.Validate(); err != nil {
		return Genesis{}, err
	}
	if g.Text() != text {
		return Genesis{}, errors.New("lattice: genesis: the text is not the canonical one: it wants numbers without zeros " +
			"in front, one blank between fields, and a line break after each line")
	}
	return g, nil
}

func parseOpening(line string) (o Opening, err error) {
	fields := strings.Split(line, " ")
	if len(fields) != 3 {
		return o, fmt.Errorf("%.200q, want account, balance and representative", line)
	}
	var errAccount, errBalance, errRep error
	o.Account, errAccount = ParseAddress(fields[0])
	o.Balance, errBalance = ParseRaw(fields[1])
	o.Representative, errRep = ParseAddress(fields[2])
	return o, errors.Join(errAccount, errBalance, errRep)
}
