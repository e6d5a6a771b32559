package pcap_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
	"strata/harness/sim"
	"strata/harness/trace"
)

// tshark reads a capture with our dissector, and lists the fields of the packets that the filter takes.
func tshark(t *testing.T, file []byte, filter string, fields ...string) [][]string {
	t.Helper()
	program := needs.Program(t, "apt-get install tshark", "tshark")
	name := filepath.Join(t.TempDir(), "run.pcapng")
	require.NoError(t, os.WriteFile(name, file, 0o600))
	args := []string{"-n", "-X", "lua_script:../../../docs/wireshark/strata.lua", "-o", "tcp.check_checksum:TRUE",
		"-o", "ip.check_checksum:TRUE", "-r", name, "-Y", filter, "-T", "fields"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	cmd := exec.Command(program, args...)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	require.NoError(t, cmd.Run(), log.String())
	require.NotContains(t, strings.ToLower(log.String()), "lua", "the dissector itself has no fault")
	var rows [][]string
	for line := range strings.Lines(out.String()) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "\t"))
	}
	return rows
}

// An analyser that knows TCP finds nothing to complain about in what we write.
func TestTshark_FindsNoFault_NeedsTshark(t *testing.T) {
	for _, scenario := range []string{"stack/crashes", "network/random-pieces", "p2p/mesh-faults"} {
		run, _ := recorded(t, scenario, 2)
		file := written(t, run)
		bad := tshark(t, file, `ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" || tcp.analysis.retransmission || tcp.analysis.out_of_order || tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment || tcp.analysis.window_full || _ws.malformed`,
			"frame.number", "_ws.expert.message")
		require.Empty(t, bad, scenario)
		require.NotEmpty(t, tshark(t, file, "tcp.flags.syn == 1 && tcp.flags.ack == 1", "tcp.stream"), scenario)
	}
}

// The dissector says what our own decoder says: of every message that was sent whole, in pieces too.
func TestTshark_DissectorAgrees_NeedsTshark(t *testing.T) {
	run, _ := recorded(t, "stack/crashes", 2)
	var want, got []string
	for _, m := range sent(run) {
		id := m.Gossip
		if m.Block != nil {
			id += " " + m.Block.Parent
		}
		want = append(want, strings.TrimSpace(strings.Join([]string{m.Kind, id}, " ")))
	}
	for _, row := range tshark(t, written(t, run), "strata", "strata.kind", "strata.answers", "strata.gossip.id",
		"strata.block.parent") {
		// a segment may complete several messages: each column then has several values
		kinds, answers, ids, parents := values(row[0]), values(row[1]), values(row[2]), values(row[3])
		require.Condition(t, func() bool { return len(kinds)+len(answers) > 0 }, "%q", row)
		if len(kinds)+len(answers) > 1 {
			continue
		}
		got = append(got, strings.TrimSpace(strings.Join([]string{strings.Join(append(kinds, answers...), ""),
			strings.TrimSpace(strings.Join(ids, "") + " " + strings.Join(parents, ""))}, " ")))
	}
	require.Subset(t, want, got)
	require.Greater(t, len(got), len(want)/2)
}

func values(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Split(column, ",")
}

// sent lists the messages that were written.
func sent(run trace.Run) []trace.Message {
	var all []trace.Message
	for _, e := range run.Events {
		if e.Kind == sim.TraceWrite {
			all = append(all, e.Messages...)
		}
	}
	return all
}

// Every field of a transaction, of a real node's block, and of a message in many segments.
func TestTshark_Fields_NeedsTshark(t *testing.T) {
	run, _ := recorded(t, "stack/crashes", 2)
	rows := tshark(t, written(t, run), "strata.block.number == 1", "strata.length", "strata.type",
		"strata.block.number", "strata.block.coinbase", "strata.block.transactions")
	require.NotEmpty(t, rows)
	for _, m := range sent(run) {
		if m.Block != nil && m.Block.Number == 1 {
			require.Contains(t, rows[0][3], m.Block.Coinbase)
			break
		}
	}
	captured, err := os.ReadFile(filepath.Join("testdata", "lo.pcap"))
	require.NoError(t, err)
	require.NotEmpty(t, tshark(t, captured, "strata.block.number > 3", "strata.block.nonce"), "on other ports too")
}

// The words of a ledger's members have fields of their own.
func TestTshark_Leader_NeedsTshark(t *testing.T) {
	run, _ := recorded(t, "leader/commit", 2)
	rows := tshark(t, written(t, run), "strata.ldr.member == 1 && strata.ldr.height == 1", "strata.kind", "strata.ldr.view")
	require.NotEmpty(t, rows, "the acknowledgement of block 1 by member 1")
	require.NotEmpty(t, tshark(t, written(t, run), "strata.ldr.commit > 0", "strata.ldr.view"), "and what was committed")
}

// So have the words of validators, gossiped and repeated.
func TestTshark_Validators_NeedsTshark(t *testing.T) {
	run, _ := recorded(t, "validators/decide", 2)
	for _, kind := range []string{"proposal", "prevote", "precommit"} {
		filter := "strata.kind == \"gossip:val:" + kind + "\" && strata.val.height == 1"
		require.NotEmpty(t, tshark(t, written(t, run), filter, "strata.val.round", "strata.val.key"), kind)
	}
	require.NotEmpty(t, tshark(t, written(t, run), "strata.kind == \"val:state\" && strata.val.height == 1", "strata.val.round"))
}

// So have the blocks and votes of the lattice, and what its nodes tell each other.
func TestTshark_Lattice_NeedsTshark(t *testing.T) {
	run, _ := recorded(t, "lattice/pay", 2)
	capture := written(t, run)
	require.NotEmpty(t, tshark(t, capture, "strata.kind == \"gossip:lat:block\" && strata.lat.link", "strata.lat.account"))
	require.NotEmpty(t, tshark(t, capture, "strata.kind == \"gossip:lat:vote\" && strata.lat.final == 0 && strata.lat.time < 2000000000000", "strata.lat.hash"))
	require.NotEmpty(t, tshark(t, capture, "strata.kind == \"gossip:lat:vote\" && strata.lat.final == 1", "strata.lat.hash"))
	require.NotEmpty(t, tshark(t, capture, "strata.kind == \"lat:at\" && strata.lat.cemented > 4", "strata.kind"))
	late, _ := recorded(t, "lattice/newcomer", 2)
	require.NotEmpty(t, tshark(t, written(t, late), "strata.kind == \"lat:pull\" && strata.lat.height > 0", "strata.lat.account"))
}
