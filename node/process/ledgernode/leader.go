package ledgernode

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"

	"strata/gossip"
	"strata/ledgers/leader"
	"strata/network"
	"strata/node/process/localhttp"
	"strata/node/process/operator"
	"strata/p2p"
)

// Leader is elective 7. The genesis of limits is that of the directory.
func Leader(stack leader.Stack, limits leader.Config) Ledger {
	build := func(g Genesis, host network.Host, gossip gossip.Gossip, peers p2p.P2P) (Node, error) {
		limits.Genesis = g.(leader.Genesis)
		cfg, err := limits.Complete()
		if err != nil {
			return nil, err
		}
		return leaderNode{stack.NewLeader(host, gossip, peers, cfg), cfg.Genesis}, nil
	}
	return Ledger{Name: leader.Name, Below: stack.Stack, Meshed: leader.Meshed, Build: build}
}

// leaderNode is elective 7 in a process.
type leaderNode struct {
	leader.Leader
	genesis leader.Genesis
}

// LeaderStatus is what elective 7 has besides.
type LeaderStatus struct {
	View       uint64   `json:"view"`
	LastNormal uint64   `json:"last_normal_view"` // below view: the view has not begun here
	Leader     int      `json:"leader"`           // which member leads the view
	LogHeight  uint64   `json:"log_height"`
	Committed  uint64   `json:"committed"`
	Acked      []uint64 `json:"acknowledged"` // by each member in this view, as far as this node knows
}

// Describe is Node's.
func (n leaderNode) Describe(s *Status) {
	at := n.Standing()
	s.LeaderStatus = &LeaderStatus{
		View: at.View, LastNormal: at.LastNormal, Leader: n.genesis.Leader(at.View),
		LogHeight: at.Height, Committed: at.Commit, Acked: at.Acked,
	}
}

// Look is Node's: there is no operator here.
func (n leaderNode) Look(*operator.Operator, []network.Addr) {}

// Members is Node's: those of genesis.
func (n leaderNode) Members() []network.PublicKey { return nil }

// Routes is Node's.
func (n leaderNode) Routes(r *Running) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{"GET /v1/value": r.getValue}
}

// Value is the value of a key.
type Value struct {
	Value  []byte `json:"value"`
	Found  bool   `json:"found"`
	Height uint64 `json:"height"` // of which it is final
	Latest bool   `json:"latest"` // it is no older than the question (LDR-10)
}

// Value reads a key of a node of elective 7: the latest value if this node leads, and can tell that it still does; else
// the one that is final here. Errors: the loop has ended; ctx has.
func (r *Running) Value(ctx context.Context, key []byte) (Value, error) {
	answers := make(chan Value, 1)
	err := r.do(func() {
		ledger := r.ledger.(leaderNode)
		ledger.Read(key, true, func(v leader.Value, err error) {
			if err == nil {
				answers <- Value{v.Bytes, v.Found, v.At, true}
				return
			}
			ledger.Read(key, false, func(v leader.Value, _ error) { answers <- Value{v.Bytes, v.Found, v.At, false} })
		})
	})
	if err != nil {
		return Value{}, err
	}
	select {
	case v := <-answers:
		return v, nil
	case <-ctx.Done():
		return Value{}, ctx.Err()
	case <-r.loop.Done():
		return Value{}, network.ErrClosed
	}
}

func (r *Running) getValue(w http.ResponseWriter, req *http.Request) {
	key, err := hex.DecodeString(req.URL.Query().Get("key"))
	if err != nil || len(key) == 0 || len(key) > maxKey {
		localhttp.Answer(w, nil, localhttp.Refusal(http.StatusBadRequest, errors.New("key is wanted, in hex")))
		return
	}
	ctx, cancel := context.WithTimeout(req.Context(), defaultWait)
	defer cancel()
	v, err := r.Value(ctx, key)
	localhttp.Answer(w, v, err)
}
