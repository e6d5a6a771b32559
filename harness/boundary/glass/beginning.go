package glass

// beginning is what every room has before its first call, beside its memory.
type beginning struct {
	memory   uint32 // bytes
	at, size uint32 // of its buffer
	globals  []uint64
	world    worldState
}

// learn has the first room tell what all begin with.
func (e *Engine) learn(r *room) error {
	buffer := r.instance.ExportedFunction("strata_buffer")
	if buffer == nil {
		return errExports
	}
	place, err := buffer.Call(r.ctx)
	if err != nil {
		return r.trapped(err)
	}
	begin := &beginning{at: uint32(place[0]), size: uint32(place[0] >> 32)}
	if err := e.findFixed(r, begin.at); err != nil {
		return err
	}
	begin.memory, begin.globals, begin.world = r.memory.Size(), r.globals.values(), r.world.state()
	e.begin = begin
	return nil
}

// begin puts all back but the memory.
func (r *room) begin(b *beginning) {
	r.at, r.size = b.at, b.size
	r.globals.set(b.globals)
	r.world.set(b.world)
}

// lowest is where a program of Go may have something of its own: below is what the engine and the runtime share.
const lowest = page

// findFixed asks the module where the part ends that nothing writes to, which is below its buffer. One that does not say has none.
func (e *Engine) findFixed(r *room, buffer uint32) error {
	f := r.instance.ExportedFunction("strata_fixed")
	if f == nil {
		return nil
	}
	end, err := f.Call(r.ctx)
	if err != nil {
		return r.trapped(err)
	}
	if to := int(min(uint32(end[0]), buffer) / hotPage * hotPage); to > lowest {
		e.fixed = part{lowest, to}
	}
	return nil
}
