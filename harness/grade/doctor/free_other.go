//go:build !linux && !darwin && !freebsd

package doctor

// free does not know.
func free(string) (bytes uint64, known bool) { return 0, false }
