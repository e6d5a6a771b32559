package glass

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"weak"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/sys"

	"strata/harness/boundary"
)

// room is one instance of the module.
type room struct {
	ctx      context.Context // carries the room to what it imports
	instance api.Module
	memory   api.Memory
	pages    memory
	globals  globals
	doors    []doors // one for each depth of nesting: no function is called while it runs
	depth    int
	at, size uint32 // where the module wants what it is handed
	waiting  []byte // what is too long for that, until it is taken
	link     weak.Pointer[boundary.Link]
	stays    int  // how many nodes it has had
	broken   bool // its code has trapped, or a panic has passed through it
	thrown   any  // a panic of this side, on its way through the module's frames
	said     last
	world    *world
}

// order has the node range over maps in the order that belongs to a number, if its module knows of that.
func (r *room) order(n uint64) error {
	f := r.instance.ExportedFunction("strata_order")
	if f == nil || n == 0 {
		return nil
	}
	if _, err := f.Call(r.ctx, uint64(uint32(n))); err != nil {
		return r.trapped(err)
	}
	return nil
}

// doors are the functions by which a room is entered.
type doors struct{ call, run, receive api.Function }

// newDoors makes some more.
func (r *room) newDoors() doors {
	of := r.instance.ExportedFunction
	return doors{of("strata_call"), of("strata_run"), of("strata_receive")}
}

// inRoom is the key of a room in its context.
type inRoom struct{}

// newRoom makes an instance.

func (e *Engine) newRoom() (*room, error) {
	r := &room{world: newWorld()}
	var err error
	if r.pages, err = e.newMemory(); err != nil {
		return nil, err
	}
	r.ctx = context.WithValue(e.ctx, inRoom{}, r)
	r.said.to = e.printed
	cfg := wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize").
		WithStdout(&r.said).WithStderr(&r.said).WithRandSource(r.world).
		WithWalltime(r.world.walltime, 1).WithNanotime(r.world.nanotime, 1).WithOsyield(func() {}).WithNanosleep(func(int64) {})
	own := experimental.MemoryAllocatorFunc(func(uint64, uint64) experimental.LinearMemory { return r.pages })
	if r.instance, err = e.runtime.InstantiateModule(experimental.WithMemoryAllocator(r.ctx, own), e.module, cfg); err != nil {
		return nil, r.trapped(err)
	}
	buffer, first := r.instance.ExportedFunction("strata_buffer"), r.newDoors()
	r.memory = r.instance.Memory()
	if buffer == nil || first.call == nil || first.run == nil || first.receive == nil || r.memory == nil {
		return nil, errors.New("it does not export strata_buffer, strata_call, strata_run and strata_receive")
	}
	place, err := buffer.Call(r.ctx)
	if err != nil {
		return nil, r.trapped(err)
	}
	r.at, r.size = uint32(place[0]), uint32(place[0]>>32)
	if err := e.findFixed(r); err != nil {
		return nil, err
	}
	r.doors = append(r.doors, first)
	r.world.keep()
	r.globals.keep(r.instance, e.globals)
	return r, r.pages.keep(e)
}

// lowest is where a program of Go may have something of its own: below is what the engine and the runtime share.
const lowest = page

// findFixed asks the module, once, where the part ends that nothing writes to. One that does not say has none.
func (e *Engine) findFixed(r *room) error {
	f := r.instance.ExportedFunction("strata_fixed")
	if f == nil || e.fixed.to > 0 {
		return nil
	}
	end, err := f.Call(r.ctx)
	if err != nil {
		return r.trapped(err)
	}
	if to := int(min(uint32(end[0]), r.at) / hotPage * hotPage); to > lowest {
		e.fixed = part{lowest, to}
	}
	return nil
}

// restore puts the room back. It reports whether it can be used again.
func (r *room) restore(e *Engine) bool {
	r.link, r.waiting, r.thrown, r.depth = weak.Pointer[boundary.Link]{}, nil, nil, 0
	r.said.text = nil
	r.world.restore()
	r.globals.restore()
	return r.memory.Size() <= mostKept && r.pages.restore(e) == nil
}

// Exchange is boundary.Room's.
func (r *room) Exchange(message []byte) (answer []byte, err error) {
	size, err := r.hand(message)
	if err != nil {
		return nil, err
	}
	return r.enter(r.door().call, uint64(size))
}

// Run is boundary.Room's.
func (r *room) Run(function int) (answer []byte, err error) {
	return r.enter(r.door().run, uint64(uint32(function)))
}

// Receive is boundary.Room's.
func (r *room) Receive(receiver int, piece []byte) (answer []byte, err error) {
	size, err := r.hand(piece)
	if err != nil {
		return nil, err
	}
	return r.enter(r.door().receive, uint64(uint32(receiver)), uint64(size))
}

// Allocated is boundary.Room's. It is asked seldom.
func (r *room) Allocated() uint64 {
	f := r.instance.ExportedFunction("strata_allocated")
	if f == nil {
		return 0
	}
	bytes, err := f.Call(r.ctx)
	if err != nil {
		r.broken = true
		return 0
	}
	return bytes[0]
}

// door has the functions for this depth.
func (r *room) door() doors {
	if r.depth == len(r.doors) {
		r.doors = append(r.doors, r.newDoors())
	}
	return r.doors[r.depth]
}

// enter calls a function of the module, which returns where its answer is.
func (r *room) enter(f api.Function, args ...uint64) (answer []byte, err error) {
	stack := [2]uint64{}
	copy(stack[:], args)
	r.depth++
	err = f.CallWithStack(r.ctx, stack[:])
	r.depth--
	r.broken = r.broken || err != nil
	if value := r.thrown; value != nil {
		r.thrown = nil
		panic(value)
	}
	if err != nil {
		return nil, r.trapped(err)
	}
	return r.read(uint32(stack[0]), uint32(stack[0]>>32))
}

// hand puts a message where the module finds it.
func (r *room) hand(message []byte) (size uint32, err error) {
	if len(message) > int(r.size) {
		r.waiting = bytes.Clone(message)
	} else if !r.memory.Write(r.at, message) {
		return 0, fmt.Errorf("%w: its buffer is not in its memory", boundary.ErrProtocol)
	}
	return uint32(len(message)), nil
}

// read is a message of the module, which is there until the module runs again.
func (r *room) read(at, size uint32) ([]byte, error) {
	message, ok := r.memory.Read(at, size)
	if !ok || size > boundary.MostMessage {
		return nil, fmt.Errorf("%w: a message of %d bytes at %#x: it has to lie in the memory, and %d are the most", boundary.ErrProtocol,
			size, at, boundary.MostMessage)
	}
	return message, nil
}

// call is what the module imports to hand over a call. It gets the length of the answer.
func call(r *room, l *boundary.Link, stack []uint64) {
	message, err := r.read(uint32(stack[0]), uint32(stack[1]))
	if err != nil {
		panic(err)
	}
	size, err := r.hand(l.Hear(message))
	if err != nil {
		panic(err)
	}
	stack[0] = uint64(size)
}

// pass takes a panic through the module's frames: it is deferred.
func (r *room) pass() {
	if value := recover(); value != nil {
		r.thrown = value
		panic(errThrown)
	}
}

// errThrown ends the frames of a module through which a panic passes.
var errThrown = errors.New("glass: a panic passes")

// take is what the module imports to get what is too long for its buffer.
func take(r *room, _ *boundary.Link, stack []uint64) {
	if !r.memory.Write(uint32(stack[0]), r.waiting) {
		panic(fmt.Errorf("%w: it wants %d bytes outside of its memory", boundary.ErrProtocol, len(r.waiting)))
	}
	r.waiting = nil
}

// trapped is the end of a room as the report has it: what the runtime said, else what the engine does.
func (r *room) trapped(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	var exit *sys.ExitError
	if errors.As(err, &exit) {
		text = fmt.Sprintf("the layer ended its node, with status %d", exit.ExitCode())
	}
	if fatal := r.said.fatal(); fatal != "" {
		text = fatal
	}
	return &boundary.Crash{Text: text}
}

// world is what Go's runtime asks for besides: a clock that counts, and random bytes.
type world struct {
	ticks  int64
	random *rand.ChaCha8

	kept struct {
		ticks  int64
		random []byte
	}
}

func newWorld() *world { return &world{random: rand.NewChaCha8([32]byte{})} }

// keep remembers how far it is.
func (w *world) keep() {
	w.kept.ticks = w.ticks
	w.kept.random, _ = w.random.MarshalBinary() // never fails
}

// restore goes back there.
func (w *world) restore() {
	w.ticks = w.kept.ticks
	_ = w.random.UnmarshalBinary(w.kept.random) // ours
}

// Read is io.Reader's: random bytes.
func (w *world) Read(b []byte) (int, error) { return w.random.Read(b) }

func (w *world) nanotime() int64 {
	w.ticks += 1000
	return w.ticks
}

func (w *world) walltime() (sec int64, nsec int32) { return 0, 0 }
