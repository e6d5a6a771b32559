package command

import (
	"crypto/ed25519"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/electives"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/ledgernode"
)

// ledgerPlot is what the demo of a ledger has of its own.
type ledgerPlot struct {
	ledger  ledgernode.Ledger
	found   foundLedger
	falling int // members that stop at a time

	// write is the operation of that number of a client, encoded: the first is 1.
	write func(chain ledgers.ChainID, client int, number uint64) []byte
}

// plotOf is that of a ledger of n members with as many clients. Errors: no randomness.
func plotOf(name string, s electives.Stack, n int) (*ledgerPlot, error) {
	clients := make([]ed25519.PrivateKey, n)
	for i := range clients {
		var err error
		if clients[i], err = keyfile.New(); err != nil {
			return nil, err
		}
	}
	if name == validators.Name {
		return &ledgerPlot{
			ledger: ledgernode.Validators(s.Validators(), validators.Config{}), falling: (n - 1) / 3,
			found: func(members []ledgers.Member) ledgernode.Genesis { return foundPayers(members, clients) },
			write: func(chain ledgers.ChainID, client int, number uint64) []byte {
				return transferOf(chain, clients[client], number, addressOf(clients[(client+1)%n]))
			},
		}, nil
	}
	p := &ledgerPlot{ledger: ledgernode.Leader(s.Leader(), leader.Config{}), found: foundLeader, falling: min(1, (n-1)/2)}
	p.write = func(chain ledgers.ChainID, client int, number uint64) []byte {
		c := ledgerClient{key: clients[client], number: number - 1}
		return c.next(chain, fmt.Appendf(nil, "client %d", client), fmt.Append(nil, number), uint64(client))
	}
	return p, nil
}

// What members and clients of a demo have at first.
const (
	payerStake   = 100_000
	payerBalance = 1 << 30
)

// foundPayers is a genesis of validators of equal stake, and of clients that pay. The stake of a member is that of
// its own key.
func foundPayers(members []ledgers.Member, clients []ed25519.PrivateKey) ledgernode.Genesis {
	g := validators.Genesis{Params: validators.Defaults()}
	for _, m := range members {
		g.Founders = append(g.Founders, validators.Founder{Member: m, Account: m.Key, Stake: payerStake})
	}
	for _, key := range clients {
		g.Holders = append(g.Holders, validators.Holder{Account: addressOf(key), Balance: payerBalance})
	}
	return g
}

func addressOf(key ed25519.PrivateKey) validators.Address {
	return network.PublicKey(keyfile.Public(key))
}

// transferOf is a transfer of 1 with the least fee, encoded.
func transferOf(chain ledgers.ChainID, from ed25519.PrivateKey, nonce uint64, to validators.Address) []byte {
	tx := &validators.Transaction{Nonce: nonce, Fee: validators.Defaults().MinFee, Kind: validators.Transfer, To: to, Amount: 1}
	tx.Sign(chain, from)
	return tx.Encode()
}
