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
	for _, c := range faultClasses {
		if r, n := d.key("swarm "+c.name, 0), c.count(&mixed); *n > 0 {
			*n = present(r) * (1 + r.IntN(*n))
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

// classes counts the kinds of faults that there are.
func classes(f scenario.Faults) (n int) {
	for _, c := range faultClasses {
		n += min(1, *c.count(&f))
	}
	if f.Fragment {
		n++
	}
	if f.Jitter > 0 {
		n++
	}
	return n
}
