package transcript

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// command is a line of a script, taken apart.
type command struct {
	word     string
	names    []string
	settings map[string]string
}

// parse takes a line apart at its blanks.
func parse(line string) (command, error) {
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return command{}, fmt.Errorf("want a command")
	}
	c := command{word: fields[0], settings: map[string]string{}}
	for _, f := range fields[1:] {
		key, value, setting := strings.Cut(f, "=")
		switch {
		case !setting:
			c.names = append(c.names, f)
		case c.settings[key] != "":
			return c, fmt.Errorf("%s stands twice", key)
		default:
			c.settings[key] = value
		}
	}
	return c, nil
}

// list is a setting such as (a,b), or nil.
func (c command) list(key string) []string {
	text := strings.Trim(c.settings[key], "()")
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// time is a setting that has to be there.
func (c command) time(key string) (time.Duration, error) {
	t, err := time.ParseDuration(c.settings[key])
	if err != nil {
		return 0, fmt.Errorf("%s=%q is no time, such as 50ms", key, c.settings[key])
	}
	return t, nil
}

// number is a setting that may be left out, and is 0 then.
func (c command) number(key string) (uint64, error) {
	if c.settings[key] == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(c.settings[key], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s=%q is no number", key, c.settings[key])
	}
	return n, nil
}
