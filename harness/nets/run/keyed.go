package run

import (
	"math"
	"time"

	"strata/harness/sim/splitmix"
)

// What draws are for. Each draw is a mix of the seed, its purpose and the names of what it is about.
const (
	forMiner uint64 = iota + 0x6e657473
	forMinerNode
	forTraffic
	forChurn
	forAttack
	forFault
	forMessage
	forRumour
	forNonce
	forSample
	forRaid
	forPayment
	forTrouble
	forClient
)

// keyed mixes numbers into one.
func keyed(numbers ...uint64) uint64 {
	h := uint64(splitmix.Golden)
	for _, n := range numbers {
		h = splitmix.Scramble(h ^ splitmix.Scramble(n+splitmix.Golden))
	}
	return h
}

// unit maps a random number to (0, 1].
func unit(number uint64) float64 { return (float64(number>>11) + 1) / (1 << 53) }

// exponential is a length of time from an exponential distribution; a nanosecond at least.
func exponential(mean float64, number uint64) time.Duration {
	d := -math.Log(unit(number)) * mean
	return time.Duration(min(max(1, d), float64(10*365*24*time.Hour)))
}

// below maps a random number evenly onto 0 to n-1.
func below(number uint64, n int) int { return int(number % uint64(n)) }

// drawn is a number for what happens at a time: of the run's seed and, from where another future was wanted, of that.
func (w *world) drawn(at time.Duration, names ...uint64) uint64 {
	h := keyed(append([]uint64{w.Seed}, names...)...)
	if w.Rekey.Seed != 0 && at >= w.Rekey.At {
		h = keyed(h, w.Rekey.Seed)
	}
	return h
}
