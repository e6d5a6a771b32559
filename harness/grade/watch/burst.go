package watch

import (
	"context"
	"slices"
	"time"

	"strata/harness/course/steps"
)

// How long events are joined after the last of them, and in all.
const (
	Join     = 120 * time.Millisecond
	JoinMost = time.Second
)

// mostStarts is how many jobs are begun while events are being joined: an editor may take several steps to save.
const mostStarts = 3

// burst is the events that are being joined. What they have left so far is graded at once, and nothing of it is
// shown before the last of them.
type burst struct {
	since  time.Time // the first event; zero: none is being joined
	starts int       // jobs begun meanwhile
}

// joining says whether more events may come.
func (b *burst) joining() bool { return !b.since.IsZero() }

// begins says whether a job may begin now.
func (b *burst) begins() bool { return !b.joining() || b.starts < mostStarts }

// join takes an event. What it leaves is graded at once: it is likely to stay.
func (w *Watcher) join(ctx context.Context) {
	if !w.burst.joining() {
		w.burst = burst{since: time.Now()}
	}
	w.quiet.Reset(min(Join, max(0, time.Until(w.burst.since.Add(JoinMost)))))
	w.look(ctx)
}

// look reads the layers, and has what is there graded if it is another thing than the job under way is about.
func (w *Watcher) look(ctx context.Context) {
	now := w.Read()
	changed := w.mine(now.differ(w.now))
	w.gone = len(now) == 0 && (w.gone || len(w.now) > 0)
	w.now = now
	if len(changed) > 0 {
		w.drop(false)
		w.next(ctx)
	}
}

// settle ends the joining: what is there now was saved.
func (w *Watcher) settle(ctx context.Context) {
	w.burst = burst{}
	w.look(ctx)
	changed := w.mine(w.now.differ(w.settled))
	switch {
	case w.gone && len(w.settled) > 0:
		w.Screen.Gone()
	case !w.gone && len(changed) > 0:
		w.Screen.Saved(changed)
	}
	w.urgent, w.rest = w.due()
	w.settled = w.now
	w.next(ctx)
	w.show(ctx)
}

// mine is what of the changed layers makes a difference to what is watched.
func (w *Watcher) mine(changed []string) []string {
	if w.watched(steps.Whole) { // which any layer changes
		return changed
	}
	return w.own(changed)
}

// own is those of the layers that are watched themselves.
func (w *Watcher) own(layers []string) []string {
	return slices.DeleteFunc(slices.Clone(layers), func(layer string) bool { return !w.watched(layer) })
}

// ofTheStack says whether the whole stack has a layer in it: it has the electives not.
func ofTheStack(layer string) bool { return slices.Contains(steps.Layers, layer) }

// due lists what has no verdict, with what has changed since the layers settled last.
func (w *Watcher) due() (urgent, rest []string) {
	changed := w.now.differ(w.settled)
	if w.gone || len(changed) == 0 {
		return w.urgent, w.rest
	}
	rest = w.rest
	if w.watched(steps.Whole) && slices.ContainsFunc(changed, ofTheStack) {
		rest = union(rest, []string{steps.Whole})
	}
	return union(w.own(changed), w.urgent), rest
}
