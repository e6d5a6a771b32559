// Package handles stands between a student's layers and all that they are handed: the host, its streams,
// disk, logger and random numbers, the layers below, whoever listens above, a verifier, a pool.
//
//	whoever is above           watcher ──handle──▶ ┐
//	a student's layer  ◀── theirs (see below) ──── the layer
//	whoever is below   ──handle──▶ ─────────────▶ ┘
//
// What stands behind these is the simulator, the checks and the reference layers, with the seed of the run
// and what a check wants in their fields. Code that prints a value with an unsuitable verb, or within a struct
// of its own, sees all that pointers lead to. A handle is a pointer to a struct with one field, a function, and
// behind a function nothing can be seen: neither by package fmt nor by a log record. So every handle prints
// the same, whatever it is a handle of, and which engine runs is not told by a type either.
//
// Each handle is made once for each thing that is handed over, so that handles can be compared, and be
// keys of maps, as the things could.
package handles
