package boundary

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/network"
)

// arguments are those of a call of the process. Whatever is wrong with one ends the link, and the error names the
// method and the argument.
type arguments struct {
	link   *Link
	method method
	values []raw
}

// read reads the argument with this number into a value.
func (a arguments) read(n int, into any) {
	if n >= len(a.values) {
		a.link.fail(fmt.Errorf("%w: %s has %d arguments, and wants one more", ErrProtocol, a.method, len(a.values)))
	}
	if err := a.link.codec.read(a.values[n], into); err != nil {
		a.wrong(n, err.Error())
	}
}

// wrong ends the link.
func (a arguments) wrong(n int, why string) {
	a.link.fail(fmt.Errorf("%w: argument %d of %s is %s: %s", ErrProtocol, n+1, a.method, a.link.codec.show(a.values[n]), why))
}

func (a arguments) text(n int) string {
	if b, is := a.sized(n, briefText); is {
		return a.link.text(b)
	}
	return read[string](a, n)
}

func (a arguments) bytes(n int) []byte {
	if b := a.packed(n); b != nil {
		return bytes.Clone(b)
	}
	return read[[]byte](a, n)
}

// packed are bytes that are not the caller's: they are gone when the call has been served. nil: there are none, or they have
// another form.
func (a arguments) packed(n int) []byte {
	b, _ := a.sized(n, briefBytes)
	return b
}

// sized are the bytes of an argument that has them in the brief form. What is not so is read as any value is.
func (a arguments) sized(n int, form byte) (b []byte, is bool) {
	if a.link.compact && n < len(a.values) && a.values[n][0] == form {
		return a.values[n][sized:], true
	}
	return nil, false
}

// id is the number of a connection, a timer or an object.
func (a arguments) id(n int) uint64 {
	if a.link.compact && n < len(a.values) && a.values[n][0] == briefNumber {
		return binary.LittleEndian.Uint64(a.values[n][form:])
	}
	return read[uint64](a, n)
}

// read is an argument of any form. What is wrong with it ends the link.
func read[T any](a arguments, n int) (v T) { a.read(n, &v); return v }

func (a arguments) ref(n int) int { return int(a.id(n)) }

func (a arguments) conn(n int) network.ConnID { return network.ConnID(a.id(n)) }

func (a arguments) addr(n int) network.Addr { return network.Addr(a.text(n)) }

// text is a text that came. Addresses and kinds come often: a short one that came before is the same again.
func (l *Link) text(b []byte) string {
	if len(b) > longestKept {
		return string(b)
	}
	at := uint32(0)
	for _, c := range b {
		at = at*31 + uint32(c)
	}
	kept := &l.texts[at%keptTexts]
	if *kept != string(b) {
		*kept = string(b)
	}
	return *kept
}

// What texts a link keeps.
const (
	keptTexts   = 64
	longestKept = 32 // bytes
)

// number is one of 64 bits.
func (a arguments) number(n int) uint64 {
	v, err := strconv.ParseUint(a.text(n), 10, 64)
	if err != nil {
		a.wrong(n, "want a decimal of 0 to 2^64-1, as a string")
	}
	return v
}

// duration may be negative.
func (a arguments) duration(n int) time.Duration {
	v, err := strconv.ParseInt(a.text(n), 10, 64)
	if err != nil {
		a.wrong(n, "want nanoseconds, as a string")
	}
	return time.Duration(v)
}

// side is "ours" or "theirs".
func (a arguments) side(n int) network.Side {
	switch a.text(n) {
	case network.Ours.String():
		return network.Ours
	case network.Theirs.String():
		return network.Theirs
	}
	a.wrong(n, `want "ours" or "theirs"`)
	return network.Ours
}

// err may be null.
func (a arguments) err(n int) error {
	if a.link.compact && n < len(a.values) && a.values[n][0] == briefNull {
		return nil
	}
	var f *failure
	a.read(n, &f)
	return a.link.errorOf(f)
}

// hex fills all of into.
func (a arguments) hex(n int, into []byte) {
	text := a.text(n)
	if len(text) != 2*len(into) {
		a.wrong(n, fmt.Sprintf("want %d hex digits", 2*len(into)))
	}
	if _, err := hex.Decode(into, []byte(text)); err != nil {
		a.wrong(n, err.Error())
	}
}

// key is 64 hex digits, or the 32 bytes.
func (a arguments) key(n int) (k mempool.PublicKey) {
	if b, is := a.sized(n, briefBytes); is && len(b) == len(k) {
		return mempool.PublicKey(b)
	}
	a.hex(n, k[:])
	return k
}

func (a arguments) hash(n int) (h chain.BlockHash) { a.hex(n, h[:]); return h }

// transaction is its canonical text, or what is packed.
func (a arguments) transaction(n int) mempool.Transaction {
	if a.link.compact {
		if txs := a.link.unpackTxs(a.packed(n)); len(txs) == 1 {
			return txs[0]
		}
		a.wrong(n, "want one transaction")
	}
	tx, err := mempool.ParseTransaction([]byte(a.text(n)))
	if err != nil {
		a.wrong(n, err.Error())
	}
	return tx
}

// decimal is a number of 64 bits as it goes over the boundary.
func decimal[T ~int64 | ~uint64](n T) string {
	if n < 0 {
		return strconv.FormatInt(int64(n), 10)
	}
	return strconv.FormatUint(uint64(n), 10)
}

// texts are those of transactions.
func texts(txs []mempool.Transaction) []string {
	list := make([]string, len(txs))
	for i, tx := range txs {
		list[i] = string(tx.Text())
	}
	return list
}
