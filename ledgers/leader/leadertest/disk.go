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
	bodies                   map[leader.Hash]bool // that the log carries, or the block store has
}

// kept reads what is safe now.
func (d *desk) kept() kept {
	k := kept{bodies: d.shelved()}
	all, _ := entries(d.disk.Safe[leader.FileLog])
	for _, e := range all {
		text := ledgers.NewDecoder(e.body)
		switch e.kind {
		case leader.RecordView:
			k.view = max(k.view, text.Uint64())
		case leader.RecordWish:
			k.wished = max(k.wished, text.Uint64())
		case leader.RecordBlock:
			if b, err := leader.DecodeBlock(e.body); err == nil {
				hash := b.Hash(d.chain)
				k.log = append(k.log, hash)
				k.bodies[hash] = true
			}
		case leader.RecordInstall, leader.RecordAdopt:
			if e.kind == leader.RecordInstall {
				k.lastNormal = text.Uint64()
				k.view = max(k.view, k.lastNormal)
			}
			height := text.Uint64()
			k.log = slices.Clone(k.log[:min(height, uint64(len(k.log)))])
			for rest := text.Rest(); len(rest) >= 32; rest = rest[32:] {
				k.log = append(k.log, leader.Hash(rest[:32]))
			}
		}
	}
	return k
}

// shelved is the blocks whose bodies are safe in the block store: the file is records of length, block and checksum.
func (d *desk) shelved() map[leader.Hash]bool {
	bodies := map[leader.Hash]bool{}
	for text := ledgers.NewDecoder(d.disk.Safe["blocks"]); text.OK(); {
		body := text.Bytes(1 << 20)
		text.Uint32()
		if b, err := leader.DecodeBlock(body); err == nil {
			bodies[b.Hash(d.chain)] = true
		}
	}
	return bodies
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
	k := d.kept()
	switch m.Kind {
	case leader.KindAck:
		var a leader.Ack
		if leader.Decode(m.Payload, &a) == nil {
			if !k.has(a.Height, a.Hash) {
				d.w.Fail(led9Synced, "expected block %d in the synced log before it is acknowledged, got an "+
					"acknowledgement while %d blocks are safe", a.Height, len(k.log))
			}
			for i, hash := range k.log[:min(a.Height, uint64(len(k.log)))] {
				if !k.bodies[hash] {
					d.w.Fail(led9Synced, "expected the bodies of all %d blocks to be synced before the last is acknowledged, got "+
						"a log that names block %d, whose body a crash may take", a.Height, i+1)
				}
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
		if err == nil {
			d.onlyOne(a)
		}
	case leader.KindBegin:
		var b leader.Begin
		if leader.Decode(m.Payload, &b) == nil && (k.lastNormal != b.View || !k.has(b.Height, b.Hash)) {
			d.w.Fail(ldr4Begins, "expected that the log of view %d is synced before the view begins, got it told before", b.View)
		}
	}
}

// onlyOne holds a block that the member has made against those of its earlier lives.
func (d *desk) onlyOne(a *leader.Announcement) {
	place, hash := [2]uint64{a.View, a.Height}, a.Hash(d.chain)
	if before, ok := d.made[place]; ok && before != hash {
		d.w.Fail(ldr2One, "expected one block of height %d in view %d, got %.4x.. in life %d, and %.4x.. before",
			a.Height, a.View, hash[:], d.boots, before[:])
	}
	d.made[place] = hash
}
