//go:build !wasip1

package boundary

import (
	"math/rand/v2"
	"slices"

	"strata/ledgers"
	"strata/ledgers/electives"
	"strata/ledgers/leader"
	"strata/network"
)

// leaderTries are what a kit has to do that says it has elective 7.
func leaderTries(has []string) []try {
	if !slices.Contains(has, leader.Name) {
		return nil
	}
	h := &housed{idle{rand: rand.New(rand.NewPCG(1, 2))}}
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
