package spec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"strata/node/process/settings"
)

// File is an experiment with the places of its keys.
type File struct {
	Spec
	Name  string // of the file, for messages and for the paths in it
	Where Positions
}

// maxFile is how many bytes a file may have.
const maxFile = 1 << 20

// ReadFile reads an experiment. Errors: Mistakes, the system's.
func ReadFile(name string) (*File, error) {
	if info, err := os.Stat(name); err == nil && (info.IsDir() || info.Size() > maxFile) {
		return nil, Mistakes{{File: name, Text: "want a file of at most 1 MiB"}}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("experiment: %w", err)
	}
	return Read(name, text)
}

// Read reads the text of an experiment; name is for messages. What it means is not checked yet: see Check. Error:
// Mistakes, with every unknown key.
func Read(name string, text []byte) (*File, error) {
	f := &File{Name: name}
	var err error
	f.Where, err = Decode(name, text, &f.Spec)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Decode reads the text of a file into a struct whose keys are tags toml, and tells where each key stands; name is for
// messages. Error: Mistakes, with every unknown key.
func Decode(name string, text []byte, into any) (Positions, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, Mistakes{{File: name, Text: "not a text in UTF-8: save it as one"}}
	}
	decoder := toml.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var all Mistakes
		where := locate(text)
		for _, e := range unknown.Errors {
			line, column := e.Position()
			at := Position{line, column}
			all = append(all, Mistake{name, at, "", unknownKey(reflect.TypeOf(into).Elem(), where.keyAt(at, e.Key()))})
		}
		return nil, all
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		line, column := bad.Position()
		return nil, Mistakes{{name, Position{line, column}, strings.Join(bad.Key(), "."), inOurWords(bad.Error())}}
	}
	if err != nil {
		return nil, Mistakes{{File: name, Text: err.Error()}}
	}
	return locate(text), nil
}

// keysOf maps the keys of a table to the fields of its struct.
func keysOf(t reflect.Type) map[string]reflect.StructField {
	keys := map[string]reflect.StructField{}
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("toml"); tag != "" {
			keys[tag] = t.Field(i)
		}
	}
	return keys
}

// names lists the keys of a table in the order in which the struct has them.
func names(t reflect.Type) (all []string) {
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("toml"); tag != "" {
			all = append(all, tag)
		}
	}
	return all
}

// isTable says whether values of the type are tables with keys of their own.
func isTable(t reflect.Type) bool { return t.Kind() == reflect.Struct && len(names(t)) > 0 }

// keyAt is the key that stands there, with the tables around it, without the numbers of elements of lists. The library
// leaves out the tables that are values.
func (p Positions) keyAt(at Position, otherwise []string) []string {
	for path, there := range p {
		if parts := strings.Split(path, "."); there == at && len(parts) >= len(otherwise) {
			return slices.DeleteFunc(parts, func(part string) bool { _, err := strconv.Atoi(part); return err == nil })
		}
	}
	return otherwise
}

// unknownKey says what there is instead, in a file of that type.
func unknownKey(t reflect.Type, key []string) string {
	where := "the file"
	for i, part := range key {
		field, ok := keysOf(t)[part]
		if !ok {
			return fmt.Sprintf("unknown key %q in %s%s", part, where, insteadOf(part, names(t)))
		}
		if t = field.Type; t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		where = "[" + strings.Join(key[:i+1], ".") + "]"
		if !isTable(t) {
			break
		}
	}
	return fmt.Sprintf("unknown key %q", strings.Join(key, "."))
}

// insteadOf is the name that was likely meant, or all there are.
func insteadOf(name string, names []string) string {
	if meant := settings.DidYouMean(name, names); meant != "" {
		return meant
	}
	return ": want one of " + strings.Join(slices.Sorted(slices.Values(names)), ", ")
}

// mismatch is how the library reports a value of another type.
var mismatch = regexp.MustCompile(`cannot decode TOML (\w+) into .* of type (\S+)$`)

// inOurWords says what is wanted instead of naming a Go type.
func inOurWords(text string) string {
	text = strings.TrimPrefix(text, "toml: ")
	m := mismatch.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	want := map[string]string{"int": "a whole number", "uint64": "a whole number", "float64": "a number", "bool": "true or false", "string": "a text in quotes",
		"spec.Share": `a share such as 0.3 or "30 %"`}[m[2]]
	switch {
	case want != "":
	case strings.HasPrefix(m[2], "[]"):
		want = "a list in brackets"
	case strings.HasPrefix(m[2], "map["):
		want = "a table such as { x = \"1+1\" }"
	default:
		want = "a table such as { key = value }"
	}
	return fmt.Sprintf("want %s, not this %s", want, strings.ToLower(m[1]))
}
