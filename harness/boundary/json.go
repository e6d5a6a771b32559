//go:build !wasip1

package boundary

import (
	"encoding/json"
	"fmt"
)

// inJSON writes messages as JSON, bytes in base64.
type inJSON struct{}

// jsonMessage is a message as JSON has it.
type jsonMessage struct {
	Call   string            `json:"call,omitempty"`
	On     int               `json:"on,omitempty"`
	Args   []json.RawMessage `json:"args,omitempty"`
	Return json.RawMessage   `json:"return,omitempty"`
	Error  *failure          `json:"error,omitempty"`
	Crash  *Crash            `json:"crash,omitempty"`
}

func (inJSON) append(to []byte, m message) []byte {
	out := jsonMessage{Call: m.call, On: m.on, Error: m.failure, Crash: m.crash}
	for _, a := range m.args {
		out.Args = append(out.Args, asJSON(a))
	}
	if m.kind == isReturn {
		out.Return = asJSON(m.value)
	}
	return append(to, asJSON(out)...)
}

// asJSON is a value of ours as JSON.
func asJSON(v any) json.RawMessage {
	if b, is := v.([]byte); is && b == nil {
		v = []byte{} // no bytes, and not null
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("boundary: %T: %v", v, err)) // ours: nothing of the process's
	}
	return text
}

func (inJSON) parse(text []byte) (message, error) {
	var in jsonMessage
	if err := json.Unmarshal(text, &in); err != nil {
		return message{}, fmt.Errorf("%s is no message", shown(text))
	}
	m := message{call: in.Call, on: in.On, ret: raw(in.Return), failure: in.Error, crash: in.Crash}
	for _, a := range in.Args {
		m.got = append(m.got, raw(a))
	}
	if m.setKind(); m.kind == isNothing {
		return m, fmt.Errorf("%s is neither a call nor an answer", shown(text))
	}
	return m, nil
}

func (inJSON) read(r raw, into any) error { return json.Unmarshal(r, into) }

func (inJSON) pairs(r raw) (pairs []raw, err error) {
	var values map[string]json.RawMessage
	err = json.Unmarshal(r, &values)
	for name, value := range values {
		pairs = append(pairs, raw(name), raw(value))
	}
	return pairs, err
}

// MarshalJSON makes an object of settings.
func (s settings) MarshalJSON() ([]byte, error) { return json.Marshal(s.byName()) }

func (inJSON) show(r raw) string { return shown(r) }
