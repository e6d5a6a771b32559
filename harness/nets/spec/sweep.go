package spec

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"strata/harness/sim/splitmix"
)

// MaxPoints is how many points a sweep can have.
const MaxPoints = 1_000_000

// Point is one combination of what a sweep varies, and the experiment that it is.
type Point struct {
	Index  int
	Values []Value // one for each axis; none without a sweep
	Spec   Spec    // with the values set, and without a sweep
}

// Value is what one axis is at a point.
type Value struct {
	Key, As string
	Text    string  // as people read it
	Number  float64 // for formulae: seconds, bits a second, bytes; of a text its place in the list
	set     any     // what is set
}

// Name is what the axis is called: As, or the last part of its key.
func (a Axis) Name() string {
	if a.As != "" {
		return a.As
	}
	for i := len(a.Key) - 1; i >= 0; i-- {
		if a.Key[i] == '.' {
			return a.Key[i+1:]
		}
	}
	return a.Key
}

// CountPoints is how many points the sweep has, without making them; more than MaxPoints are not counted further.
func (s *Spec) CountPoints() int {
	n := 1
	for i, a := range s.Sweep.Axes {
		size := max(len(a.Values), a.Steps)
		switch s.Sweep.Kind {
		case "zip":
			if i == 0 || size < n {
				n = size
			}
		case "latin":
			return s.Sweep.Points
		default:
			if n *= size; n > MaxPoints {
				return MaxPoints + 1
			}
		}
	}
	return n
}

// Points are all points of a sweep, made one at a time: there may be a million.
type Points struct {
	base Spec
	kind string
	axes [][]Value
	n    int
}

// Points looks at the sweep; without one there is a single point. Error: ErrKey, if a value cannot be.
func (s *Spec) Points() (*Points, error) {
	p := &Points{base: s.clone(), kind: s.Sweep.Kind, n: s.CountPoints()}
	p.base.Sweep = Sweep{}
	if p.n > MaxPoints {
		return nil, fmt.Errorf("%w sweep: more than %d points", ErrKey, MaxPoints)
	}
	for i, a := range s.Sweep.Axes {
		values, err := s.values(a, uint64(i))
		if err != nil {
			return nil, err
		}
		for _, v := range values { // a point has them together, but each has to be possible
			if err := p.base.SetTo(v.Key, v.set); err != nil {
				return nil, err
			}
		}
		p.axes = append(p.axes, values)
	}
	p.base = s.clone()
	p.base.Sweep = Sweep{}
	return p, nil
}

// Len is how many points there are.
func (p *Points) Len() int { return p.n }

// At makes the i-th point.
func (p *Points) At(i int) Point {
	point := Point{Index: i, Spec: p.base.clone()}
	rest := i
	for j := range p.axes {
		at := i
		if p.kind != "zip" && p.kind != "latin" { // the last axis turns fastest
			size := 1
			for _, later := range p.axes[j+1:] {
				size *= len(later)
			}
			at, rest = rest/size, rest%size
		}
		v := p.axes[j][at]
		if err := point.Spec.SetTo(v.Key, v.set); err != nil {
			panic("spec: a value that Points has tried: " + err.Error())
		}
		point.Values = append(point.Values, v)
	}
	return point
}

// values are those of an axis: listed, or from the range, or, in a Latin hypercube, one of each of as many equal parts
// of the range as there are points, in any order.
func (s *Spec) values(a Axis, axis uint64) ([]Value, error) {
	to, err := s.field(a.Key)
	if err != nil {
		return nil, err
	}
	var values []Value
	add := func(set any, text string, number float64) {
		values = append(values, Value{Key: a.Key, As: a.Name(), Text: text, Number: number, set: set})
	}
	if s.Sweep.Kind == "latin" {
		for i, u := range latin(s.Sweep.Points, axis) {
			if len(a.Values) > 0 {
				at := min(int(u*float64(len(a.Values))), len(a.Values)-1)
				add(a.Values[at], fmt.Sprint(a.Values[at]), numberOf(to.Type(), a.Values[at], at))
				continue
			}
			set, number, err := a.between(to.Type(), u)
			if err != nil {
				return nil, fmt.Errorf("%w sweep: point %d of %s: %w", ErrKey, i, a.Key, err)
			}
			add(set, fmt.Sprint(set), number)
		}
		return values, nil
	}
	for i, v := range a.Values {
		add(v, fmt.Sprint(v), numberOf(to.Type(), v, i))
	}
	for i := range a.Steps {
		u := 0.0
		if a.Steps > 1 {
			u = float64(i) / float64(a.Steps-1)
		}
		set, number, err := a.between(to.Type(), u)
		if err != nil {
			return nil, fmt.Errorf("%w sweep: %s: %w", ErrKey, a.Key, err)
		}
		add(set, fmt.Sprint(set), number)
	}
	return values, nil
}

// latin is one number of each of n equal parts of 0 to 1, in an order of the axis's own.
func latin(n int, axis uint64) []float64 {
	list := make([]float64, n)
	state := splitmix.Scramble(axis + 1)
	next := func() uint64 {
		state += splitmix.Golden
		return splitmix.Scramble(state)
	}
	for i := range list {
		list[i] = (float64(i) + float64(next()>>11)/(1<<53)) / float64(n)
	}
	for i := n - 1; i > 0; i-- {
		j := int(next() % uint64(i+1))
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// between is what lies at u, from 0 to 1, of the axis's range.
func (a Axis) between(t reflect.Type, u float64) (set any, number float64, err error) {
	low, high := numberOf(t, a.From, 0), numberOf(t, a.To, 0)
	number = low + u*(high-low)
	if a.Log {
		number = low * math.Pow(high/low, u)
	}
	switch {
	case math.IsNaN(number) || math.IsInf(number, 0):
		return nil, 0, fmt.Errorf("no range from %v to %v", a.From, a.To)
	case t == reflect.TypeFor[Duration]():
		return time.Duration(math.Round(number * 1e9)).String(), number, nil
	case t == reflect.TypeFor[Rate]():
		return Rate{int64(math.Round(number))}.String(), number, nil
	case t == reflect.TypeFor[Size]():
		return Size{int64(math.Round(number))}.String(), number, nil
	case t.Kind() == reflect.Int || t.Kind() == reflect.Uint64:
		return int64(math.Round(number)), math.Round(number), nil
	case t.Kind() == reflect.Float64:
		return number, number, nil
	}
	return nil, 0, fmt.Errorf("a range of texts: list them as values")
}

// numberOf is what a value of an axis comes to in formulae; of a text that is no number, its place. NaN if it is none.
func numberOf(t reflect.Type, value any, place int) float64 {
	to := reflect.New(t).Elem()
	switch v := value.(type) {
	case int64:
		if t.Kind() == reflect.Int || t.Kind() == reflect.Uint64 || t.Kind() == reflect.Float64 {
			return float64(v)
		}
		return math.NaN()
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	case string:
		if t.Kind() == reflect.String {
			return float64(place)
		}
		text, ok := to.Addr().Interface().(interface{ UnmarshalText([]byte) error })
		if !ok || text.UnmarshalText([]byte(v)) != nil {
			return math.NaN()
		}
		return plain(to)
	}
	return float64(place)
}

// plain is a value with a unit in the base unit: seconds, bits a second, bytes.
func plain(v reflect.Value) float64 {
	switch v := v.Interface().(type) {
	case Duration:
		return v.Seconds()
	case Rate:
		return float64(v.BitsPerSecond)
	case Size:
		return float64(v.Bytes)
	case Share:
		return float64(v)
	}
	return math.NaN()
}
