package api

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"strata/node"
	"strata/node/blocktree"
	"strata/node/store"
)

// figures are what is counted as it happens; what can be asked for is asked for when it is wanted.
type figures struct {
	set *metrics.Set

	requests, problems, panics, slow *metrics.Counter
	loopWait                         *metrics.Histogram // until the loop gets round to a question
	reorganisations, undone          *metrics.Counter
	depth                            *metrics.Histogram // blocks undone by a reorganisation
}

func newFigures() *figures {
	set := metrics.NewSet()
	return &figures{
		set:             set,
		requests:        set.NewCounter("strata_http_requests_total"),
		problems:        set.NewCounter("strata_http_problems_total"),
		panics:          set.NewCounter("strata_http_panics_total"),
		slow:            set.NewCounter("strata_http_slow_streams_total"),
		loopWait:        set.NewHistogram("strata_loop_wait_seconds"),
		reorganisations: set.NewCounter("strata_reorganisations_total"),
		undone:          set.NewCounter("strata_blocks_undone_total"),
		depth:           set.NewHistogram("strata_reorganisation_depth_blocks"),
	}
}

func (f *figures) tipMoved(c blocktree.Change) {
	if len(c.Undone) > 0 {
		f.reorganisations.Inc()
		f.undone.Add(len(c.Undone))
		f.depth.Update(float64(len(c.Undone)))
	}
}

// metrics answers in the text format of Prometheus.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	if _, err := parseQuery(r); err != nil {
		s.fail(w, r, err)
		return
	}
	type asked struct {
		statusJSON
		limits *guardFigures
	}
	now, err := ask(r.Context(), s, func(n *node.Node) asked { return asked{s.statusOf(n), guardFiguresOf(n)} })
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var out bytes.Buffer
	gauge(&out, "strata_height", float64(now.Height))
	gauge(&out, "strata_difficulty", float64(now.Difficulty))
	gauge(&out, "strata_peers", float64(now.Peers))
	gauge(&out, "strata_pooled_transactions", float64(now.Pooled))
	gauge(&out, "strata_orphan_blocks", float64(now.Orphans))
	gauge(&out, "strata_hashes_per_second", now.HashRate)
	gauge(&out, "strata_mining", oneIf(now.Mining))
	gauge(&out, "strata_syncing", oneIf(now.Sync != nil))
	if now.Sync != nil {
		gauge(&out, "strata_sync_target", float64(now.Sync.Target))
		gauge(&out, "strata_sync_blocks_per_second", now.Sync.Rate)
	}
	gauge(&out, "strata_http_streams", float64(s.hub.count()))
	gauge(&out, "strata_start_time_seconds", float64(s.backend.Started.UnixMilli())/1000)
	now.limits.write(&out)
	s.figures.set.WritePrometheus(&out)
	if s.backend.Figures != nil {
		s.backend.Figures.WritePrometheus(&out)
	}
	metrics.WriteProcessMetrics(&out)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(out.Bytes())
}

func gauge(out io.Writer, name string, value float64) { fmt.Fprintf(out, "%s %v\n", name, value) }

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// Measured is a store that counts how long its commits take, in the set.
func Measured(db store.Store, set *metrics.Set) store.Store {
	return &measured{Store: db, commits: set.NewHistogram("strata_store_commit_seconds"), failed: set.NewCounter("strata_store_failures_total")}
}

type measured struct {
	store.Store
	commits *metrics.Histogram
	failed  *metrics.Counter
}

func (m *measured) Update(f func(store.Writer) error) error {
	begin := time.Now()
	err := m.Store.Update(f)
	m.commits.UpdateDuration(begin)
	if err != nil {
		m.failed.Inc()
	}
	return err
}
