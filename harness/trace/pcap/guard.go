package pcap

import (
	"encoding/binary"
	"fmt"
	"io"
)

// guard passes a file on record by record, after a look at the lengths that each claims: the
// library allocates what it is told.
type guard struct {
	from  io.Reader
	order binary.ByteOrder // nil: before the first record
	ng    bool
	ready []byte // not passed on yet
	rest  []byte // its memory
}

// maxRecord is the longest record that is read: longer than any packet with its options.
const maxRecord = 4 << 20

// Read is io.Reader's.
func (g *guard) Read(p []byte) (int, error) {
	if len(g.ready) == 0 {
		if err := g.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, g.ready)
	g.ready = g.ready[n:]
	return n, nil
}

// fill reads the next record.
func (g *guard) fill() error {
	g.rest = g.rest[:0]
	if g.order == nil && !g.ng {
		return g.begin()
	}
	if g.ng {
		return g.block()
	}
	if err := g.take(16); err != nil { // of a packet: time 8, captured 4, length 4
		return err
	}
	return g.takeClaimed(uint64(g.order.Uint32(g.rest[8:])))
}

// begin reads the header of a pcap file, or finds out that it is the other format.
func (g *guard) begin() error {
	if err := g.take(4); err != nil {
		return err
	}
	switch binary.LittleEndian.Uint32(g.rest) {
	case ngMagic: // reads the same both ways
		g.ng = true
		return g.blockAfter(4)
	case 0xa1b2c3d4, 0xa1b23c4d:
		g.order = binary.LittleEndian
	default:
		g.order = binary.BigEndian // what it is not the library refuses
	}
	return g.take(20)
}

// block reads a whole block of pcapng.
func (g *guard) block() error {
	if err := g.take(4); err != nil {
		return err
	}
	return g.blockAfter(4)
}

// blockAfter reads the rest of a block whose type has been read: its length, and so much.
func (g *guard) blockAfter(have int) error {
	if err := g.take(4); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(g.rest) == ngMagic { // a section: it says how its numbers are written
		if err := g.take(4); err != nil {
			return err
		}
		g.order = binary.LittleEndian
		if binary.BigEndian.Uint32(g.rest[8:]) == ngOrder {
			g.order = binary.BigEndian
		}
	}
	size := uint64(g.order.Uint32(g.rest[have:]))
	if size < uint64(len(g.rest)) {
		return fmt.Errorf("a block of %d bytes", size)
	}
	if err := g.takeClaimed(size - uint64(len(g.rest))); err != nil {
		return err
	}
	const enhanced, captured = 6, 20 // the block that holds packets, and where in it their length is
	if g.order.Uint32(g.rest) == enhanced && (size < 32 || uint64(g.order.Uint32(g.rest[captured:])) > size-32) {
		return fmt.Errorf("a packet that is longer than its block of %d bytes", size)
	}
	return nil
}

// ngOrder stands in each section, in the byte order that it is written in.
const ngOrder = 0x1a2b3c4d

// takeClaimed is take for a length that the file claims.
func (g *guard) takeClaimed(n uint64) error {
	if n > maxRecord {
		return fmt.Errorf("a record of %d bytes", n)
	}
	return g.take(int(n))
}

// take adds the next n bytes to the record, and has it ready.
func (g *guard) take(n int) error {
	start := len(g.rest)
	g.rest = append(g.rest, make([]byte, n)...)
	got, err := io.ReadFull(g.from, g.rest[start:])
	if err == io.EOF && start > 0 {
		err = io.ErrUnexpectedEOF
	}
	g.rest = g.rest[:start+got]
	g.ready = g.rest
	return err
}
