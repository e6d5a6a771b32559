package livepage

import (
	"context"
	"time"
)

// runner is the part of run.Live that a pace carries along.
type runner interface {
	Now() time.Duration
	Run(ctx context.Context, until time.Duration) error
}

// How a frame is carried out.
const (
	frameEvery = 100 * time.Millisecond // between two pictures
	pieceFor   = 25 * time.Millisecond  // a piece of a run takes about that; clicks wait for no more
	leastPiece = time.Millisecond       // of virtual time
	mostPiece  = time.Minute
	fastest    = 1e6 // virtual seconds a second
)

// pace carries a run along: so many virtual seconds for each real one, or as fast as it goes.
type pace struct {
	speed  float64       // 0: as fast as it goes
	piece  time.Duration // virtual time of one call
	ratio  float64       // virtual time that a real second is worth, lately; 0: not known
	behind bool          // it does not keep up with speed
	last   time.Time     // when the last frame began; zero: it has just begun, or goes on after a pause
}

// rest is what a pause does: the time that it takes is not caught up with.
func (p *pace) rest() { p.last = time.Time{} }

// frame goes on for one frame. Errors: the run's.
func (p *pace) frame(ctx context.Context, r runner) error {
	began, from := time.Now(), r.Now()
	since := frameEvery
	if !p.last.IsZero() {
		since = min(began.Sub(p.last), 2*frameEvery)
	}
	p.last = began
	target := from + time.Duration(fastest*float64(since))
	if p.speed > 0 {
		target = from + time.Duration(p.speed*float64(since))
	}
	if err := p.until(ctx, r, target, began.Add(frameEvery)); err != nil {
		return err
	}
	p.behind = p.speed > 0 && r.Now() < target
	took := time.Since(began)
	if !p.behind && p.speed > 0 {
		took = max(took, since)
	}
	p.measure(float64(r.Now()-from) / float64(max(took, time.Microsecond)))
	return nil
}

// until goes on piece by piece, up to a target or an instant.
func (p *pace) until(ctx context.Context, r runner, target time.Duration, end time.Time) error {
	p.piece = max(p.piece, leastPiece)
	for r.Now() < target {
		began := time.Now()
		if !end.IsZero() && !began.Before(end) {
			return nil
		}
		if err := r.Run(ctx, min(target, r.Now()+p.piece)); err != nil {
			return err
		}
		switch took := time.Since(began); {
		case took > pieceFor:
			p.piece = max(p.piece/2, leastPiece)
		case took < pieceFor/2:
			p.piece = min(p.piece*2, mostPiece)
		}
	}
	return nil
}

// measure smooths the ratio over about a second.
func (p *pace) measure(ratio float64) {
	if p.ratio == 0 {
		p.ratio = ratio
		return
	}
	p.ratio += (ratio - p.ratio) / 8
}
