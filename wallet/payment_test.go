package wallet_test

import (
	"encoding/json"
	"flag"
	"os"
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
