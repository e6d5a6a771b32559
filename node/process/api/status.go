package api

import (
	"net/http"
	"time"

	"strata/chain"
	"strata/network"
	"strata/node"
	"strata/node/store"
)

// statusJSON is /v1/status, and the event `status`.
type statusJSON struct {
	Self            network.Addr `json:"self"`
	Version         string       `json:"version"`
	Height          uint64       `json:"height"`
	Tip             string       `json:"tip"`
	TipMoved        time.Time    `json:"tip_moved"` // when; the start, if it has not since
	Genesis         string       `json:"genesis"`
	Difficulty      int          `json:"difficulty"`
	BlockReward     uint64       `json:"block_reward,string"`
	MaxTransactions int          `json:"max_transactions"`
	Peers           int          `json:"peers"`
	Pooled          int          `json:"pooled"`
	Orphans         int          `json:"orphans"`
	Mining          bool         `json:"mining"`
	HashRate        float64      `json:"hash_rate"` // hashes per second
	Started         time.Time    `json:"started"`
	Origin          string       `json:"origin"` // where browsers keep the keys of this data directory's page
	Sync            *syncJSON    `json:"sync"`   // null: the node has caught up

	Disagreements []disagreementJSON `json:"disagreements"` // peers of another chain
}

type disagreementJSON struct {
	Peer network.Addr `json:"peer"`
	What string       `json:"what"` // such as "difficulty 5 instead of 6"
}

func disagreementsOf(n *node.Node) []disagreementJSON {
	all := []disagreementJSON{}
	for _, d := range n.Disagreements() {
		all = append(all, disagreementJSON{d.Peer, d.What})
	}
	return all
}

type syncJSON struct {
	Target    uint64   `json:"target"`
	Rate      float64  `json:"rate"`              // blocks per second
	Remaining *float64 `json:"remaining_seconds"` // null: not known yet
}

// statusOf makes it, on the loop.
func (s *Server) statusOf(n *node.Node) statusJSON {
	now, params := n.Status(), n.Params()
	return statusJSON{
		Self: n.Self(), Version: s.backend.Version, Started: s.backend.Started.UTC().Truncate(time.Millisecond),
		Origin: s.backend.Origin,
		Height: now.Height, Tip: now.Tip.String(), TipMoved: time.UnixMicro(s.tipMoved.Load()).UTC().Truncate(time.Millisecond),
		Genesis: chain.Genesis().Hash().String(), Peers: now.Peers, Pooled: now.Pooled, Orphans: now.Orphans,
		Difficulty: params.Difficulty, BlockReward: params.BlockReward, MaxTransactions: params.MaxTransactions,
		Mining: n.Mining(), HashRate: n.HashRate(), Sync: syncOf(now),
		Disagreements: disagreementsOf(n),
	}
}

// syncOf is how far a sync is; nil if there is none.
func syncOf(now node.Status) *syncJSON {
	p := now.Sync
	if p.Target == 0 {
		return nil
	}
	value := &syncJSON{Target: p.Target, Rate: p.Rate}
	if p.Remaining > 0 {
		seconds := p.Remaining.Seconds()
		value.Remaining = &seconds
	}
	return value
}

func (s *Server) status(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	value, err := ask(r.Context(), s, s.statusOf)
	return http.StatusOK, value, err
}

// okJSON is what health and readiness answer with.
type okJSON struct {
	OK     bool   `json:"ok"`
	Height uint64 `json:"height"`
}

// health says whether the process lives: its loop answers in time.
func (s *Server) health(r *http.Request) (int, any, error) {
	height, err := ask(r.Context(), s, func(n *node.Node) uint64 { return n.Status().Height })
	return http.StatusOK, okJSON{true, height}, err
}

// readyWithin is how many blocks a node that is ready may be behind what its peers say.
const readyWithin = 3

// ready says whether the node is of use: it runs, its store answers, it has peers unless it is to be alone, and it
// has caught up with them.
func (s *Server) ready(r *http.Request) (int, any, error) {
	now, err := ask(r.Context(), s, s.statusOf)
	if err != nil {
		return 0, nil, err
	}
	err = s.backend.Store.View(func(store.Reader) error { return nil })
	if err != nil {
		return 0, nil, problem(http.StatusServiceUnavailable, "store", "the node's store does not answer", "look into its log")
	}
	if now.Peers == 0 && !s.backend.Alone {
		return 0, nil, problem(http.StatusServiceUnavailable, "no-peers", "the node has no peers",
			"look into its log for whom it dials, or set alone if it is to have none")
	}
	if n := len(now.Disagreements); n > 0 && n == now.Peers {
		return 0, nil, problem(http.StatusServiceUnavailable, "other-chain", "all peers are of another chain: "+now.Disagreements[0].What,
			"give the node the constants of the chain that it is to join")
	}
	if now.Sync != nil && now.Sync.Target > now.Height+readyWithin {
		return 0, nil, problem(http.StatusServiceUnavailable, "catching-up", "the node catches up with its peers", "wait until sync is null in /v1/status")
	}
	return http.StatusOK, okJSON{true, now.Height}, nil
}
