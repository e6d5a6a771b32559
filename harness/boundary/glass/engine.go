package glass

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	wasi "github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"strata/harness/boundary"
	"strata/network"
)

const (
	page       = 64 << 10
	mostMemory = 512 << 20 // bytes of one room
	mostKept   = 64 << 20  // bytes of a room that is used again
)

// Engine has the layers of one module. It is for one goroutine.
type Engine struct {
	ctx     context.Context
	runtime wazero.Runtime
	module  wazero.CompiledModule
	printed io.Writer
	copies  bool

	free []*room
	used []*room // of the run under way
	of   map[network.Host]*boundary.Link

	// What a fresh room has in its memory, the same in all: in one of the two.
	globals  int
	fresh    []byte
	kept     *os.File
	keptSize int
}

// Options say how an engine runs.
type Options struct {
	Printed io.Writer // gets what the layers print, and the runtime's last words; nil: nobody
	Cache   string    // a directory with compiled modules; empty: none
	Copies  bool      // rooms are put back by copying all they had, as it is done where the system has no other way
}

// ErrModule reports bytes that are no module of layers.
var ErrModule = errors.New("glass: no WebAssembly that has layers")

// New compiles a module, if the cache does not have it, and makes a first room. The error wraps ErrModule, or is that of the cache.
func New(module []byte, opt Options) (*Engine, error) {
	e := &Engine{ctx: context.Background(), printed: opt.Printed, copies: opt.Copies, of: make(map[network.Host]*boundary.Link)}
	cfg := wazero.NewRuntimeConfig().WithMemoryLimitPages(mostMemory / page)
	if opt.Cache != "" {
		cache, err := wazero.NewCompilationCacheWithDir(opt.Cache)
		if err != nil {
			return nil, fmt.Errorf("glass: %w", err)
		}
		cfg = cfg.WithCompilationCache(cache)
	}
	e.runtime = wazero.NewRuntimeWithConfig(e.ctx, cfg)
	if e.printed == nil {
		e.printed = io.Discard
	}
	if err := e.open(module); err != nil {
		e.Close()
		return nil, fmt.Errorf("%w: %w", ErrModule, err)
	}
	return e, nil
}

// open compiles the module and makes the first room.
func (e *Engine) open(module []byte) (err error) {
	if _, err = wasi.Instantiate(e.ctx, e.runtime); err != nil {
		return err
	}
	i32 := api.ValueTypeI32
	_, err = e.runtime.NewHostModuleBuilder("strata").
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(call), []api.ValueType{i32, i32}, []api.ValueType{i32}).Export("call").
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(take), []api.ValueType{i32}, nil).Export("take").
		Instantiate(e.ctx)
	if err != nil {
		return err
	}
	if module, e.globals, err = exported(module); err != nil {
		return err
	}
	if e.module, err = e.runtime.CompileModule(experimental.WithCompilationWorkers(e.ctx, 2), module); err != nil {
		return err
	}
	first, err := e.newRoom()
	if err != nil {
		return err
	}
	e.free = append(e.free, first)
	return nil
}

// Close ends all rooms.
func (e *Engine) Close() {
	_ = e.runtime.Close(e.ctx)
	if e.kept != nil {
		e.kept.Close()
	}
}

// Link is boundary.Side's: every node has a room, and so has every executor of blocks.
func (e *Engine) Link(of network.Host) *boundary.Link {
	node := of != nil && reflect.TypeOf(of).Comparable() // a test's own host need not be
	if node && e.of[of] != nil {
		return e.of[of]
	}
	r, err := e.room()
	if err != nil {
		panic(err)
	}
	e.used = append(e.used, r)
	r.link = boundary.Behind(r)
	if node {
		e.of[of] = r.link
	}
	return r.link
}

// errOver is what calls into a run that is over panic with.
var errOver = errors.New("glass: the run is over")

// Reset ends a run: all its rooms are put back.
func (e *Engine) Reset() {
	clear(e.of)
	for _, r := range e.used {
		broken := r.link.Ended()
		r.link.End(errOver)
		if broken || !r.restore(e) {
			_ = r.instance.Close(e.ctx)
			continue
		}
		e.free = append(e.free, r)
	}
	e.used = e.used[:0]
}

// room is one that is as new.
func (e *Engine) room() (*room, error) {
	if n := len(e.free); n > 0 {
		r := e.free[n-1]
		e.free = e.free[:n-1]
		return r, nil
	}
	return e.newRoom()
}
