//go:build unix

package plainfile

import "golang.org/x/sys/unix"

// plainOnly has a file opened neither through a link nor by waiting for who is at its other end.
const plainOnly = unix.O_NOFOLLOW | unix.O_NONBLOCK

// directoryOnly has nothing opened but a directory.
const directoryOnly = unix.O_DIRECTORY | unix.O_NONBLOCK
