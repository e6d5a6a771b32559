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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(command.Main(ctx, command.Process(), os.Args[1:]))
}
