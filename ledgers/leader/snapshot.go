package leader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"strata/ledgers"
	"strata/network"
)

// A snapshot is committed state only (LDR-9): height, hash, certificate, client table, values, and which
// operations were executed. It is one file, `length u64 | body | CRC-32C u32`, and costs what the state is
// large, so that it is written seldom.

// Encode is the state's encoding. Equal states have one.
func (s *State) Encode(chain ledgers.ChainID, cert *Certificate) []byte {
	b := append(chain[:], s.Hash[:]...)
	b = binary.BigEndian.AppendUint64(b, s.Height)
	b = ledgers.AppendBytes(b, cert.Append(nil))
	b = binary.BigEndian.AppendUint64(b, uint64(len(s.clients)))
	byBytes := func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) }
	for _, client := range slices.SortedFunc(maps.Keys(s.clients), func(a, b network.PublicKey) int { return byBytes(a, b) }) {
		b = binary.BigEndian.AppendUint64(append(b, client[:]...), s.clients[client])
	}
	b = binary.BigEndian.AppendUint64(b, uint64(len(s.values)))
	for _, key := range slices.Sorted(maps.Keys(s.values)) {
		b = ledgers.AppendBytes(ledgers.AppendBytes(b, []byte(key)), s.values[key])
	}
	b = binary.BigEndian.AppendUint64(b, uint64(len(s.done)))
	for _, id := range slices.SortedFunc(maps.Keys(s.done), func(a, b ledgers.OpID) int { return byBytes(a, b) }) {
		b = binary.BigEndian.AppendUint64(append(b, id[:]...), s.done[id])
	}
	return b
}

// DecodeState reads a state and its certificate. Errors: ledgers.ErrForeign for one of another chain,
// ledgers.ErrDamaged.
func DecodeState(b []byte, genesis *Genesis) (*State, *Certificate, error) {
	d := ledgers.NewDecoder(b)
	var chain ledgers.ChainID
	d.Into(chain[:])
	if d.OK() && chain != genesis.Chain() {
		return nil, nil, fmt.Errorf("%w: the snapshot is of chain %v", ledgers.ErrForeign, chain)
	}
	s := NewState()
	d.Into(s.Hash[:])
	s.Height = d.Uint64()
	of := ledgers.NewDecoder(d.Bytes(ledgers.MaxBlock))
	cert := DecodeCertificate(of)
	for n := d.Uint64(); n > 0 && d.OK(); n-- {
		var client network.PublicKey
		d.Into(client[:])
		s.clients[client] = d.Uint64()
	}
	for n := d.Uint64(); n > 0 && d.OK(); n-- {
		key := string(d.Bytes(MaxKey))
		s.values[key] = bytes.Clone(d.Bytes(MaxValue))
	}
	for n := d.Uint64(); n > 0 && d.OK(); n-- {
		var id ledgers.OpID
		d.Into(id[:])
		s.done[id] = d.Uint64()
	}
	if err := errors.Join(d.Err(), of.Err()); err != nil {
		return nil, nil, fmt.Errorf("%w: snapshot: %w", ledgers.ErrDamaged, err)
	}
	if s.Height > 0 && !cert.Proves(genesis, chain, s.Height, s.Hash) {
		return nil, nil, fmt.Errorf("%w: the snapshot's certificate does not prove it", ledgers.ErrDamaged)
	}
	return s, cert, nil
}

// SaveSnapshot writes a snapshot beside the one that is there, makes it safe, and only then gives it the
// name. done is called once, later.
func SaveSnapshot(disk network.Disk, body []byte, done func(error)) {
	fail := func(err error) { disk.SyncNames(func(error) { done(err) }) }
	_ = disk.Remove(fileNew) // of a crash before; ErrNoFile if there is none
	record := binary.BigEndian.AppendUint64(nil, uint64(len(body)))
	record = append(record, body...)
	record = binary.BigEndian.AppendUint32(record, ledgers.Checksum(record))
	if err := disk.Append(fileNew, record); err != nil {
		fail(err)
		return
	}
	disk.Sync(fileNew, func(err error) {
		if err == nil {
			err = disk.Rename(fileNew, fileSnapshot)
		}
		if err != nil {
			done(err)
			return
		}
		disk.SyncNames(done)
	})
}

// LoadSnapshot reads the snapshot; nil if there is none. Errors: ledgers.ErrDamaged, the disk's.
func LoadSnapshot(disk network.Disk) ([]byte, error) {
	var text []byte
	for {
		part, err := disk.Read(fileSnapshot, int64(len(text)), 1<<20)
		if errors.Is(err, network.ErrNoFile) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if len(part) == 0 {
			break
		}
		text = append(text, part...)
	}
	n := len(text) - 12
	if n < 0 || binary.BigEndian.Uint64(text) != uint64(n) ||
		binary.BigEndian.Uint32(text[8+n:]) != ledgers.Checksum(text[:8+n]) {
		return nil, fmt.Errorf("%w: %s", ledgers.ErrDamaged, fileSnapshot)
	}
	return text[8 : 8+n], nil
}
