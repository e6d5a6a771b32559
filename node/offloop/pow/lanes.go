package pow

import (
	"encoding/binary"
	"math/bits"
	"strconv"

	"strata/chain"
)

// lanes hashes texts that differ in the last four digits of the nonce, as many at a time as the
// kernel has lanes of 32 bits.
type lanes struct {
	kernel kernel
	count  int    // of lanes
	mask   uint32 // of the bits that have to be zero in the first word of a hash
	head   []byte // the text before the nonce: the number and its colon
	rest   []byte // the text after the nonce

	high    uint64   // the nonce without its last four digits; 0 before the first prepare
	text    []byte   // padded; the four digits are zero bytes
	digits  int      // where in text the four digits are, always within the first block
	message *message // what the kernel works on
	later   []uint32 // schedule plus constants of all blocks but the first
	blocks  int      // how many that are
}

// message is the first block of the text in each lane, and room to work in. The order and offsets of
// its fields are known to asm/main.go. There is no pointer in it, so that the allocator puts it at a
// multiple of 64 bytes, which saves time; nothing breaks if it does not.
type message struct {
	slot        uint64 // offset in words of the vector that has the first of the four digits
	right, left uint64 // bits to shift the four digits by, to get their part of this vector and of the next
	first, next uint32 // the other bytes in these two vectors
	_           [32]byte
	words       [16 * maxLanes]uint32           // word i of lane j is at i*lanes+j
	_           [(48 + 8 + 8) * maxLanes]uint32 // the rest of the schedule, the state
}

const maxLanes = 32

// kernel is hash16 or hash32.
type kernel func(m *uint64, later *uint32, blocks int, digits *uint32, mask uint32) uint32

func newLanes(number uint64, rest []byte, params chain.Params, path Path) *lanes {
	return &lanes{
		kernel:  path.kernel(),
		count:   path.Lanes(),
		mask:    firstWord(params.Difficulty),
		head:    append(strconv.AppendUint(nil, number, 10), ':'),
		rest:    rest,
		message: new(message),
	}
}

// firstWord has ones where a hash that meets the difficulty has zeros, as far as its first word goes.
func firstWord(difficulty int) uint32 { return ^uint32(0) << max(0, 32-4*difficulty) }

// hash returns a bit for each lane whose hash may meet the difficulty; lane 0 has the four digits at.
func (l *lanes) hash(at int) uint32 {
	var later *uint32
	if l.blocks > 0 {
		later = &l.later[0]
	}
	return l.kernel(&l.message.slot, later, l.blocks, &lastFour[at], l.mask)
}

// prepare is called with what stands before the last four digits of the nonce, which is not 0.
func (l *lanes) prepare(high uint64) {
	if high == l.high {
		return
	}
	var buf [maxDigits]byte
	decimal := strconv.AppendUint(buf[:0], high, 10)
	if l.high == 0 || len(l.head)+len(decimal) != l.digits {
		l.layout(len(decimal))
	}
	l.high = high
	copy(l.text[len(l.head):], decimal)
	l.fill()
}

// layout makes the padded text for nonces of a width, and the schedules of the blocks after the first,
// which have no nonce in them.
func (l *lanes) layout(width int) {
	const four = 4
	l.digits = len(l.head) + width
	l.text = append(l.text[:0], l.head...)
	l.text = append(l.text, make([]byte, width+four)...)
	l.text = pad(append(l.text, l.rest...))
	l.blocks = len(l.text)/blockSize - 1
	l.later = l.later[:0]
	for at := blockSize; at < len(l.text); at += blockSize {
		l.later = appendSchedule(l.later, l.text[at:at+blockSize])
	}
	shift := l.digits % four
	l.message.slot = uint64(l.digits / four * l.count * 4)
	l.message.right, l.message.left = uint64(8*shift), uint64(32-8*shift)
}

// fill puts the first block into the lanes.
func (l *lanes) fill() {
	for i := range 16 {
		word := binary.BigEndian.Uint32(l.text[4*i:])
		vector := l.message.words[i*l.count : (i+1)*l.count]
		for lane := range vector {
			vector[lane] = word
		}
	}
	at := l.digits / 4 * 4
	l.message.first = binary.BigEndian.Uint32(l.text[at:])
	l.message.next = binary.BigEndian.Uint32(l.text[at+4:])
}

// lastFour has the texts 0000 to 9999, each as a word. The last lanes may reach beyond: there is no nonce.
var lastFour = func() (words [tenThousand + maxLanes]uint32) {
	for i := range uint32(tenThousand) {
		words[i] = 0x30303030 + i/1000<<24 + i/100%10<<16 + i/10%10<<8 + i%10
	}
	return words
}()

const blockSize = 64 // bytes that SHA-256 takes at a time

// pad appends what SHA-256 appends to a text (FIPS 180-4, 5.1.1).
func pad(text []byte) []byte {
	bitLength := uint64(len(text)) * 8
	text = append(text, 0x80)
	for len(text)%blockSize != blockSize-8 {
		text = append(text, 0)
	}
	return binary.BigEndian.AppendUint64(text, bitLength)
}

// appendSchedule appends the message schedule of a block, with the constant of each round added
// (FIPS 180-4, 6.2.2).
func appendSchedule(schedule []uint32, block []byte) []uint32 {
	var w [64]uint32
	for i := range 16 {
		w[i] = binary.BigEndian.Uint32(block[4*i:])
	}
	for i := 16; i < 64; i++ {
		v, u := w[i-15], w[i-2]
		s0 := bits.RotateLeft32(v, -7) ^ bits.RotateLeft32(v, -18) ^ v>>3
		s1 := bits.RotateLeft32(u, -17) ^ bits.RotateLeft32(u, -19) ^ u>>10
		w[i] = w[i-16] + s0 + w[i-7] + s1
	}
	for i := range w {
		schedule = append(schedule, w[i]+k[i])
	}
	return schedule
}
