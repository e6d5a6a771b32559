package boundary

import (
	"encoding/binary"
	"math"

	"strata/ledgers"
	"strata/ledgers/causal"
)

// documentBelow is a document of elective 10 of this side.
type documentBelow struct{ causal.Document }

func (o documentBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callApply:
		before := a.ref(3)
		o.Apply(causal.ID(a.hex32(0)), a.number(1), a.ops(2), func(id causal.ID) (is bool) {
			l.ask(&is, callRun, before, id.String())
			return is
		})
		return nil, nil
	case callValues:
		return joined(o.Values(a.part(0))...), nil
	case callEntries:
		var names [][]byte
		for _, name := range o.Entries(string(a.bytes(0))) {
			names = append(names, []byte(name))
		}
		return joined(names...), nil
	case callList:
		var b []byte
		for _, e := range o.List(string(a.bytes(0))) {
			b = binary.BigEndian.AppendUint16(append(b, e.ID.Update[:]...), e.ID.Index)
			b = ledgers.AppendBytes(b, e.Value)
		}
		return b, nil
	}
	return unknown(l, "document", method)
}

// theirDocument is a document of elective 10 of the process.
type theirDocument struct{ far }

func newDocument(side Side) causal.Document {
	return theirDocument{side.Link(nil).make(callNewDocument)}
}

func (o theirDocument) Apply(id causal.ID, depth uint64, ops []causal.Op, before func(causal.ID) bool) {
	from := len(o.link.objects)
	ref := o.link.export(function(func(a arguments) any { return before(causal.ID(a.hex32(0))) }))
	defer o.link.release(from, ref)
	o.link.do(callApply, o.ref, id.String(), decimal(depth), causal.EncodeOps(ops), ref)
}

func (o theirDocument) Values(key causal.Key) (values [][]byte) {
	o.each(func(d *ledgers.Decoder) { values = append(values, d.Bytes(math.MaxInt32)) },
		callValues, int(key.Kind), []byte(key.Name), []byte(key.Entry))
	return values
}

func (o theirDocument) Entries(name string) (names []string) {
	o.each(func(d *ledgers.Decoder) { names = append(names, string(d.Bytes(math.MaxInt32))) }, callEntries, []byte(name))
	return names
}

func (o theirDocument) List(name string) (elements []causal.Element) {
	o.each(func(d *ledgers.Decoder) {
		elements = append(elements, causal.Element{ID: element(d), Value: d.Bytes(math.MaxInt32)})
	},
		callList, []byte(name))
	return elements
}

// each asks for a packed list, and reads one after the other.
func (f far) each(read func(*ledgers.Decoder), method method, args ...any) {
	var b []byte
	f.link.ask(&b, method, f.ref, args...)
	if err := unpack(b, read); err != nil {
		f.link.wrongText("a list", string(b), err)
	}
}

// unpack reads what is packed one after the other.
func unpack(b []byte, read func(*ledgers.Decoder)) error {
	d := ledgers.NewDecoder(b)
	for d.Left() > 0 {
		read(d)
	}
	return d.Err()
}

// joined are texts, each with its length in front.
func joined(texts ...[]byte) (b []byte) {
	for _, t := range texts {
		b = ledgers.AppendBytes(b, t)
	}
	return b
}

// element is the id of an element of a list.
func element(d *ledgers.Decoder) (id causal.ElementID) {
	d.Into(id.Update[:])
	id.Index = d.Uint16()
	return id
}

// part is the key of a part of a document, in three arguments.
func (a arguments) part(n int) causal.Key {
	return causal.Key{Kind: causal.Kind(a.ref(n)), Name: string(a.bytes(n + 1)), Entry: string(a.bytes(n + 2))}
}

// ops are operations as causal.EncodeOps has them. Whether they can be what they say is for the layer to judge.
func (a arguments) ops(n int) []causal.Op {
	d := ledgers.NewDecoder(a.bytes(n))
	ops := readOps(d)
	if err := d.Err(); err != nil {
		a.wrong(n, err.Error())
	}
	return ops
}

func readOps(d *ledgers.Decoder) (ops []causal.Op) {
	for n := d.Count(math.MaxUint16); n > 0 && d.OK(); n-- {
		op := causal.Op{Action: causal.Action(d.Uint8())}
		op.Key.Kind = causal.Kind(d.Uint8())
		op.Key.Name, op.Key.Entry = string(d.Bytes(math.MaxInt32)), string(d.Bytes(math.MaxInt32))
		op.Element = element(d)
		op.Value = d.Bytes(math.MaxInt32)
		ops = append(ops, op)
	}
	return ops
}
