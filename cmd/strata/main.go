// Strata is the one command of the workshop: it grades the exercises, runs a node and shows a
// chain at work. `strata help` lists what it can do.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"strata/cmd/strata/command"
)

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(command.Main(ctx, command.Process(), os.Args[1:]))
}
