package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Value is one setting: flag.Value, and the Type that pflag asks for.
type Value interface {
	String() string
	Set(text string) error
	Type() string
}

// Flag is one key of a table, which is a flag and a variable too.
type Flag struct {
	Name  string // as in max-peers
	Usage string // one line; a word in `back quotes` names the value
	Value Value  // points to the field that it sets
}

// Lookup finds the text that a source has for a name; ok is false if it says nothing.
type Lookup func(name string) (text string, ok bool)

// envPrefix comes before the name of a setting in the environment: STRATA_MAX_PEERS.
const envPrefix = "STRATA_"

// EnvName is the variable that a flag can be set by.
func EnvName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Env looks flags up in an environment. An empty variable counts as not set.
func Env(lookup Lookup) Lookup {
	return func(flag string) (string, bool) {
		text, _ := lookup(EnvName(flag))
		return text, text != ""
	}
}

// Resolve reads the settings file over tables, in which flags point, and applies what was given
// and the environment. The file is the one that --config or STRATA_CONFIG names; else, if the flags
// have `data`, strata.toml of that directory; else that of the working directory. It returns the
// file's path, "" if there was none. Errors: those of Locate, ReadFile and Apply.
func Resolve(tables any, flags []Flag, given, env Lookup) (path string, err error) {
	first := func(name string) string {
		text, ok := given(name)
		if !ok {
			text, _ = env(name)
		}
		return text
	}
	data := ""
	if slices.ContainsFunc(flags, func(f Flag) bool { return f.Name == "data" }) {
		data = first("data")
	}
	if path, err = Locate(first("config"), data); err != nil {
		return path, err
	}
	if err := ReadFile(path, tables); err != nil {
		return path, err
	}
	return path, Apply(flags, given, env)
}

// Apply sets the flags that were given, and those others that the environment knows. The error
// lists every variable that cannot be, by name; the texts of given were accepted by such a flag before.
func Apply(flags []Flag, given, env Lookup) error {
	byName := slices.SortedFunc(slices.Values(flags), func(a, b Flag) int { return strings.Compare(a.Name, b.Name) })
	var faults []error
	for _, f := range byName {
		if text, ok := given(f.Name); ok {
			faults = append(faults, set(f, text))
		} else if text, ok := env(f.Name); ok {
			if err := set(f, text); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", EnvName(f.Name), err))
			}
		}
	}
	return errors.Join(faults...)
}

// set replaces what the flag says. A list would keep what a weaker source said.
func set(f Flag, text string) error {
	if list, ok := f.Value.(*Addresses); ok {
		*list = nil
	}
	return f.Value.Set(text)
}
