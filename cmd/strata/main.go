// Strata is the one command of the workshop: it grades the exercises, runs a node and shows a
// chain at work. `strata help` lists what it can do.
package main

import (
	"context"
	"embed"
	"os"
	"os/signal"
	"syscall"

	"strata/cmd/strata/command"
)

// carried has the archive of the workshop, if the Makefile has put it there.
//
//go:embed all:carried
var carried embed.FS

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	world := command.Process()
	world.Workshop = func() []byte {
		archive, _ := carried.ReadFile("carried/workshop.zip") // a strata without one says so
		return archive
	}
	os.Exit(command.Main(ctx, world, os.Args[1:]))
}
