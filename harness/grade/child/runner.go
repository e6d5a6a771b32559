package main

import (
	"bufio"
	"encoding/json"
	"os"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"strata/harness/course/suites"
	"strata/harness/explain/debugger"
	"strata/harness/explore"
	"strata/harness/grade/pipe"
	"strata/harness/grade/submission"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
	"strata/solutions"
)

// runner does jobs, and watches that no run goes on for ever.
type runner struct {
	hello   pipe.Hello
	mixes   map[string][]scenario.Scenario // by the layers that are the student's
	console *debugger.Console              // of the debug session; nil: none

	mu  sync.Mutex // guards out: the watchdog writes as well
	out *bufio.Writer
	enc *json.Encoder

	started atomic.Int64 // when the run under way began, in nanoseconds; 0: none
	job     atomic.Int64
	timeout atomic.Int64 // of the run under way, in nanoseconds
	seed    atomic.Uint64
}

func newRunner(hello pipe.Hello) *runner {
	r := &runner{hello: hello, mixes: make(map[string][]scenario.Scenario)}
	r.out = bufio.NewWriter(os.NewFile(pipe.VerdictsFD, "verdicts"))
	r.enc = json.NewEncoder(r.out)
	return r
}

// send writes one message. A grader that does not listen any more ends the child.
func (r *runner) send(m pipe.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m.Nonce = r.hello.Nonce
	if r.enc.Encode(m) != nil || r.out.Flush() != nil {
		os.Exit(2)
	}
}

// do runs the seeds of a job until one fails.
func (r *runner) do(job pipe.Job) {
	s, ok := r.scenario(job)
	if !ok {
		r.send(pipe.Message{Kind: pipe.Failed, Job: job.ID, Seed: job.First,
			Result: &lab.Result{Scenario: job.Scenario, Failure: lab.NewFailure(lab.Unsound, 0, "", "the child does not know this scenario")}})
		return
	}
	if job.Task != "" {
		r.explain(job, s)
		return
	}
	verdict := pipe.Message{Kind: pipe.Passed, Job: job.ID, Injected: make(map[string]int), Fired: make(map[string]int)}
	var ran []lab.Result // those that are run again
	for seed := job.First; seed < job.First+uint64(job.Seeds); seed++ {
		result := r.run(job, s, seed)
		add(verdict.Injected, result.Injected)
		add(verdict.Fired, result.Fired)
		verdict.Seed, verdict.Result = seed, &result
		if result.Failed() {
			verdict.Kind = pipe.Failed
			break
		}
		if len(ran) < job.Again {
			ran = append(ran, result)
		}
	}
	if job.Again > 0 {
		verdict.Varied, verdict.Varies = r.again(job, s, ran, *verdict.Result)
	}
	r.send(verdict)
}

// again runs seeds once more, after all others of the job, so that what a run leaves behind shows
// as well as the order of a map: the first ones, and that of the run that failed.
func (r *runner) again(job pipe.Job, s scenario.Scenario, ran []lab.Result, last lab.Result) (seed uint64, varies bool) {
	if last.Failed() {
		ran = append(ran, last)
	}
	for _, one := range ran {
		if other := r.run(job, s, one.Seed); other.Hash != one.Hash || other.Failed() != one.Failed() {
			return one.Seed, true
		}
	}
	return 0, false
}

func add(sum, counts map[string]int) {
	for kind, n := range counts {
		sum[kind] += n
	}
}

// run does one run, with the watchdog looking.
func (r *runner) run(job pipe.Job, s scenario.Scenario, seed uint64) lab.Result {
	r.send(pipe.Message{Kind: pipe.Run, Job: job.ID, Seed: seed})
	r.begin(job, seed)
	defer r.started.Store(0)
	picks, err := lab.ParsePicks(job.Picks)
	if err != nil {
		return lab.Result{Scenario: s.Name, Seed: seed, Failure: lab.NewFailure(lab.Unsound, 0, "", err.Error())}
	}
	opt := lab.Options{Seed: seed, Without: lab.Without(nil).With(job.Without...), Picks: picks}
	if job.Trace {
		opt.Log = &logSender{send: func(l pipe.Log) { r.send(pipe.Message{Kind: pipe.Traced, Job: job.ID, Log: &l}) }}
		opt.Injected = func(faults []scenario.Fault) { r.send(pipe.Message{Kind: pipe.Traced, Job: job.ID, Faults: faults}) }
		opt.Trace = func(e sim.TraceEvent) { r.send(pipe.Message{Kind: pipe.Traced, Job: job.ID, Event: &e}) }
		opt.Work = func(t time.Duration, node network.Addr, what string) {
			r.send(pipe.Message{Kind: pipe.Traced, Job: job.ID, Work: &pipe.Work{Time: t, Node: string(node), What: what}})
		}
	}
	if s.Explore.States > 0 && len(picks) == 0 {
		return explore.Judge(s, opt, func() { r.begin(job, seed) }) // the watchdog counts from each sign of progress
	}
	return lab.Run(s, opt)
}

// begin has the watchdog count from now.
func (r *runner) begin(job pipe.Job, seed uint64) {
	r.job.Store(int64(job.ID))
	r.timeout.Store(int64(job.Timeout))
	r.seed.Store(seed)
	r.started.Store(time.Now().UnixNano())
}

// scenario finds the job's scenario on the job's mix of layers.
func (r *runner) scenario(job pipe.Job) (scenario.Scenario, bool) {
	mix := strings.Join(job.Student, "+")
	if r.mixes[mix] == nil {
		r.mixes[mix] = suites.All(lab.Mix(solutions.Stack(), submission.Stack(), job.Student...))
	}
	for _, s := range r.mixes[mix] {
		if s.Name == job.Scenario {
			return s, true
		}
	}
	return scenario.Scenario{}, false
}

// watch reports a run that takes too long or too much memory, with its stack, and ends the child.
func (r *runner) watch() {
	inUse := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	for {
		time.Sleep(50 * time.Millisecond)
		started := r.started.Load()
		if started == 0 {
			continue
		}
		if time.Since(time.Unix(0, started)) > time.Duration(r.timeout.Load()) {
			r.giveUp(pipe.Hang)
		}
		if metrics.Read(inUse); inUse[0].Value.Uint64() > uint64(r.hello.MemoryLimit) {
			r.giveUp(pipe.Memory)
		}
	}
}

func (r *runner) giveUp(why pipe.Kind) {
	stack := make([]byte, 64<<10)
	stack = stack[:runtime.Stack(stack, true)]
	r.send(pipe.Message{Kind: why, Job: int(r.job.Load()), Seed: r.seed.Load(), Stack: string(stack)})
	os.Exit(3)
}
