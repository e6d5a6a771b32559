package ledgernode

import (
	"errors"
	"net/http"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
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
		return validatorsNode{stack.NewValidators(host, gossip, peers, cfg), host.Identity().Key()}, nil
	}
	return Ledger{Name: validators.Name, Below: stack.Stack, Build: build}
}

// validatorsNode is elective 8 in a process.
type validatorsNode struct {
	validators.Validators
	key network.PublicKey
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
func (n validatorsNode) Describe(s *Status) {
	at, tip := n.Standing(), n.Tip()
	v := &ValidatorsStatus{Round: at.Round, Step: at.Step.String(), Power: tip.Next.Power(n.key), Total: tip.Next.Total()}
	for _, one := range tip.Next {
		r, _ := tip.State.Registration(one.Account)
		v.Set = append(v.Set, ValidatorStatus{one.Key.String(), one.Account.String(), one.Power, r.Missed})
	}
	s.ValidatorsStatus = v
}

// Routes is Node's.
func (n validatorsNode) Routes(r *Running) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{"GET /v1/accounts/{key}": r.getAccount}
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
		tip := r.ledger.(validatorsNode).Tip()
		acc := tip.State.Account(key)
		a = Account{key.String(), acc.Balance, acc.Nonce + 1, tip.Height}
	})
	return a, err
}

func (r *Running) getAccount(w http.ResponseWriter, req *http.Request) {
	var key validators.Address
	if err := ledgers.ParseKey(&key, req.PathValue("key")); err != nil {
		answer(w, nil, problem{http.StatusBadRequest, errors.New("an account is a public key of 64 hex digits")})
		return
	}
	a, err := r.Account(key)
	answer(w, a, err)
}
