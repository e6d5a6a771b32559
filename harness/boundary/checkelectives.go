//go:build !wasip1

package boundary

import (
	"math/rand/v2"
	"slices"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/electives"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/network"
)

// electiveTries are what a kit has to do that says it has these electives.
func electiveTries(has []string) (all []try) {
	h := &housed{idle{rand: rand.New(rand.NewPCG(1, 2))}}
	if slices.Contains(has, leader.Name) {
		all = append(all, leaderTries(h)...)
	}
	if slices.Contains(has, validators.Name) {
		all = append(all, validatorsTries(h)...)
	}
	if slices.Contains(has, causal.Name) {
		all = append(all, causalTries(h)...)
	}
	return all
}

func leaderTries(h *housed) []try {
	genesis := leader.Genesis{Members: []ledgers.Member{{Key: h.Key(), Addr: "10.0.0.1:1"}}}
	return []try{
		{"a log on a disk: made, recovered, appended to, measured", func(s electives.Stack) {
			log := s.NewLog(h.Disk(), leader.FileLog)
			_ = log.Recover(func(leader.RecordKind, []byte) {})
			log.Append(leader.RecordView, []byte("promise"), func(error) {})
			_ = log.Size()
		}},
		{"a leader with a key: made, started, given an operation, asked where it stands, stopped", func(s electives.Stack) {
			n := s.NewLeader(h, mute{}, alone{}, must(leader.Config{Genesis: genesis}.Complete()))
			_ = n.Start(nil)
			id, _ := n.Submit([]byte("no operation"))
			_ = n.Status(id)
			_ = n.Digest()
			n.Read([]byte("key"), false, func(leader.Value, error) {})
			_ = n.Standing()
			_ = n.Failure()
			n.Stop()
		}},
	}
}

func validatorsTries(h *housed) []try {
	genesis := validators.Genesis{Params: validators.Defaults(), Founders: []validators.Founder{{
		Member: ledgers.Member{Key: h.Key(), Addr: "10.0.0.1:1"}, Account: h.Key(), Stake: 20_000,
	}}}
	return []try{
		{"a judge: made, asked for a quorum, a proposer and verdicts", func(s electives.Stack) {
			j, tip := s.NewJudge(), genesis.Tip()
			_ = j.Quorum(tip.Next.Total())
			_ = j.Proposer(len(tip.Next), 1, 0)
			_ = j.Certifies(genesis.Chain(), tip.Next, &validators.Certificate{Height: 1})
			word := &validators.Word{Kind: validators.Prevote, Height: 1, Valid: validators.NoRound}
			e := &validators.Evidence{First: word, Second: word}
			_ = j.Contradict(genesis.Chain(), e)
			_ = j.Slash(&tip.State, genesis.Params, 1, e)
		}},
		{"validators with a key: made, started, given a transaction, asked what is decided, stopped", func(s electives.Stack) {
			n := s.NewValidators(h, mute{}, alone{}, must(validators.Config{Genesis: genesis}.Complete()))
			_ = n.Start(nil)
			_ = n.Tip()
			_ = n.Standing()
			_ = n.Waiting()
			_ = n.Failure()
			n.Stop()
		}},
	}
}

func causalTries(h *housed) []try {
	genesis := causal.Genesis{Document: "notes", Members: []ledgers.Member{{Key: h.Key(), Addr: "10.0.0.1:1"}}}
	title := causal.Key{Kind: causal.Register, Name: "title"}
	ops := []causal.Op{{Action: causal.Set, Key: title, Value: []byte("notes")}}
	return []try{
		{"a document: made, given an update, read", func(s electives.Stack) {
			d := s.NewDocument()
			d.Apply(causal.ID{1}, 1, ops, func(causal.ID) bool { return false })
			_ = d.Values(title)
			_ = d.Entries("map")
			_ = d.List("list")
		}},
		{"a bank: made, given a block", func(s electives.Stack) {
			_ = s.NewBank().Execute(genesis.State(), []causal.Delivered{{ID: causal.ID{1}, Depth: 1, Author: h.Key(), Ops: ops}})
		}},
		{"a causal ledger with a key: made, started, given operations, asked what it has, stopped", func(s electives.Stack) {
			n := s.NewCausal(h, mute{}, alone{}, must(causal.Config{Genesis: genesis}.Complete()))
			_ = n.Start(nil)
			n.Write(ops, func(causal.ID, error) {})
			_ = n.Document().Values(title)
			_, _ = n.Cut(n.Heads(), nil)
			_ = n.Update(causal.ID{1})
			_ = n.Proofs()
			_ = n.Failure()
			n.Stop()
		}},
	}
}

// housed is an idle host with an empty disk, and a key.
type housed struct{ idle }

func (h *housed) Disk() network.Disk         { return blank{} }
func (h *housed) Identity() network.Identity { return h }

func (h *housed) Key() network.PublicKey        { return network.PublicKey{1} }
func (h *housed) Sign([]byte) network.Signature { return network.Signature{1} }

// blank is a disk that keeps nothing, and whose syncs are never over.
type blank struct{}

func (blank) Names() []string                         { return nil }
func (blank) Read(string, int64, int) ([]byte, error) { return nil, network.ErrNoFile }
func (blank) Append(string, []byte) error             { return nil }
func (blank) Truncate(string, int64) error            { return network.ErrNoFile }
func (blank) Rename(string, string) error             { return network.ErrNoFile }
func (blank) Remove(string) error                     { return network.ErrNoFile }
func (blank) Sync(string, func(error))                {}
func (blank) SyncNames(func(error))                   {}
