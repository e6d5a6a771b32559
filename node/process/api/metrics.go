package api

import (
	"net/http"
	"runtime"
	"time"

	"strata/node"
	"strata/node/blocktree"
	"strata/node/process/metrics"
	"strata/node/store"
)

// figures are what is counted as it happens; what can be asked for is asked for when it is wanted.
type figures struct {
	set *metrics.Set

	requests, problems, panics, slow *metrics.Counter
	evicted                          *metrics.Counter // connections that gave way
	refused                          map[room]*metrics.Counter
	loopWait                         *metrics.Histogram // until the loop gets round to a question
	reorganisations, undone          *metrics.Counter
	depth                            *metrics.Histogram // blocks undone by a reorganisation
}

func newFigures() *figures {
	set := metrics.NewSet()
	f := &figures{
		set:      set,
		requests: set.Counter("strata_http_requests_total", "Requests to the API and the page."),
		problems: set.Counter("strata_http_problems_total", "Requests that were answered with a problem."),
		panics:   set.Counter("strata_http_panics_total", "Requests whose handler panicked: each is a bug."),
		slow:     set.Counter("strata_http_slow_streams_total", "Event streams that were cut off because their client read too slowly."),
		evicted:  set.Counter("strata_http_connections_evicted_total", "Idle connections that were closed to make room for another."),
		refused:  map[room]*metrics.Counter{},
		loopWait: set.Histogram("strata_loop_wait_seconds", "How long a question waits for the node's loop.", metrics.Seconds()),
		reorganisations: set.Counter("strata_reorganisations_total",
			"Moves of the tip that undid blocks."),
		undone: set.Counter("strata_blocks_undone_total", "Blocks that reorganisations undid."),
		depth: set.Histogram("strata_reorganisation_depth_blocks", "Blocks that one reorganisation undid.",
			[]float64{1, 2, 3, 6, 10, 20, 50, 100, 1000}),
	}
	for _, r := range rooms {
		f.refused[r] = set.Counter("strata_http_refused_total", "Requests that were refused because a bound was reached, by which.", "room", string(r))
	}
	return f
}

func (f *figures) tipMoved(c blocktree.Change) {
	if len(c.Undone) > 0 {
		f.reorganisations.Inc()
		f.undone.Add(len(c.Undone))
		f.depth.Observe(float64(len(c.Undone)))
	}
}

// scraped is what a scrape asks the loop for.
type scraped struct {
	statusJSON
	limits *guardFigures
}

// metrics answers in the text format of Prometheus.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	if _, err := parseQuery(r); err != nil {
		s.fail(w, r, err)
		return
	}
	now, err := ask(r.Context(), s, func(n *node.Node) scraped { return scraped{s.statusOf(n), guardFiguresOf(n)} })
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var page metrics.Page
	s.writeStatus(&page, now.statusJSON)
	now.limits.write(&page)
	s.figures.set.Write(&page)
	if s.backend.Figures != nil {
		s.backend.Figures.Write(&page)
	}
	metrics.WriteProcess(&page)
	w.Header().Set("Content-Type", metrics.ContentType)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(page.Bytes())
}

// writeStatus writes what the status says, too.
func (s *Server) writeStatus(p *metrics.Page, now statusJSON) {
	p.Begin(metrics.KindGauge, "strata_build_info", "The program that runs; always 1.")
	p.Sample("strata_build_info", 1, "version", s.backend.Version, "goversion", runtime.Version())
	p.Gauge("strata_height", "Number of the tip.", float64(now.Height))
	p.Gauge("strata_tip_moved_timestamp_seconds", "When the tip last moved; the start, if it has not since.", seconds(now.TipMoved))
	p.Gauge("strata_difficulty", "Leading zero hex digits of a block's hash.", float64(now.Difficulty))
	p.Gauge("strata_peers", "Peers.", float64(now.Peers))
	p.Gauge("strata_pooled_transactions", "Transactions that wait for a block.", float64(now.Pooled))
	p.Gauge("strata_orphan_blocks", "Blocks that wait for an ancestor.", float64(now.Orphans))
	p.Gauge("strata_hashes_per_second", "How fast the node mines.", now.HashRate)
	p.Gauge("strata_mining", "1 if the node mines.", oneIf(now.Mining))
	p.Gauge("strata_syncing", "1 while the node catches up.", oneIf(now.Sync != nil))
	target, rate := now.Height, 0.0
	if now.Sync != nil {
		target, rate = now.Sync.Target, now.Sync.Rate
	}
	p.Gauge("strata_sync_target", "The number that the node catches up to; its height if it does not.", float64(target))
	p.Gauge("strata_sync_blocks_per_second", "How fast the node catches up.", rate)
	p.Gauge("strata_http_connections", "Open connections to the API and the page.", float64(s.gate.Load().count()))
	p.Gauge("strata_http_streams", "Clients of /v1/events.", float64(s.hub.count()))
	p.Gauge("process_start_time_seconds", "When the node started, in seconds since 1970.", seconds(s.backend.Started))
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// Measured is a store that counts how long its commits take, in the set.
func Measured(db store.Store, set *metrics.Set) store.Store {
	return &measured{
		Store:   db,
		commits: set.Histogram("strata_store_commit_seconds", "How long a commit to the store takes.", metrics.Seconds()),
		failed:  set.Counter("strata_store_failures_total", "Commits to the store that failed."),
	}
}

type measured struct {
	store.Store
	commits *metrics.Histogram
	failed  *metrics.Counter
}

func (m *measured) Update(f func(store.Writer) error) error {
	begin := time.Now()
	err := m.Store.Update(f)
	m.commits.Since(begin)
	if err != nil {
		m.failed.Inc()
	}
	return err
}
