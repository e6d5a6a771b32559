//go:build unix

package sourcecheck_test

import "syscall"

// namedPipe makes one.
func namedPipe(path string) error { return syscall.Mkfifo(path, 0o600) }
