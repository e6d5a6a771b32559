package leadertest

import (
	"encoding/binary"
	"hash/crc32"
	"slices"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
)

// castagnoli is the polynomial of the checksum.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// entry is one record of a log, as LDR-9 lays it out, written down once more.
type entry struct {
	kind leader.RecordKind
	body []byte
}

// entries reads the whole records that a text begins with, those of batches one by one.
func entries(text []byte) (all []entry, size int) {
	for {
		rest := text[size:]
		if len(rest) < 17 {
			return all, size
		}
		length := int(binary.BigEndian.Uint32(rest))
		if length < 13 || length > len(rest)-4 {
			return all, size
		}
		body := rest[13:length]
		if crc32.Checksum(rest[:length], castagnoli) != binary.BigEndian.Uint32(rest[length:]) {
			return all, size
		}
		all = append(all, unpack(leader.RecordKind(rest[12]), body)...)
		size += 4 + length
	}
}

// unpack is a record, or those of a batch.
func unpack(kind leader.RecordKind, body []byte) (all []entry) {
	if kind != leader.RecordBatch {
		return []entry{{kind, body}}
	}
	for len(body) >= 5 {
		n := int(binary.BigEndian.Uint32(body[1:]))
		if n > len(body)-5 {
			return all
		}
		all = append(all, entry{leader.RecordKind(body[0]), body[5 : 5+n]})
		body = body[5+n:]
	}
	return all
}

// kept is what a member would be after a crash that loses all that is not synced.
type kept struct {
	view, lastNormal, wished uint64
	log                      []leader.Hash
}

// keptOn reads the log as it is safe now.
func keptOn(disk *ledgertest.Disk) (k kept) {
	all, _ := entries(disk.Safe[leader.FileLog])
	for _, e := range all {
		d := ledgers.NewDecoder(e.body)
		switch e.kind {
		case leader.RecordView:
			k.view = max(k.view, d.Uint64())
		case leader.RecordWish:
			k.wished = max(k.wished, d.Uint64())
		case leader.RecordBlock:
			d.Uint64()
			k.log = append(k.log, leader.Hash(d.Rest()))
		case leader.RecordInstall, leader.RecordAdopt:
			if e.kind == leader.RecordInstall {
				k.lastNormal = d.Uint64()
				k.view = max(k.view, k.lastNormal)
			}
			height := d.Uint64()
			k.log = slices.Clone(k.log[:min(height, uint64(len(k.log)))])
			for rest := d.Rest(); len(rest) >= 32; rest = rest[32:] {
				k.log = append(k.log, leader.Hash(rest[:32]))
			}
		}
	}
	return k
}

// hasBody says whether the body of a block is safe: the file is records of length, block and checksum.
func (d *desk) hasBody(hash leader.Hash) bool {
	if hash == (leader.Hash{}) {
		return true
	}
	for text := ledgers.NewDecoder(d.disk.Safe["blocks"]); text.OK(); {
		body := text.Bytes(1 << 20)
		text.Uint32()
		if b, err := leader.DecodeBlock(body); err == nil && b.Hash(d.chain) == hash {
			return true
		}
	}
	return false
}

// has says whether the log has the block at the height.
func (k kept) has(height uint64, hash leader.Hash) bool {
	if height == 0 {
		return hash == leader.Hash{}
	}
	return height <= uint64(len(k.log)) && k.log[height-1] == hash
}

// promised holds what the member says against what is safe on its disk: if it stopped now and lost the rest,
// could it break its word (LED-9)?
func (d *desk) promised(m ledgertest.Message) {
	k := keptOn(d.disk)
	switch m.Kind {
	case leader.KindAck:
		var a leader.Ack
		if leader.Decode(m.Payload, &a) == nil {
			if !k.has(a.Height, a.Hash) {
				d.w.Fail(led9Synced, "expected block %d in the synced log before it is acknowledged, got an "+
					"acknowledgement while %d blocks are safe", a.Height, len(k.log))
			}
			if !d.hasBody(a.Hash) {
				d.w.Fail(led9Synced, "expected the body of block %d to be synced before it is acknowledged, got a log that "+
					"names a block that a crash may take", a.Height)
			}
			if k.view > a.View || k.lastNormal != a.View && a.View > 0 {
				d.w.Fail(ldr2Acks, "expected acknowledgements in the view whose log is installed (%d), got one in view %d",
					k.lastNormal, a.View)
			}
		}
	case leader.KindChange:
		var c leader.Change
		if leader.Decode(m.Payload, &c) == nil {
			if k.view < c.View {
				d.w.Fail(led9Synced, "expected that view %d is synced before it is told, got view %d on the disk", c.View, k.view)
			}
			if k.lastNormal != c.LastNormal {
				d.w.Fail(ldr4Tells, "expected last normal view %d, which is on the disk, got %d", k.lastNormal, c.LastNormal)
			}
			if !k.has(c.Height, c.Hash) {
				d.w.Fail(ldr4Tells, "expected the tip of the synced log, of %d blocks, got block %d", len(k.log), c.Height)
			}
		}
	case leader.KindWish:
		var w leader.Wish
		if leader.Decode(m.Payload, &w) == nil && k.wished < w.View {
			d.w.Fail(ldr4Repeated, "expected that a wish is synced before it is told, got view %d wished and %d on the disk", w.View, k.wished)
		}
	case leader.KindBlock:
		a, err := leader.DecodeAnnouncement(m.Payload)
		if err == nil && !k.has(a.Height, a.Hash(d.chain)) {
			d.w.Fail(ldr2Syncs, "expected that the leader syncs block %d before it sends it, got it sent while %d blocks are safe",
				a.Height, len(k.log))
		}
	case leader.KindBegin:
		var b leader.Begin
		if leader.Decode(m.Payload, &b) == nil && (k.lastNormal != b.View || !k.has(b.Height, b.Hash)) {
			d.w.Fail(ldr4Begins, "expected that the log of view %d is synced before the view begins, got it told before", b.View)
		}
	}
}
