//go:build !windows

package command

import (
	"os"

	"golang.org/x/sys/unix"
)

// hush has a terminal not show what is typed, until show is called. Lines are still edited and sent whole.
func hush(terminal *os.File) (show func(), err error) { return quiet(terminal, true) }

// keys has a terminal send each key as it is pressed, and not show it, until show is called.
func keys(terminal *os.File) (show func(), err error) { return quiet(terminal, false) }

// quiet has a terminal not show what is typed. It sends whole lines, or each key as it is pressed.
func quiet(terminal *os.File, lines bool) (show func(), err error) {
	fd := int(terminal.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, err
	}
	now := *before
	now.Lflag &^= unix.ECHO | unix.ICANON
	now.Lflag |= unix.ISIG
	now.Iflag |= unix.ICRNL
	if lines {
		now.Lflag |= unix.ICANON
	} else {
		now.Cc[unix.VMIN], now.Cc[unix.VTIME] = 1, 0
	}
	if err := unix.IoctlSetTermios(fd, setTermios, &now); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }, nil
}
