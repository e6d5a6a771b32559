package validators

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"strata/ledgers"
	"strata/network"
)

// Name is the ledger's, in genesis and in what is signed.
const Name = "validators"

// Version is that of the format of genesis and of everything that follows from it.
const Version = 1

// MaxSupply bounds all there is, so that no sum overflows (VAL-1).
const MaxSupply = 1 << 62

// Params are the numbers of a chain that change verdicts. They are in genesis (LED-1).
type Params struct {
	Epoch     uint64 // heights between two elections (VAL-3)
	Unbonding uint64 // heights until undelegated stake is paid (VAL-1), and for which evidence is valid (VAL-9)
	MinSelf   uint64 // self stake of a candidate
	MaxMissed uint32 // certificates of an epoch that a candidate may have missed
	MinFee    uint64 // of a transaction
}

// Defaults are the numbers that `strata init` writes.
func Defaults() Params {
	return Params{Epoch: 20, Unbonding: 1000, MinSelf: 10_000, MaxMissed: 10, MinFee: 1}
}

// Founder is a validator of the beginning, which has registered and delegated its stake to itself.
type Founder struct {
	ledgers.Member         // the consensus key, and where it is reached
	Account        Address // whose stake it is
	Commission     uint16
	Stake          uint64
}

// Holder is an account of the beginning.
type Holder struct {
	Account Address
	Balance uint64
}

// Genesis says who begins with what. Everything that changes a verdict is here or a constant of this package;
// nothing is configuration (LED-1).
type Genesis struct {
	Params
	Founders []Founder
	Holders  []Holder
}

// Text is the one text of a genesis: a line for the format, one for each number, then one for each founder and for
// each holder.
func (g Genesis) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d\nepoch %d\nunbonding %d\nmin-self %d\nmax-missed %d\nmin-fee %d\n", Name, Version,
		g.Epoch, g.Unbonding, g.MinSelf, g.MaxMissed, g.MinFee)
	for _, f := range g.Founders {
		fmt.Fprintf(&b, "validator %s %s %s %d %d\n", f.Key, f.Addr, f.Account, f.Commission, f.Stake)
	}
	for _, h := range g.Holders {
		fmt.Fprintf(&b, "account %s %d\n", h.Account, h.Balance)
	}
	return b.String()
}

// Chain is the SHA-256 of the text (LED-1).
func (g Genesis) Chain() ledgers.ChainID { return network.Sum256([]byte(g.Text())) }

// Roster is the founders with their addresses: the way into the network.
func (g Genesis) Roster() []ledgers.Member {
	all := make([]ledgers.Member, len(g.Founders))
	for i, f := range g.Founders {
		all[i] = f.Member
	}
	return all
}

// Tip is the ledger before its first block.
func (g Genesis) Tip() *Tip {
	var s State
	for _, h := range g.Holders {
		s.pay(h.Account, h.Balance)
	}
	for _, f := range g.Founders {
		s.register(f.Account, f.Key, f.Commission)
		s.setDelegation(f.Account, f.Account, f.Stake)
	}
	first := s.Elect(g.Params)
	s.setSet(1, 0, first)
	return &Tip{State: s, Next: first}
}

// Validate says everything that is wrong with a genesis.
func (g Genesis) Validate() error {
	var faults []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf("validators: "+format, args...))
		}
	}
	refuse(g.Epoch < 1 || g.Epoch > 1<<20, "epoch is %d, want 1 to %d", g.Epoch, 1<<20)
	refuse(g.Unbonding < g.Epoch || g.Unbonding > 1<<20, "unbonding is %d, want epoch (%d) to %d", g.Unbonding, g.Epoch, 1<<20)
	refuse(g.MinSelf < 1 || g.MinSelf >= MaxSupply, "min-self is %d, want 1 to %d", g.MinSelf, uint64(MaxSupply-1))
	refuse(g.MinFee >= MaxSupply, "min-fee is %d, want less than %d", g.MinFee, uint64(MaxSupply))
	n := len(g.Founders)
	refuse(n < 1 || n > ledgers.MaxMembers, "%d validators, want 1 to %d", n, ledgers.MaxMembers)
	supply := uint64(0)
	add := func(amount uint64) {
		if supply += min(amount, MaxSupply); supply > MaxSupply {
			supply = MaxSupply
		}
	}
	keys, addrs, accounts := map[network.PublicKey]bool{}, map[network.Addr]bool{}, map[Address]bool{}
	for i, f := range g.Founders {
		if err := f.Addr.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("validators: validator %d: %w", i, err))
		}
		refuse(keys[f.Key] || addrs[f.Addr] || accounts[f.Account], "validator %d has the key, the address or the account of another", i)
		refuse(f.Commission > MaxCommission, "validator %d has commission %d, want at most %d", i, f.Commission, MaxCommission)
		refuse(f.Stake < g.MinSelf, "validator %d has stake %d, want at least min-self (%d)", i, f.Stake, g.MinSelf)
		keys[f.Key], addrs[f.Addr], accounts[f.Account] = true, true, true
		add(f.Stake)
	}
	clear(accounts)
	for i, h := range g.Holders {
		refuse(accounts[h.Account], "account %d is there twice", i)
		refuse(h.Balance == 0, "account %d has nothing", i)
		accounts[h.Account] = true
		add(h.Balance)
	}
	refuse(supply >= MaxSupply, "stakes and balances together are %d or more, want less", uint64(MaxSupply))
	return errors.Join(faults...)
}

// ParseGenesis reads a text that is canonical to the last byte. The error names the line.
func ParseGenesis(text string) (Genesis, error) {
	var g Genesis
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != Name+" "+strconv.Itoa(Version) {
		return g, fmt.Errorf("validators: genesis: line 1 is %.80q, want %q", lines[0], Name+" "+strconv.Itoa(Version))
	}
	for i, line := range lines[1:] {
		if err := g.read(strings.Split(line, " ")); err != nil {
			return Genesis{}, fmt.Errorf("validators: genesis: line %d, %.80q: %w", i+2, line, err)
		}
	}
	if err := g.Validate(); err != nil {
		return Genesis{}, err
	}
	if g.Text() != text {
		return Genesis{}, errors.New("validators: genesis: the text is not the canonical one: it wants the numbers first, then " +
			"validators, then accounts; lower-case hex, one blank, no leading zero or sign, and a line break after each line")
	}
	return g, nil
}

// read takes one line.
func (g *Genesis) read(words []string) (err error) {
	numbers := map[string]*uint64{
		"epoch": &g.Epoch, "unbonding": &g.Unbonding, "min-self": &g.MinSelf, "min-fee": &g.MinFee,
	}
	switch target := numbers[words[0]]; {
	case target != nil && len(words) == 2:
		*target, err = strconv.ParseUint(words[1], 10, 64)
	case words[0] == "max-missed" && len(words) == 2:
		var n uint64
		n, err = strconv.ParseUint(words[1], 10, 32)
		g.MaxMissed = uint32(n)
	case words[0] == "validator" && len(words) == 6:
		f := Founder{Member: ledgers.Member{Addr: network.Addr(words[2])}}
		var commission uint64
		err = errors.Join(ledgers.ParseKey(&f.Key, words[1]), ledgers.ParseKey(&f.Account, words[3]))
		if err == nil {
			commission, err = strconv.ParseUint(words[4], 10, 16)
		}
		if f.Commission = uint16(commission); err == nil {
			f.Stake, err = strconv.ParseUint(words[5], 10, 64)
		}
		g.Founders = append(g.Founders, f)
	case words[0] == "account" && len(words) == 3:
		var h Holder
		if err = ledgers.ParseKey(&h.Account, words[1]); err == nil {
			h.Balance, err = strconv.ParseUint(words[2], 10, 64)
		}
		g.Holders = append(g.Holders, h)
	default:
		err = errors.New("want a number's name and the number, `validator key address account commission stake`, or `account key balance`")
	}
	return err
}
