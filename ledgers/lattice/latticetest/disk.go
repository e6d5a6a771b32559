package latticetest

import (
	"bytes"
	"encoding/binary"

	"strata/ledgers/lattice"
	"strata/ledgers/ledgertest"
)

// keeps says whether the journal, as it is safe now, has a final vote for the hash: a record is length 4, kind 1, then
// account, previous and hash.
func (d *desk) keeps(hash lattice.Hash) bool {
	text := d.disk.Safe[lattice.FileJournal]
	for d.disk.Named[lattice.FileJournal] && len(text) >= 4 {
		size := int(binary.BigEndian.Uint32(text))
		if size > len(text)-8 {
			return false
		}
		body := text[4 : 4+size]
		if size == 97 && body[0] == 1 && bytes.Equal(body[65:], hash[:]) {
			return true
		}
		text = text[size+8:]
	}
	return false
}

// promised holds what the node says against its disk: a final vote is safe before it is told. A vote for what is
// cemented needs no record, for there it never says anything else.
func (d *desk) promised(m ledgertest.Message) {
	v, err := lattice.DecodeVote(m.Payload)
	if m.Kind != lattice.KindVote || err != nil || v.Timestamp != lattice.Final {
		return
	}
	for _, hash := range v.Hashes {
		if !d.keeps(hash) {
			d.w.Fail(lat6Synced, "expected that a final vote for %x.. is safe on the disk before it is sent, got it sent before", hash[:4])
		}
	}
}
