package spec

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Schema is a JSON Schema of experiment files, made of the structs that read them: for editors, and for whoever writes
// such files by program.
func Schema() []byte {
	root := schemaOf(reflect.TypeFor[Spec]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "An experiment with simulated networks"
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic("spec: a schema of maps and texts: " + err.Error())
	}
	return append(text, '\n')
}

type object = map[string]any

// patterns are what texts with units look like.
var patterns = map[reflect.Type]string{
	reflect.TypeFor[Duration](): `^0$|^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^[0-9.]+d$`,
	reflect.TypeFor[Rate]():     `^none$|^[0-9.]+ ?[kMG]?bit/s$`,
	reflect.TypeFor[Size]():     `^[0-9.]+ ?[kMG]?B$`,
}

func schemaOf(t reflect.Type) object {
	if pattern, ok := patterns[t]; ok {
		return object{"type": "string", "pattern": pattern}
	}
	switch {
	case t == reflect.TypeFor[Share]():
		return object{
			"oneOf": []object{
				{"type": "number", "minimum": 0, "maximum": 1},
				{"type": "string", "pattern": `^[0-9.]+ ?%?$`},
			},
		}
	case isTable(t):
		return tableSchema(t)
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	}
	return object{} // anything
}

func tableSchema(t reflect.Type) object {
	properties := object{}
	for i := range t.NumField() {
		field := t.Field(i)
		property := schemaOf(field.Type)
		property["description"] = field.Tag.Get("doc")
		if enum := field.Tag.Get("enum"); enum != "" {
			property["enum"] = strings.Split(enum, ",")
		}
		if field.Tag.Get("least") != "" {
			low, high := limits(field)
			property["minimum"], property["maximum"] = low, high
		}
		properties[field.Tag.Get("toml")] = property
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// Key is one key of the format, for the book's reference.
type Key struct{ Path, Type, Doc string }

// Reference lists every key in the order of the structs.
func Reference() []Key { return reference(reflect.TypeFor[Spec](), "") }

func reference(t reflect.Type, path string) (all []Key) {
	for i := range t.NumField() {
		field := t.Field(i)
		k := Key{strings.TrimPrefix(path+"."+field.Tag.Get("toml"), "."), kindName(field.Type), field.Tag.Get("doc")}
		if below := field.Type; below.Kind() == reflect.Slice && isTable(below.Elem()) {
			all = append(append(all, k), reference(below.Elem(), k.Path)...)
			continue
		}
		all = append(all, k)
		if isTable(field.Type) {
			all = append(all, reference(field.Type, k.Path)...)
		}
	}
	return all
}

// kindName is what a value is, in a word.
func kindName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[Duration]():
		return "time"
	case t == reflect.TypeFor[Rate]():
		return "rate"
	case t == reflect.TypeFor[Size]():
		return "size"
	case t == reflect.TypeFor[Share]():
		return "share"
	case isTable(t), t.Kind() == reflect.Map:
		return "table"
	case t.Kind() == reflect.Slice && isTable(t.Elem()):
		return "tables"
	case t.Kind() == reflect.Slice:
		return "list"
	}
	return map[reflect.Kind]string{reflect.String: "text", reflect.Bool: "switch", reflect.Int: "number",
		reflect.Uint64: "number", reflect.Float64: "number", reflect.Interface: "any"}[t.Kind()]
}
