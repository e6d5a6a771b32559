package lattice_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/harness/lab"
	"strata/ledgers"
	contract "strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
	"strata/solutions/lattice"
)

// A disk of another chain is refused, and left as it is.
func TestJournal_OfAnotherChainIsForeign(t *testing.T) {
	var foreign error
	r := lab.Run(scenario.Scenario{Name: "lattice/foreign", For: time.Second, Setup: func(w scenario.World) {
		w.Node(w.Addr(0), func(h network.Host) {
			ledgers.Found(h.Disk(), ledgers.ChainID{1}, h.Identity().Key(), func(err error) {
				scenario.Must(err)
				foreign = start(w, h)
			})
		})
	}}, lab.Options{Seed: 1})
	require.False(t, r.Failed(), r.String())
	require.ErrorIs(t, foreign, ledgers.ErrForeign)
}

// start starts a ledger of its own genesis on the host.
func start(w scenario.World, h network.Host) error {
	of := w.Key(w.Addr(0))
	genesis := contract.Genesis{Least: contract.Whole, Send: 1, Receive: 1,
		Accounts: []contract.Opening{{Account: of, Balance: contract.Raw(1), Representative: of}}}
	s := stack()
	net := s.NewNetwork(h, scenario.Complete(network.Config{Listen: w.Addr(0)}))
	msg := s.NewMessaging(h, net, scenario.Complete(messaging.Config{}))
	peers := s.NewP2P(h, net, msg, scenario.Complete(p2p.Config{Self: w.Addr(0)}))
	g := s.NewGossip(h, peers, scenario.Complete(gossip.Config{}))
	return lattice.New(h, g, peers, scenario.Complete(contract.Config{Genesis: genesis})).Start(nil)
}
