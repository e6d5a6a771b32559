package scenario_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

// said is a fault of each kind, and how it is said.
func said() map[string]scenario.Fault {
	a := []network.Addr{scenario.Addr(0)}
	b := []network.Addr{scenario.Addr(1), scenario.Addr(2)}
	return map[string]scenario.Fault{
		"reset between 10.0.0.1 and 10.0.0.2 10.0.0.3": {Kind: scenario.Reset, A: a, B: b},
		"stall from 10.0.0.1 to all others for 80ms":   {Kind: scenario.Stall, A: a, For: 80 * time.Millisecond},
		"partition between 10.0.0.1 and all others for 1.5s": {Kind: scenario.Partition, A: a,
			For: 1_500_400 * time.Microsecond},
		"cut from 10.0.0.1 to 10.0.0.2 10.0.0.3 for 1m0s": {Kind: scenario.Cut, A: a, B: b, For: time.Minute},
		"delay from 10.0.0.1 to all others by 30ms for 1s": {
			Kind: scenario.Delay, A: a, By: 30 * time.Millisecond, For: time.Second},
		"slow link from 10.0.0.1 to all others at 800 bytes a second for 1s": {
			Kind: scenario.Slow, A: a, Rate: 800, For: time.Second},
		"pause of 10.0.0.2 10.0.0.3 for 1s": {Kind: scenario.Pause, A: b, For: time.Second},
		"clock skew of 10.0.0.1 by 1s and 0.2 % slow for 1s": {
			Kind: scenario.Skew, A: a, By: time.Second, Rate: -2000, For: time.Second},
		"crash of 10.0.0.1 without its disk for 2s": {Kind: scenario.Crash, A: a, For: 2 * time.Second, Wipe: true},
		"departure of 10.0.0.1":                     {Kind: scenario.Leave, A: a},
		"late start of 10.0.0.1":                    {Kind: scenario.Join, A: a, At: time.Second},
		"slow disk of 10.0.0.1 by 1s for 2s": {
			Kind: scenario.DiskSlow, A: a, By: time.Second, For: 2 * time.Second},
		"full disk of 10.0.0.1 for 2s":    {Kind: scenario.DiskFull, A: a, For: 2 * time.Second},
		"failing disk of 10.0.0.1 for 2s": {Kind: scenario.DiskFail, A: a, For: 2 * time.Second},
		"lying disk of 10.0.0.1 for 2s":   {Kind: scenario.DiskLie, A: a, For: 2 * time.Second},
		"disk rot of 10.0.0.1":            {Kind: scenario.DiskRot, A: a},
	}
}

func TestFault_SaysItself(t *testing.T) {
	for want, f := range said() {
		require.NoError(t, f.Validate(), want)
		require.Equal(t, want, f.String())
	}
	f := said()["slow link from 10.0.0.1 to all others at 800 bytes a second for 1s"]
	require.Equal(t, "slow link at 800 bytes a second for 1s", f.Brief())
	require.Equal(t, "clock skew 0.0007 % fast", scenario.Fault{Kind: scenario.Skew, Rate: 7}.Brief())
	require.Equal(t, "clock skew", scenario.Fault{Kind: scenario.Skew}.Brief())
}

// Every kind has a fault above, so that a new one cannot be forgotten.
func TestFaultKinds_HaveANature(t *testing.T) {
	kinds := map[scenario.FaultKind]bool{}
	for _, f := range said() {
		kinds[f.Kind] = true
	}
	require.Len(t, kinds, len(scenario.FaultKinds()))
	_, ok := scenario.FaultKind("flood").Nature()
	require.False(t, ok)
}

func TestFault_ValidateListsEverything(t *testing.T) {
	for want, f := range map[string]scenario.Fault{
		`there is no fault of the kind "flood"`:               {Kind: "flood"},
		"reset: For is 1s, want none":                         {Kind: scenario.Reset, For: time.Second},
		"pause: For is -1s, want 0 or more":                   {Kind: scenario.Pause, For: -time.Second},
		"delay: By is -1s, want 0 to 1000h0m0s":               {Kind: scenario.Delay, By: -time.Second},
		"cut: By is 1s, want none":                            {Kind: scenario.Cut, By: time.Second},
		"slow link: Rate is 0, want 1 to 9223372036854775807": {Kind: scenario.Slow},
		"clock skew: Rate is -1000000, want -999999 to 1000000": {
			Kind: scenario.Skew, Rate: -1_000_000},
		"stall: Wipe is set, but only a crash takes the disk": {Kind: scenario.Stall, Wipe: true},
		"crash: Rate is 5, want none\ncrash: B names nodes, but only those of A are struck": {
			Kind: scenario.Crash, Rate: 5, B: []network.Addr{"b:1"}},
	} {
		err := f.Validate()
		require.Error(t, err, want)
		require.ElementsMatch(t, strings.Split(want, "\n"), strings.Split(err.Error(), "\n"))
	}
}

func TestAddr(t *testing.T) {
	require.Equal(t, network.Addr("10.0.0.1:4000"), scenario.Addr(0))
	require.Equal(t, network.Addr("10.0.1.0:4000"), scenario.Addr(249))
	seen := map[network.Addr]bool{}
	for n := range 200_000 {
		a := scenario.Addr(n)
		require.NoError(t, a.Validate())
		seen[a] = true
	}
	require.Len(t, seen, 200_000)
	require.Equal(t, "10.0.0.1 node.example:1", scenario.Names([]network.Addr{"10.0.0.1:4000", "node.example:1"}))
}
