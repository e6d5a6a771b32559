// Package typecheck holds the layers of a submission to the rules that only types can tell: whether
// something outlives a run or gets from one node to another, whatever name it goes by; and whether the
// compiler is asked for more than it has.
//
//	package variables   must be fixed: never written, and nothing behind them that could be
//	others' variables   are read where that changes nothing
//	guarded types       loggers, places, ranges and random sources are used by their methods, not
//	                    copied, overwritten or called by another type's name
//	errors              wrap errors, and no way to what is behind a pointer
//	assertions          ask for what the contracts promise, not for what a harness may have
//	size                of constants, arrays and generic types is bounded
//
// The work is done in a process of its own within a sandbox: go/types takes on anything that the
// compiler takes on, also what takes gigabytes. Where code has errors, so that types are not known,
// nothing is refused: it will not compile either.
package typecheck
