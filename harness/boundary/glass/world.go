package glass

import "math/rand/v2"

// world is what Go's runtime asks for besides: a clock that counts, and random bytes.
type world struct {
	ticks  int64
	random *rand.ChaCha8
}

// worldState is how far a world is.
type worldState struct {
	ticks  int64
	random []byte
}

func newWorld() *world { return &world{random: rand.NewChaCha8([32]byte{})} }

func (w *world) state() worldState {
	random, _ := w.random.MarshalBinary() // never fails
	return worldState{w.ticks, random}
}

func (w *world) set(s worldState) {
	w.ticks = s.ticks
	_ = w.random.UnmarshalBinary(s.random) // ours
}

// Read is io.Reader's: random bytes.
func (w *world) Read(b []byte) (int, error) { return w.random.Read(b) }

func (w *world) nanotime() int64 {
	w.ticks += 1000
	return w.ticks
}

func (w *world) walltime() (sec int64, nsec int32) { return 0, 0 }
