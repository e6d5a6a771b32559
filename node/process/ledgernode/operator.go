package ledgernode

import (
	"errors"
	"net/http"
	"path/filepath"
	"time"

	"strata/ledgers"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/localhttp"
	"strata/node/process/metrics"
	"strata/node/process/operator"
)

// FileHistory is where the operator's history is kept, in the node's directory.
const FileHistory = "history.json"

// operate makes the operator.
func (r *Running) operate() (err error) {
	d := r.Config.Directory
	r.operator, err = operator.New(operator.Config{
		Self: r.Addr, Key: network.PublicKey(keyfile.Public(d.Key)), Members: d.Genesis.Roster(),
		File: filepath.Join(d.Path, FileHistory), Now: time.Now,
	})
	r.watch.operator = r.operator
	return err
}

// Report is what an operator looks at; false if the ledger has none.
func (r *Running) Report() (report operator.Report, ok bool) {
	if r.operator == nil {
		return report, false
	}
	return r.operator.Report(), true
}

// history is what /v1/history answers.
type history struct {
	Actions    []operator.Action    `json:"actions"`
	Rejections []operator.Rejection `json:"rejections"`
	Incidents  []operator.Incident  `json:"incidents"`
}

// operatorRoutes are the questions that an operator has.
func (r *Running) operatorRoutes() map[string]http.HandlerFunc {
	document := func(value func() any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { localhttp.Answer(w, value(), r.do(func() {})) }
	}
	return map[string]http.HandlerFunc{
		"GET /metrics":   r.getMetrics,
		"GET /healthz":   document(func() any { return struct{}{} }),
		"GET /v1/health": r.getHealth,
		"GET /v1/alerts": document(func() any { return r.operator.Report().Alerts }),
		"GET /v1/slo":    document(func() any { return r.operator.Report().Objectives }),
		"GET /v1/round":  document(func() any { return r.operator.Round() }),
		"GET /v1/history": document(func() any {
			var h history
			h.Actions, h.Rejections, h.Incidents = r.operator.History()
			return h
		}),
	}
}

// getHealth answers with the whole report, and 503 if a check fails.
func (r *Running) getHealth(w http.ResponseWriter, _ *http.Request) {
	if err := r.do(func() {}); err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	report := r.operator.Report()
	if !report.Ready {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	localhttp.Answer(w, report, nil)
}

func (r *Running) getMetrics(w http.ResponseWriter, _ *http.Request) {
	if err := r.do(func() {}); err != nil { // a loop that stands still is a node that is down
		localhttp.Answer(w, nil, err)
		return
	}
	var page metrics.Page
	r.operator.Write(&page)
	w.Header().Set("Content-Type", metrics.ContentType)
	_, _ = w.Write(page.Bytes()) // the asker may have gone
}

// codeOf is a word for an error of the ledger, for counters.
func codeOf(err error) string {
	for _, c := range []struct {
		err  error
		code string
	}{
		{ledgers.ErrMalformed, "malformed"}, {ledgers.ErrSignature, "signature"}, {ledgers.ErrAnswer, "answer"},
		{ledgers.ErrForeign, "foreign"}, {ledgers.ErrStale, "stale"}, {ledgers.ErrFull, "full"},
	} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "refused"
}
