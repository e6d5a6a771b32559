package boltstore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"

	"strata/node/store"
)

// formatVersion is that of the file. 1 had values without checksums, and no tallies; 2 had tallies without keys.
const formatVersion = 3

// The store's own record: version | (length of name | name | count | sum)..., sealed like all others.
const ownBucket store.Bucket = "store"

var ownKey = []byte("tally")

// checksumSize is what a value is longer by.
const checksumSize = crc32.Size

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum covers where a value belongs too: a record that comes up in the wrong place is damage. The
// key's length keeps key and value apart.
func checksum(b store.Bucket, key, value []byte) uint32 {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(key)))
	c := crc32.Update(crc32.Update(0, castagnoli, []byte(b)), castagnoli, length[:])
	return crc32.Update(crc32.Update(c, castagnoli, key), castagnoli, value)
}

// seal is what is stored of a value.
func seal(b store.Bucket, key, value []byte) []byte {
	sealed := make([]byte, checksumSize, checksumSize+len(value))
	binary.BigEndian.PutUint32(sealed, checksum(b, key, value))
	return append(sealed, value...)
}

// unseal is the value, if it is the one that was stored.
func unseal(b store.Bucket, key, sealed []byte) (value []byte, err error) {
	if len(sealed) < checksumSize || binary.BigEndian.Uint32(sealed) != checksum(b, key, sealed[checksumSize:]) {
		return nil, fmt.Errorf("%w: record %x in bucket %s", store.ErrCorrupt, key, b)
	}
	return sealed[checksumSize:], nil
}

// tally is how many records a bucket has, and the sum modulo 2^64 of what each adds: 2^32 times the CRC-32C of its
// key, and its checksum. So a damaged key shows, also where nobody reads the value.
type tally struct{ count, sum uint64 }

// one is the tally of a record, sealed, and nothing if it is nil.
func one(key, sealed []byte) tally {
	if sealed == nil {
		return tally{}
	}
	return tallyOf(key, binary.BigEndian.Uint32(sealed))
}

func tallyOf(key []byte, sum uint32) tally {
	return tally{1, uint64(crc32.Checksum(key, castagnoli))<<32 + uint64(sum)}
}

// as is what a file of that version tells of a tally: of version 2, what the checksums add to its low half.
func (t tally) as(version uint32) tally {
	if version == 2 {
		t.sum &= math.MaxUint32
	}
	return t
}

func (t tally) with(other tally) tally { return tally{t.count + other.count, t.sum + other.sum} }

func (t tally) without(other tally) tally { return tally{t.count - other.count, t.sum - other.sum} }

// tallies are those of all buckets but the store's own.
type tallies map[store.Bucket]tally

func (t tallies) encode(version uint32) []byte {
	value := binary.BigEndian.AppendUint32(nil, version)
	for _, name := range slices.Sorted(maps.Keys(t)) {
		value = append(binary.AppendUvarint(value, uint64(len(name))), name...)
		value = binary.BigEndian.AppendUint64(value, t[name].count)
		value = binary.BigEndian.AppendUint64(value, t[name].sum)
	}
	return value
}

// decodeTallies reads the store's own record. Errors: ErrNewer, store.ErrCorrupt.
func decodeTallies(value []byte) (t tallies, version uint32, err error) {
	broken := fmt.Errorf("%w: record of the tallies", store.ErrCorrupt)
	if len(value) < 4 {
		return nil, 0, broken
	}
	if version = binary.BigEndian.Uint32(value); version > formatVersion {
		return nil, 0, fmt.Errorf("%w: version %d, this one knows %d", ErrNewer, version, formatVersion)
	}
	t = tallies{}
	for rest := value[4:]; len(rest) > 0; {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) || uint64(len(rest)-n)-size < 16 {
			return nil, 0, broken
		}
		name := store.Bucket(rest[n : n+int(size)])
		rest = rest[n+int(size):]
		t[name] = tally{binary.BigEndian.Uint64(rest), binary.BigEndian.Uint64(rest[8:])}
		rest = rest[16:]
	}
	return t, version, nil
}
