package upon

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/harness/explore/orders"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/causal/causaltest"
	"strata/network"
	"strata/scenario"
)

// causals lists the scenarios of elective 10.
func (s members) causals() []scenario.Scenario {
	one := func(name, title string, budget scenario.Budget) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "causal/orders-" + name, Step: "causal.4", Rules: []string{"CAU-2", "CAU-3", "CAU-6"},
			For: causalEnd, Title: title, Explore: budget, Provided: true, Setup: s.written,
		})
	}
	return []scenario.Scenario{
		one("write", "Two of three write into one list, in every order: equal heads, equal documents.",
			scenario.Budget{States: 6000, From: orders.Ready, Early: 1, Apart: true}),
		one("crash", "A replica crashes while two write, in every order: equal heads, equal documents.",
			scenario.Budget{States: 6000, From: orders.Ready, Crashes: 1, Apart: true}),
	}
}

// causalEnd is time enough to hear of an update by heads alone, and to ask for it.
const causalEnd = orders.Ready + 3*time.Second

// writer is one replica. What is in it, its own node alone touches; the check looks at all three.
type writer struct {
	replica causal.Causal
	order   map[causal.ID]bool // in this life
	early   causal.ID          // an update that came before one of its predecessors
}

// Delivered is causal.Watcher's: predecessors come first.
func (t *writer) Delivered(id causal.ID, u *causal.Update) {
	for _, p := range u.Predecessors {
		if !t.order[p] {
			t.early = id
		}
	}
	t.order[id] = true
}

// Equivocated is never called: a replica that crashes goes on from what it has told.
func (t *writer) Equivocated(causal.Proof) {}

// Blamed is never called: all three are correct.
func (t *writer) Blamed(network.Addr, error) {}

// text is the list, for a comparison: its elements by the beginnings of their ids, so that two with the same words in
// another order, or of other updates, differ.
func (t *writer) text() string {
	var b strings.Builder
	for _, e := range t.replica.Document().List("todo") {
		fmt.Fprintf(&b, "%x:%s ", e.ID.Update[:4], e.Value)
	}
	return b.String()
}

// todo is the list that they write into.
var todo = causal.Key{Kind: causal.List, Name: "todo"}

// written has two of three replicas write at once, the first one twice.
func (s members) written(w scenario.World) {
	genesis := causal.Genesis{Document: "paper"}
	for i := range 3 {
		genesis.Members = append(genesis.Members, ledgers.Member{Key: w.Key(w.Addr(i)), Addr: w.Addr(i)})
	}
	// The third one writes nothing: it sees the updates of the two in whatever order they come.
	all := make([]*writer, 3)
	for i := range all {
		t := &writer{}
		all[i] = t
		w.Node(w.Addr(i), func(h network.Host) { s.bootCausal(t, w, h, i, genesis) })
		w.Show(w.Addr(i), func() string { return fmt.Sprintf("%d heads, %s", len(t.replica.Heads()), t.text()) })
	}
	// The first one's second update names its first alone, or what it has heard of the other by then: that is what the
	// orders differ by.
	for i, number := range []int{0, 1, 0} {
		ops := []causal.Op{{Action: causal.Insert, Key: todo, Value: fmt.Append(nil, i)}}
		t := all[number]
		w.At(orders.Ready, w.Addr(number), "writes", func() { t.replica.Write(ops, func(causal.ID, error) {}) })
	}
	// Each replica has noted it by itself, when it happened.
	w.Always(causaltest.CAU2Once, func() error {
		for i, t := range all {
			if t.early != (causal.ID{}) {
				return fmt.Errorf("expected an update after its predecessors, got %.8s too early at %d", t.early, i)
			}
		}
		return nil
	})
	// A replica that was down may still lack an update, and then its heads are others: that is no failure here.
	w.AtEnd(causaltest.CAU6Function, func() error {
		first := all[0]
		for _, t := range all[1:] {
			if slices.Equal(t.replica.Heads(), first.replica.Heads()) && t.text() != first.text() {
				return fmt.Errorf("expected one document of one set of updates, got %q and %q", first.text(), t.text())
			}
		}
		return nil
	})
}

// bootCausal founds a replica's disk at its first boot, and starts it.
func (s members) bootCausal(t *writer, w scenario.World, h network.Host, number int, genesis causal.Genesis) {
	t.order = map[causal.ID]bool{genesis.Root(): true}
	peers := orders.Peers(s.stack.Stack, h, w.Addr(number), orders.Before(w, number)...)
	t.replica = s.stack.NewCausal(h, mesh{peers}, peers, scenario.Complete(causal.Config{Genesis: genesis}))
	start := func(err error) {
		scenario.Must(err)
		scenario.Must(t.replica.Start(t))
	}
	if len(h.Disk().Names()) > 0 {
		start(nil)
		return
	}
	ledgers.Found(h.Disk(), genesis.Chain(), h.Identity().Key(), start)
}
