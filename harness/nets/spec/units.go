package spec

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"
)

// refuse says where in the file the text is that cannot be: the decoder does so itself for texts in quotes, but
// passes on what is said of bare numbers as it is.
func refuse(text []byte, err error) error {
	if err == nil {
		return nil
	}
	return unstable.NewParserError(text, "%w", err)
}

// Duration is a length of time with its unit, as in "600s", "1m30s" or "2d".
type Duration struct{ time.Duration }

// longest is the longest time there can be: sums of a few stay far from the end of int64.
const longest = 10 * 365 * 24 * time.Hour

// UnmarshalText reads a time that is not negative.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := parseDuration(string(text))
	d.Duration = v
	return refuse(text, err)
}

func parseDuration(text string) (time.Duration, error) {
	if _, err := strconv.ParseFloat(text, 64); err == nil && text != "0" {
		return 0, fmt.Errorf(
			"%s of what? A time has a unit, as in \"%ss\", \"%sms\" or \"%sh\"",
			text,
			text,
			text,
			text,
		)
	}
	v, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok && err != nil {
		n, bad := strconv.ParseFloat(days, 64)
		v, err = time.Duration(n*24*float64(time.Hour)), bad
		if n < 0 || n > 3650 {
			err = errors.New("out of range")
		}
	}
	if err != nil || v < 0 || v > longest {
		return 0, fmt.Errorf(
			"%q is not a time: want one such as \"600s\", \"20ms\", \"1h30m\" or \"2d\", up to 10 years",
			text,
		)
	}
	return v, nil
}

// MarshalText is the time as UnmarshalText reads it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Share is a part of a whole, from 0 to 1: 0.3 or "30 %".
type Share float64

// UnmarshalText reads what stands in quotes; bare numbers do not come here.
func (s *Share) UnmarshalText(text []byte) error {
	trimmed := strings.TrimSpace(string(text))
	number, percent := strings.CutSuffix(trimmed, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil {
		return refuse(text, fmt.Errorf("%q is no share: want 0.3 or \"30 %%\"", text))
	}
	if percent {
		v /= 100
	}
	*s = Share(v)
	return nil
}

// Rate is bits a second with their unit: "25 Mbit/s". 0 stands for no limit.
type Rate struct{ BitsPerSecond int64 }

// prefixes are the SI's, as rates and sizes have them.
var prefixes = []struct {
	letter string
	factor float64
}{{"G", 1e9}, {"M", 1e6}, {"k", 1e3}, {"", 1}}

// UnmarshalText reads a rate.
func (r *Rate) UnmarshalText(text []byte) error {
	v, err := withUnit(string(text), "bit/s", `"25 Mbit/s", "800 kbit/s" or "none"`)
	r.BitsPerSecond = v
	return refuse(text, err)
}

// MarshalText is the rate as UnmarshalText reads it.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// String is the rate with the largest unit that leaves a whole number, or about one.
func (r Rate) String() string {
	if r.BitsPerSecond == 0 {
		return "none"
	}
	return spelled(r.BitsPerSecond, "bit/s")
}

// Size is bytes with their unit: "1 MB".
type Size struct{ Bytes int64 }

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	v, err := withUnit(string(text), "B", `"100 B", "20 kB" or "1 MB"`)
	s.Bytes = v
	return refuse(text, err)
}

// MarshalText is the size as UnmarshalText reads it.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String is the size with its unit.
func (s Size) String() string { return spelled(s.Bytes, "B") }

func spelled(v int64, unit string) string {
	for _, p := range prefixes {
		if scaled := float64(v) / p.factor; scaled >= 1 {
			return strconv.FormatFloat(scaled, 'f', -1, 64) + " " + p.letter + unit
		}
	}
	return "0 " + unit
}

// withUnit reads a number and its unit, one of the prefixes before it.
func withUnit(text, unit, want string) (int64, error) {
	if text == "none" && unit == "bit/s" {
		return 0, nil
	}
	rest, ok := strings.CutSuffix(strings.TrimSpace(text), unit)
	for _, p := range prefixes {
		number, has := strings.CutSuffix(strings.TrimSpace(rest), p.letter)
		if !ok || !has {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(v >= 0) || v*p.factor > math.MaxInt64/16 {
			break
		}
		return int64(math.Round(v * p.factor)), nil
	}
	return 0, fmt.Errorf("%q will not do: want %s", text, want)
}
