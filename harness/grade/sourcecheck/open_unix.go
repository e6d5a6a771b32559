//go:build unix

package sourcecheck

import "golang.org/x/sys/unix"

// plainOnly has a file opened neither through a link nor by waiting for who is at its other end.
const plainOnly = unix.O_NOFOLLOW | unix.O_NONBLOCK
