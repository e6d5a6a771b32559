package api

import (
	"context"
	"log/slog"
	"time"

	"strata/node"
	"strata/node/process/index"
	"strata/node/process/metrics"
	"strata/node/store"
)

// Backend is the node that a server speaks for, and what stands around it.
type Backend struct {
	Node  *node.Node        // touched by way of Do alone
	Do    func(func()) bool // runs a function on the node's loop and waits; false: the loop has ended
	Store store.Store       // the node's, with what is on the disk

	// Disk says when what the loop has written is on the disk: nobody is told of it before. Nil: it always is.
	Disk Disk

	// Index is the index as it is now; nil as long as there is none.
	Index func() *index.Index

	Figures *metrics.Set   // what else is counted; nil: nothing
	Level   *slog.LevelVar // of the node's log
	Log     *slog.Logger
	Version string
	Started time.Time
	Origin  string // where the page of the data directory was served first, such as http://127.0.0.1:11180; empty: nowhere
	Alone   bool   // the node is to have no peers
}

// Disk takes what the loop writes, some time later (writebehind.Store).
type Disk interface {
	Last() uint64 // the number of what the loop has written last; called on the loop
	After(number uint64, tell func(error))
}

// written calls tell, which does not wait for anything, once all that the loop has written so far is on the disk, and
// never if the disk has failed. It is called on the loop.
func (s *Server) written(tell func()) {
	if s.backend.Disk == nil {
		tell()
		return
	}
	s.backend.Disk.After(s.backend.Disk.Last(), func(err error) {
		if err == nil {
			tell()
		}
	})
}

// ask runs f on the node's loop and returns what it made, which is the caller's: f copies. If the
// loop does not get round to f in time, f may run later for nobody. What f saw is on the disk when ask returns.
// Errors: errBusy, errGone.
func ask[T any](ctx context.Context, s *Server, f func(*node.Node) T) (T, error) {
	var none T
	waiting := s.placesOf(ctx).questions
	select {
	case waiting <- struct{}{}:
	default:
		s.refuse(roomLoop)
		return none, errBusy // too many wait for the loop: one more would wait as long
	}
	asked := time.Now()
	answer := make(chan T, 1)
	go func() {
		defer func() { <-waiting }()
		ran := s.backend.Do(func() {
			s.figures.loopWait.Since(asked)
			value := f(s.backend.Node)
			s.written(func() { answer <- value })
		})
		if !ran {
			close(answer)
		}
	}()
	timeout := time.NewTimer(s.cfg.AnswerIn)
	defer timeout.Stop()
	select {
	case value, ok := <-answer:
		if !ok {
			return none, errGone
		}
		return value, nil
	case <-timeout.C:
	case <-ctx.Done():
	}
	return none, errBusy
}
