package deskpage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"strata/harness/grade"
	"strata/harness/localpage"
	"strata/harness/trace"
	"strata/harness/trace/drawing"
	"strata/harness/trace/page"
)

// drawn answers a question for a run.
type drawn struct {
	Drawing *drawing.Drawing `json:"drawing,omitempty"` // nil: there is none, and text says why
	Ours    *drawing.Drawing `json:"ours,omitempty"`    // the same run on our layers
	Passed  bool             `json:"passed"`
	Text    string           `json:"text"` // as strata replay prints it
}

// The runs that can be asked for.
const (
	showSmall = "small" // the smallest that fails so
	showWhole = "whole"
	showWhy   = "why" // the whole one, and how likely it was to fail
)

// wanted is the run that a request asks for.
func (d *Desk) wanted(r *http.Request) (opt grade.ReplayOptions, err error) {
	q := r.URL.Query()
	opt = grade.ReplayOptions{Options: d.cfg.Options, Scenario: q.Get("scenario")}
	if opt.Seed, err = strconv.ParseUint(q.Get("seed"), 10, 63); err != nil {
		return opt, fmt.Errorf("%q is no seed", q.Get("seed"))
	}
	switch show := q.Get("show"); show {
	case showWhole:
	case showSmall:
		opt.Shrink = true
	case showWhy:
		opt.Why = true
	default:
		return opt, fmt.Errorf("%q is no way to show a run", show)
	}
	return opt, nil
}

// run makes a run again, and answers with its drawing.
func (d *Desk) run(w http.ResponseWriter, r *http.Request) {
	opt, err := d.wanted(r)
	if err != nil {
		localpage.Refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	var answer drawn
	keep := func(at **drawing.Drawing) func(trace.Run) error {
		return func(run trace.Run) error {
			one := drawing.Of(run)
			*at = &one
			return nil
		}
	}
	opt.Record, opt.Ours = keep(&answer.Drawing), keep(&answer.Ours)
	if answer.Passed, answer.Text, err = d.replay(r.Context(), opt); err != nil {
		localpage.Refuse(w, http.StatusInternalServerError, told(err))
		return
	}
	localpage.Answer(w, answer)
}

// page answers with a run as a page that needs nothing but itself, to be kept or mailed.
func (d *Desk) page(w http.ResponseWriter, r *http.Request) {
	opt, err := d.wanted(r)
	if err != nil {
		localpage.Refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	var text bytes.Buffer
	opt.Record = func(run trace.Run) error { return page.Write(&text, run) }
	if _, _, err := d.replay(r.Context(), opt); err != nil {
		localpage.Refuse(w, http.StatusInternalServerError, told(err))
		return
	}
	name := strings.ReplaceAll(opt.Scenario, "/", "-") + "-" + strconv.FormatUint(opt.Seed, 10) + ".html"
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(text.Bytes()) // the page is gone: nobody to tell
}

// replay makes one run at a time.
func (d *Desk) replay(ctx context.Context, opt grade.ReplayOptions) (passed bool, text string, err error) {
	end, ok := d.alone(ctx)
	if !ok {
		return false, "", ctx.Err()
	}
	defer end()
	var out bytes.Buffer
	passed, err = grade.Replay(ctx, opt, &out)
	return passed, out.String(), err
}

// told is an error in words for the user.
func told(err error) string {
	if errors.Is(err, context.Canceled) {
		return "the run was given up"
	}
	return strings.ReplaceAll(err.Error(), grade.ErrUsage.Error()+": ", "")
}
