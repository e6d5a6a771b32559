package causal

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
)

// MaxName is the length of the longest name of a register, a map, an entry or a list, in bytes.
const MaxName = 64

// Kind says what a key stands for.
type Kind uint8

// The kinds of keys.
const (
	Register Kind = iota + 1
	Entry         // one of a map
	List
)

// Key names a part of the document. Its kind belongs to it: the register `a` and the list `a` are two parts
// (CAU-6).
type Key struct {
	Kind  Kind
	Name  string
	Entry string // of a map's entry; empty otherwise
}

// ElementID names an element of a list: the update that inserted it, and the index of the operation in that
// update. The zero value is the beginning of the list.
type ElementID struct {
	Update ID
	Index  uint16
}

// Action says what an operation does.
type Action uint8

// The actions (CAU-6).
const (
	Set    Action = iota + 1 // the value of a register or an entry
	Remove                   // a register or an entry
	Insert                   // a value into a list, behind an element
	Delete                   // an element of a list
	Do                       // a deed, which is no part of the document
)

// Op is one operation of an update.
type Op struct {
	Action  Action
	Key     Key
	Element ElementID // of Insert: what it stands behind; of Delete: what goes
	Value   []byte    // of Set and Insert; of Do: the deed
}

// EncodeOps makes a body of operations:
//
//	count u16, then for each: action u8 | kind u8 | name | entry | update 32 | index u16 | value
//
// with a length of 4 before name, entry and value. What an action does not use is empty or zero.
func EncodeOps(ops []Op) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(ops)))
	for _, op := range ops {
		b = append(b, byte(op.Action), byte(op.Key.Kind))
		b = ledgers.AppendBytes(b, []byte(op.Key.Name))
		b = ledgers.AppendBytes(b, []byte(op.Key.Entry))
		b = append(b, op.Element.Update[:]...)
		b = binary.BigEndian.AppendUint16(b, op.Element.Index)
		b = ledgers.AppendBytes(b, op.Value)
	}
	return b
}

// DecodeOps reads a body: 1 to 64 operations, each of which can be what it says. Values are parts of b. The
// error is ErrInvalid.
func DecodeOps(b []byte) ([]Op, error) {
	d := ledgers.NewDecoder(b)
	if len(b) > MaxBody {
		d.Fail(fmt.Errorf("%d bytes, want at most %d (CAU-1)", len(b), MaxBody))
	}
	ops := make([]Op, d.Count(MaxOps))
	for i := range ops {
		op := &ops[i]
		op.Action, op.Key.Kind = Action(d.Uint8()), Kind(d.Uint8())
		op.Key.Name, op.Key.Entry = string(d.Bytes(MaxName)), string(d.Bytes(MaxName))
		d.Into(op.Element.Update[:])
		op.Element.Index = d.Uint16()
		op.Value = d.Bytes(MaxBody)
		if fault := op.fault(); fault != "" {
			d.Fail(fmt.Errorf("operation %d %s", i, fault))
		}
	}
	if d.OK() && len(ops) == 0 {
		d.Fail(errors.New("no operation"))
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: its body: %w (CAU-6)", ErrInvalid, err)
	}
	return ops, nil
}

// fault says why an operation cannot be what it says; empty if it can.
func (op *Op) fault() string {
	k, onList := op.Key, op.Action == Insert || op.Action == Delete
	switch {
	case op.Action < Set || op.Action > Do:
		return fmt.Sprintf("has action %d, want 1 to 5", op.Action)
	case op.Action == Do:
		return op.deedFault()
	case k.Kind < Register || k.Kind > List:
		return fmt.Sprintf("has a key of kind %d, want 1 to 3", k.Kind)
	case onList != (k.Kind == List):
		return fmt.Sprintf("has action %d on a key of kind %d", op.Action, k.Kind)
	case k.Name == "":
		return "has a key without a name"
	case (k.Entry != "") != (k.Kind == Entry):
		return "names an entry of what is no map, or none of a map"
	case !onList && op.Element != (ElementID{}):
		return "names an element of what is no list"
	case op.Element.Update == (ID{}) && op.Element.Index != 0:
		return "names an element of no update"
	case op.Action == Delete && op.Element == (ElementID{}):
		return "deletes the beginning of a list"
	case (op.Action == Remove || op.Action == Delete) && len(op.Value) > 0:
		return "has a value that nothing comes of"
	}
	return ""
}

// deedFault says why an operation cannot be a deed; empty if it can.
func (op *Op) deedFault() string {
	if op.Key != (Key{}) || op.Element != (ElementID{}) {
		return "is a deed, and names a part of the document"
	}
	if _, err := DecodeDeed(op.Value); err != nil {
		return "is no deed: " + err.Error()
	}
	return ""
}
