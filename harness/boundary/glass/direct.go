package glass

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/tetratelabs/wazero/api"

	"strata/harness/boundary"
	"strata/network"
)

// imported is a function of this side that a module can call.
type imported struct {
	name    string
	takes   []api.ValueType
	returns []api.ValueType
	do      func(r *room, l *boundary.Link, stack []uint64)
}

const (
	i32 = api.ValueTypeI32
	i64 = api.ValueTypeI64
)

// imports are all of them. Behind the first two is what a module asks without the form of a message.
var imports = []imported{
	{"call", []api.ValueType{i32, i32}, []api.ValueType{i32}, call},
	{"take", []api.ValueType{i32}, nil, take},
	{"now", []api.ValueType{i32}, []api.ValueType{i64}, func(_ *room, l *boundary.Link, stack []uint64) {
		stack[0] = uint64(l.Host(number(stack[0])).Now().UnixNano())
	}},
	{"rand", []api.ValueType{i32}, []api.ValueType{i64}, func(_ *room, l *boundary.Link, stack []uint64) {
		stack[0] = l.Host(number(stack[0])).Rand().Uint64()
	}},
	{"after", []api.ValueType{i32, i64, i32}, []api.ValueType{i64}, func(_ *room, l *boundary.Link, stack []uint64) {
		run := l.Function(number(stack[2]))
		stack[0] = uint64(l.Host(number(stack[0])).After(time.Duration(stack[1]), run))
	}},
	{"cancel", []api.ValueType{i32, i64}, nil, func(_ *room, l *boundary.Link, stack []uint64) {
		l.Host(number(stack[0])).Cancel(network.TimerID(stack[1]))
	}},
	{"write", []api.ValueType{i32, i32, i32, i32, i32}, nil, func(r *room, l *boundary.Link, stack []uint64) {
		l.Stream(number(stack[0])).Write(r.must(stack[1], stack[2]), r.must(stack[3], stack[4]))
	}},
	{"queued", []api.ValueType{i32}, []api.ValueType{i32}, func(_ *room, l *boundary.Link, stack []uint64) {
		stack[0] = uint64(uint32(l.Stream(number(stack[0])).Queued()))
	}},
}

// offer has modules find the functions.
func (e *Engine) offer() error {
	b := e.runtime.NewHostModuleBuilder("strata")
	for _, f := range imports {
		b.NewFunctionBuilder().WithGoModuleFunction(f.serve(), f.takes, f.returns).Export(f.name)
	}
	for _, f := range pures {
		b.NewFunctionBuilder().WithGoModuleFunction(f.serve(), f.takes, f.returns).Export(f.name)
	}
	_, err := b.Instantiate(e.ctx)
	return err
}

// serve finds the room that calls.
func (f imported) serve() api.GoModuleFunc {
	return func(ctx context.Context, _ api.Module, stack []uint64) {
		r := ctx.Value(inRoom{}).(*room)
		defer r.pass()
		l := r.link.Value()
		if l == nil {
			panic(fmt.Errorf("%w: it calls before it is called", boundary.ErrProtocol))
		}
		f.do(r, l, stack)
	}
}

// number is that of an object.
func number(word uint64) int { return int(uint32(word)) }

// must copies bytes of the module, which has to have them.
func (r *room) must(at, size uint64) []byte {
	if uint32(size) == 0 {
		return nil
	}
	b, err := r.read(uint32(at), uint32(size))
	if err != nil {
		panic(err)
	}
	return bytes.Clone(b)
}
