//go:build linux || darwin || freebsd

package doctor

import "golang.org/x/sys/unix"

// free is how many bytes there are for us at a place, if the system says so.
func free(dir string) (bytes uint64, known bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true
}
