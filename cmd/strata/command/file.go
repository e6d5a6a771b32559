package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"
)

// settingsFile is read from the working directory, if it is there.
const settingsFile = "strata.toml"

// readFile reads the settings file over s. A file that was asked for has to exist.
func (w World) readFile(cmd *cobra.Command, s *Settings) error {
	path, _ := cmd.Flags().GetString("config")
	if path == "" {
		path, _ = w.env("config")
	}
	asked := path != ""
	if !asked {
		path = settingsFile
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return nil
	}
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return readSettings(path, text, s)
}

// readSettings decodes the text of a settings file over s. Unknown keys and values that cannot be
// are errors, each with its line and column; path is for these alone.
func readSettings(path string, text []byte, s *Settings) error {
	decoder := toml.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(s)
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var faults []error
		for _, e := range unknown.Errors {
			line, column := e.Position()
			faults = append(faults, fmt.Errorf("%s:%d:%d: %s", path, line, column, unknownKey(e.Key())))
		}
		return errors.Join(faults...)
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		line, column := bad.Position()
		return fmt.Errorf("%s:%d:%d: `%s`: %s", path, line, column, excerpt(text, line), inOurWords(bad.Error()))
	}
	return err
}

// excerpt is the n-th line of the text, counted from 1, without the blanks around it.
func excerpt(text []byte, n int) string {
	lines := bytes.Split(text, []byte("\n"))
	if n < 1 || n > len(lines) {
		return ""
	}
	return string(bytes.TrimSpace(lines[n-1]))
}

// unknownKey names a key or a table that no command has, and what may have been meant.
func unknownKey(key []string) string {
	tables := keysOf(reflect.TypeFor[Settings]())
	if len(key) < 2 {
		if _, ok := tables[key[0]]; !ok {
			return fmt.Sprintf("unknown table or key %q%s", key[0], didYouMean(key[0], slices.Sorted(maps.Keys(tables))))
		}
	}
	table, ok := tables[key[0]]
	if !ok {
		return fmt.Sprintf("unknown table [%s]%s", key[0], didYouMean(key[0], slices.Sorted(maps.Keys(tables))))
	}
	name := strings.Join(key[1:], ".")
	return fmt.Sprintf("unknown key %q in [%s]%s", name, key[0], didYouMean(name, slices.Sorted(maps.Keys(keysOf(table)))))
}

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
func inOurWords(text string) string {
	text = strings.TrimPrefix(text, "toml: ")
	m := mismatch.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	want := map[string]string{"bool": "true or false", "string": "a text in quotes", "command.Addresses": "a list"}[m[2]]
	if want == "" {
		want = "a text in quotes"
	}
	return fmt.Sprintf("want %s, not this %s", want, m[1])
}
