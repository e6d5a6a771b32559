// Strata-farm grades a class on many machines: one of them serves, any number work, and one collects.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	"strata/farm/handins"
	"strata/farm/queue"
	"strata/harness/class"
	"strata/harness/course/checkout"
	"strata/harness/farm"
	"strata/harness/grade/toolchain"
)

const help = `Strata-farm grades a class on many machines.

  strata-farm serve [-listen 0.0.0.0:4222] [-store DIR]   offer the jobs, on one machine
  strata-farm work URL [-root DIR] [-jobs N]               grade, on any number of machines
  strata-farm class DIR URL                                collect the results, where strata class grade has begun

URL is nats://HOST:4222, or that of a NATS cluster with JetStream. A class is begun by
strata class grade CLASS --out DIR --take-in, and shown by strata class show DIR. All machines need the same strata.
Whoever reaches the server can take and give results: keep it on a network of your own.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "strata-farm:", err)
		stop()
		os.Exit(2)
	}
}

// run is the program.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		fmt.Fprint(out, help)
		return nil
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(log)
	flags.Usage = func() { fmt.Fprint(log, help) }
	listen := flags.String("listen", "0.0.0.0:4222", "address of the server")
	dir := flags.String("store", "farm-store", "directory of the server")
	root := flags.String("root", "", "directory of the workshop")
	jobs := flags.Int("jobs", runtime.GOMAXPROCS(0), "hand-ins at once")
	words, err := parse(flags, args[1:])
	if err != nil {
		return err
	}
	switch {
	case args[0] == "serve" && len(words) == 0:
		return queue.Serve(ctx, *dir, *listen, func(url string) { fmt.Fprintln(out, url) })
	case args[0] == "work" && len(words) == 1:
		return work(ctx, words[0], *root, *jobs, out)
	case args[0] == "class" && len(words) == 2:
		return collect(ctx, words[0], words[1], out, log)
	}
	return fmt.Errorf("%s: what is meant? strata-farm help shows what there is", args[0])
}

// parse takes flags before and behind words.
func parse(flags *flag.FlagSet, args []string) (words []string, err error) {
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		args = flags.Args()
		if len(args) > 0 {
			words, args = append(words, args[0]), args[1:]
		}
	}
	return words, nil
}

// name is that of all farms of classes.
const name = "class"

// work grades until ctx ends.
func work(ctx context.Context, url, at string, jobs int, out io.Writer) error {
	root, err := checkout.Find(at)
	if err != nil {
		return fmt.Errorf("%w; name the workshop with -root", err)
	}
	if err := toolchain.Cause(ctx, root); err != nil {
		return err
	}
	suite, err := class.SuiteOf(root)
	if err != nil {
		return err
	}
	link, err := queue.Dial(url, name, queue.Options{})
	if err != nil {
		return err
	}
	defer link.Close()
	fmt.Fprintf(out, "working for %s, with the workshop %.12s\n", url, suite)
	graders := class.NewGraders(root)
	defer graders.Close()
	do := handins.Do(suite, graders.Of)
	var workers sync.WaitGroup
	for range max(1, jobs) {
		workers.Go(func() { _ = link.Work(ctx, do) }) // it ends with ctx
	}
	workers.Wait()
	return nil
}

// collect offers what a class lacks, and takes the results.
func collect(ctx context.Context, dir, url string, out, log io.Writer) error {
	folder, err := class.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	jobs, err := handins.Jobs(folder)
	if err != nil {
		return err
	}
	link, err := queue.Dial(url, name, queue.Options{})
	if err != nil {
		return err
	}
	defer link.Close()
	done, err := link.Collect(ctx, queue.To{Store: folder.Store, Beside: folder.Keep, Progress: func(p farm.Progress) {
		fmt.Fprintf(log, "%d of %d: %s\n", p.Done+p.Known+p.Failed, p.Total, p.Name)
	}}, jobs)
	for _, p := range done.Poisoned {
		fmt.Fprintln(log, "strata-farm:", p)
	}
	for _, k := range done.Differ {
		fmt.Fprintf(log, "strata-farm: result %v: two workers came to two; grade that hand-in again on one machine\n", k)
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("interrupted after %d hand-ins; the same command goes on from here", done.Done)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d graded, %d given up: strata class show %s\n", done.Done, len(done.Poisoned), dir)
	if len(done.Poisoned)+len(done.Differ) > 0 {
		return errors.New("not everybody has a result")
	}
	return nil
}
