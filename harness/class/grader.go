package class

import (
	"context"
	"sync"

	"strata/harness/course/checkout"
	"strata/harness/grade"
	"strata/harness/grade/extras"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
)

// Graders makes the graders of a workshop. They keep how to build it from one hand-in to the next, until Close.
type Graders struct {
	root string

	begun sync.WaitGroup // what Ahead has begun
	mu    sync.Mutex
	first *process.Warm   // that has learned; nil: nobody has asked yet
	idle  []*process.Warm // those that build nothing now
}

// NewGraders has nothing kept yet.
func NewGraders(root string) *Graders { return &Graders{root: root} }

// Close removes what is kept. No grader is at work any longer.
func (g *Graders) Close() {
	g.begun.Wait()
	var closing sync.WaitGroup
	for _, w := range g.idle {
		closing.Go(w.Close)
	}
	closing.Wait()
	g.idle = nil
}

// Ahead begins to find out how to build the workshop, up to the end of ctx. Graders wait for it, and find it out otherwise.
func (g *Graders) Ahead(ctx context.Context) {
	g.begun.Go(func() {
		if w, err := g.take(ctx); err == nil { // a grader says it
			g.leave(w)
		}
	})
}

// Of is the grader by those settings, with the scenarios that they name. It may be called several times at once.
func (g *Graders) Of(s Settings, scenarios *extras.Suite) Grader {
	return func(ctx context.Context, dir string, jobs int) (report.Report, error) {
		warm, err := g.take(ctx)
		if err != nil {
			return report.Report{}, err
		}
		defer g.leave(warm)
		return grade.Grade(ctx, grade.Options{
			Root: g.root, Dir: dir, Layers: s.Layers, Steps: s.Steps, Seeds: s.Seeds, FirstSeed: s.First, Jobs: jobs,
			Timeout: s.Timeout, Budget: s.Budget, Sealed: s.Sealed, Apart: true, Scenarios: scenarios, Warm: warm,
		})
	}
}

// take takes one that is idle, or a new one. The error is the system's.
func (g *Graders) take(ctx context.Context) (w *process.Warm, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n := len(g.idle); n > 0 {
		w, g.idle = g.idle[n-1], g.idle[:n-1]
		return w, nil
	}
	if g.first != nil {
		return g.first.Like()
	}
	if w, err = process.NewWarm(); err != nil {
		return nil, err
	}
	if root, err := checkout.Find(g.root); err == nil { // else the grade says so
		w.Learn(ctx, root)
	}
	g.first = w
	return w, nil
}

func (g *Graders) leave(w *process.Warm) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.idle = append(g.idle, w)
}
