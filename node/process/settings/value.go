package settings

import (
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"strata/network"
)

// The types below are the settings' own: each is a Value and an encoding.TextUnmarshaler, so that a
// flag, a variable and a line of strata.toml are read, and refused, in the same words.

// refuse says where in strata.toml the text is that cannot be. The decoder does so itself for
// texts in quotes; what UnmarshalText says of a bare number or date it passes on as it is.
func refuse(text []byte, err error) error {
	if err == nil {
		return nil
	}
	return unstable.NewParserError(text, "%w", err)
}

// Duration is a length of time, written as in Go: `1m30s`. It is a struct because the TOML decoder
// would put a bare number into an int64, as nanoseconds.
type Duration struct{ time.Duration }

// UnmarshalText wants a time that is not negative.
func (d *Duration) UnmarshalText(text []byte) error { return refuse(text, d.Set(string(text))) }

// MarshalText is the time as UnmarshalText reads it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Set does what UnmarshalText does.
func (d *Duration) Set(text string) error {
	v, err := time.ParseDuration(text)
	if err != nil || v < 0 {
		return fmt.Errorf("%q is not a time: want one such as 20s or 1m30s", text)
	}
	d.Duration = v
	return nil
}

// Type names the value in help texts.
func (d Duration) Type() string { return "DURATION" }

// Count is a whole number, not negative. The TOML decoder stores a bare one without asking
// UnmarshalText, so that whoever uses it checks its range.
type Count int

// UnmarshalText wants decimal digits.
func (n *Count) UnmarshalText(text []byte) error { return refuse(text, n.Set(string(text))) }

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

// Address is where a node is, or empty. It is a struct because the TOML decoder fills a list of
// texts without asking UnmarshalText.
type Address struct{ network.Addr }

// UnmarshalText wants `host:port` or nothing.
func (a *Address) UnmarshalText(text []byte) error { return refuse(text, a.Set(string(text))) }

// Set does what UnmarshalText does.
func (a *Address) Set(text string) error {
	if text != "" {
		if err := network.Addr(text).Validate(); err != nil {
			return err
		}
	}
	a.Addr = network.Addr(text)
	return nil
}

func (a Address) String() string { return string(a.Addr) }

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
		if a.Addr != "" {
			*as = append(*as, a)
		}
	}
	return nil
}

func (as Addresses) String() string {
	texts := make([]string, len(as))
	for i, a := range as {
		texts[i] = a.String()
	}
	return strings.Join(texts, ",")
}

// Type names the value in help texts.
func (as Addresses) Type() string { return "HOST:PORT" }

// Network is the list as the layers take it.
func (as Addresses) Network() []network.Addr {
	list := make([]network.Addr, len(as))
	for i, a := range as {
		list[i] = a.Addr
	}
	return list
}

// Level is the least level of the records that are logged; zero is info. It is a struct, and Format
// too, because the TOML decoder fills a text without asking UnmarshalText.
type Level struct{ slog.Level }

// UnmarshalText wants one of the four names of log/slog, in lower case.
func (l *Level) UnmarshalText(text []byte) error { return refuse(text, l.Set(string(text))) }

// Set does what UnmarshalText does.
func (l *Level) Set(text string) error {
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, text) {
		return fmt.Errorf("%q is not a level: want debug, info, warn or error", text)
	}
	return l.Level.UnmarshalText([]byte(text))
}

func (l Level) String() string { return strings.ToLower(l.Level.String()) }

// Type names the value in help texts.
func (l Level) Type() string { return "LEVEL" }

// Format is how log records are written: text or json; zero is text.
type Format struct{ JSON bool }

// UnmarshalText wants one of the two.
func (f *Format) UnmarshalText(text []byte) error { return refuse(text, f.Set(string(text))) }

// Set does what UnmarshalText does.
func (f *Format) Set(text string) error {
	if text != "text" && text != "json" {
		return fmt.Errorf("%q is not a log format: want text or json", text)
	}
	f.JSON = text == "json"
	return nil
}

func (f Format) String() string {
	if f.JSON {
		return "json"
	}
	return "text"
}

// Type names the value in help texts.
func (f Format) Type() string { return "FORMAT" }

// Text is any text.
type Text string

// Set takes the text as it is.
func (t *Text) Set(text string) error {
	*t = Text(text)
	return nil
}

func (t Text) String() string { return string(t) }

// Type names the value in help texts.
func (t Text) Type() string { return "string" }

// Switch is yes or no. As a flag it needs no value.
type Switch bool

// Set wants true or false, in any way that Go writes them.
func (s *Switch) Set(text string) error {
	v, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%q is not true or false", text)
	}
	*s = Switch(v)
	return nil
}

func (s Switch) String() string { return strconv.FormatBool(bool(s)) }

// Type names the value in help texts.
func (s Switch) Type() string { return "bool" }

// IsBoolFlag says that the flag alone means true; package flag asks for it.
func (s Switch) IsBoolFlag() bool { return true }

// InRange reports a setting outside what it may be.
func InRange(name string, value, least, most int) error {
	if value < least || value > most {
		return fmt.Errorf("%s is %d: want %d to %d", name, value, least, most)
	}
	return nil
}

// Required reports a setting that has to say something.
func Required(name, value string) error {
	if value == "" {
		return fmt.Errorf("%s is empty", name)
	}
	return nil
}
