package real

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"strata/chain"
	"strata/harness/nets/run"
)

// order is the first line that a node's process reads: which node of which run it is. The second is began.
type order struct {
	Spec string `json:"spec"` // as TOML, complete
	Dir  string `json:"dir"`  // that the experiment's own files are seen from
	Seed uint64 `json:"seed"`
	Node int    `json:"node"`
}

// start says when the run begins: nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.
type start struct {
	Began int64 `json:"began"`
}

// line is what a node's process writes, one a line: that it is ready, or what it tells.
type line struct {
	Kind   string `json:"kind"`
	At     int64  `json:"at,omitempty"` // nanoseconds since the start
	Block  string `json:"block,omitempty"`
	Text   string `json:"text,omitempty"`
	Undone int    `json:"undone,omitempty"`
	Lowest string `json:"lowest,omitempty"`
}

// ready is the kind of the line that a process writes when it waits for the start.
const ready = "ready"

// lineOf is what a node tells, as it is written.
func lineOf(t run.Told) line {
	l := line{Kind: string(t.Kind), At: int64(t.At), Block: t.Block.String(), Text: string(t.Text), Undone: t.Undone}
	if t.Undone > 0 {
		l.Lowest = t.Lowest.String()
	}
	return l
}

// parseLine reads one line of a process. told is the zero value if it says that it is ready.
func parseLine(text []byte) (told run.Told, isReady bool, err error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return told, false, fmt.Errorf("no line of a node: %.80q", text)
	}
	told = run.Told{At: time.Duration(l.At), Kind: run.ToldKind(l.Kind), Text: []byte(l.Text), Undone: l.Undone}
	switch told.Kind {
	case ready:
		return run.Told{}, true, nil
	case run.Found, run.Heard, run.Moved:
	default:
		return run.Told{}, false, fmt.Errorf("a node tells of %q, which is nothing that happens", l.Kind)
	}
	if told.Block, err = parseHash(l.Block); err == nil && l.Undone > 0 {
		told.Lowest, err = parseHash(l.Lowest)
	}
	if err != nil || l.Undone < 0 {
		return run.Told{}, false, fmt.Errorf("no line of a node: %.200q", text)
	}
	return told, false, nil
}

func parseHash(text string) (h chain.BlockHash, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) {
		return h, fmt.Errorf("no hash: %.80q", text)
	}
	return chain.BlockHash(b), nil
}
