package deskpage

import (
	"context"
	"embed"
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	"strata/harness/course/hints"
	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/harness/localpage"
	"strata/web/kit"
)

//go:embed files
var files embed.FS

// Files is the page.
var Files = kit.Under(files, "files")

// Config says whose desk it is. All but Layers is required.
type Config struct {
	Options grade.Options  // with which the watcher grades: Root, Own, Dir and the limits count
	Dir     string         // of the layers
	Shown   string         // Dir, as the user knows it
	Home    string         // where hints that were given are kept
	Layers  []string       // that are watched alone; empty: the six, and others once they are saved
	Press   func(key rune) // has the watcher do what a key stands for
}

// Desk is the page's side of a desk. It is a watch.Screen; its methods are for any goroutine.
type Desk struct {
	cfg    Config
	server *localpage.Server
	busy   chan struct{} // has the one run that is under way
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex
	state state

	chapters chapters
	stepping stepping
}

// New has the server serve the desk. The server begins to serve afterwards.
func New(cfg Config, s *localpage.Server) *Desk {
	d := &Desk{cfg: cfg, server: s, busy: make(chan struct{}, 1)}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.state = state{Dir: cfg.Shown, Phase: phaseGrading, Layers: layersOf(cfg.Layers), Failures: []failure{}}
	s.Handle("GET /course", d.course)
	s.Handle("GET /code", d.code)
	s.Handle("GET /run", d.run)
	s.Handle("GET /page", d.page)
	s.Handle("GET /book/", d.book)
	s.Handle("POST /hint", posted(d.hint))
	s.Handle("POST /key", posted(d.key))
	s.Handle("POST /step", posted(d.step))
	s.Handle("POST /step/line", posted(d.line))
	d.change(func(s *state) { s.learn(nil) })
	return d
}

// Close ends the session of the debugger, if there is one.
func (d *Desk) Close() {
	d.cancel()
	d.stepping.end()
}

// change changes the state, and shows it.
func (d *Desk) change(how func(*state)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	how(&d.state)
	d.state.Number++
	given, err := hints.Open(d.cfg.Home).Given()
	if err == nil && !d.cfg.Options.NoHints { // else the page says so when a hint is asked for
		d.state.hints(given)
	}
	d.server.Tell(&d.state)
}

// posted answers requests that hold JSON.
func posted[Q any](answer func(http.ResponseWriter, *http.Request, Q)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asked Q
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&asked); err != nil {
			localpage.Refuse(w, http.StatusBadRequest, "the request is no JSON of its kind: "+err.Error())
			return
		}
		answer(w, r, asked)
	}
}

// hint gives the next hint of a step.
func (d *Desk) hint(w http.ResponseWriter, _ *http.Request, asked struct{ Step string }) {
	step, ok := steps.Find(asked.Step)
	if !ok {
		localpage.Refuse(w, http.StatusNotFound, "there is no step "+asked.Step)
		return
	}
	if d.cfg.Options.NoHints {
		localpage.Refuse(w, http.StatusForbidden, hints.Withheld(step).Error())
		return
	}
	if _, err := hints.Open(d.cfg.Home).Next(step); err != nil {
		localpage.Refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	d.change(func(*state) {})
	localpage.Answer(w, struct{}{})
}

// key has the watcher do what a key stands for.
func (d *Desk) key(w http.ResponseWriter, _ *http.Request, asked struct{ Key string }) {
	if !slices.Contains([]string{"a", "s"}, asked.Key) {
		localpage.Refuse(w, http.StatusBadRequest, "there is no such key")
		return
	}
	d.mu.Lock()
	nothing := asked.Key == "s" && len(d.state.Failures) == 0
	d.mu.Unlock()
	if nothing {
		localpage.Refuse(w, http.StatusConflict, "nothing has failed: there is no step to grade again")
		return
	}
	d.cfg.Press(rune(asked.Key[0]))
	localpage.Answer(w, struct{}{})
}

// alone waits until no other run is made, and has others wait until end is called. False: ctx ended before.
func (d *Desk) alone(ctx context.Context) (end func(), ok bool) {
	select {
	case d.busy <- struct{}{}:
		return func() { <-d.busy }, true
	case <-ctx.Done():
		return nil, false
	}
}
