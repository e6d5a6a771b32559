// Command gradechild runs scenarios on a student's layers. The grader builds it with the
// submission laid over exercises/, starts it with two pipes and sends it jobs. It is of no use by
// hand.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"strata/harness/grade/pipe"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "gradechild:", err)
		os.Exit(2)
	}
}

// serve does jobs until there are no more.
func serve() error {
	jobs := json.NewDecoder(bufio.NewReader(os.NewFile(pipe.JobsFD, "jobs")))
	var hello pipe.Hello
	if err := jobs.Decode(&hello); err != nil {
		return fmt.Errorf("it is started by strata grade: %w", err)
	}
	limit(hello.MemoryLimit)
	r := newRunner(hello)
	go r.watch()
	r.send(pipe.Message{Kind: pipe.Ready})
	for {
		var job pipe.Job
		if err := jobs.Decode(&job); err != nil {
			return nil // the grader has no more, or is gone
		}
		r.do(job)
	}
}

// limit keeps a run within bounds that a student's endless loop would break: the memory, which
// the watchdog reports first, and the depth of the stack.
func limit(memory int64) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(memory / 2)
	debug.SetMaxStack(64 << 20)
	limitData(2*memory + 256<<20)
}
