package glass

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	doors    []*door // one for each depth of nesting: no function is called while it runs
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
	d := r.door()
	if d.order == nil || n == 0 {
		return nil
	}
	d.stack[0] = uint64(uint32(n))
	if err := d.order.CallWithStack(r.ctx, d.stack[:]); err != nil {
		return r.trapped(err)
	}
	return nil
}

// door has the functions by which a room is entered, and what they are called with. order may be nil.
type door struct {
	call, run, receive, order api.Function
	stack                     [2]uint64
}

// newDoor makes one more.
func (r *room) newDoor() *door {
	of := r.instance.ExportedFunction
	return &door{call: of("strata_call"), run: of("strata_run"), receive: of("strata_receive"), order: of("strata_order")}
}

// inRoom is the key of a room in its context.
type inRoom struct{}

// newRoom makes an instance. The first one's code sets up its memory; the others get a copy of that.
func (e *Engine) newRoom() (*room, error) {
	r := &room{world: newWorld()}
	var err error
	if r.pages, err = e.newMemory(); err != nil {
		return nil, err
	}
	r.ctx = context.WithValue(e.ctx, inRoom{}, r)
	r.said.to = e.printed
	cfg := wazero.NewModuleConfig().WithName("").WithStartFunctions().
		WithStdout(&r.said).WithStderr(&r.said).WithRandSource(r.world).
		WithWalltime(r.world.walltime, 1).WithNanotime(r.world.nanotime, 1).WithOsyield(func() {}).WithNanosleep(func(int64) {})
	if e.begin == nil {
		cfg = cfg.WithStartFunctions("_initialize")
	}
	own := experimental.MemoryAllocatorFunc(func(uint64, uint64) experimental.LinearMemory { return r.pages })
	if r.instance, err = e.runtime.InstantiateModule(experimental.WithMemoryAllocator(r.ctx, own), e.module, cfg); err != nil {
		return nil, r.trapped(err)
	}
	first := r.newDoor()
	r.memory = r.instance.Memory()
	if first.call == nil || first.run == nil || first.receive == nil || r.memory == nil {
		return nil, errExports
	}
	r.doors = append(r.doors, first)
	r.globals.find(r.instance, e.globals)
	if e.begin == nil {
		err = e.learn(r)
	} else if grown := e.begin.memory - r.memory.Size(); grown > 0 {
		if _, ok := r.memory.Grow(grown / page); !ok {
			err = errors.New("no memory for a room")
		}
	}
	if err == nil {
		err = r.pages.keep(e)
	}
	if err != nil {
		return nil, err
	}
	r.begin(e.begin)
	return r, nil
}

var errExports = errors.New("it does not export strata_buffer, strata_call, strata_run and strata_receive")

// restore puts the room back. It reports whether it can be used again.
func (r *room) restore(e *Engine) bool {
	r.link, r.waiting, r.thrown, r.depth = weak.Pointer[boundary.Link]{}, nil, nil, 0
	r.said.text = nil
	r.begin(e.begin)
	return r.memory.Size() <= mostKept && r.pages.restore(e) == nil
}

// Exchange is boundary.Room's.
func (r *room) Exchange(message []byte) (answer []byte, err error) {
	size, err := r.hand(message)
	if err != nil {
		return nil, err
	}
	d := r.door()
	d.stack[0] = uint64(size)
	return r.enter(d, d.call)
}

// Run is boundary.Room's.
func (r *room) Run(function int) (answer []byte, err error) {
	d := r.door()
	d.stack[0] = uint64(uint32(function))
	return r.enter(d, d.run)
}

// Receive is boundary.Room's.
func (r *room) Receive(receiver int, piece []byte) (answer []byte, err error) {
	size, err := r.hand(piece)
	if err != nil {
		return nil, err
	}
	d := r.door()
	d.stack = [2]uint64{uint64(uint32(receiver)), uint64(size)}
	return r.enter(d, d.receive)
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
func (r *room) door() *door {
	if r.depth == len(r.doors) {
		r.doors = append(r.doors, r.newDoor())
	}
	return r.doors[r.depth]
}

// enter calls a function of a door, which returns where its answer is.
func (r *room) enter(d *door, f api.Function) (answer []byte, err error) {
	r.depth++
	err = f.CallWithStack(r.ctx, d.stack[:])
	r.depth--
	r.broken = r.broken || err != nil
	if value := r.thrown; value != nil {
		r.thrown = nil
		panic(value)
	}
	if err != nil {
		return nil, r.trapped(err)
	}
	return r.read(uint32(d.stack[0]), uint32(d.stack[0]>>32))
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
