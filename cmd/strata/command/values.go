package command

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"strata/network"
)

// The types below are the settings' own: each is a pflag.Value and an encoding.TextUnmarshaler,
// so that a flag, a variable and a line of strata.toml are read, and refused, in the same words.

// Duration is a length of time, written as in Go: `1m30s`.
type Duration time.Duration

// UnmarshalText wants a time that is not negative.
func (d *Duration) UnmarshalText(text []byte) error { return d.Set(string(text)) }

// MarshalText is the time as UnmarshalText reads it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Set does what UnmarshalText does.
func (d *Duration) Set(text string) error {
	v, err := time.ParseDuration(text)
	if err != nil || v < 0 {
		return fmt.Errorf("%q is not a time: want one such as 20s or 1m30s", text)
	}
	*d = Duration(v)
	return nil
}

func (d Duration) String() string { return time.Duration(d).String() }

// Type names the value in help texts.
func (d Duration) Type() string { return "DURATION" }

// Count is a whole number, not negative.
type Count int

// UnmarshalText wants decimal digits.
func (n *Count) UnmarshalText(text []byte) error { return n.Set(string(text)) }

// Set does what UnmarshalText does.
func (n *Count) Set(text string) error {
	v, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return fmt.Errorf("%q is not a number: want 0 or more, in digits", text)
	}
	*n = Count(v)
	return nil
}

func (n Count) String() string { return strconv.Itoa(int(n)) }

// Type names the value in help texts.
func (n Count) Type() string { return "N" }

// Address is a network.Addr, or empty.
type Address network.Addr

// UnmarshalText wants `host:port` or nothing.
func (a *Address) UnmarshalText(text []byte) error { return a.Set(string(text)) }

// Set does what UnmarshalText does.
func (a *Address) Set(text string) error {
	if text != "" {
		if err := network.Addr(text).Validate(); err != nil {
			return err
		}
	}
	*a = Address(text)
	return nil
}

func (a Address) String() string { return string(a) }

// Type names the value in help texts.
func (a Address) Type() string { return "HOST:PORT" }

// Addresses is a list of addresses. As a flag it may be repeated; commas separate too.
type Addresses []Address

// Set adds the addresses in text, which commas separate.
func (as *Addresses) Set(text string) error {
	for _, field := range strings.Split(text, ",") {
		var a Address
		if err := a.Set(strings.TrimSpace(field)); err != nil {
			return err
		}
		if a != "" {
			*as = append(*as, a)
		}
	}
	return nil
}

func (as Addresses) String() string {
	texts := make([]string, len(as))
	for i, a := range as {
		texts[i] = string(a)
	}
	return strings.Join(texts, ",")
}

// Type names the value in help texts.
func (as Addresses) Type() string { return "HOST:PORT" }

// network is the list as the layers take it.
func (as Addresses) network() []network.Addr {
	list := make([]network.Addr, len(as))
	for i, a := range as {
		list[i] = network.Addr(a)
	}
	return list
}

// Level is the least level of the records that are logged.
type Level slog.Level

// UnmarshalText wants one of the four names of log/slog.
func (l *Level) UnmarshalText(text []byte) error { return l.Set(string(text)) }

// Set does what UnmarshalText does.
func (l *Level) Set(text string) error {
	if err := (*slog.Level)(l).UnmarshalText([]byte(text)); err != nil {
		return fmt.Errorf("%q is not a level: want debug, info, warn or error", text)
	}
	return nil
}

func (l Level) String() string { return strings.ToLower(slog.Level(l).String()) }

// Type names the value in help texts.
func (l Level) Type() string { return "LEVEL" }

// Format is how log records are written: text or json.
type Format string

// UnmarshalText wants one of the two.
func (f *Format) UnmarshalText(text []byte) error { return f.Set(string(text)) }

// Set does what UnmarshalText does.
func (f *Format) Set(text string) error {
	if text != "text" && text != "json" {
		return fmt.Errorf("%q is not a log format: want text or json", text)
	}
	*f = Format(text)
	return nil
}

func (f Format) String() string { return string(f) }

// Type names the value in help texts.
func (f Format) Type() string { return "FORMAT" }

// inRange reports a setting outside what it may be.
func inRange(name string, value, least, most int) error {
	if value < least || value > most {
		return fmt.Errorf("%s is %d: want %d to %d", name, value, least, most)
	}
	return nil
}
