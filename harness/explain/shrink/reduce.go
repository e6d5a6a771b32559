package shrink

import (
	"cmp"
	"slices"

	"strata/harness/lab"
)

// reduce takes out what comes too late to matter, whole classes, and then parts of what is left,
// from large to small.
func (k *shrinker) reduce() {
	k.try(k.those(func(c lab.Choice) bool { return c.At > k.best.Failure.At }))
	k.try(k.those(func(c lab.Choice) bool { return c.Class != lab.ClassNode && c.Class != lab.ClassWork }))
	for _, class := range k.classes() {
		k.try(k.those(of(class)))
	}
	k.parts(k.those(of(lab.ClassNode)))
	k.parts(k.those(of(lab.ClassWork)))
	k.parts(k.those(lab.Choice.Fault))
}

// classes lists those of the run, in the order in which they stand there.
func (k *shrinker) classes() []lab.Class {
	var all []lab.Class
	for _, c := range k.all {
		if !slices.Contains(all, c.Class) {
			all = append(all, c.Class)
		}
	}
	return all
}

// parts takes out halves, quarters and so on down to pairs, the last first: they have the
// fewest consequences.
func (k *shrinker) parts(choices []lab.Choice) {
	for size := len(choices) / 2; size > 1; size /= 2 {
		for end := len(choices); end > 0; end -= size {
			k.try(choices[max(0, end-size):end])
		}
	}
}

// minimal takes out single choices until none can be; false if the budget ended it.
func (k *shrinker) minimal() bool {
	for again := true; again && !k.spent(); {
		again = false
		left := k.left()
		for i := len(left) - 1; i >= 0; i-- {
			again = k.try(left[i:i+1]) || again
		}
	}
	return !k.spent()
}

// nearest looks for the single choice without which the small run passes: a fault if there is one, for that says
// most. What the scenario itself does is none: without it there would be nothing to look at.
func (k *shrinker) nearest() string {
	order := k.those(lab.Choice.Fault)
	for _, class := range []lab.Class{lab.ClassLength, lab.ClassJitter, lab.ClassFragment} {
		choices := k.those(of(class))
		slices.SortStableFunc(choices, func(a, b lab.Choice) int { return cmp.Compare(b.At, a.At) })
		order = append(order, choices...)
	}
	for _, c := range order {
		if !k.spent() && !k.run(k.scenario, k.without.With(c.Key)).Failed() {
			return c.Text
		}
	}
	return ""
}
