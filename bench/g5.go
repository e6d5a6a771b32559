package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"time"

	"strata/harness/boundary"
	"strata/network"
)

// nowhere is a host of which nothing is asked but a seed.
type nowhere struct{ network.Host }

func (nowhere) Rand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// g5 is what the boundary costs: a sealed grade beside one in place, and a round through a process beside a bare echo over the
// same pipes in the same language.
func g5() []figure {
	return []figure{
		{id: "G5", title: "a sealed grade, 200 seeds, and one in place", unit: "s", target: atMost(4), once: true,
			ours: side{"sealed", gradedIn("--sealed")}, base: side{"in place", gradedIn()}},
		{id: "G5", title: "a round through a process in Python, and a bare echo", unit: "us", target: atMost(4),
			ours: side{"send of layer 1", roundOfKit}, base: side{"echo of a line", roundOfEcho}},
	}
}

// gradedIn grades our solutions and returns how long that took, in seconds.
func gradedIn(args ...string) func() (float64, error) {
	return func() (float64, error) {
		var r graded
		began := time.Now()
		err := report(&r, append([]string{"grade", "solutions", "--json", "--seeds", "200"}, args...)...)
		if err == nil && (r.Points != r.Of || r.Of == 0) {
			err = fmt.Errorf("our solutions have %d of %d points", r.Points, r.Of)
		}
		return time.Since(began).Seconds(), err
	}
}

// rounds is how many are measured at a time.
const rounds = 5000

// each is the time of one of the rounds, in microseconds.
func each(began time.Time) float64 { return float64(time.Since(began).Microseconds()) / rounds }

// roundOfKit sends on a connection that there is not, which is one call and its answer.
func roundOfKit() (us float64, err error) {
	p := boundary.NewProcess(boundary.Command{Args: []string{"python3", "-m", "reference"}, Dir: filepath.Join(root, "kits", "python")})
	defer p.Close()
	if err := p.Start(); err != nil {
		return 0, err
	}
	cfg, err := network.Config{}.Complete()
	if err != nil {
		return 0, err
	}
	n := boundary.Stack(p).NewNetwork(nowhere{}, cfg)
	began := time.Now()
	for range rounds {
		if err := n.Send(7, []byte("hello")); !errors.Is(err, network.ErrClosed) {
			return 0, fmt.Errorf("send on no connection: %w", err)
		}
	}
	return each(began), nil
}

// pythonEcho answers each line with itself.
const pythonEcho = "import sys\nfor line in sys.stdin.buffer:\n sys.stdout.buffer.write(line)\n sys.stdout.buffer.flush()\n"

// roundOfEcho sends a line of the same length and reads it again.
func roundOfEcho() (us float64, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := exec.CommandContext(ctx, "python3", "-c", pythonEcho)
	in, errIn := cmd.StdinPipe()
	out, errOut := cmd.StdoutPipe()
	if err := errors.Join(errIn, errOut, cmd.Start()); err != nil {
		return 0, err
	}
	defer func() { in.Close(); _ = cmd.Wait() }()
	lines, line := bufio.NewReader(out), []byte(`{"call":"send","on":1,"args":[7,"aGVsbG8="]}`+"\n")
	began := time.Now()
	for range rounds {
		if _, err := in.Write(line); err != nil {
			return 0, err
		}
		if _, err := lines.ReadSlice('\n'); err != nil {
			return 0, err
		}
	}
	return each(began), nil
}
