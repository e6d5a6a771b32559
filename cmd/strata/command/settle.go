package command

import (
	"fmt"
	"io"
	"slices"
	"time"

	"strata/chain"
	"strata/node"
)

// How long the nodes have to agree after the last block.
const (
	settleWithin = 10 * time.Second
	quietFor     = time.Second // enough for a block to reach everyone
	askEvery     = 50 * time.Millisecond
)

// settle stops the miners, waits until the nodes agree and says so, or what they believe instead.
// Two blocks found at the same time leave two tips of one height, each first seen somewhere
// (FRK-1): only a further block decides between them, so the miners look for one.
func (d *demo) settle(out io.Writer) (agreed bool, err error) {
	deadline := time.Now().Add(settleWithin)
	for {
		if err := d.each((*node.Node).StopMining); err != nil {
			return false, err
		}
		seen, err := d.lookUntil(quietFor, agree)
		if err != nil {
			return false, err
		}
		if agree(seen) {
			return sumUp(out, seen), nil
		}
		if time.Now().After(deadline) {
			reportDisagreement(out, seen)
			return false, nil
		}
		top := highest(seen)
		if err := d.each((*node.Node).StartMining); err != nil {
			return false, err
		}
		if _, err := d.lookUntil(time.Until(deadline), func(seen []sight) bool { return highest(seen) > top }); err != nil {
			return false, err
		}
	}
}

// lookUntil looks again and again until what it sees is as wanted, or the time is over.
func (d *demo) lookUntil(within time.Duration, wanted func([]sight) bool) ([]sight, error) {
	deadline := time.Now().Add(within)
	for {
		seen, err := d.look()
		if err != nil || wanted(seen) || time.Now().After(deadline) {
			return seen, err
		}
		time.Sleep(askEvery)
	}
}

// agree says whether all nodes have the same tip and so, being correct, the same accounts.
func agree(seen []sight) bool {
	return !slices.ContainsFunc(seen, func(s sight) bool { return s.status.Tip != seen[0].status.Tip })
}

func highest(seen []sight) uint64 {
	top := uint64(0)
	for _, s := range seen {
		top = max(top, s.status.Height)
	}
	return top
}

// sumUp prints the chain that all nodes have, and says whether its accounts add up: all money is
// the rewards of the blocks, and every node knows the same of every account.
func sumUp(out io.Writer, seen []sight) bool {
	params, _ := chain.Params{}.Complete() // the defaults have no faults
	first := seen[0]
	sum, want := uint64(0), params.BlockReward*first.status.Height
	for _, b := range first.balances {
		sum += b
	}
	for _, s := range seen {
		if !slices.Equal(s.balances, first.balances) {
			fmt.Fprintf(out, "same tip, other balances: %s has %v, %s has %v\n", first.addr, first.balances, s.addr, s.balances)
			return false
		}
	}
	if sum != want {
		fmt.Fprintf(out, "the balances %v add up to %d, not to reward x height = %d\n", first.balances, sum, want)
		return false
	}
	who := fmt.Sprintf("all %d nodes agree", len(seen))
	if len(seen) == 1 {
		who = "one node, nobody to disagree with"
	}
	fmt.Fprintf(out, "%s: height %d, tip %s, balances %v, sum %d = %d x %d\n",
		who, first.status.Height, short(first.status.Tip), first.balances, sum, params.BlockReward, first.status.Height)
	return true
}

// reportDisagreement prints the tip of each node.
func reportDisagreement(out io.Writer, seen []sight) {
	fmt.Fprintln(out, "the nodes disagree:")
	for _, s := range seen {
		fmt.Fprintf(out, "  %s: height %d, tip %s, %d peers\n", s.addr, s.status.Height, short(s.status.Tip), s.status.Peers)
	}
}

// short is enough of a hash for people to tell it from others.
func short(h chain.BlockHash) string { return h.String()[:16] }
