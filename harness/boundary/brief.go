package boundary

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/network"
)

// Messages to a room and from it have no names, as JSON needs them. A message begins with a byte that says what it is:
//
//	0, method, object, arguments ...    a call
//	1, value                            it returns; nothing at all says that it returns nothing
//	2, error                            it returns an error
//	3, crash                            it has crashed
//
// The method is a byte, its number; the object is a word, and words have four bytes, the lowest first. Arguments and the value are those
// of inBrief, the error and the crash those of inCBOR.
const (
	briefCall byte = iota
	briefReturn
	briefError
	briefCrash
)

// appendReturn adds what a call returns.
func appendReturn(b []byte, value any) []byte {
	if value == nil {
		return b
	}
	return appendValue(append(b, briefReturn), value)
}

// appendCall adds a call. It keeps none of the arguments, so that they need no memory of their own.
func appendCall(b []byte, method method, on int, args []any) []byte {
	b = binary.LittleEndian.AppendUint32(append(b, briefCall, byte(method)), uint32(on))
	for _, a := range args {
		b = appendValue(b, a)
	}
	return b
}

// How long a word of a call is, and what comes before its arguments.
const (
	word       = 4
	beforeArgs = 2 + word
)

// nothing is the value of a method that returns none.
var nothing = raw{briefNull}

// parseCall reads a call, and puts its arguments on a stack.
func parseCall(stack []raw, call []byte) (called method, on int, with []raw, err error) {
	if len(call) < beforeArgs || call[0] != briefCall {
		return unnamed, 0, stack, errAnswer
	}
	on = int(binary.LittleEndian.Uint32(call[2:]))
	if stack, err = values(stack, call[beforeArgs:]); err != nil {
		return unnamed, 0, stack, err
	}
	return method(call[1]), on, stack, nil
}

// parseAnswer reads an answer.
func parseAnswer(b []byte) (m message, err error) {
	if len(b) == 0 {
		return message{kind: isReturn, ret: nothing}, nil
	}
	switch b[0] {
	case briefCall:
		return m, errCall
	case briefReturn:
		m.kind, m.ret = isReturn, b[1:]
		if size := valueSize(m.ret); size == 0 {
			return m, errValue
		} else if size < len(m.ret) {
			return m, fmt.Errorf("there are %d bytes behind it", len(m.ret)-size)
		}
		return m, nil
	case briefError, briefCrash:
		return parseFailure(b)
	}
	return m, errKind
}

// parseFailure reads an answer that tells of an error, or of a crash.
func parseFailure(b []byte) (m message, err error) {
	item, rest, err := next(b[1:], 0)
	switch {
	case err != nil:
	case len(rest) > 0:
		err = fmt.Errorf("there are %d bytes behind it", len(rest))
	case b[0] == briefError:
		m.kind = isError
		err = readCBOR(item, &m.failure)
	default:
		m.kind = isCrash
		m.crash, err = readCrash(item)
	}
	return m, err
}

var (
	errAnswer = errors.New("an answer without a call")
	errCall   = errors.New("a call where an answer was due")
	errKind   = errors.New("neither a call nor an answer")
)

// heard serves a call that came in this form and returns the answer in it. That is the caller's until the link hands over something
// else.
func (l *Link) heard(call []byte) []byte {
	at, from := len(l.in), len(l.stack)
	l.in = append(l.in, call...)
	call = l.in[at:]
	method, on, stack, err := parseCall(l.stack, call)
	if err != nil {
		l.fail(fmt.Errorf("%w: %s is no call: %w", ErrProtocol, l.codec.show(call), err))
	}
	l.stack = stack
	value, err := l.serve(method, on, stack[from:])
	l.in, l.stack = l.in[:at], l.stack[:from]
	if err != nil {
		l.out = appendCBOR(append(l.out[:0], briefError), l.failureOf(err))
	} else {
		l.out = appendReturn(l.out[:0], value)
	}
	return l.out
}

// post carries what is written already.
type post interface {
	// Exchange is Room's.
	Exchange(call []byte) (answer []byte, err error)
}

// parsed is an answer in this form.
func (l *Link) parsed(answer []byte) message {
	m, err := parseAnswer(answer)
	if err != nil {
		l.fail(fmt.Errorf("%w: %s: %w", ErrProtocol, l.codec.show(answer), err))
	}
	return m
}

// posted carries a call, and what needs no form without one, and returns the answer.
func (l *Link) posted(method method, on int, args []any) (answer []byte) {
	var err error
	switch {
	case l.room != nil && method == callRun && len(args) == 0:
		answer, err = l.room.Run(on)
	case l.room != nil && method == callReceive:
		answer, err = l.room.Receive(on, args[0].([]byte))
	default:
		l.out = appendCall(l.out[:0], method, on, args)
		answer, err = l.post.Exchange(l.out)
	}
	if err != nil {
		l.fail(err)
	}
	return answer
}

// kept is a copy of arguments for who keeps them longer than a call.
func kept(args []any) []any {
	list := make([]any, len(args))
	for i, a := range args {
		list[i] = keptOne(a)
	}
	return list
}

// keptOne copies one of the values that appendCBOR takes.
func keptOne(a any) any {
	switch a := a.(type) {
	case bool:
		return a
	case int:
		return a
	case int64:
		return a
	case uint32:
		return a
	case uint64:
		return a
	case float64:
		return a
	case network.ConnID:
		return a
	case network.TimerID:
		return a
	case []byte:
		return a
	case string:
		return a
	case network.Addr:
		return a
	case []string:
		return a
	case []network.Addr:
		return a
	case map[string]any:
		fields := make(map[string]any, len(a))
		for key, value := range a {
			fields[key] = value
		}
		return fields
	case settings:
		list := make(settings, len(a))
		for i, one := range a {
			list[i] = setting{one.name, keptOne(one.value)}
		}
		return list
	case *failure:
		if a == nil {
			return (*failure)(nil)
		}
		f := *a
		return &f
	}
	return nil
}
