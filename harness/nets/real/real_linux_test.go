package real

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/harness/proof/needs"
	"strata/ledgers/electives"
	"strata/solutions"
)

// This program is also the node of a test, and a run that a test kills.
func TestMain(m *testing.M) {
	stacks := func([]string) (map[string]electives.Stack, error) {
		return map[string]electives.Stack{"solutions": solutions.Electives()}, nil
	}
	switch role, argument := os.Getenv("STRATA_ROLE"), os.Getenv("STRATA_ARGUMENT"); role {
	case "node":
		if err := Serve(os.Stdin, os.Stdout, os.Stderr, stacks); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "run":
		os.Exit(runItself(argument))
	default:
		os.Exit(m.Run())
	}
}

// runItself carries out a run whose nodes have that tag.
func runItself(tag string) int {
	f, err := spec.Read("it.toml", []byte(small))
	if err != nil {
		return 1
	}
	s, _, err := Fit(f, f.Spec, time.Minute)
	if err != nil {
		return 1
	}
	job := run.Job{Spec: s, Seed: 3, Stacks: map[string]electives.Stack{"solutions": solutions.Electives()}}
	p, err := run.NewPlan(job)
	if err == nil {
		_, err = Do(context.Background(), p, Config{Job: job, Program: nodeProgram(tag), Log: os.Stderr})
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// nodeProgram is this program as a node, with a tag by which the test finds it.
func nodeProgram(tag string) []string {
	return []string{"/usr/bin/env", "STRATA_ROLE=node", os.Args[0], tag}
}

func encoded(t *testing.T, v any) []byte {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

// tagged lists the processes that have the tag among their arguments.
func tagged(tag string) (pids []int) {
	names, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range names {
		text, _ := os.ReadFile(name)
		if bytes.HasSuffix(text, []byte("\x00"+tag+"\x00")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// namespaces counts the network namespaces that have a process in them.
func namespaces() int {
	names, _ := filepath.Glob("/proc/[0-9]*/ns/net")
	seen := map[string]bool{}
	for _, name := range names {
		if at, err := os.Readlink(name); err == nil {
			seen[at] = true
		}
	}
	return len(seen)
}

// tag is a name of this test's own.
func tag(t *testing.T) string { return fmt.Sprintf("%s-%d", t.Name(), os.Getpid()) }

func TestDo_BlocksSpreadAsSimulated_NeedsRoot(t *testing.T) {
	needs.Rights(t, "make network namespaces", Possible())
	p, job := plan(t, small)
	simulated, err := p.Simulate(t.Context())
	require.NoError(t, err)
	o, err := Do(t.Context(), p, Config{Job: job, Program: nodeProgram(tag(t)), Log: io.Discard})
	require.NoError(t, err)
	require.NotZero(t, o.Result.Values["blocks"])
	require.InDelta(t, simulated.Values["blocks"], o.Result.Values["blocks"], 1, "the lottery is the same")
	// Links take 5 to 20 ms; the machine may be busy, but nothing is faster than a link.
	require.Greater(t, o.Result.Values["block_q90_s"], 0.005)
	require.NotZero(t, o.Routed.Carried)
	require.Zero(t, o.Routed.Lost+o.Routed.Cut)
	require.Empty(t, tagged(tag(t)))
}

func TestDo_TellsOfANodeThatDies_NeedsRoot(t *testing.T) {
	needs.Rights(t, "make network namespaces", Possible())
	p, job := plan(t, small)
	script := `if [ "$(ip -4 -o address show strata0 | grep -c 12.0.0.7)" = 1 ]; then echo 'one' >&2; echo 'I give up' >&2; exit 7; fi; exec "$@"`
	program := append([]string{"/bin/sh", "-c", script, "sh"}, nodeProgram(tag(t))...)
	_, err := Do(t.Context(), p, Config{Job: job, Program: program, Log: io.Discard})
	var dead *DeadError
	require.ErrorAs(t, err, &dead)
	require.Equal(t, "node 1 (12.0.0.7:4000) ended in the middle of the run: exit status 7; its log ended with:\n  one\n  I give up", dead.Error())
	require.Empty(t, tagged(tag(t)))
}

func TestDo_LeavesNothingWhenItIsInterrupted_NeedsRoot(t *testing.T) {
	needs.Rights(t, "make network namespaces", Possible())
	p, job := plan(t, small)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	name := tag(t)
	go func() {
		for len(tagged(name)) < 2 {
			time.Sleep(10 * time.Millisecond)
		}
		interrupt()
	}()
	_, err := Do(ctx, p, Config{Job: job, Program: nodeProgram(name), Log: io.Discard})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, tagged(name))
}

func TestDo_LeavesNothingWhenItIsKilled_NeedsRoot(t *testing.T) {
	needs.Rights(t, "make network namespaces", Possible())
	name, before := tag(t), namespaces()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "STRATA_ROLE=run", "STRATA_ARGUMENT="+name)
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { return len(tagged(name)) == 4 }, 2*time.Minute, 20*time.Millisecond)
	stopped := tagged(name)[0] // even one that does nothing any longer
	require.NoError(t, syscall.Kill(stopped, syscall.SIGSTOP))
	require.GreaterOrEqual(t, namespaces(), before+4)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	require.Eventually(t, func() bool { return len(tagged(name)) == 0 }, 2*time.Minute, 20*time.Millisecond)
}

func TestDo_NamesACongestionControlThatTheKernelLacks_NeedsRoot(t *testing.T) {
	needs.Rights(t, "make network namespaces", Possible())
	p, job := plan(t, small)
	cfg := Config{Job: job, Program: nodeProgram(tag(t)), Log: io.Discard, Congestion: "nonsense"}
	_, err := Do(t.Context(), p, cfg)
	require.ErrorContains(t, err, `node 0 (11.0.0.7:4000): control the congestion of TCP by "nonsense"`)
	require.ErrorContains(t, err, "this kernel has reno")
	require.Empty(t, tagged(tag(t)))
}
