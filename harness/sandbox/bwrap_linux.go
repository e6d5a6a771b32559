package sandbox

import (
	"context"
	"os/exec"
	"sync"
	"time"
)

// bwrap is the path of bubblewrap if it is there and may do its work, which many systems and containers
// forbid; otherwise it is empty.
var bwrap = sync.OnceValue(func() string {
	path, err := exec.LookPath("bwrap")
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	args := append(unshared(), "--ro-bind", "/", "/", "--proc", "/proc", "--", path, "--version")
	if exec.CommandContext(ctx, path, args...).Run() != nil {
		return ""
	}
	return path
})

// unshared are the arguments that give a program nothing of ours: neither processes nor network.
func unshared() []string { return []string{"--unshare-all", "--die-with-parent", "--cap-drop", "ALL"} }

// wrapped is the program within bubblewrap: of all files it sees those that it may.
func wrapped(o order) []string {
	args := append([]string{"bwrap"}, unshared()...)
	args = append(args, "--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev", "--ro-bind", o.Path, o.Path)
	for _, one := range o.Box.Read {
		args = append(args, "--ro-bind-try", one, one)
	}
	for _, one := range o.Box.Write {
		args = append(args, "--bind-try", one, one)
	}
	if o.Dir != "" {
		args = append(args, "--chdir", o.Dir)
	} else {
		args = append(args, "--chdir", "/")
	}
	return append(append(args, "--", o.Path), o.Args[1:]...)
}
