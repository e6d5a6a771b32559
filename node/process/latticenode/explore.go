package latticenode

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
)

// Block is a block as the API shows it.
type Block struct {
	Hash           string `json:"hash"`
	Account        string `json:"account"`
	Kind           string `json:"kind"`
	Height         uint64 `json:"height,string"`
	Amount         string `json:"amount"` // that it sends or receives
	Balance        string `json:"balance"`
	Representative string `json:"representative"`
	Previous       string `json:"previous"`
	Link           string `json:"link"`         // in hex
	To             string `json:"to,omitempty"` // of a send: whom
	Cemented       bool   `json:"cemented"`
	Text           string `json:"block"` // all of it, in hex
}

func show(b *lattice.Book, p *lattice.Placed) Block {
	shown := Block{
		Hash: hexHash(p.Hash), Account: lattice.Address(p.Account), Kind: p.Kind.String(), Height: p.Height,
		Amount: p.Amount.String(), Balance: p.Balance.String(), Representative: lattice.Address(p.Representative),
		Previous: hexHash(p.Previous), Link: hexHash(p.Link), Cemented: b.IsCemented(p), Text: fmt.Sprintf("%x", p.Encode()),
	}
	if p.Kind == lattice.Send {
		shown.To = lattice.Address(p.Link)
	}
	return shown
}

// blockAnswer is a block, if it is in the ledger, and what has become of it.
type blockAnswer struct {
	Outcome
	Block *Block `json:"contents,omitempty"`
}

// Block is a block by its hash. Errors: the loop has ended.
func (r *Running) Block(hash lattice.Hash) (a blockAnswer, err error) {
	if a.Outcome, err = r.Outcome(ledgers.OpID(hash)); err != nil {
		return a, err
	}
	err = r.do(func() {
		b := r.ledger.Book()
		if p := b.Block(hash); p != nil {
			shown := show(b, p)
			a.Block = &shown
		}
	})
	return a, err
}

// maxHistory is how many blocks of an account one answer has.
const maxHistory = 50

// History lists an account's blocks of heights below one, the newest first, at most maxHistory; those that were pruned
// are not there. Errors: the loop has ended.
func (r *Running) History(of lattice.Account, below uint64) (all []Block, err error) {
	err = r.do(func() {
		b := r.ledger.Book()
		head := b.Head(of)
		if head == nil {
			return
		}
		for height := min(head.Height, below-1); height > 0 && len(all) < maxHistory; height-- {
			p := b.At(of, height)
			if p == nil {
				return
			}
			all = append(all, show(b, p))
		}
	})
	return all, err
}

// Representative is one that has weight.
type Representative struct {
	Account  string `json:"account"`
	Weight   string `json:"weight"`
	Thousand uint64 `json:"per_mille,string"` // of the supply, rounded down
	Votes    bool   `json:"principal"`        // it has a thousandth, so that others hear it (LAT-6)
}

// Representatives says who decides, and how few that can be.
type Representatives struct {
	All     []Representative `json:"representatives"` // the heaviest first, at most MaxEntries
	Supply  string           `json:"supply"`
	Held    string           `json:"held"`       // weight of all: the supply less what is pending
	Online  string           `json:"online"`     // weight of those from whom news came in the last five minutes (LAT-5)
	Quorum  string           `json:"quorum"`     // at least so much decides
	Now     string           `json:"quorum_now"` // so much decides now
	Decide  int              `json:"decide"`     // how few, the heaviest, have a quorum; 0: all together have none
	Prevent int              `json:"prevent"`    // how few can keep all others from having one
	Index   uint64           `json:"index"`      // Herfindahl and Hirschman's, of 10,000: that of one alone
}

// Representatives lists who decides, and how concentrated that is. Errors: the loop has ended.
func (r *Running) Representatives() (s Representatives, err error) {
	err = r.do(func() {
		s = concentration(r.ledger.Book(), r.Config.Directory.Genesis.Least)
		online, now := r.ledger.Online()
		s.Online, s.Now = online.String(), now.String()
	})
	return s, err
}

func concentration(b *lattice.Book, least uint64) Representatives {
	supply := b.Supply()
	quorum := supply.Share(least, lattice.Whole).Share(2, 3).Plus(lattice.Raw(1))
	s := Representatives{All: []Representative{}, Supply: supply.String(), Quorum: quorum.String()}
	var held lattice.Amount
	var weights []lattice.Amount
	for _, of := range b.Representatives() {
		weight := b.Weight(of)
		if weight.Zero() {
			continue
		}
		weights, held = append(weights, weight), held.Plus(weight)
		part := share(weight, supply, 10_000)
		s.Index += part * part / 10_000
		if len(s.All) < MaxEntries {
			s.All = append(s.All, Representative{lattice.Address(of), weight.String(), part / 10,
				weight.Cmp(supply.Share(1, lattice.Principal)) >= 0})
		}
	}
	s.Held = held.String()
	var sum lattice.Amount
	for i, weight := range weights {
		sum = sum.Plus(weight)
		if s.Decide == 0 && sum.Cmp(quorum) >= 0 {
			s.Decide = i + 1
		}
		if s.Prevent == 0 && held.Minus(sum).Cmp(quorum) < 0 {
			s.Prevent = i + 1
		}
	}
	return s
}

// share is how many of so many parts of the whole an amount is, rounded down; of an amount above 2^50, to 15 digits.
func share(part, whole lattice.Amount, parts uint64) uint64 {
	for whole.Class() > 50 {
		part, _ = part.Div(2)
		whole, _ = whole.Div(2)
	}
	return part.Lo * parts / whole.Lo
}

// statusAnswer is the answer of status.
type statusAnswer struct {
	Ledger         string         `json:"ledger"`
	Chain          string         `json:"chain"`
	Self           network.Addr   `json:"self"`
	Representative string         `json:"representative"`
	Weight         string         `json:"weight"`
	Silent         bool           `json:"silent"`
	Peers          []network.Addr `json:"peers"`
	Bans           []string       `json:"bans"`
	Cemented       uint64         `json:"cemented,string"`
	Digest         string         `json:"digest"`
	Loose          int            `json:"loose,string"`
	Accounts       int            `json:"accounts,string"`
	Stored         int64          `json:"stored,string"`
	Wallet         string         `json:"wallet"` // none, locked, open
}

func askStatus(_ context.Context, a *API, _ question) (any, error) { return a.status() }

func (a *API) status() (statusAnswer, error) {
	s, err := a.Node.Status()
	if err != nil {
		return statusAnswer{}, err
	}
	answer := statusAnswer{
		Ledger: lattice.Name, Chain: a.Node.Chain.String(), Self: a.Node.Config.Listen,
		Representative: lattice.Address(a.Node.Config.Directory.Public()), Weight: s.Weight.String(), Silent: s.Silent,
		Peers: append([]network.Addr{}, s.Peers...), Bans: []string{}, Cemented: s.Digest.Position,
		Digest: hexHash(s.Digest.Hash), Loose: s.Loose, Accounts: s.Accounts, Stored: s.Stored, Wallet: "open",
	}
	for _, b := range s.Bans {
		answer.Bans = append(answer.Bans, b.IP+": "+b.Reason)
	}
	if _, err := a.Purse.Wallet(); err != nil {
		answer.Wallet = "locked"
		if a.Purse.open == nil {
			answer.Wallet = "none"
		}
	}
	return answer, nil
}

// maxRichest is how many accounts the page shows.
const maxRichest = 50

// Richest lists the accounts with the greatest cemented balances, the greatest first. Errors: the loop has ended.
func (r *Running) Richest() (all []Account, err error) {
	err = r.do(func() {
		b := r.ledger.Book()
		top := slices.SortedFunc(slices.Values(b.Accounts()), func(x, y lattice.Account) int {
			return cmp.Or(confirmed(b, y).Cmp(confirmed(b, x)), lattice.CompareAccounts(x, y))
		})
		for _, of := range top[:min(len(top), maxRichest)] {
			all = append(all, describe(b, of))
		}
	})
	return all, err
}

func confirmed(b *lattice.Book, of lattice.Account) lattice.Amount {
	if head := b.Cemented(of); head != nil {
		return head.Balance
	}
	return lattice.Amount{}
}
