// Nodechild is strata with the student's layers linked in. `strata node --stack exercises` and
// `strata demo --stack exercises` build it and become it; nobody else starts it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"strata/cmd/strata/command"
	"strata/harness/grade/submission"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	stack := submission.Electives()
	world := command.Process()
	world.Submission = &stack
	os.Exit(command.Main(ctx, world, os.Args[1:]))
}
