package plot

import (
	"math"
	"strconv"
	"strings"
)

// scale maps numbers to pixels.
type scale struct {
	low, high float64 // numbers at the ends
	from, to  float64 // pixels there
	log       bool
	ticks     []float64
}

// newScale chooses ends and ticks for numbers between low and high.
func newScale(low, high float64, log bool, from, to float64, about int) scale {
	s := scale{low: low, high: high, from: from, to: to, log: log}
	if log {
		s.logTicks(about)
		return s
	}
	if !(high > low) {
		pad := max(math.Abs(low)*0.1, 1e-9)
		s.low, s.high = low-pad, high+pad
	}
	step := niceStep((s.high - s.low) / float64(about))
	s.low = math.Floor(s.low/step+1e-9) * step
	s.high = math.Ceil(s.high/step-1e-9) * step
	for i := 0; ; i++ {
		v := s.low + float64(i)*step
		if v > s.high+step/2 {
			return s
		}
		if math.Abs(v) < step/1e6 {
			v = 0
		}
		s.ticks = append(s.ticks, v)
	}
}

// niceStep is 1, 2 or 5 times a power of ten, about as large as rough.
func niceStep(rough float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	switch r := rough / power; {
	case r <= 1:
		return power
	case r <= 2:
		return 2 * power
	case r <= 5:
		return 5 * power
	}
	return 10 * power
}

// logTicks puts ticks at powers of ten, or at 1, 2 and 5 times them if these are few.
func (s *scale) logTicks(about int) {
	s.low = max(s.low, 1e-12)
	s.high = max(s.high, s.low*1.5)
	first, last := int(math.Floor(math.Log10(s.low))), int(math.Ceil(math.Log10(s.high)))
	factors := []float64{1}
	if s.high/s.low <= 200 {
		factors = []float64{1, 2, 5}
	}
	every := max(1, (last-first)/max(1, about))
	for e := first; e <= last; e += every {
		for _, f := range factors {
			if v := f * math.Pow(10, float64(e)); v >= s.low*0.999 && v <= s.high*1.001 {
				s.ticks = append(s.ticks, v)
			}
		}
	}
	if len(s.ticks) < 2 {
		s.ticks = []float64{s.low, s.high}
	}
}

// ticksAt puts the ticks at the values themselves if these are few, short, and far enough from each other.
func (s *scale) ticksAt(values []float64) {
	if len(values) < 2 || len(values) > mostValueTicks {
		return
	}
	end := math.Inf(-1)
	for _, v := range values {
		text := label(v)
		half := textWidth(text) / 2
		if len([]rune(text)) > longestValueTick || s.at(v)-half < end+gapOfTicks {
			return
		}
		end = s.at(v) + half
	}
	s.ticks = values
}

// What values ticks stand at themselves.
const (
	mostValueTicks   = 8
	longestValueTick = 5 // characters, which is 5,000
	gapOfTicks       = 4 // pixels between two
)

// at is where a number is.
func (s scale) at(v float64) float64 {
	u := (v - s.low) / (s.high - s.low)
	if s.log {
		u = math.Log(max(v, 1e-300)/s.low) / math.Log(s.high/s.low)
	}
	return s.from + u*(s.to-s.from)
}

// shows says whether a number can be drawn.
func (s scale) shows(v float64) bool {
	return !math.IsNaN(v) && !math.IsInf(v, 0) && (!s.log || v > 0)
}

// label is a number for people: few digits, thousands apart.
func label(v float64) string {
	a := math.Abs(v)
	switch {
	case v == 0:
		return "0"
	case a >= 1e7 || a < 1e-4:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
		n, _ := strconv.Atoi(exponent)
		if len(mantissa) > 4 {
			mantissa = mantissa[:4]
		}
		if mantissa == "1" {
			return "10" + superscript(n)
		}
		return mantissa + "·10" + superscript(n)
	case a >= 1000:
		return thousands(strconv.FormatFloat(v, 'f', 0, 64))
	}
	return strconv.FormatFloat(round(v, 4), 'g', -1, 64)
}

// round keeps so many digits.
func round(v float64, digits int) float64 {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	return short
}

func superscript(n int) string {
	const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	var b strings.Builder
	for _, r := range strconv.Itoa(n) {
		if r == '-' {
			b.WriteRune('⁻')
		} else {
			b.WriteRune([]rune(digits)[r-'0'])
		}
	}
	return b.String()
}

func thousands(digits string) string {
	head, sign := digits, ""
	if strings.HasPrefix(digits, "-") {
		head, sign = digits[1:], "-"
	}
	var b strings.Builder
	for i, r := range head {
		if i > 0 && (len(head)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return sign + b.String()
}
