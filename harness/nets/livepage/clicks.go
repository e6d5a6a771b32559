package livepage

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"strata/harness/localpage"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
)

// read decodes what a page sends. It says whether it did; if not, it has answered.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		localpage.Refuse(w, http.StatusBadRequest, "what was sent is not what this page sends: "+err.Error())
		return false
	}
	return true
}

// refuse says why something cannot be done.
func (p *Page) refuse(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, run.ErrGone):
		status = http.StatusGone
	case errors.Is(err, run.ErrClick):
		status = http.StatusUnprocessableEntity
	case errors.Is(err, run.ErrOver):
		status = http.StatusConflict
	}
	localpage.Refuse(w, status, strings.ReplaceAll(err.Error(), "\n", "; "))
}

// setSpeed sets how many virtual seconds there are in a second; 0 is as fast as it goes.
func (p *Page) setSpeed(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Speed float64 }
	if !read(w, r, &asked) {
		return
	}
	if !(asked.Speed >= 0 && asked.Speed <= fastest) {
		localpage.Refuse(w, http.StatusUnprocessableEntity, fmt.Sprintf("speed %v: want 0, for as fast as it goes, to %g", asked.Speed, fastest))
		return
	}
	p.ask(r, func() {
		p.pace = pace{speed: asked.Speed, piece: p.pace.piece}
		p.answer(w, "ok")
	})
}

// setPaused lets the run rest, or go on.
func (p *Page) setPaused(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Paused bool }
	if !read(w, r, &asked) {
		return
	}
	p.ask(r, func() {
		p.paused = asked.Paused
		p.answer(w, "ok")
	})
}

// mostStep is how far one step can go, in seconds.
const mostStep = 3600

// step goes on for so many seconds at once, also while the run is paused.
func (p *Page) step(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Seconds float64 }
	if !read(w, r, &asked) {
		return
	}
	if !(asked.Seconds > 0 && asked.Seconds <= mostStep) {
		localpage.Refuse(w, http.StatusUnprocessableEntity, fmt.Sprintf("a step of %v seconds: want more than 0, and %d at most", asked.Seconds, mostStep))
		return
	}
	p.ask(r, func() {
		target := p.live.Now() + time.Duration(math.Round(asked.Seconds*1e9))
		if err := p.pace.until(p.ctx, p.live, target, time.Time{}); err != nil {
			p.stop(p.ctx, err)
		}
		p.pace.rest()
		p.answer(w, "ok")
	})
}

// answer shows the page how it stands, and answers its request.
func (p *Page) answer(w http.ResponseWriter, value any) {
	p.tell()
	localpage.Answer(w, value)
}

// click is a fault that is asked for. Times and rates are as in files.
type click struct {
	Kind    string
	Nodes   []int
	Regions []string
	For     spec.Duration
	By      spec.Duration
	Rate    spec.Rate
	Wipe    bool
}

// strike has a fault begin.
func (p *Page) strike(w http.ResponseWriter, r *http.Request) {
	var c click
	if !read(w, r, &c) {
		return
	}
	p.ask(r, func() {
		n, err := p.live.Strike(p.ctx, spec.Fault{Kind: c.Kind, Nodes: c.Nodes, Regions: c.Regions, For: c.For, By: c.By, Rate: c.Rate, Wipe: c.Wipe})
		p.clicked(w, n, err)
	})
}

// clicked answers a click.
func (p *Page) clicked(w http.ResponseWriter, number int, err error) {
	if err != nil {
		p.refuse(w, err)
		return
	}
	p.clicks++
	p.answer(w, map[string]int{"number": number})
}

// raid has an attack begin.
func (p *Page) raid(w http.ResponseWriter, r *http.Request) {
	var a struct {
		Kind          string
		Share         spec.Share
		For, Hold     spec.Duration
		Confirmations int
		Behind        int
	}
	if !read(w, r, &a) {
		return
	}
	p.ask(r, func() {
		n, err := p.live.Raid(spec.Attack{Kind: a.Kind, Share: a.Share, For: a.For, Hold: a.Hold, Confirmations: a.Confirmations, Behind: a.Behind})
		p.clicked(w, n, err)
	})
}

// lift ends a fault or an attack that was clicked.
func (p *Page) lift(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		What   string
		Number int
	}
	if !read(w, r, &asked) {
		return
	}
	p.ask(r, func() {
		err := error(nil)
		switch asked.What {
		case "fault":
			err = p.live.Lift(asked.Number)
		case "raid":
			err = p.live.EndRaid(asked.Number)
		default:
			err = fmt.Errorf("%w: %q is neither a fault nor a raid", run.ErrClick, asked.What)
		}
		p.clicked(w, asked.Number, err)
	})
}
