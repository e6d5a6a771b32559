package wallet_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/wallet"
)

var update = flag.Bool("update", false, "write testdata/moves.json anew")

var (
	states = []wallet.State{wallet.Made, wallet.Submitted, wallet.Pending, wallet.Confirmed, wallet.FellBack, wallet.Replaced, wallet.Refused}
	events = []wallet.Event{wallet.Taken, wallet.Refusal, wallet.InPool, wallet.InBlock, wallet.Gone, wallet.Passed}
)

// The moves of the state machine, all of them, are in testdata/moves.json, which the page's own machine is held
// to as well (browser).
func TestState_Moves(t *testing.T) {
	moves := map[wallet.State]map[wallet.Event]wallet.State{}
	for _, s := range states {
		moves[s] = map[wallet.Event]wallet.State{}
		for _, e := range events {
			moves[s][e] = s.After(e)
		}
	}
	text, err := json.MarshalIndent(moves, "", "  ")
	require.NoError(t, err)
	text = append(text, '\n')
	if *update {
		require.NoError(t, os.WriteFile("testdata/moves.json", text, 0o644))
	}
	want, err := os.ReadFile("testdata/moves.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(text))
}

// What holds of every move: what a block has is confirmed; what was refused or replaced is not sent again;
// nothing is refused that may have been sent; what was confirmed is never simply pending.
func TestState_Rules(t *testing.T) {
	for _, s := range states {
		require.Equal(t, wallet.Confirmed, s.After(wallet.InBlock))
		for _, e := range events {
			after := s.After(e)
			if (s == wallet.Refused || s == wallet.Replaced) && e != wallet.InBlock {
				require.Equal(t, s, after)
			}
			if after == wallet.Refused && s != wallet.Refused {
				require.Equal(t, wallet.Made, s)
			}
			if s == wallet.Confirmed || s == wallet.FellBack {
				require.Contains(t, []wallet.State{wallet.Confirmed, wallet.FellBack, wallet.Replaced}, after)
			}
		}
	}
}

// What a look makes of a payment, in every case, is in testdata/looks.json; the page's code is held to it as well
// (browser).
func TestPayment_Looks(t *testing.T) {
	type look struct {
		State   wallet.State  `json:"state"`
		Block   *wallet.Block `json:"block,omitempty"` // before
		Chain   string        `json:"chain,omitempty"`
		Where   string        `json:"where,omitempty"` // "", pool or block
		Sure    bool          `json:"sure,omitempty"`
		Passed  bool          `json:"passed,omitempty"` // the nonce is used
		Still   bool          `json:"still,omitempty"`  // the payment's block is on the chain
		Height  uint64        `json:"height"`
		After   wallet.State  `json:"after"`
		At      *wallet.Block `json:"at,omitempty"` // the block afterwards
		Depth   uint64        `json:"depth,omitempty"`
		OfChain string        `json:"ofChain,omitempty"` // the chain afterwards
	}
	at := func(b wallet.Block) *wallet.Block {
		if b == (wallet.Block{}) {
			return nil
		}
		return &b
	}
	var looks []look
	cases := func(yield func(look)) {
		for _, s := range states {
			for _, block := range []*wallet.Block{nil, {Number: 5, Hash: "five"}} {
				for _, chain := range []string{"here", "there", ""} {
					for _, where := range []string{"", "pool", "block"} {
						for bits := range 8 {
							for _, height := range []uint64{4, 7} {
								yield(look{State: s, Block: block, Chain: chain, Where: where, Sure: bits&1 > 0, Passed: bits&2 > 0, Still: bits&4 > 0, Height: height})
							}
						}
					}
				}
			}
		}
	}
	cases(func(l look) {
		p := wallet.Payment{Transaction: pay(3), Chain: wallet.ChainID(l.Chain), State: l.State}
		if l.Block != nil {
			p.Block = *l.Block
		}
		account := wallet.Account{Nonce: 3, Height: l.Height, Tip: "tip"}
		if l.Passed {
			account.Nonce = 4
		}
		hashes := map[uint64]string{5: "other"}
		if l.Still {
			hashes[5] = "five"
		}
		entry := wallet.Entry{Waiting: l.Where == "pool"}
		if l.Where == "block" {
			entry.Block, entry.Hash = 4, "four"
		}
		p = wallet.Look(p, entry, l.Where != "", l.Sure, "here", account, hashes)
		l.After, l.At, l.Depth, l.OfChain = p.State, at(p.Block), p.Depth, string(p.Chain)
		looks = append(looks, l)
	})
	var text bytes.Buffer
	text.WriteString("[\n")
	looks = slices.DeleteFunc(looks, func(l look) bool { // where these make no difference, one of them is enough
		return l.Still && (l.State != wallet.Replaced || l.Block == nil) || l.Height == 4 && l.Block == nil || l.Chain == "" && l.Where == "block"
	})
	for i, l := range looks {
		line, err := json.Marshal(l)
		require.NoError(t, err)
		text.Write(line)
		if i < len(looks)-1 {
			text.WriteString(",")
		}
		text.WriteString("\n")
	}
	text.WriteString("]\n")
	if *update {
		require.NoError(t, os.WriteFile("testdata/looks.json", text.Bytes(), 0o644))
	}
	want, err := os.ReadFile("testdata/looks.json")
	require.NoError(t, err)
	require.Equal(t, string(want), text.String())
}
