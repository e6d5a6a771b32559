package operator

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
	"strata/node/process/metrics"
)

// clock is a clock that a test moves.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// rig is an operator of the first of four validators with a power of 10 each.
type rig struct {
	*Operator
	t     *testing.T
	clock *clock
	file  string
	facts Facts
}

func addr(n int) network.Addr {
	return network.Addr([]string{"10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1"}[n])
}

func newRig(t *testing.T) *rig {
	r := &rig{t: t, clock: &clock{time.Unix(1_800_000_000, 0)}, file: filepath.Join(t.TempDir(), "history.json")}
	for i := range 4 {
		r.facts.Set = append(r.facts.Set, validators.Validator{Key: network.PublicKey{byte(i + 1)}, Power: 10})
		r.facts.Peers = append(r.facts.Peers, addr(i))
	}
	r.start()
	return r
}

// start starts the process, again.
func (r *rig) start() {
	cfg := Config{Self: addr(0), Key: network.PublicKey{1}, File: r.file, Now: r.clock.Now}
	for i, v := range r.facts.Set {
		cfg.Members = append(cfg.Members, ledgers.Member{Key: v.Key, Addr: addr(i)})
	}
	var err error
	r.Operator, err = New(cfg)
	require.NoError(r.t, err)
}

// pass lets time pass, in which peers say that they stand where the node does, and the node looks.
func (r *rig) pass(d time.Duration) {
	for end := r.clock.now.Add(d); r.clock.now.Before(end); {
		r.clock.now = r.clock.now.Add(min(200*time.Millisecond, end.Sub(r.clock.now)))
		for i := range 3 {
			s := r.facts.Standing
			r.Hear(addr(i+1), &s)
		}
		r.Look(r.facts)
	}
}

// decide has the ledger decide a block with so many transactions.
func (r *rig) decide(transactions int) {
	r.facts.Standing.Height++
	r.facts.Standing.Hash[0]++
	r.facts.Waiting = max(0, r.facts.Waiting-transactions)
	r.Decide(Decided{Height: r.facts.Standing.Height, Hash: r.facts.Standing.Hash, Transactions: transactions})
	r.Look(r.facts)
}

func (r *rig) status(check string) string {
	r.t.Helper()
	for _, c := range r.Report().Checks {
		if c.Name == check {
			return c.Status
		}
	}
	r.t.Fatalf("no check %s", check)
	return ""
}

func (r *rig) alerts() (names []string) {
	for _, a := range r.Report().Alerts {
		names = append(names, a.Name)
	}
	return names
}

// A fresh transaction on an idle chain is no alarm; one that nobody takes is.
func TestSettlement_CountsFromWhenWorkCame_Z34_Z37_ZB9(t *testing.T) {
	r := newRig(t)
	for range 3 {
		r.pass(10 * time.Second)
		r.decide(0)
	}
	r.pass(9 * time.Second)
	r.facts.Waiting = 1
	r.pass(time.Second)
	require.Equal(t, OK, r.status(CheckSettlement))
	require.Empty(t, r.alerts())
	r.pass(8 * time.Second)
	require.Equal(t, Warn, r.status(CheckSettlement))
	require.Contains(t, r.alerts(), "settlement_throughput_reduced")
	r.pass(8 * time.Second)
	require.Equal(t, Fail, r.status(CheckSettlement))
	require.Contains(t, r.alerts(), "settlement_throughput_stalled")
	require.False(t, r.Report().Ready)
	r.decide(1)
	require.Equal(t, OK, r.status(CheckSettlement))
}

// A node that never saw a block is alarmed, and so is one whose chain has stopped; an idle chain is well.
func TestConsensus_NeverABlockIsAnAlarm_Z34_Z35_ZB9(t *testing.T) {
	r := newRig(t)
	r.pass(39 * time.Second)
	require.Equal(t, OK, r.status(CheckConsensus))
	r.pass(2 * time.Second)
	require.Equal(t, []string{"consensus_slow"}, r.alerts())
	r.pass(40 * time.Second)
	require.Equal(t, []string{"consensus_stalled"}, r.alerts())
	require.Contains(t, r.Report().Alerts[0].Detail, "no block in the 81 s since the start")
	r.decide(0)
	require.Empty(t, r.alerts())
	r.pass(81 * time.Second)
	require.Equal(t, []string{"consensus_stalled"}, r.alerts())
	require.Equal(t, []Objective{{"node_readiness", "breached"}, {"consensus_continuity", "breached"}, {"peer_continuity", "meeting"},
		{"settlement_throughput", "meeting"}}, r.Report().Objectives, "Z36")
}

// Members that are behind, ahead, apart or out of reach are told apart, and each such time is an incident.
func TestPeers_StatesAndIncidents_Z27_Z29_Z30(t *testing.T) {
	r := newRig(t)
	r.Look(r.facts)
	require.Equal(t, Unobserved, r.Report().Peers[0].State)
	require.Equal(t, Warn, r.status(CheckPeers))
	r.decide(0)
	r.pass(time.Second)
	require.Equal(t, OK, r.status(CheckPeers))
	other := r.facts.Standing
	other.Hash[5]++
	r.Hear(addr(1), &other)
	require.Equal(t, Diverged, r.Report().Peers[0].State)
	require.Equal(t, Fail, r.status(CheckPeers))
	r.Look(r.facts)
	far := r.facts.Standing
	far.Height += 5
	r.Hear(addr(1), &far)
	require.Equal(t, Ahead, r.Report().Peers[0].State)
	require.Equal(t, []string{"node_behind"}, r.alerts())
	r.facts.Peers = []network.Addr{addr(1), addr(2)}
	r.pass(6 * time.Second)
	require.Equal(t, []string{"peers_degraded"}, r.alerts(), "three of four are a quorum")
	r.facts.Peers = []network.Addr{addr(1)}
	r.pass(time.Second)
	require.Equal(t, []string{"peers_unavailable"}, r.alerts(), "two are none")
	_, _, incidents := r.History()
	var got []string
	for _, i := range incidents {
		require.Equal(t, 1, i.Occurrences)
		got = append(got, string(i.Peer)+" "+i.State)
	}
	require.Equal(t, []string{"10.0.0.2:1 diverged", "10.0.0.4:1 unreachable", "10.0.0.3:1 unreachable"}, got)
	r.facts.Peers = []network.Addr{addr(1), addr(2), addr(3)}
	r.pass(30 * time.Minute)
	require.Equal(t, []Horizon{{"5m", 0}, {"15m", 0}, {"1h", 3}, {"6h", 3}, {"24h", 3}}, r.Report().Horizons, "Z30")
}

// What the node did is kept over a restart: pending until its height is decided, superseded if another block was.
func TestHistory_SurvivesARestart_Z21_Z22(t *testing.T) {
	r := newRig(t)
	say := func(kind validators.WordKind, height uint64, hash byte) {
		r.Say(&validators.Word{Kind: kind, Height: height, Hash: validators.Hash{hash}})
	}
	say(validators.Prevote, 1, 9)
	say(validators.Precommit, 1, 1)
	r.decide(0)
	say(validators.Prevote, 2, 7)
	r.Reject(Rejection{Kind: Submission, Code: "full"})
	require.NoError(t, r.Save())
	r.start()
	actions, rejections, _ := r.History()
	var got []string
	for _, a := range actions {
		got = append(got, a.Kind+" "+a.Status)
	}
	require.Equal(t, []string{"prevote superseded", "precommit completed", "decide completed", "prevote pending"}, got)
	require.Len(t, rejections, 1)
	for range 100 {
		r.decide(0)
		r.Reject(Rejection{Kind: "message", Code: "signature"})
	}
	actions, rejections, _ = r.History()
	require.Len(t, actions, maxActions)
	require.Len(t, rejections, maxRejections)
	require.Equal(t, "import", actions[len(actions)-1].Kind, "it did not precommit it")
	require.Equal(t, Warn, r.status(CheckRejections))

	require.NoError(t, os.WriteFile(r.file, []byte(`{"actions": [`), 0o600))
	r.start()
	actions, _, _ = r.History()
	require.Empty(t, actions)
	require.FileExists(t, r.file+".damaged")
}

// Windows say how fast the chain was, and how long what waits will take.
func TestWindows_ThroughputAndDrain_Z37_Z38(t *testing.T) {
	r := newRig(t)
	r.pass(10 * time.Minute)
	for range 60 {
		r.pass(time.Second)
		r.decide(5)
	}
	r.facts.Waiting = 50
	r.Look(r.facts)
	all := r.Report().Windows
	require.Equal(t, []string{"1m", "5m", "15m"}, []string{all[0].Name, all[1].Name, all[2].Name})
	require.Equal(t, 60, all[0].Blocks)
	require.InDelta(t, 5, all[0].TransfersEach, 1e-9)
	require.InDelta(t, 1, all[1].TransfersEach, 1e-9)
	require.InDelta(t, 5, all[2].TransfersBlock, 1e-9)
	require.InDelta(t, 10, *all[0].Drain, 1e-9)
	require.InDelta(t, 50, *all[1].Drain, 1e-9)
	r.facts.Waiting = 0
	r.pass(16 * time.Minute)
	require.Zero(t, r.Report().Windows[2].Blocks)
	require.Zero(t, *r.Report().Windows[2].Drain, "nothing waits")
	r.facts.Waiting = 1
	r.Look(r.facts)
	require.Nil(t, r.Report().Windows[2].Drain, "nobody knows")
}

// A clock that is far from the others' proposals is noticed before proposals are refused for it.
func TestClock_FarOff_VAL2(t *testing.T) {
	r := newRig(t)
	for skew, want := range map[time.Duration]string{0: OK, 2 * time.Second: OK, -4 * time.Second: Warn, 4 * time.Second: Warn,
		11 * time.Second: Fail, -time.Hour: Fail} {
		r.Time(uint64(r.clock.now.Add(skew).UnixMilli()))
		require.Equal(t, want, r.status(CheckClock), skew)
	}
}

// Rounds have a state, and their tallies are powers.
func TestRound_Z23_Z24(t *testing.T) {
	r := newRig(t)
	require.Equal(t, RoundNobody, r.Round().State)
	r.Look(r.facts)
	require.Equal(t, Round{Height: 1, State: RoundIdle, Proposer: r.facts.Set[0].Key.String(), Quorum: 27}, r.Round())
	r.facts.Waiting = 1
	r.Look(r.facts)
	require.Equal(t, RoundWaits, r.Round().State)
	r.facts.Standing.Round = 5
	r.facts.Standing.Heard = []validators.RoundHeard{{Round: 5, Prevotes: 0b1011, Precommits: 0b1}}
	r.Look(r.facts)
	got := r.Round()
	require.Equal(t, RoundCollects, got.State)
	require.Equal(t, r.facts.Set[1].Key.String(), got.Proposer)
	require.EqualValues(t, 30, got.Prevotes)
	require.EqualValues(t, 10, got.Precommits)
	actions, _, _ := r.History()
	require.Equal(t, ActionRound, actions[0].Kind)
}

// Warnings of the node's code are rejections, and go on to the log.
func TestLog_KeepsWarnings_Z43(t *testing.T) {
	r := newRig(t)
	log := slog.New(r.Log(slog.DiscardHandler)).With("node", "a")
	log.Info("nobody reached")
	log.Warn("a proposed block is not valid", "reason", "it overspends")
	log.Warn("a validator contradicts itself")
	_, rejections, _ := r.History()
	require.Len(t, rejections, 2)
	require.Equal(t, "proposal", rejections[0].Kind)
	require.Equal(t, "a proposed block is not valid; reason it overspends", rejections[0].Detail)
	require.Equal(t, "evidence", rejections[1].Kind)
}

// Every family is served from the start on.
func TestMetrics_Z41(t *testing.T) {
	r := newRig(t)
	r.pass(time.Second)
	r.decide(3)
	r.Reject(Rejection{Kind: "message", Code: "signature"})
	var page metrics.Page
	r.Write(&page)
	text := string(page.Bytes())
	for _, line := range []string{
		"strata_validator_height 1\n", "strata_validator_power 10\n", "strata_validator_transactions_total 3\n",
		`strata_validator_rejections_total{kind="message",code="signature"} 1`, `strata_validator_check{check="consensus",state="ok"} 1`,
		`strata_validator_peer{peer="10.0.0.2:1",state="aligned"} 1`, `strata_validator_objective{objective="node_readiness",state="at_risk"} 1`,
		`strata_validator_drain_seconds{window="1m"} 0`,
	} {
		require.Contains(t, text, line)
	}
}
