package intake

import "fmt"

// Limits bound what one hand-in may be. Zero fields mean the defaults.
type Limits struct {
	Files   int   // files and directories that are kept; 0 means 5,000
	Entries int   // that are looked at, kept or not; 0 means 50,000
	Bytes   int64 // of all files that are kept; 0 means 32 MiB
	File    int64 // bytes of one file: a larger one is left out, and Go of that size refused; 0 means 1 MiB
	Packed  int64 // bytes that an archive may unpack to, kept or not; 0 means 512 MiB
	Depth   int   // directories within each other; 0 means 16
}

func (l Limits) complete() Limits {
	or := func(value *int64, otherwise int64) {
		if *value == 0 {
			*value = otherwise
		}
	}
	number := func(value *int, otherwise int) {
		if *value == 0 {
			*value = otherwise
		}
	}
	number(&l.Files, 5_000)
	number(&l.Entries, 50_000)
	number(&l.Depth, 16)
	or(&l.Bytes, 32<<20)
	or(&l.File, 1<<20)
	or(&l.Packed, 512<<20)
	return l
}

// ofClass are the limits of an archive that has a whole class in it.
func (l Limits) ofClass() Limits {
	const most = 1000 // hand-ins
	return Limits{
		Files: l.Files * most, Entries: l.Entries * most, Bytes: 8 << 30, File: l.Packed, Packed: 8 << 30, Depth: l.Depth + 2,
	}
}

// Problem is why a hand-in was not taken, and what to do.
type Problem struct{ Text string }

// Error is the text.
func (p *Problem) Error() string { return p.Text }

func problem(format string, args ...any) error { return &Problem{fmt.Sprintf(format, args...)} }

// size is a number of bytes for people.
func size(bytes int64) string {
	switch {
	case bytes >= 1<<20:
		return fmt.Sprintf("%d MiB", bytes>>20)
	case bytes >= 1<<10:
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
