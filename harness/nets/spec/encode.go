package spec

import (
	"bytes"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Encode is the experiment as a file that Read reads, and Check lets pass. Keys that have no value, or mean nothing, are
// left out, and so are the sweep, expectations, pictures and the short form: what it says is one run.
func (s Spec) Encode() []byte {
	s.Sweep, s.Expect, s.Plots, s.Short = Sweep{}, nil, nil, nil
	var out bytes.Buffer
	encodeTable(&out, reflect.ValueOf(s), "", s.Run.Protocol)
	return out.Bytes()
}

// encodeTable writes the keys of a table, then the tables below it.
func encodeTable(out *bytes.Buffer, v reflect.Value, path, protocol string) {
	kind := ""
	if k := v.FieldByName("Kind"); k.IsValid() {
		kind = k.String()
	}
	var below []int
	for i := range v.NumField() {
		field, key := v.Field(i), v.Type().Field(i).Tag.Get("toml")
		switch {
		case empty(field), !listed(v.Type().Field(i), "for", protocol), !listed(v.Type().Field(i), "kinds", kind):
		case isTable(field.Type()), field.Kind() == reflect.Slice && isTable(field.Type().Elem()):
			below = append(below, i)
		default:
			text, err := toml.Marshal(map[string]any{key: field.Interface()})
			if err != nil {
				panic("spec: a value that is no TOML: " + err.Error()) // a test writes all of them
			}
			out.Write(text)
		}
	}
	for _, i := range below {
		field, name := v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Tag.Get("toml"), ".")
		if field.Kind() != reflect.Slice {
			fmt.Fprintf(out, "\n[%s]\n", name)
			encodeTable(out, field, name, protocol)
			continue
		}
		for j := range field.Len() {
			fmt.Fprintf(out, "\n[[%s]]\n", name)
			encodeTable(out, field.Index(j), name, protocol)
		}
	}
}

// listed says whether a key's tag, which lists when it means something, has that value; without a tag it always does.
func listed(field reflect.StructField, tag, is string) bool {
	all := field.Tag.Get(tag)
	return all == "" || slices.Contains(strings.Split(all, ","), is)
}

// empty says whether a key has no value.
func empty(v reflect.Value) bool {
	return v.IsZero() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}

// Rooted is the experiment with the files that it names as seen from anywhere; dir is where its own file is.
func (s Spec) Rooted(dir string) Spec {
	s = s.clone()
	for _, path := range []*string{&s.Network.Topology.File, &s.Places.Regions, &s.Places.Shares, &s.Places.Bandwidth} {
		own := path == &s.Network.Topology.File || strings.HasSuffix(*path, ".csv")
		if !own || *path == "" || filepath.IsAbs(*path) {
			continue
		}
		if whole, err := filepath.Abs(filepath.Join(dir, *path)); err == nil {
			*path = whole
		}
	}
	return s
}
