package boundary

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// faulty is a kit of two layers that are made and started. It keeps to the rules but for one fault.
func faulty(fault string) {
	k := &faultyKit{in: bufio.NewScanner(os.Stdin), out: json.NewEncoder(os.Stdout), fault: fault, below: map[int]int{}}
	_ = k.out.Encode(map[string]int{"strata": 1})
	for m, more := k.next(); more; m, more = k.next() {
		k.say(k.answer(m))
	}
}

type faultyKit struct {
	in    *bufio.Scanner
	out   *json.Encoder
	fault string
	last  int
	below map[int]int // by layer: the host, or the network that it stands on
}

type line map[string]any

func (k *faultyKit) next() (m line, more bool) {
	more = k.in.Scan() && json.Unmarshal(k.in.Bytes(), &m) == nil
	return m, more
}

func (k *faultyKit) say(m line) {
	_ = k.out.Encode(m)
	if _, answer := m["call"]; k.fault == "twice" && !answer {
		_ = k.out.Encode(m)
	}
}

func (k *faultyKit) answer(m line) line {
	method, _ := m["call"].(string)
	on, _ := m["on"].(float64)
	args, _ := m["args"].([]any)
	below, known := k.below[int(on)]
	switch {
	case method == "reset" && k.fault != "remembers":
		clear(k.below)
	case method == "reset":
	case strings.HasPrefix(method, "new_") && k.fault == "no number":
	case strings.HasPrefix(method, "new_"):
		stands := args[0].(float64)
		if method == "new_messaging" {
			stands = args[2].(float64)
		}
		k.last++
		k.below[k.last] = int(stands)
		return line{"return": k.last}
	case method == "start" && known:
		return k.start(below, args[0].(float64) != 0)
	case method == "stop" && known:
	default:
		return line{"crash": line{"text": "no such method"}}
	}
	return line{"return": nil}
}

// start listens, or starts the network below, and hands on the error that comes of it.
func (k *faultyKit) start(below int, network bool) line {
	if network {
		k.say(line{"call": "listen", "on": below, "args": []any{"10.0.0.1:1", 99}})
	} else {
		k.say(line{"call": "start", "on": below, "args": []any{99}})
	}
	m, _ := k.next()
	for m["call"] != nil && k.fault != "flat" {
		k.say(line{"return": nil})
		m, _ = k.next()
	}
	if failure, is := m["error"].(map[string]any); is {
		if k.fault == "no ref" {
			delete(failure, "ref")
		}
		return line{"error": failure}
	}
	return line{"return": nil}
}

// The rule of the exchange that a kit breaks is named, and nothing is tried after it.
func TestCheck_Rules(t *testing.T) {
	for fault, want := range map[string]string{
		"twice":     "rule 1: one line answers each call",
		"no number": "rule 1: one line answers each call",
		"no ref":    "an error comes back as it went",
		"flat":      "rule 2: calls nest",
		"remembers": "rule 5: reset forgets",
	} {
		found, err := Check(self(t, "kit:"+fault).command)
		require.NoError(t, err)
		for i, f := range found {
			require.Equal(t, i == len(found)-1, f.Wrong != "", "%s: %v", fault, f)
		}
		require.Contains(t, found[len(found)-1].What, want, fault)
	}
	found, err := Check(self(t, "kit:no number").command)
	require.NoError(t, err)
	require.Contains(t, found[1].Wrong, "new_network returned no number of a layer")
	found, err = Check(self(t, "kit:").command)
	require.NoError(t, err)
	require.Greater(t, len(found), 1+len(rules), "the layers are tried")
	for _, f := range found[:1+len(rules)] {
		require.Empty(t, f.Wrong, f.What)
	}
}
