package livepage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"strata/harness/localpage"
	"strata/harness/nets/run"
	"strata/web/kit"
)

//go:embed files
var files embed.FS

// Files is the page.
var Files = kit.Under(files, "files")

// Play is an experiment to play with.
//
//go:embed play.toml
var Play []byte

// Config says what is shown.
type Config struct {
	Title, Question string
	File            string    // the experiment's, as saved files name it
	Name            string    // what saved files begin with
	Dir             string    // where the experiment's file is
	Save            string    // where saved files go; empty: Dir
	Out             io.Writer // where the user reads what happens
	Speed           float64   // virtual seconds a second; 0: as fast as it goes
	Paused          bool
}

// Page shows one live run. Handlers ask, and Serve's goroutine answers: it alone has the run.
type Page struct {
	cfg    Config
	job    run.Job
	server *localpage.Server
	asked  chan func()
	woken  chan struct{}

	ctx    context.Context // of Serve
	live   *run.Live       // nil: the network is not built yet
	pace   pace
	paused bool
	over   string // why it goes no further; empty: it does
	clicks int    // since the file was saved last
	saved  *saved // the last file
	places drawn
	retold time.Time // when the page heard last of a run that is done again
	told   bool      // that it cannot keep up
}

// New makes the page of a job, whose spec is not completed, on a listener that is its own from now on.
func New(l net.Listener, job run.Job, cfg Config) *Page {
	p := &Page{cfg: cfg, job: job, server: localpage.New(l, Files), asked: make(chan func()), woken: make(chan struct{}, 1),
		paused: cfg.Paused, pace: pace{speed: cfg.Speed}}
	p.server.Tell(map[string]any{"building": true, "title": cfg.Title})
	p.server.Came(p.wake)
	p.server.Handle("GET /map", p.sendMap)
	p.server.Handle("GET /node", p.sendNode)
	p.server.Handle("POST /speed", p.setSpeed)
	p.server.Handle("POST /pause", p.setPaused)
	p.server.Handle("POST /step", p.step)
	p.server.Handle("POST /strike", p.strike)
	p.server.Handle("POST /lift", p.lift)
	p.server.Handle("POST /raid", p.raid)
	p.server.Handle("POST /save", p.save)
	return p
}

// URL is the address that the user opens.
func (p *Page) URL() string { return p.server.URL() }

// Server is what serves the page.
func (p *Page) Server() *localpage.Server { return p.server }

// wake has the run look whether somebody watches.
func (p *Page) wake() {
	select {
	case p.woken <- struct{}{}:
	default: // it is about to look
	}
}

// Serve serves the page and carries the run along until ctx ends. What was clicked and not saved is saved then. Errors:
// run.NewLive's, what the system reports.
func (p *Page) Serve(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	served := make(chan error, 1)
	go func() {
		served <- p.server.Serve(ctx)
		end()
	}()
	err := p.carry(ctx)
	end()
	return errors.Join(err, <-served)
}

// carry builds the network and goes on until ctx ends.
func (p *Page) carry(ctx context.Context) (err error) {
	p.ctx = ctx
	if p.live, err = run.NewLive(ctx, p.job); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	p.live.Again = p.again
	p.places = draw(p.live.Map())
	p.tell()
	for ctx.Err() == nil {
		p.turn(ctx)
	}
	if p.clicks == 0 {
		return nil
	}
	_, err = p.keep()
	return err
}

// againEvery is how often the page is told of a run that is done again.
const againEvery = 300 * time.Millisecond

// again tells the page, now and then, how far a run is that is done again for a click.
func (p *Page) again(at, of time.Duration) {
	if now := time.Now(); now.Sub(p.retold) > againEvery {
		p.retold = now
		s := p.state()
		s.Again = float64(at) / float64(of)
		p.server.Tell(s)
	}
}

// turn does what was asked for, or goes on for one frame, or waits.
func (p *Page) turn(ctx context.Context) {
	if p.idle() {
		p.pace.rest()
		select {
		case f := <-p.asked:
			f()
		case <-p.woken:
		case <-ctx.Done():
		}
		return
	}
	began := time.Now()
	if err := p.pace.frame(ctx, p.live); err != nil {
		p.stop(ctx, err)
	}
	p.warn()
	p.tell()
	rest := time.NewTimer(frameEvery - time.Since(began))
	defer rest.Stop()
	for {
		select {
		case f := <-p.asked:
			f()
			if p.idle() {
				return
			}
		case <-rest.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// idle says whether the run rests: it is paused, or over, or nobody looks.
func (p *Page) idle() bool { return p.paused || p.over != "" || p.server.Pages() == 0 }

// stop notes why the run goes no further.
func (p *Page) stop(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case errors.Is(err, run.ErrOver):
		p.over = fmt.Sprintf("The run has come to its end, %v. Save it, or begin again.", p.live.End())
	default:
		p.over = "The run has failed: " + err.Error()
		fmt.Fprintf(p.cfg.Out, "%s\n", p.over)
	}
}

// warn tells the terminal, once, that the network is too large for the speed.
func (p *Page) warn() {
	if p.told || !p.pace.behind || p.pace.speed > 1 || p.live.Now() < 5*time.Second {
		return
	}
	p.told = true
	fmt.Fprintf(p.cfg.Out, "this network is too large for real time here: it runs as fast as it goes, %.2g s of it in a second\n", p.pace.ratio)
}

// ask has f run where the run is, and waits. It says whether f ran.
func (p *Page) ask(r *http.Request, f func()) bool {
	done := make(chan struct{})
	select {
	case p.asked <- func() { defer close(done); f() }:
		<-done
		return true
	case <-r.Context().Done():
		return false
	}
}
