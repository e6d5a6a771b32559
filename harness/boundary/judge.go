package boundary

import (
	"encoding/binary"
	"math"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
)

// What a judge gets need not be what a node would take: so it crosses as it is, and nothing but lengths is checked.

// judgeBelow is a judge of elective 8 of this side.
type judgeBelow struct{ validators.Judge }

func (o judgeBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callQuorum:
		return decimal(o.Quorum(a.number(0))), nil
	case callProposer:
		return o.Proposer(a.ref(0), a.number(1), uint32(a.id(2))), nil
	case callCertifies:
		var set validators.Set
		var c *validators.Certificate
		a.unpacked(1, func(d *ledgers.Decoder) { set = readSet(d) })
		a.unpacked(2, func(d *ledgers.Decoder) { c = readCertificate(d) })
		return nil, o.Certifies(a.hex32(0), set, c)
	case callContradict:
		return o.Contradict(a.hex32(0), a.evidence(1)), nil
	case callSlash:
		var s validators.State
		var p validators.Params
		a.unpacked(0, func(d *ledgers.Decoder) { s = readState(d) })
		a.unpacked(1, func(d *ledgers.Decoder) { p = readParams(d) })
		could := o.Slash(&s, p, a.number(2), a.evidence(3))
		l.do(callRun, a.ref(4), could, appendTree(nil, &s))
		return nil, nil
	}
	return unknown(l, "judge", method)
}

// unpacked reads an argument that is packed, and nothing behind it.
func (a arguments) unpacked(n int, read func(*ledgers.Decoder)) {
	d := ledgers.NewDecoder(a.bytes(n))
	read(d)
	if err := d.Err(); err != nil {
		a.wrong(n, err.Error())
	}
}

func (a arguments) evidence(n int) *validators.Evidence {
	e := &validators.Evidence{}
	a.unpacked(n, func(d *ledgers.Decoder) { e.First, e.Second = readWord(d), readWord(d) })
	return e
}

// theirJudge is a judge of elective 8 of the process.
type theirJudge struct{ far }

func newJudge(side Side) validators.Judge {
	return theirJudge{side.Link(nil).make(callNewJudge)}
}

func (o theirJudge) Quorum(total uint64) uint64 {
	var text string
	o.link.ask(&text, callQuorum, o.ref, decimal(total))
	return o.link.number(text)
}

func (o theirJudge) Proposer(n int, height uint64, round uint32) (index int) {
	o.link.ask(&index, callProposer, o.ref, n, decimal(height), round)
	return index
}

func (o theirJudge) Certifies(chain ledgers.ChainID, set validators.Set, c *validators.Certificate) error {
	return o.link.call(nil, callCertifies, o.ref, chain.String(), set.Encode(), appendCertificate(nil, c))
}

func (o theirJudge) Contradict(chain ledgers.ChainID, e *validators.Evidence) (is bool) {
	o.link.ask(&is, callContradict, o.ref, chain.String(), e.Encode())
	return is
}

func (o theirJudge) Slash(s *validators.State, p validators.Params, height uint64, e *validators.Evidence) (could bool) {
	o.told(callSlash, func(a arguments) {
		could = read[bool](a, 0)
		a.unpacked(1, func(d *ledgers.Decoder) { *s = readState(d) })
	}, appendTree(nil, s), appendParams(nil, p), decimal(height), e.Encode())
	return could
}

// readSet reads what Set.Encode makes.
func readSet(d *ledgers.Decoder) (set validators.Set) {
	for n := d.Count(math.MaxUint16); n > 0 && d.OK(); n-- {
		var v validators.Validator
		d.Into(v.Key[:])
		d.Into(v.Account[:])
		v.Power = d.Uint64()
		set = append(set, v)
	}
	return set
}

// appendCertificate adds 0 for none, or 1, the certificate, and before its signatures how many there are.
func appendCertificate(b []byte, c *validators.Certificate) []byte {
	if c == nil {
		return append(b, 0)
	}
	b = binary.BigEndian.AppendUint64(append(b, 1), c.Height)
	b = append(binary.BigEndian.AppendUint32(b, c.Round), c.Hash[:]...)
	b = binary.BigEndian.AppendUint32(b, c.Signers)
	b = binary.BigEndian.AppendUint16(b, uint16(len(c.Signatures)))
	for _, s := range c.Signatures {
		b = append(b, s[:]...)
	}
	return b
}

func readCertificate(d *ledgers.Decoder) *validators.Certificate {
	if d.Uint8() == 0 {
		return nil
	}
	c := &validators.Certificate{Height: d.Uint64(), Round: d.Uint32()}
	d.Into(c.Hash[:])
	c.Signers = d.Uint32()
	for n := d.Count(math.MaxUint16); n > 0 && d.OK(); n-- {
		var s network.Signature
		d.Into(s[:])
		c.Signatures = append(c.Signatures, s)
	}
	return c
}

// readWord reads what Word.Encode makes.
func readWord(d *ledgers.Decoder) *validators.Word {
	w := &validators.Word{Kind: validators.WordKind(d.Uint8()), Height: d.Uint64(), Round: d.Uint32()}
	d.Into(w.Hash[:])
	w.Valid = int64(d.Uint32()) - 1
	d.Into(w.Key[:])
	d.Into(w.Signature[:])
	return w
}

func appendParams(b []byte, p validators.Params) []byte {
	for _, n := range []uint64{p.Epoch, p.Unbonding, p.MinSelf, uint64(p.MaxMissed), p.MinFee} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}

func readParams(d *ledgers.Decoder) validators.Params {
	return validators.Params{Epoch: d.Uint64(), Unbonding: d.Uint64(), MinSelf: d.Uint64(), MaxMissed: uint32(d.Uint64()), MinFee: d.Uint64()}
}

// appendTree adds all entries of a state: their number, and key and value of each with their lengths.
func appendTree(b []byte, s *validators.State) []byte {
	at, n := len(b), uint32(0)
	b = binary.BigEndian.AppendUint32(b, n)
	s.Tree().Walk(func(key, value []byte) bool {
		b = ledgers.AppendBytes(ledgers.AppendBytes(b, key), value)
		n++
		return true
	})
	binary.BigEndian.PutUint32(b[at:], n)
	return b
}

func readState(d *ledgers.Decoder) validators.State {
	var t validators.Tree
	for n := d.Uint32(); n > 0 && d.OK(); n-- {
		t = t.With(d.Bytes(math.MaxInt32), d.Bytes(math.MaxInt32))
	}
	return validators.StateOf(t)
}

// appendTip adds a tip: height, hash, time, both sets, the certificate and the state.
func appendTip(b []byte, t *validators.Tip) []byte {
	b = append(binary.BigEndian.AppendUint64(b, t.Height), t.Hash[:]...)
	b = append(append(binary.BigEndian.AppendUint64(b, t.Time), t.Set.Encode()...), t.Next.Encode()...)
	return appendTree(appendCertificate(b, t.By), &t.State)
}

func readTip(b []byte) (*validators.Tip, error) {
	d := ledgers.NewDecoder(b)
	t := &validators.Tip{Height: d.Uint64()}
	d.Into(t.Hash[:])
	t.Time = d.Uint64()
	t.Set, t.Next = readSet(d), readSet(d)
	t.By, t.State = readCertificate(d), readState(d)
	return t, d.Err()
}
