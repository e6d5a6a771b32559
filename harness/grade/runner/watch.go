package runner

import (
	"encoding/binary"
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"strata/harness/grade/cputime"
	"strata/harness/grade/pipe"
)

// watch speaks to the grader, and sees to it that no run goes on forever.
type watch struct {
	hello pipe.Hello

	mu  sync.Mutex // guards out: who looks writes as well
	out *pipe.Writer

	running atomic.Bool  // a run is under way
	started atomic.Int64 // the processor time when it began, in nanoseconds
	request atomic.Int64 // the one under way
	timeout atomic.Int64 // of the run under way, in nanoseconds
	ends    atomic.Int64 // the processor time at which the task is to be over; 0: at none
	seed    atomic.Uint64
	process Process           // that has the layers, known before a run is; nil: none has
	order   func(seed uint64) // decides on the order of maps; nil: nobody does
	file    *os.File          // that has the seed as well, for the case that this process dies
}

func newWatch(hello pipe.Hello) *watch {
	return &watch{hello: hello, out: pipe.NewWriter(os.NewFile(pipe.AnswersFD, "answers")),
		file: os.NewFile(pipe.SeedFD, "seed")}
}

// send writes one message. A grader that does not listen any longer ends the child.
func (w *watch) send(id int, body any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.out.Message(pipe.Message{Nonce: w.hello.Nonce, ID: id, CPU: w.cpu(body), Body: body}) != nil {
		os.Exit(2)
	}
}

// cpu is the processor time that this process has had, for those who answer.
func (*watch) cpu(body any) time.Duration {
	if _, more := body.(pipe.News); more {
		return 0
	}
	return cputime.Own()
}

// spent is the processor time of this process, and of one that has the layers: that one may run while this one waits.
func (w *watch) spent() time.Duration {
	spent := cputime.Own()
	if p := w.process; p != nil && p.PID() > 0 {
		spent += cputime.Of(p.PID())
	}
	return spent
}

// tell sends news of the task under way.
func (w *watch) tell(n pipe.News) { w.send(int(w.request.Load()), n) }

// take says which task is under way.
func (w *watch) take(r pipe.Request) {
	w.request.Store(int64(r.ID))
	w.timeout.Store(int64(r.Timeout))
	w.ends.Store(0)
	if r.Most > 0 {
		w.ends.Store(int64(w.spent() + r.Most))
	}
}

// begin has the time of a run count from now. It is the processor's time: a machine that stands still, or has
// much else to do, makes no run fail.
func (w *watch) begin(seed uint64) {
	if w.seed.Swap(seed) != seed || !w.running.Load() {
		_, _ = w.file.WriteAt(binary.BigEndian.AppendUint64(nil, seed), 0) // else a crash has no seed
	}
	if w.order != nil {
		w.order(seed)
	}
	w.alive()
	w.running.Store(true)
}

// alive has the time of the run under way count from now: it is one of many parts, each of which has its end.
func (w *watch) alive() { w.started.Store(int64(w.spent())) }

// rest says that no run is under way.
func (w *watch) rest() { w.running.Store(false) }

// look reports a run that takes too long or too much memory, with its stack, and ends the child.
func (w *watch) look() {
	inUse := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	for {
		time.Sleep(50 * time.Millisecond)
		if !w.running.Load() {
			continue
		}
		now := int64(w.spent())
		if now-w.started.Load() > w.timeout.Load() {
			w.giveUp(pipe.Time)
		}
		if ends := w.ends.Load(); ends > 0 && now > ends {
			w.giveUp(pipe.Whole)
		}
		if metrics.Read(inUse); inUse[0].Value.Uint64() > uint64(w.hello.MemoryLimit) {
			w.giveUp(pipe.Memory)
		}
	}
}

func (w *watch) giveUp(limit pipe.Limit) {
	var stack []byte
	if w.hello.Glass == "" { // WebAssembly never yields to who wants all stacks, and they would have none of its frames
		stack = make([]byte, 64<<10)
		stack = stack[:runtime.Stack(stack, true)]
	}
	w.send(int(w.request.Load()), pipe.End{Seed: w.seed.Load(), Limit: limit, Stack: string(stack)})
	if p := w.process; p != nil {
		p.Kill() // it would go on without us
	}
	os.Exit(3)
}
