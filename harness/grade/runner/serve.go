// Package runner is what a child of the grader does: it runs scenarios on a student's layers, as the grader asks for
// them over pipes, with a watchdog beside each run.
package runner

import (
	"fmt"
	"os"
	"runtime/debug"

	"strata/harness/grade/pipe"
)

// Main is a child: it does tasks until there are no more, and ends the process.
func Main(parts Parts) {
	if err := serve(parts); err != nil {
		fmt.Fprintln(os.Stderr, "gradechild:", err)
		os.Exit(2)
	}
}

// serve does tasks until there are no more. The error says what keeps it from doing them.
func serve(parts Parts) error {
	ours(pipe.TasksFD, pipe.AnswersFD, pipe.StackFD, pipe.SeedFD)
	in := pipe.NewReader(os.NewFile(pipe.TasksFD, "tasks"))
	hello, err := in.Hello()
	if err != nil {
		return fmt.Errorf("it is started by strata grade: %w", err)
	}
	limit(hello)
	if err := debug.SetCrashOutput(os.NewFile(pipe.StackFD, "stack"), debug.CrashOptions{}); err != nil {
		return fmt.Errorf("its last words have nowhere to go: %w", err)
	}
	w := newWatch(hello)
	r, err := newRunner(w, parts)
	if err != nil {
		return err
	}
	go w.look()
	w.send(0, pipe.Ready{Fingerprint: pipe.Fingerprint(parts.suites(parts.Ours))})
	for {
		request, err := in.Request()
		if err != nil {
			return nil // the grader has no more, or is gone
		}
		w.take(request)
		answer := r.do(request.Task)
		w.rest()
		_, _ = os.Stdout.Write(pipe.Mark(hello.Nonce)) // if nobody hears it, nobody hears the answer
		w.send(request.ID, answer)
	}
}

// limit keeps a run within bounds that a student's endless loop would break: the memory, which
// the watchdog reports first, and the depth of the stack.
func limit(hello pipe.Hello) {
	memory := hello.MemoryLimit
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(memory / 2)
	debug.SetMaxStack(64 << 20)
	if hello.Glass != "" {
		memory *= pipe.GlassMemory
	}
	limitData(2*memory + 256<<20)
}
