package lab

import (
	"math/rand/v2"
	"time"

	"strata/scenario"
)

// swarm draws which classes of a scenario's faults one seed has, and how strong they are: what is
// always there hides what only happens without it. A quarter of the seeds have all of them. Each class
// is drawn from its own key.
//
// Source: Groce et al., Swarm testing (ISSTA 2012).
func swarm(f scenario.Faults, seed uint64) scenario.Faults {
	if classes(f) < 2 || seed%4 == 3 {
		return f
	}
	mixed := f
	d := drawer{seed: seed}
	for _, c := range counted(&mixed) {
		if r := d.key("swarm "+c.class, 0); *c.count > 0 {
			*c.count = present(r) * (1 + r.IntN(*c.count))
		}
	}
	if r := d.key("swarm jitter", 0); mixed.Jitter > 0 {
		mixed.Jitter = time.Duration(present(r)) * between(r, mixed.Jitter/4, mixed.Jitter+1)
	}
	mixed.Fragment = f.Fragment && present(d.key("swarm fragment", 0)) == 1
	if classes(mixed) == 0 {
		return f
	}
	return mixed
}

// present is 1 two times in three, else 0.
func present(r *rand.Rand) int { return min(1, r.IntN(3)) }

// class is a kind of fault of which there is a number.
type class struct {
	class string
	count *int
}

func counted(f *scenario.Faults) []class {
	return []class{
		{"resets", &f.Resets}, {"partitions", &f.Partitions}, {"crashes", &f.Crashes}, {"churn", &f.Churn}, {"cuts", &f.Cuts},
		{"delays", &f.Delays}, {"slow", &f.Slow}, {"pauses", &f.Pauses}, {"skews", &f.Skews},
	}
}

// classes counts the kinds of faults that there are.
func classes(f scenario.Faults) (n int) {
	for _, c := range counted(&f) {
		n += min(1, *c.count)
	}
	if f.Fragment {
		n++
	}
	if f.Jitter > 0 {
		n++
	}
	return n
}
