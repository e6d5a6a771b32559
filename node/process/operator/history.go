package operator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"strata/network"
	"strata/node/process/atomicfile"
)

// What becomes of an action.
const (
	Pending    = "pending"    // its height is not decided
	Completed  = "completed"  // its height is
	Superseded = "superseded" // another block was decided
)

// Kinds of actions, besides those of words: proposal, prevote, precommit.
const (
	ActionRound  = "round"  // the node went to a later round
	ActionDecide = "decide" // it decided a block itself
	ActionImport = "import" // it got a decided block from a peer
)

// Action is something that the node did.
type Action struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Height uint64    `json:"height"`
	Round  uint32    `json:"round"`
	Hash   string    `json:"hash,omitempty"`
	Status string    `json:"status"`
}

// Rejection is something that the node refused.
type Rejection struct {
	At     time.Time    `json:"at"`
	Kind   string       `json:"kind"` // submission, message, proposal, evidence, operation, other
	Code   string       `json:"code"`
	From   network.Addr `json:"from,omitempty"`
	Detail string       `json:"detail,omitempty"`
}

// Incident is a time in which a member was not as it should be. Equal ones in a row are one.
type Incident struct {
	First       time.Time    `json:"first"`
	Last        time.Time    `json:"last"`
	Peer        network.Addr `json:"peer"`
	State       string       `json:"state"`
	Occurrences int          `json:"occurrences"`
}

// What history keeps: the newest, and of actions those first whose height is not decided.
const (
	maxActions    = 32
	maxRejections = 20
	maxIncidents  = 32
)

// history is what the file has.
type history struct {
	Actions    []Action    `json:"actions"`
	Rejections []Rejection `json:"rejections"`
	Incidents  []Incident  `json:"incidents"`
}

func (h *history) act(a Action) {
	h.Actions = append(h.Actions, a)
	for len(h.Actions) > maxActions {
		at := max(0, slices.IndexFunc(h.Actions, func(a Action) bool { return a.Status != Pending }))
		h.Actions = slices.Delete(h.Actions, at, at+1)
	}
}

// said says whether a word for a block is among the actions.
func (h *history) said(kind string, height uint64, hash string) bool {
	return slices.ContainsFunc(h.Actions, func(a Action) bool { return a.Kind == kind && a.Height == height && a.Hash == hash })
}

// settle says of the actions up to a height that they are over, now that it is decided.
func (h *history) settle(height uint64, hash [32]byte) {
	for i := range h.Actions {
		a := &h.Actions[i]
		switch {
		case a.Status != Pending || a.Height > height:
		case a.Height == height && a.Hash != short(hash):
			a.Status = Superseded
		default:
			a.Status = Completed
		}
	}
}

func (h *history) reject(r Rejection) {
	h.Rejections = append(h.Rejections, r)
	h.Rejections = h.Rejections[max(0, len(h.Rejections)-maxRejections):]
}

// trouble notes the state of a peer that is not as it should be.
func (h *history) trouble(now time.Time, peer network.Addr, state string, again bool) {
	for i := range slices.Backward(h.Incidents) {
		if in := &h.Incidents[i]; in.Peer == peer && in.State == state {
			in.Last = now
			if !again {
				in.Occurrences++
			}
			return
		}
	}
	h.Incidents = append(h.Incidents, Incident{now, now, peer, state, 1})
	h.Incidents = h.Incidents[max(0, len(h.Incidents)-maxIncidents):]
}

// read reads the file, if there is one. One that is no history is put aside. Errors: the system's.
func (h *history) read(file string) error {
	text, err := os.ReadFile(file)
	if file == "" || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the operator's history: %w", err)
	}
	if json.Unmarshal(text, h) != nil {
		*h = history{}
		return os.Rename(file, file+".damaged")
	}
	return nil
}

// History is what was kept, the oldest first.
func (o *Operator) History() (actions []Action, rejections []Rejection, incidents []Incident) {
	o.mu.Lock()
	defer o.mu.Unlock()
	h := &o.history
	return slices.Clone(h.Actions), slices.Clone(h.Rejections), slices.Clone(h.Incidents)
}

// Save writes the history to its file, if there is anything new. Errors: the system's; then the file is as it was.
func (o *Operator) Save() error {
	o.mu.Lock()
	if !o.dirty || o.cfg.File == "" {
		o.mu.Unlock()
		return nil
	}
	text, err := json.MarshalIndent(o.history, "", "\t")
	o.dirty = false
	o.mu.Unlock()
	if err == nil {
		err = atomicfile.Replace(o.cfg.File, append(text, '\n'))
	}
	if err != nil {
		o.mu.Lock()
		o.dirty = true
		o.mu.Unlock()
		return fmt.Errorf("the operator's history: %w", err)
	}
	return nil
}
