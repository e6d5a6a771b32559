package glass

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/tetratelabs/wazero/api"
)

// globalName is the name under which a module's global is exported.
func globalName(n int) string { return "strata_global_" + strconv.Itoa(n) }

// The sections of a module that matter here.
const (
	globalSection = 6
	exportSection = 7
	dataSection   = 11
	countSection  = 12 // how many segments there are
)

// errModule reports bytes that are no module.
var errModule = errors.New("it is no module, or cut short")

// exported is the module with all its globals exported: Go keeps the place of its stack in one, which has to go back with
// the memory. count is how many there are. Its data is joined.
//
// Source: WebAssembly Core Specification, 5.5.
func exported(module []byte) (with []byte, count int, err error) {
	const header = 8 // magic and version
	if len(module) < header || !bytes.HasPrefix(module, []byte("\x00asm")) {
		return nil, 0, errModule
	}
	with, rest, counted := bytes.Clone(module[:header]), module[header:], false
	for len(rest) > 0 {
		id := rest[0]
		size, n := binary.Uvarint(rest[1:])
		if n <= 0 || size > uint64(len(rest)-1-n) {
			return nil, 0, errModule
		}
		body := rest[1+n : 1+n+int(size)]
		rest = rest[1+n+int(size):]
		entries, n := binary.Uvarint(body)
		switch {
		case (id == globalSection || id == exportSection) && n <= 0:
			return nil, 0, errModule
		case id == globalSection:
			count = int(min(entries, 1<<10))
		case id == exportSection:
			body = withExports(entries, body[n:], count)
		case id == countSection:
			counted = true
		case id == dataSection && !counted:
			body = joined(body)
		}
		with = append(binary.AppendUvarint(append(with, id), uint64(len(body))), body...)
	}
	return with, count, nil
}

// withExports is an export section with entries for so many globals.
func withExports(entries uint64, body []byte, globals int) []byte {
	const ofGlobal = 3
	more := append(binary.AppendUvarint(nil, entries+uint64(globals)), body...)
	for i := range globals {
		name := globalName(i)
		more = append(binary.AppendUvarint(more, uint64(len(name))), name...)
		more = binary.AppendUvarint(append(more, ofGlobal), uint64(i))
	}
	return more
}

// globals are those of a room that can change.
type globals []api.MutableGlobal

// find finds those of an instance.
func (g *globals) find(instance api.Module, count int) {
	for i := range count {
		if one, mutable := instance.ExportedGlobal(globalName(i)).(api.MutableGlobal); mutable {
			*g = append(*g, one)
		}
	}
}

func (g globals) values() (values []uint64) {
	for _, one := range g {
		values = append(values, one.Get())
	}
	return values
}

func (g globals) set(values []uint64) {
	for i, one := range g {
		one.Set(values[i])
	}
}
