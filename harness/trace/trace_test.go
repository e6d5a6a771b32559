package trace_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/gossip"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

const (
	one network.Addr = "10.0.0.1:4000"
	two network.Addr = "10.0.0.2:4000"
)

// teller makes the events of a connection that the first node dials.
type teller struct{ trace.Recorder }

func (r *teller) event(at time.Duration, kind sim.TraceKind, node network.Addr, data ...byte) {
	e := sim.TraceEvent{At: at, Kind: kind, Node: node, Bytes: len(data), Data: data}
	switch kind {
	case sim.TraceBoot, sim.TraceCrash, sim.TraceTimer, sim.TraceWork:
	default:
		e.Peer, e.Conn, e.Incoming = two, 1, false
		if node == two {
			e.Peer, e.Incoming = one, true
		}
	}
	r.Event(e)
}

func framed(t messaging.Type, id uint32, kind messaging.Kind, payload string) []byte {
	return network.AppendFrame(nil, messaging.Encode(t, id, kind, []byte(payload)))
}

// conversation is a hello and its answer, received in two pieces, and how the connection ends.
func conversation() *teller {
	r := &teller{}
	r.event(0, sim.TraceBoot, one)
	r.event(0, sim.TraceDial, one)
	r.event(5, sim.TraceAccept, two)
	r.event(10, sim.TraceConnect, one)
	hello := framed(messaging.TypeRequest, 1, "p2p:hello", string(one))
	r.event(10, sim.TraceWrite, one, hello...)
	r.event(15, sim.TraceReceive, two, hello[:9]...)
	r.event(16, sim.TraceReceive, two, hello[9:]...)
	answer := framed(messaging.TypeResponse, 1, "", "\x0110.0.0.3:4000")
	r.event(16, sim.TraceWrite, two, answer...)
	r.Event(sim.TraceEvent{At: 16, Node: two, Kind: sim.TraceLog, Text: "a peer knocks"})
	r.event(21, sim.TraceReceive, one, answer...)
	r.Event(sim.TraceEvent{At: 30, Node: one, Kind: sim.TraceWork, Text: "closes"})
	r.event(30, sim.TraceClose, one)
	r.event(35, sim.TraceEnd, two)
	return r
}

func TestFailureOf_TellsTheClause(t *testing.T) {
	require.Equal(t, &trace.Failure{Rule: "P2P-3", Clause: "each side lists the other", Text: "expected peace", At: 40},
		trace.FailureOf(&lab.Failure{Rule: "P2P-3", Clause: "each side lists the other", Text: "expected peace", At: 40}))
}

func TestRecorder_MessagesAndCauses(t *testing.T) {
	run := conversation().Finish(trace.Header{Failure: &trace.Failure{Rule: "P2P-3", Text: "expected peace", At: 40}})
	type line struct {
		kind  string
		node  network.Addr
		cause int
		said  string
	}
	var got []line
	for _, e := range run.Events {
		l := line{e.Kind.String(), e.Node, e.Cause, e.Text}
		for _, m := range e.Messages {
			l.said += string(m.Type) + " " + m.Kind + " " + m.Summary
		}
		got = append(got, l)
	}
	require.Equal(t, []line{
		{"boot", one, 0, ""}, {"dial", one, 1, ""}, {"accept", two, 2, ""}, {"connect", one, 3, ""},
		{"write", one, 4, `request p2p:hello "10.0.0.1:4000"`},
		{"receive", two, 5, ""}, {"receive", two, 5, `request p2p:hello "10.0.0.1:4000"`},
		{"write", two, 7, "response p2p:hello accepted, 1 peer"}, {"log", two, 7, "a peer knocks"},
		{"receive", one, 8, "response p2p:hello accepted, 1 peer"},
		{"work", one, 0, "closes"}, {"close", one, 11, ""}, {"end", two, 12, ""},
		{"failure", "", 13, "P2P-3 expected peace"},
	}, got)
	require.Equal(t, []network.Addr{one, two}, run.Nodes)
	require.Equal(t, 14, run.Failure.Event)
	require.EqualValues(t, 9, run.Events[6].Offset)
}

func TestRecorder_BytesThatAreNoMessages(t *testing.T) {
	r := &teller{}
	r.event(0, sim.TraceDial, one)
	r.event(1, sim.TraceWrite, one, network.AppendFrame(nil, []byte{9, 9})...)
	r.event(2, sim.TraceWrite, one, 0, 0, 1, 0, 'a', 'b')
	r.event(3, sim.TraceReceive, two, append(network.AppendFrame(nil, []byte{9, 9}), 0, 0, 1, 0, 'a', 'b')...)
	run := r.Finish(trace.Header{})
	require.Equal(t, trace.TypeFrame, run.Events[1].Messages[0].Type)
	require.Equal(t, trace.TypePart, run.Events[2].Messages[0].Type)
	require.Equal(t, `2 of 256 bytes: "ab"`, run.Events[2].Messages[0].Summary)
	require.Len(t, run.Events[3].Messages, 2)
	require.Equal(t, 3, run.Events[3].Cause)

	r = &teller{}
	r.event(0, sim.TraceWrite, one, 0xff, 0xff, 0xff, 0xff)
	r.event(1, sim.TraceWrite, one, 'x')
	r.event(2, sim.TraceReceive, two, 0xff, 0xff, 0xff, 0xff, 'x')
	run = r.Finish(trace.Header{})
	require.Equal(t, trace.TypeBytes, run.Events[0].Messages[0].Type)
	require.Equal(t, trace.TypeBytes, run.Events[1].Messages[0].Type)
	require.Len(t, run.Events[2].Messages, 2)
}

func TestRecorder_DecodesWhatIsGossiped(t *testing.T) {
	tx := mempooltest.Pay(0, 1, 2, 30)
	block := chain.Block{Number: 4, Nonce: 5, Coinbase: mempooltest.Account(2), Transactions: []mempool.Transaction{tx}}
	id := gossip.MessageID{0xab}
	r := &teller{}
	for _, c := range []struct{ kind, payload string }{
		{"gossip:bc:new_tx", string(gossip.Encode(id, []byte(tx.Text())))},
		{"gossip:bc:new_block", string(gossip.Encode(id, []byte(block.Text())))},
		{"gossip:search:block", string(gossip.Encode(id, gossip.Encode(id, []byte("q"))))},
		{"search_response:block", string(gossip.Encode(id, []byte(block.Text())))},
		{"gossip:short", "x"},
	} {
		r.event(0, sim.TraceWrite, one, framed(messaging.TypeRegular, 0, messaging.Kind(c.kind), c.payload)...)
	}
	run := r.Finish(trace.Header{})
	message := func(i int) trace.Message { return run.Events[i].Messages[0] }
	require.Equal(t, id.String(), message(0).Gossip)
	require.Equal(t, "mempool", message(0).Layer)
	require.Equal(t, &trace.Transaction{ID: tx.ID().String(), Sender: tx.Sender.String(),
		Recipient: tx.Recipient.String(), Nonce: 2, Amount: 30}, message(0).Tx)
	require.Equal(t, "chain", message(1).Layer)
	require.Equal(t, block.Hash().String(), message(1).Block.Hash)
	require.Len(t, message(1).Block.Txs, 1)
	require.Equal(t, id.String(), message(2).Search)
	require.Equal(t, block.Hash().String(), message(3).Block.Hash)
	require.Empty(t, message(4).Gossip)
}

func TestJSONL_RoundTrip(t *testing.T) {
	r := conversation()
	r.Faults([]scenario.Fault{{Kind: scenario.Partition, At: 3, For: 4, A: []network.Addr{one}}})
	run := r.Finish(trace.Header{Source: "simulation", Scenario: "a/b", Seed: 7, Start: sim.Epoch(),
		Failure: &trace.Failure{Text: "<oops>", At: 40}})
	var file bytes.Buffer
	require.NoError(t, trace.WriteJSONL(&file, run))
	require.Equal(t, len(run.Events)+1, strings.Count(file.String(), "\n"))
	back, err := trace.ReadJSONL(bytes.NewReader(file.Bytes()))
	require.NoError(t, err)
	var again bytes.Buffer
	require.NoError(t, trace.WriteJSONL(&again, back))
	require.Equal(t, file.String(), again.String())
	for _, text := range []string{"", "{}", `{"format":"strata-trace","version":99}`, file.String()[:file.Len()-4]} {
		_, err := trace.ReadJSONL(strings.NewReader(text))
		require.ErrorIs(t, err, trace.ErrFormat, "%.40q", text)
	}
}

// failing is a file that takes so many bytes.
type failing int

func (f *failing) Write(p []byte) (int, error) {
	*f -= failing(len(p))
	if *f < 0 {
		return 0, errors.New("full")
	}
	return len(p), nil
}

func TestWrite_TellsErrors(t *testing.T) {
	run := conversation().Finish(trace.Header{})
	require.ErrorContains(t, trace.WriteJSONL(new(failing), run), "full")
}

func TestRecorder_ATimersCauseIsTheCallThatSetIt(t *testing.T) {
	r := &teller{}
	r.event(0, sim.TraceBoot, one)
	r.event(5, sim.TraceWork, one)
	r.Event(sim.TraceEvent{At: 5, Kind: sim.TraceSet, Node: one, Timer: 1})
	r.event(7, sim.TraceWork, one)
	r.Event(sim.TraceEvent{At: 9, Kind: sim.TraceTimer, Node: one, Timer: 1})
	run := r.Finish(trace.Header{})
	require.Len(t, run.Events, 4, "setting a timer is no event")
	require.Equal(t, 2, run.Events[3].Cause)
}

func TestJSONL_KeepsWhatAFaultDoes(t *testing.T) {
	faults := []scenario.Fault{
		{Kind: scenario.Skew, A: []network.Addr{one}, By: time.Second, Rate: -5},
		{Kind: scenario.Crash, A: []network.Addr{two}, Wipe: true},
		{Kind: scenario.Slow, A: []network.Addr{one}, B: []network.Addr{two}, Rate: 100},
	}
	var r trace.Recorder
	r.Faults(faults)
	var file bytes.Buffer
	require.NoError(t, trace.WriteJSONL(&file, r.Finish(trace.Header{})))
	back, err := trace.ReadJSONL(&file)
	require.NoError(t, err)
	require.Equal(t, faults, back.Faults)
}

// The words of a ledger's members are said in words, gossiped or repeated; bytes that are none stay as they are.
func TestRecorder_DecodesWhatMembersSay(t *testing.T) {
	ack := leader.Encode(&leader.Ack{Signed: leader.Signed{Member: 2}, View: 3, Height: 4, Hash: leader.Hash{0xab}})
	wish := leader.Encode(&leader.Wish{View: 5, Number: 6})
	stands := (&leader.Standing{View: 1, Height: 9, Commit: 8}).Encode()
	r := &teller{}
	for _, c := range []struct{ kind, payload string }{
		{"gossip:ldr:ack", string(gossip.Encode(gossip.MessageID{1}, ack))},
		{"ldr:wish.again", string(wish)},
		{"ldr:at", string(stands)},
		{"gossip:ldr:ack", string(gossip.Encode(gossip.MessageID{1}, []byte("no word")))},
	} {
		r.event(0, sim.TraceWrite, one, framed(messaging.TypeRegular, 0, messaging.Kind(c.kind), c.payload)...)
	}
	run := r.Finish(trace.Header{})
	for i, want := range []string{"member 2 acknowledges block 4, ab000000.., in view 3", "member 0 wishes view 5",
		"stands in view 1 (normal 0), log 9, committed 8", `"no word"`} {
		require.Equal(t, want, run.Events[i].Messages[0].Summary)
		require.Equal(t, "leader", run.Events[i].Messages[0].Layer)
	}
}

// What validators say is said in words, gossiped or repeated.
func TestRecorder_DecodesProposalsAndVotes(t *testing.T) {
	word := func(kind validators.WordKind, hash byte) *validators.Word {
		return &validators.Word{Kind: kind, Height: 7, Round: 2, Hash: validators.Hash{hash}, Valid: validators.NoRound, Key: network.PublicKey{0xee}}
	}
	proposal := word(validators.Proposal, 0xab)
	proposal.Valid = 1
	tx := &validators.Transaction{Sender: network.PublicKey{0xcc}, Nonce: 1, Kind: validators.Transfer, Amount: 1}
	evidence := &validators.Evidence{First: word(validators.Prevote, 1), Second: word(validators.Prevote, 2)}
	stands := validators.Standing{Height: 6, Hash: validators.Hash{0xef}, Round: 2, Step: validators.StepPrecommit}
	r := &teller{}
	for _, c := range []struct {
		kind    messaging.Kind
		payload []byte
	}{
		{"gossip:val:proposal", gossip.Encode(gossip.MessageID{1}, (&validators.Proposed{Word: proposal, Block: &validators.Block{}}).Encode())},
		{"gossip:val:prevote", gossip.Encode(gossip.MessageID{1}, word(validators.Prevote, 0).Encode())},
		{"val:precommit.again", word(validators.Precommit, 0xab).Encode()},
		{"gossip:val:tx", gossip.Encode(gossip.MessageID{1}, append(tx.Encode(), tx.Encode()...))},
		{"gossip:val:evidence", gossip.Encode(gossip.MessageID{1}, evidence.Encode())},
		{"val:state", stands.Encode()},
		{"val:fetch", make([]byte, 32)},
		{"val:range", []byte{0, 0, 0, 0, 0, 0, 0, 9}},
		{"val:headers", validators.HeadersAsked{After: 3}.Encode()},
		{"val:headers", validators.HeadersAsked{After: 3, To: 8}.Encode()},
		{"val:chunk", validators.ChunkAsked{Height: 8, Depth: 1, Prefix: validators.Hash{0x80}}.Encode()},
		{"val:chunk", []byte("nowhere")},
		{"val:state", []byte("nowhere")},
	} {
		r.event(0, sim.TraceWrite, one, framed(messaging.TypeRegular, 0, c.kind, string(c.payload))...)
	}
	run := r.Finish(trace.Header{})
	for i, want := range []string{"proposal of ab000000.. at height 7, round 2, valid in round 1, with 0 transactions",
		"prevote of nil at height 7, round 2", "precommit of ab000000.. at height 7, round 2", "2 transactions, the first of cc",
		"contradicts itself at height 7, round 2", "has decided 6, ef000000.., stands in round 2, precommit", "asks for block 00000000..",
		"asks for decided blocks from height 9 on", "asks for headers from height 3 to a snapshot", "asks for headers from height 3 to 8",
		"asks for the part 8000.. of 1 bits of the state at height 8", `"nowhere"`, `"nowhere"`} {
		require.Contains(t, run.Events[i].Messages[0].Summary, want)
		require.Equal(t, "validators", run.Events[i].Messages[0].Layer)
	}
}

// What nodes of the lattice say is said in words, too.
func TestRecorder_DecodesBlocksAndVotes(t *testing.T) {
	vote := &lattice.Vote{Representative: lattice.Account{1}, Timestamp: 7, Hashes: []lattice.Hash{{0xab}, {0xcd}}}
	final := &lattice.Vote{Timestamp: lattice.Final, Hashes: []lattice.Hash{{0xab}}}
	block := &lattice.Block{Balance: lattice.Raw(9), Previous: lattice.Hash{1}, Link: [32]byte{2}}
	stands := lattice.Standing{Digest: ledgers.Digest{Position: 4, Hash: [32]byte{0xef}}}
	r := &teller{}
	for _, c := range []struct {
		kind    messaging.Kind
		payload []byte
	}{
		{"gossip:lat:vote", gossip.Encode(gossip.MessageID{1}, vote.Encode())},
		{"lat:vote.again", final.Encode()},
		{"gossip:lat:block", gossip.Encode(gossip.MessageID{1}, block.Encode())},
		{"lat:at", stands.Encode()},
		{"lat:ask_votes", lattice.EncodeRoots([]lattice.Root{{}, {}})},
		{"lat:vote.again", []byte("no vote")},
	} {
		r.event(0, sim.TraceWrite, one, framed(messaging.TypeRegular, 0, c.kind, string(c.payload))...)
	}
	run := r.Finish(trace.Header{})
	for i, want := range []string{"smn_11a11111.. votes for ab000000.., cd000000.. at 7 ms",
		"smn_11111111.. votes for good for ab000000..", "block of smn_11111111.. on 01000000.., balance 9, link 02000000..",
		"stands at 4 blocks cemented, ef000000..", "asks for the votes for 2 places", `"no vote"`} {
		require.Equal(t, want, run.Events[i].Messages[0].Summary)
		require.Equal(t, "lattice", run.Events[i].Messages[0].Layer)
	}
}
