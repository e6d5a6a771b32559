package causalnode

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"strata/ledgers/causal"
)

// Content is bytes of the document: text if they are UTF-8, else base64.
type Content struct {
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

// contentOf shows bytes.
func contentOf(b []byte) Content {
	if utf8.Valid(b) {
		return Content{Text: string(b)}
	}
	return Content{Base64: b}
}

// bytes are those that a writer means.
func (c Content) bytes() ([]byte, error) {
	if c.Text != "" && len(c.Base64) > 0 {
		return nil, errors.New("text and base64 do not go together")
	}
	return append([]byte(c.Text), c.Base64...), nil
}

// Place names a part of the document: one of Register, Map and List; an entry is one of a map.
type Place struct {
	Register string `json:"register,omitempty"`
	Map      string `json:"map,omitempty"`
	Entry    string `json:"entry,omitempty"`
	List     string `json:"list,omitempty"`
}

// errPlace reports a place that is none or several.
var errPlace = errors.New("one of register, map and list is wanted, and an entry only of a map")

// key is the place's. A map without an entry has none.
func (p Place) key() (key causal.Key, err error) {
	named := 0
	for kind, name := range map[causal.Kind]string{causal.Register: p.Register, causal.Entry: p.Map, causal.List: p.List} {
		if name != "" {
			named++
			key = causal.Key{Kind: kind, Name: name}
		}
	}
	if named != 1 || p.Entry != "" && p.Map == "" {
		return key, errPlace
	}
	key.Entry = p.Entry
	return key, nil
}

// Operation is one of a change.
type Operation struct {
	Action string `json:"action"` // set, remove, insert, delete
	Place
	After   string `json:"after,omitempty"`   // of insert: the element that it goes behind; empty: the beginning
	Element string `json:"element,omitempty"` // of delete
	Content
	DeedFields
}

// actions are the names of what an operation does. Those of deeds are in deeds.go.
var actions = map[string]causal.Action{
	"set": causal.Set, "remove": causal.Remove, "insert": causal.Insert, "delete": causal.Delete,
}

// op reads an operation. What it names is looked at when it is written.
func (o Operation) op() (op causal.Op, err error) {
	if kind, is := deedKinds[o.Action]; is {
		return o.deed(kind)
	}
	var known bool
	if op.Action, known = actions[o.Action]; !known {
		return op, fmt.Errorf("there is no action %.40q: want set, remove, insert or delete, or a deed: transfer, lock, redeem, refund, commit or reveal", o.Action)
	}
	if o.DeedFields != (DeedFields{}) {
		return op, fmt.Errorf("%s has fields of a deed", o.Action)
	}
	if op.Key, err = o.key(); err != nil {
		return op, err
	}
	if op.Value, err = o.bytes(); err != nil {
		return op, err
	}
	named := o.After
	if op.Action == causal.Delete {
		named = o.Element
	}
	if (o.After != "" || o.Element != "") && named == "" {
		return op, errors.New("after goes with insert, and element with delete")
	}
	if named != "" {
		op.Element, err = parseElement(named)
	}
	return op, err
}

// elementText names an element: the update's id, a stroke, and the operation's number in it.
func elementText(e causal.ElementID) string { return fmt.Sprintf("%s/%d", e.Update, e.Index) }

// parseElement reads what elementText makes.
func parseElement(text string) (e causal.ElementID, err error) {
	id, index, _ := strings.Cut(text, "/")
	n, err := strconv.ParseUint(index, 10, 16)
	if err == nil {
		e.Index = uint16(n)
		e.Update, err = parseID(id)
	}
	if err != nil {
		return e, fmt.Errorf("%.80q is no element: want the id of an update, a stroke, and a number", text)
	}
	return e, nil
}

// parseID reads the id of an update.
func parseID(text string) (id causal.ID, err error) {
	if len(text) == 2*len(id) {
		_, err = hex.Decode(id[:], []byte(text))
	}
	if err != nil || len(text) != 2*len(id) {
		return id, fmt.Errorf("an id has %d hex digits", 2*len(id))
	}
	return id, nil
}

// Part is what the document has in one place.
type Part struct {
	Values   []Content `json:"values,omitempty"`   // of a register or an entry; the first is the one to show
	Entries  []string  `json:"entries,omitempty"`  // of a map, sorted
	Elements []Element `json:"elements,omitempty"` // of a list, from its beginning
}

// Element is one of a list.
type Element struct {
	ID string `json:"id"` // for after and element
	Content
}

// partOf reads a part of the document.
func partOf(d causal.Document, key causal.Key) (p Part) {
	switch {
	case key.Kind == causal.List:
		for _, e := range d.List(key.Name) {
			p.Elements = append(p.Elements, Element{elementText(e.ID), contentOf(e.Value)})
		}
	case key.Kind == causal.Entry && key.Entry == "":
		p.Entries = d.Entries(key.Name)
	default:
		for _, v := range d.Values(key) {
			p.Values = append(p.Values, contentOf(v))
		}
	}
	return p
}

// UpdateView is an update as the API shows it.
type UpdateView struct {
	ID           string   `json:"id"`
	Author       string   `json:"author"`
	Prev         string   `json:"prev,omitempty"` // empty of its author's first
	Predecessors []string `json:"predecessors"`
	Operations   int      `json:"operations"`
}

// viewOf shows an update.
func viewOf(id causal.ID, u *causal.Update) UpdateView {
	v := UpdateView{ID: id.String(), Author: u.Author.String()}
	if u.Prev != (causal.ID{}) {
		v.Prev = u.Prev.String()
	}
	for _, p := range u.Predecessors {
		v.Predecessors = append(v.Predecessors, p.String())
	}
	ops, _ := causal.DecodeOps(u.Body) // a delivered one has a body that is right
	v.Operations = len(ops)
	return v
}
