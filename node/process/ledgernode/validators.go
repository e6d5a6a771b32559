package ledgernode

import (
	"crypto/ed25519"
	"errors"
	"net/http"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/localhttp"
	"strata/node/process/operator"
	"strata/p2p"
)

// Validators is elective 8. The genesis of limits is that of the directory.
func Validators(stack validators.Stack, limits validators.Config) Ledger {
	build := func(g Genesis, host network.Host, gossip gossip.Gossip, peers p2p.P2P) (Node, error) {
		limits.Genesis = g.(validators.Genesis)
		cfg, err := limits.Complete()
		if err != nil {
			return nil, err
		}
		return &validatorsNode{Validators: stack.NewValidators(host, gossip, peers, cfg), key: host.Identity().Key()}, nil
	}
	return Ledger{Name: validators.Name, Below: stack.Stack, Operated: true, Places: ledgers.MaxMembers, Build: build}
}

func addressOf(key ed25519.PrivateKey) validators.Address {
	return network.PublicKey(keyfile.Public(key))
}

// validatorsNode is elective 8 in a process.
type validatorsNode struct {
	validators.Validators
	key    network.PublicKey
	looked bool
	seen   uint64 // height up to which the operator was told
}

// Look is Node's. What was decided before the process started is no news.
func (n *validatorsNode) Look(o *operator.Operator, peers []network.Addr) {
	tip := n.Tip()
	account, _ := tip.State.Owner(n.key)
	registration, _ := tip.State.Registration(account)
	o.Look(operator.Facts{Standing: n.Standing(), Set: tip.Next, Missed: registration.Missed, Waiting: n.Waiting(), Peers: peers})
	if !n.looked {
		n.looked, n.seen = true, tip.Height
	}
	for n.seen < tip.Height {
		b, err := n.Certified(n.seen + 1)
		if err != nil {
			return // the ledger says itself what is wrong with its disk
		}
		if n.seen++; b == nil {
			continue // it is below the snapshot that the node began with
		}
		o.Decide(operator.Decided{Height: b.Height, Round: b.By.Round, Hash: b.By.Hash, Transactions: len(b.Txs), Own: b.Proposer == account})
	}
}

// Members is Node's: the set of the height that is not decided yet.
func (n *validatorsNode) Members() (keys []network.PublicKey) {
	for _, v := range n.Tip().Next {
		keys = append(keys, v.Key)
	}
	return keys
}

// ValidatorsStatus is what elective 8 has besides.
type ValidatorsStatus struct {
	Round uint32            `json:"round"` // of the height that is not decided yet
	Step  string            `json:"step"`
	Power uint64            `json:"power"` // of this node at that height; 0: it is no validator
	Total uint64            `json:"total_power"`
	Set   []ValidatorStatus `json:"validators"` // of that height
}

// ValidatorStatus is a validator of the height that is not decided yet.
type ValidatorStatus struct {
	Key     string `json:"key"`
	Account string `json:"account"`
	Power   uint64 `json:"power"`
	Missed  uint32 `json:"missed"` // certificates of this epoch that it is not in
}

// Describe is Node's.
func (n *validatorsNode) Describe(s *Status) {
	at, tip := n.Standing(), n.Tip()
	v := &ValidatorsStatus{Round: at.Round, Step: at.Step.String(), Power: tip.Next.Power(n.key), Total: tip.Next.Total()}
	for _, one := range tip.Next {
		r, _ := tip.State.Registration(one.Account)
		v.Set = append(v.Set, ValidatorStatus{one.Key.String(), one.Account.String(), one.Power, r.Missed})
	}
	s.ValidatorsStatus = v
}

// Routes is Node's.
func (n *validatorsNode) Routes(r *Running) map[string]http.HandlerFunc {
	routes := r.operatorRoutes()
	routes["GET /v1/accounts/{key}"] = r.getAccount
	routes["GET /v1/headers"] = r.getHeaders
	routes["GET /v1/proofs/{key}"] = r.getProof
	routes["POST /v1/faucet"] = r.postFaucet
	return routes
}

// Account is what an account has, as of the newest decided block.
type Account struct {
	Key     string `json:"key"`
	Balance uint64 `json:"balance"`
	Next    uint64 `json:"next_nonce"` // of its next transaction, those that wait not counted
	Height  uint64 `json:"height"`
}

// Account is an account of a node of elective 8. Errors: the loop has ended.
func (r *Running) Account(key validators.Address) (a Account, err error) {
	err = r.do(func() {
		tip := r.ledger.(*validatorsNode).Tip()
		acc := tip.State.Account(key)
		a = Account{key.String(), acc.Balance, acc.Nonce + 1, tip.Height}
	})
	return a, err
}

func (r *Running) getAccount(w http.ResponseWriter, req *http.Request) {
	key, err := accountIn(req)
	if err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	a, err := r.Account(key)
	localhttp.Answer(w, a, err)
}

// accountIn is the account that a question is about.
func accountIn(req *http.Request) (key validators.Address, err error) {
	if err := ledgers.ParseKey(&key, req.PathValue("key")); err != nil {
		return key, localhttp.Refusal(http.StatusBadRequest, errors.New("an account is a public key of 64 hex digits"))
	}
	return key, nil
}
