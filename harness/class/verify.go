package class

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrOtherWorkshop reports a class that was graded with another workshop than the one at hand.
var ErrOtherWorkshop = errors.New("was graded with another workshop, so nobody can say: use the strata that graded it")

// Again is what came of grading a hand-in again.
type Again struct {
	Name   string
	Differ []string // a line for each difference from what is kept; none: it came to the same
}

// Graded lists the hand-ins that have a result, each of several equal ones once.
func (f *Folder) Graded() (all []Waiting, err error) {
	for _, h := range f.distinct() {
		key, _ := f.Key(h)
		_, ok, err := f.Store.Get(key)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, Waiting{key, h})
		}
	}
	return all, nil
}

// Verify grades so many of the graded hand-ins again, spread over all of them; 0 means all. told gets each as soon as it is
// there. What is kept stays as it is. Errors: ErrOtherWorkshop, of a suite that is not the settings'; the grader's; the disk's.
func (f *Folder) Verify(ctx context.Context, suite string, grader Grader, sample int, told func(Again)) error {
	if suite != f.List.Settings.Suite {
		return fmt.Errorf("%s %w", f.Dir, ErrOtherWorkshop)
	}
	all, err := f.Graded()
	if err != nil {
		return err
	}
	if sample == 0 || sample > len(all) {
		sample = len(all)
	}
	for i := range sample {
		h := all[i*len(all)/sample].Handin
		kept, err := f.Result(h)
		if err != nil {
			return err
		}
		text, _, err := One(ctx, grader, h.Dir, 0)
		if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
		var now Result
		if err := json.Unmarshal(text, &now); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
		told(Again{h.Name, kept.differ(now)})
	}
	return nil
}

// differ says in what another result is not the same.
func (r Result) differ(other Result) (lines []string) {
	for _, was := range r.Steps {
		i := slices.IndexFunc(other.Steps, func(s Step) bool { return s.ID == was.ID })
		if i < 0 {
			lines = append(lines, fmt.Sprintf("%s was graded, and is not", was.ID))
		} else if is := other.Steps[i]; is != was {
			lines = append(lines, fmt.Sprintf("%s was %s with %d of %d points, and is %s with %d of %d", was.ID, was.Status, was.Points,
				was.Of, is.Status, is.Points, is.Of))
		}
	}
	if len(lines) > 0 {
		return lines
	}
	mine, errMine := json.Marshal(r)
	theirs, errTheirs := json.Marshal(other)
	if err := errors.Join(errMine, errTheirs); err != nil {
		panic("class: results are plain values: " + err.Error())
	}
	if !bytes.Equal(mine, theirs) {
		lines = append(lines, "the points are the same, and the runs that fail, or the reasons, are not")
	}
	return lines
}
