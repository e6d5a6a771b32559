package deskpage

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"strata/harness/grade"
	"strata/harness/grade/pipe"
	"strata/harness/localpage"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/drawing"
)

// stepping has the one session of the debugger. A session that is begun ends the one before.
type stepping struct {
	mu      sync.Mutex
	number  int // of the session
	session *grade.Stepping
	header  trace.Header
	cancel  context.CancelFunc
	ctx     context.Context
}

// stands is an answer of the session.
type stands struct {
	Session int              `json:"session"`
	Text    string           `json:"text"`
	Over    bool             `json:"over"`
	Done    int              `json:"done"`
	Due     time.Duration    `json:"due"`
	Next    []string         `json:"next"`
	More    int              `json:"more"`
	Past    []string         `json:"past"`
	Nodes   string           `json:"nodes"`
	Broken  string           `json:"broken,omitempty"`
	Again   string           `json:"again"`
	Drawing *drawing.Drawing `json:"drawing,omitempty"` // of what has happened; nil: the run does not say
}

// step begins a session.
func (d *Desk) step(w http.ResponseWriter, r *http.Request, asked struct {
	Scenario string
	Seed     uint64 `json:",string"`
	Small    bool
}) {
	end, ok := d.alone(r.Context())
	if !ok {
		return
	}
	defer end()
	s := &d.stepping
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
	opt := grade.ExploreOptions{Options: d.cfg.Options, Scenario: asked.Scenario, Seed: asked.Seed, Shrink: asked.Small,
		Show: true}
	if asked.Small {
		opt.Again = " --shrink"
	}
	s.ctx, s.cancel = context.WithCancel(d.ctx)
	var before bytes.Buffer
	session, said, err := grade.Step(s.ctx, opt, &before)
	if err == nil && session == nil {
		err = errors.New(strings.TrimSpace(before.String()))
	}
	if err != nil {
		s.cancel()
		localpage.Refuse(w, http.StatusInternalServerError, told(err))
		return
	}
	s.session = session
	s.header = trace.Header{Source: "simulation", Scenario: asked.Scenario, Seed: asked.Seed, Start: sim.Epoch()}
	said.Text = strings.TrimSpace(before.String() + said.Text)
	localpage.Answer(w, s.answer(said))
}

// line has the session do what a line says.
func (d *Desk) line(w http.ResponseWriter, _ *http.Request, asked struct {
	Session int
	Line    string
}) {
	s := &d.stepping
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == nil || asked.Session != s.number {
		localpage.Refuse(w, http.StatusGone, "this session is over: begin another")
		return
	}
	said, err := s.session.Do(s.ctx, asked.Line)
	if err != nil {
		s.stop()
		localpage.Refuse(w, http.StatusInternalServerError, told(err))
		return
	}
	answer := s.answer(said)
	if said.Over {
		s.stop()
	}
	localpage.Answer(w, answer)
}

// answer is what the page is told.
func (s *stepping) answer(said pipe.Said) stands {
	out := stands{Session: s.number, Text: said.Text, Over: said.Over}
	is := said.Stands
	if is == nil {
		return out
	}
	out.Done, out.Due, out.Next, out.More, out.Past = is.Done, is.Due, is.Next, is.More, is.Past
	out.Nodes, out.Broken, out.Again = is.Nodes, is.Broken, is.Again
	if len(is.Events) > 0 {
		var rec trace.Recorder
		rec.Faults(is.Faults)
		for _, e := range is.Events {
			rec.Event(e)
		}
		one := drawing.Of(rec.Finish(s.header))
		out.Drawing = &one
	}
	return out
}

// stop ends the session, if there is one.
func (s *stepping) stop() {
	s.number++
	if s.session != nil {
		s.cancel()
		s.session.Close()
		s.session = nil
	}
}

// end ends the session for whoever does not hold the lock.
func (s *stepping) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
}
