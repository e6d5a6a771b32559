package glass

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/tetratelabs/wazero/api"

	"strata/harness/boundary"
	"strata/ledgers"
	"strata/network"
)

// pure is a function that a module can call at any time, and that depends on nothing but the bytes it is handed: machine code
// of this side is many times as fast as what is made of the module's. It says whether these bytes are in the memory.
type pure struct {
	name    string
	takes   []api.ValueType
	returns []api.ValueType
	do      func(memory api.Memory, stack []uint64) bool
}

// pures are all of them.
var pures = []pure{
	{"sha256", []api.ValueType{i32, i32, i32}, nil, func(memory api.Memory, stack []uint64) bool {
		text, ok := memory.Read(uint32(stack[0]), uint32(stack[1]))
		if !ok {
			return false
		}
		sum := sha256.Sum256(text)
		return memory.Write(uint32(stack[2]), sum[:])
	}},
	{"verify", []api.ValueType{i32, i32, i32, i32}, []api.ValueType{i32}, func(memory api.Memory, stack []uint64) bool {
		key, has := memory.Read(uint32(stack[0]), uint32(len(network.PublicKey{})))
		text, ok := memory.Read(uint32(stack[1]), uint32(stack[2]))
		signature, signed := memory.Read(uint32(stack[3]), uint32(len(network.Signature{})))
		if !has || !ok || !signed {
			return false
		}
		if stack[0] = 0; ledgers.Verify(network.PublicKey(key), text, network.Signature(signature)) {
			stack[0] = 1
		}
		return true
	}},
}

// serve ends the module if the bytes are not in its memory.
func (f pure) serve() api.GoModuleFunc {
	return func(ctx context.Context, module api.Module, stack []uint64) {
		if f.do(module.Memory(), stack) {
			return
		}
		ctx.Value(inRoom{}).(*room).thrown = fmt.Errorf("%w: %s wants bytes outside of its memory", boundary.ErrProtocol, f.name)
		panic(errThrown)
	}
}
