//go:build !unix && !wasip1

package boundary

import (
	"os"
	"os/exec"
)

// apart does nothing: this system's processes end when their standard input does.
func apart(*exec.Cmd) {}

// killAll kills the process.
func killAll(p *os.Process) { _ = p.Kill() }
