package settings

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// FileName is that of the settings file where nobody names another.
const FileName = "strata.toml"

// Locate names the settings file: the one asked for, which has to exist; else strata.toml of the
// data directory; else that of the working directory; "" if there is none. Error: the file asked
// for cannot be read.
func Locate(asked, data string) (path string, err error) {
	if asked != "" {
		return asked, readable(asked)
	}
	for _, dir := range []string{data, "."} {
		path := filepath.Join(dir, FileName)
		if info, err := os.Stat(path); dir != "" && err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", nil
}

func readable(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return nil
}

// ReadFile does what Read does with the text of a file; "" is no file, and says nothing.
func ReadFile(path string, tables any) error {
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return Read(path, text, tables)
}

// Read decodes the text of a settings file over what tables points to: a struct with a field for
// each table, which is a struct with a field for each key. Unknown keys and values that cannot be
// are errors, each with its line and column; path is for these alone.
func Read(path string, text []byte, tables any) error {
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	if !utf8.Valid(text) {
		return fmt.Errorf("%s: not a text in UTF-8: save it as one", path)
	}
	decoder := toml.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(tables)
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		known := keysOf(reflect.TypeOf(tables).Elem())
		var faults []error
		for _, e := range unknown.Errors {
			line, column := e.Position()
			faults = append(faults, fmt.Errorf("%s:%d:%d: %s", path, line, column, unknownKey(known, e.Key(), strings.HasPrefix(excerpt(text, line), "["))))
		}
		return errors.Join(faults...)
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		line, column := bad.Position()
		return fmt.Errorf("%s:%d:%d: `%s`: %s", path, line, column, excerpt(text, line), inOurWords(bad.Error(), keysOf(reflect.TypeOf(tables).Elem())))
	}
	return err
}

// byteOrderMark is what some editors put before a text in UTF-8. TOML knows none.
const byteOrderMark = "\ufeff"

// excerpt is the n-th line of the text, counted from 1, without the blanks around it.
func excerpt(text []byte, n int) string {
	lines := bytes.Split(text, []byte("\n"))
	if n < 1 || n > len(lines) {
		return ""
	}
	return string(bytes.TrimSpace(lines[n-1]))
}

// unknownKey names a key or a table that no command has, and what may have been meant; header says that it
// stands in brackets.
func unknownKey(tables map[string]reflect.Type, key []string, header bool) string {
	names := slices.Sorted(maps.Keys(tables))
	if len(key) < 2 {
		if _, ok := tables[key[0]]; !ok {
			if homes := tablesWith(tables, key[0]); len(homes) > 0 && !header {
				return fmt.Sprintf("key %q stands before the first table: put it below %s", key[0], strings.Join(homes, " or "))
			}
			return fmt.Sprintf("unknown table or key %q%s", key[0], DidYouMean(key[0], names))
		}
	}
	table, ok := tables[key[0]]
	if !ok {
		return fmt.Sprintf("unknown table [%s]%s", key[0], DidYouMean(key[0], names))
	}
	name := strings.Join(key[1:], ".")
	return fmt.Sprintf("unknown key %q in [%s]%s", name, key[0], DidYouMean(name, slices.Sorted(maps.Keys(keysOf(table)))))
}

// tablesWith lists the tables, in brackets, that have the key.
func tablesWith(tables map[string]reflect.Type, key string) (homes []string) {
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if t := tables[name]; t.Kind() == reflect.Struct && keysOf(t)[key] != nil {
			homes = append(homes, "["+name+"]")
		}
	}
	return homes
}

// Keys lists the keys of a table, in order: those that the tags of the struct name.
func Keys(table any) []string { return slices.Sorted(maps.Keys(keysOf(reflect.TypeOf(table)))) }

// keysOf maps the TOML keys of a settings struct to the types of their fields.
func keysOf(t reflect.Type) map[string]reflect.Type {
	keys := make(map[string]reflect.Type)
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("toml"); tag != "" {
			keys[tag] = t.Field(i).Type
		}
	}
	return keys
}

// mismatch is how the TOML library reports a value of the wrong type.
var mismatch = regexp.MustCompile(`^cannot decode TOML (\w+) into .* of type (\S+)$`)

// inOurWords names the type that is wanted instead of the Go type it is read into.
func inOurWords(text string, tables map[string]reflect.Type) string {
	text = strings.TrimPrefix(text, "toml: ")
	m := mismatch.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	want := map[string]string{
		"bool": "true or false", "settings.Switch": "true or false",
		"settings.Addresses": `a list such as ["127.0.0.1:11120"]`,
	}[m[2]]
	if want == "" {
		want = "a text in quotes"
	}
	for _, t := range tables {
		if t.String() == m[2] {
			want = "a table"
		}
	}
	return fmt.Sprintf("want %s, not this %s", want, m[1])
}
