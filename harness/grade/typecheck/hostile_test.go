package typecheck

import (
	"fmt"
	"strings"
)

// lines repeats a format for i from 1 to n.
func lines(n int, format string) string {
	var text strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&text, format, i, i-1)
	}
	return text.String()
}

// hostile are sources that have to be refused: where, and with which words.
var hostile = map[string]struct {
	source, want string
	bomb         bool // it is refused before its types are looked at
}{
	"a counter": {source: "var n int\nfunc f() { n++ }\n",
		want: "4: package variable n is shared by all nodes of a process, and here it is assigned"},
	"assigned": {source: "var n int\nfunc f() { n = 1 }\n", want: "4: package variable n"},
	"added to": {source: "var n int\nfunc f() { n += 1 }\n", want: "4: package variable n"},
	"assigned among others": {source: "var n int\nfunc f() { a := 0; a, n = n, a }\n",
		want: "4: package variable n"},
	"assigned by a range": {source: "var n int\nfunc f() { for n = range 3 {} }\n", want: "4: package variable n"},
	"its address": {source: "var n int\nfunc f() *int { return &n }\n",
		want: "4: package variable n is shared by all nodes of a process, and here its address is taken"},
	"an element's address": {source: "var a [3]int\nfunc f() *int { return &a[1] }\n",
		want: "4: package variable a"},
	"a field": {source: "var s struct{ n int }\nfunc f() { s.n++ }\n", want: "4: package variable s"},
	"a field's address": {source: "var s struct{ n int }\nfunc f() *int { return &(s.n) }\n",
		want: "4: package variable s"},
	"an element": {source: "var a [3]int\nfunc f() { a[1] = 2 }\n", want: "4: package variable a"},
	"an array as a slice": {source: "var a [3]int\nfunc f() []int { return a[:] }\n",
		want: "4: package variable a"},
	"a method with an address": {source: "type t struct{ n int }\nfunc (t *t) add() { t.n++ }\nvar s t\nfunc f() { " +
		"s.add() }\n", want: "6: package variable s is shared by all nodes of a process, and here the method add " +
		"gets its address"},
	"a method value": {source: "type t struct{ n int }\nfunc (t *t) add() { t.n++ }\nvar s t\nvar g = s.add\n",
		want: "6: package variable s"},
	"a map": {source: "var seen = map[int]bool{}\nfunc f() { seen[1] = true }\n",
		want: "4: package variable seen is shared by all nodes of a process, and here it is assigned"},
	"a map deleted from": {source: "var seen = map[int]bool{1: true}\nfunc f() { delete(seen, 1) }\n",
		want: "4: package variable seen"},
	"a map cleared": {source: "var seen = map[int]bool{1: true}\nfunc f() { clear(seen) }\n",
		want: "4: package variable seen"},
	"a map by another name": {source: "var seen = map[int]bool{}\nfunc f() { m := seen; m[1] = true }\n",
		want: "4: package variable seen is shared by all nodes of a process, and here it is handed on"},
	"a map given away": {source: "var seen = map[int]bool{}\nfunc g(m map[int]bool) { m[1] = true }\nfunc " +
		"f() { g(seen) }\n", want: "5: package variable seen"},
	"a map returned": {source: "var seen = map[int]bool{}\nfunc f() map[int]bool { return seen }\n",
		want: "4: package variable seen"},
	"a map in a struct": {source: "type t struct{ m map[int]bool }\nvar seen = map[int]bool{}\nfunc f() t { " +
		"return t{m: seen} }\n", want: "5: package variable seen"},
	"a map in an interface": {source: "var seen = map[int]bool{}\nfunc f() any { var x any = seen; return x }\n",
		want: "4: package variable seen"},
	"a map in a map": {source: "var seen = map[int]map[int]bool{1: {}}\nfunc f() { m := seen[1]; m[1] = " +
		"true }\n", want: "4: package variable seen"},
	"a map ranged over": {source: "var seen = map[int]map[int]bool{1: {}}\nfunc f() { for _, m := range seen " +
		"{ m[1] = true } }\n", want: "4: package variable seen"},
	"a map copied": {source: "import \"maps\"\nvar seen = map[int]bool{}\nfunc f(m map[int]bool) { " +
		"maps.Copy(seen, m) }\n", want: "5: package variable seen"},
	"a slice": {source: "var all []int\nfunc f() { all = append(all, 1) }\n",
		want: "4: package variable all"},
	"a slice's element": {source: "var all = []int{1}\nfunc f() { all[0]++ }\n",
		want: "4: package variable all"},
	"a slice's room": {source: "var all = make([]int, 0, 9)\nfunc f() { _ = append(all, 1) }\n",
		want: "4: package variable all"},
	"a slice sliced": {source: "var all = []int{1}\nfunc f() { s := all[:1]; s[0] = 2 }\n",
		want: "4: package variable all"},
	"a slice sorted": {source: "import \"slices\"\nvar all = []int{2, 1}\nfunc f() { slices.Sort(all) }\n",
		want: "5: package variable all"},
	"a slice sorted by sort": {source: "import \"sort\"\nvar all = []int{2, 1}\nfunc f() { sort.Slice(all, " +
		"func(i, j int) bool { return i < j }) }\n", want: "5: package variable all"},
	"a slice copied into": {source: "var all = []int{1}\nfunc f(b []int) { copy(all, b) }\n",
		want: "4: package variable all"},
	"a slice of slices": {source: "var all = [][]int{{1}}\nfunc f() { all[0][0] = 2 }\n",
		want: "4: package variable all"},
	"a slice converted": {source: "type list []int\nvar all = []int{1}\nfunc f() { l := list(all); l[0] = 2 }\n",
		want: "5: package variable all"},
	"a method of a slice": {source: "type list []int\nfunc (l list) set() { l[0] = 2 }\nvar all = " +
		"list{1}\nfunc f() { all.set() }\n", want: "6: package variable all"},
	"cloned shallowly": {source: "import \"slices\"\nvar all = [][]int{{1}}\nfunc f() { c := " +
		"slices.Clone(all); c[0][0] = 2 }\n", want: "5: package variable all"},
	"bytes encoded into": {source: "import \"encoding/binary\"\nvar b = []byte{1, 2, 3, 4}\nfunc f() { " +
		"binary.BigEndian.PutUint32(b, 7) }\n", want: "5: package variable b"},
	"a pointer": {source: "type t struct{ n int }\nvar p = &t{}\n",
		want: "4: package variable p is shared by all nodes of a process, and what it holds can change"},
	"a pointer of new": {source: "var p = new(int)\n", want: "3: package variable p"},
	"a closure": {source: "var f = func() func() int { n := 0; return func() int { n++; return n } }()\n",
		want: "3: package variable f"},
	"a bound method": {source: "type t struct{ n int }\nfunc (t *t) add() int { t.n++; return t.n }\nvar " +
		"f = (&t{}).add\n", want: "5: package variable f"},
	"a table of closures": {source: "func g() func() { n := 0; return func() { n++ } }\nvar f = " +
		"map[int]func(){1: g()}\n", want: "4: package variable f"},
	"an interface": {source: "type t struct{ n int }\nfunc (t *t) add() { t.n++ }\nvar x interface{ " +
		"add() } = &t{}\n", want: "5: package variable x"},
	"any": {source: "var x any\nfunc f() { x = 1 }\n", want: "3: package variable x"},
	"a builder": {source: "import \"strings\"\nvar b strings.Builder\nfunc f() { b.WriteString(\"x\") }\n",
		want: "4: package variable b"},
	"a buffer": {source: "import \"bytes\"\nvar b bytes.Buffer\nfunc f() { b.WriteByte(1) }\n",
		want: "5: package variable b"},
	"a list": {source: "import \"container/list\"\nvar l = list.New()\n",
		want: "4: package variable l"},
	"a generator": {source: "import \"math/rand/v2\"\nvar r = rand.New(rand.NewPCG(1, 2))\n",
		want: "4: package variable r"},
	"a big number changed": {source: "import \"math/big\"\nvar n = big.NewInt(1)\nfunc f() { n.Add(n, n) }\n",
		want: "5: package variable n is shared by all nodes of a process, and here the method Add may change it"},
	"a big number's words": {source: "import \"math/big\"\nvar n = big.NewInt(1)\nfunc f() { n.Bits()[0] = 2 }\n",
		want: "5: package variable n"},
	"a big number as modulus": {source: "import \"math/big\"\nvar n = big.NewInt(1)\nfunc f(a, b *big.Int) { " +
		"a.DivMod(a, b, n) }\n", want: "5: package variable n"},
	"a big number handed on": {source: "import \"math/big\"\nvar n = big.NewInt(1)\nfunc f() *big.Int { return n }\n",
		want: "5: package variable n"},
	"an error with memory": {source: "import \"fmt\"\ntype e struct{ n int }\nfunc (e *e) Error() string { " +
		"return \"\" }\nvar x e\nvar err = fmt.Errorf(\"%w\", &x)\n", want: "7: package variable err"},
	"an error of a pointer": {source: "type e struct{ n int }\nfunc (e *e) Error() string { return \"\" }\nvar " +
		"err error = &e{}\n", want: "5: package variable err"},
	"an error of a call": {source: "type e struct{ n int }\nfunc (e *e) Error() string { return \"\" }\nfunc " +
		"g() error { return &e{} }\nvar err = g()\n", want: "6: package variable err"},
	"an error of many": {source: "import \"fmt\"\nvar args = []any{1}\nvar err = fmt.Errorf(\"x\", args...)\n",
		want: "5: package variable err"},
	"an error assigned": {source: "import \"errors\"\nvar err = errors.New(\"x\")\nfunc f() { err = nil }\n",
		want: "5: package variable err"},

	"unicode's table": {source: "import \"unicode\"\nfunc f() { unicode.Latin.R16[0].Lo = 1 }\n",
		want: "4: unicode.Latin belongs to another package and must not be changed, and here it is assigned"},
	"unicode's table, aliased": {source: "import \"unicode\"\nfunc f() { t := unicode.Latin; t.LatinOffset = 1 }\n",
		want: "4: unicode.Latin belongs"},
	"unicode's map": {source: "import \"unicode\"\nfunc f() { unicode.Scripts[\"x\"] = unicode.Latin }\n",
		want: "4: unicode.Scripts belongs"},
	"unicode's map, by delete": {source: "import \"unicode\"\nfunc f() { delete(unicode.Scripts, \"Latin\") }\n",
		want: "4: unicode.Scripts belongs"},
	"unicode's map, by copy": {source: "import (\n\"maps\"\n\"unicode\"\n)\nfunc f(m " +
		"map[string]*unicode.RangeTable) { maps.Copy(unicode.Scripts, m) }\n", want: "7: unicode.Scripts belongs"},
	"unicode's map, in a range": {source: "import \"unicode\"\nfunc f() { for _, t := range unicode.Scripts { " +
		"t.LatinOffset = 1 } }\n", want: "4: unicode.Scripts belongs"},
	"unicode's ranges, sorted": {source: "import (\n\"slices\"\n\"unicode\"\n)\nfunc f() { " +
		"slices.Reverse(unicode.Latin.R16) }\n", want: "7: unicode.Latin belongs"},
	"unicode's ranges, a field": {source: "import \"unicode\"\ntype t struct{ r *unicode.RangeTable }\nfunc f() t " +
		"{ return t{unicode.Latin} }\n", want: "5: unicode.Latin belongs"},
	"unicode's cases": {source: "import \"unicode\"\nfunc f() { unicode.CaseRanges[0].Lo = 1 }\n",
		want: "4: unicode.CaseRanges belongs"},
	"time's place": {source: "import \"time\"\nfunc f() { *time.UTC = *time.FixedZone(\"x\", 3) }\n",
		want: "4: time.UTC belongs"},
	"time's place, of a time": {source: "import \"time\"\nfunc f(t time.Time) { *t.Location() = " +
		"*time.FixedZone(\"x\", 3) }\n", want: "4: the time.Location behind a pointer"},
	"time's place, in a field": {source: "import \"time\"\ntype n struct{ l *time.Location }\nfunc f(n *n) { n.l " +
		"= time.UTC; *n.l = time.Location{} }\n", want: "5: time.UTC belongs"},
	"the host's logger": {source: "import \"strata/network\"\nimport \"log/slog\"\nfunc f(h network.Host) " +
		"{ *h.Log() = slog.Logger{} }\n", want: "5: the slog.Logger behind a pointer is not yours to copy or to " +
		"overwrite"},
	"the host's logger, copied": {source: "import \"strata/network\"\nfunc f(h network.Host) { x := *h.Log(); _ = x }\n",
		want: "4: the slog.Logger behind a pointer"},
	"a logger of another name": {source: "import (\n\"strata/network\"\n\"log/slog\"\n)\ntype mine " +
		"slog.Logger\nfunc f(h network.Host) { p := (*mine)(h.Log()); *p = mine{} }\n", want: "8: a pointer to a " +
		"slog.Logger under another type's name"},
	"a logger in generic code": {source: "import \"strata/network\"\nfunc set[T any](p *T) { var zero T; *p = " +
		"zero }\nfunc f(h network.Host) { set(h.Log()) }\n", want: "5: slog.Logger as a type argument"},
	"a logger by its pointer": {source: "import \"strata/network\"\nfunc set[P interface{ *E }, E any](p P) { " +
		"var zero E; *p = zero }\nfunc f(h network.Host) { set(h.Log()) }\n",
		want: "5: slog.Logger as a type argument"},
	"the host's randomness": {source: "import \"strata/network\"\nimport \"math/rand/v2\"\nfunc f(h " +
		"network.Host) { *h.Rand() = *rand.New(rand.NewPCG(1, 2)) }\n", want: "5: the v2.Rand behind a pointer"},
	"a handler": {source: "import \"strata/network\"\nfunc f(h network.Host) any { return " +
		"h.Log().Handler() }\n", want: "4: the method Handler of *slog.Logger is not allowed"},
	"a handler as a value": {source: "import \"strata/network\"\nfunc f(h network.Host) any { return " +
		"h.Log().Handler }\n", want: "4: the method Handler of *slog.Logger"},
	"a handler by expression": {source: "import \"log/slog\"\nvar f = (*slog.Logger).Handler\n",
		want: "4: the method Handler of *slog.Logger"},
	"a handler, embedded": {source: "import \"log/slog\"\ntype l struct{ *slog.Logger }\nfunc f(x l) any { " +
		"return x.Handler() }\n", want: "5: the method Handler of *slog.Logger"},
	"a logger of one's own": {source: "import \"log/slog\"\nfunc f(h slog.Handler) *slog.Logger { return " +
		"slog.New(h) }\n", want: "4: slog.Handler is not allowed; use host.Log()"},
	"a text handler": {source: "import (\n\"io\"\n\"log/slog\"\n)\nfunc f() any { return " +
		"slog.NewTextHandler(io.Discard, nil) }\n", want: "7: slog.NewTextHandler is not allowed"},
	"the clock of a record": {source: "import \"log/slog\"\nfunc f(r slog.Record) any { return r.Time }\n",
		want: "4: slog.Record is not allowed"},
	"whether it is read": {source: "import \"strata/network\"\nfunc f(h network.Host) bool { return " +
		"h.Log().Enabled(nil, 0) }\n", want: "4: the method Enabled of *slog.Logger is not allowed"},
	"a time's place": {source: "import \"time\"\nfunc f(t time.Time) time.Time { return t.Local() }\n",
		want: "4: the method Local of time.Time is not allowed"},
	"a time's place, as a value": {source: "import \"time\"\nfunc f(t time.Time) any { g := t.Local; return g }\n",
		want: "4: the method Local of time.Time"},
	"a time's place, by type": {source: "import \"time\"\nvar f = time.Time.Local\n",
		want: "4: the method Local of time.Time"},
	"a time's place, embedded": {source: "import \"time\"\ntype mine struct{ time.Time }\nfunc f(m mine) any { " +
		"return m.Local() }\n", want: "5: the method Local of time.Time"},
	"a time's place, asked for": {source: "import \"time\"\nfunc f(t time.Time) any { return any(t).(interface{ " +
		"Local() time.Time }).Local() }\n", want: "4: the method Local of a time is not allowed, through an " +
		"interface either"},
	"a wrapped pointer": {source: "import \"fmt\"\ntype e struct{ n int }\nfunc (e *e) Error() string { " +
		"return \"\" }\nfunc f(x *e) error { return fmt.Errorf(\"%w\", x) }\n", want: "6: %w wraps a pointer"},
	"a wrapped pointer, named": {source: "import \"fmt\"\ntype e struct{ m map[int]int }\nfunc (e e) Error() " +
		"string { return \"\" }\nfunc f(x e) error { return fmt.Errorf(\"%d: %[2]w\", 1, x) }\n",
		want: "6: %w wraps a pointer"},
	"a wrapped number": {source: "import \"fmt\"\nfunc f(x int, p *int) error { return fmt.Errorf(\"%w\", " +
		"p) }\n", want: "4: %w wraps what is no error; use %v"},
	"a host's own method": {source: "import \"strata/network\"\nfunc f(h network.Host) { h.(interface{ " +
		"Crash() }).Crash() }\n", want: "4: asking a value for a method Crash, which nothing here has"},
	"a host's, of a named type": {source: "import \"strata/network\"\ntype odd interface{ Net() any }\nfunc f(h " +
		"network.Host) any { o, _ := h.(odd); return o.Net() }\n", want: "5: asking a value for a method Net"},
	"a host's, in a switch": {source: "import \"strata/network\"\nfunc f(h network.Host) any { switch x := " +
		"h.(type) { case interface{ Seed() int }: return x.Seed() }; return nil }\n", want: "4: asking a value for " +
		"a method Seed"},
	"a host's, in generic code": {source: "import \"strata/network\"\nfunc as[T any](x any) T { return x.(T) " +
		"}\nfunc f(h network.Host) { as[interface{ Crash() }](h).Crash() }\n", want: "5: asking a value for a " +
		"method Crash"},

	"doubled constants": {source: "const c0 = \"x\"\n" + lines(33, "const c%[1]d = c%[2]d + c%[2]d\n") +
		"var v = c33\n", want: "22: constants that come to more", bomb: true},
	"doubled in functions": {source: "func f() string {\nconst c0 = \"x\"\n" +
		lines(33, "const c%[1]d = c%[2]d + c%[2]d\n") +
		"return c33\n}\n", want: "23: constants that come to more", bomb: true},
	"doubled in scopes": {source: "func f() {\nconst c = \"x\"\n" + strings.Repeat("{\nconst c = c + c\n", 33) +
		strings.Repeat("}\n", 34), want: "42: constants that come to more", bomb: true},
	"doubled by repetition": {source: "const c0 = \"0123456789abcdef\"\nconst (\nc1 = c0 + c0 + c0 + c0 + c0 + " +
		"c0 + c0 + c0\nc2 = c1 + c1 + c1 + c1 + c1 + c1 + c1 + c1 + c1\nc3 = c2 + c2 + c2 + c2 + c2 + c2 + c2 + c2 " +
		"+ c2\nc4 = c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + " +
		"c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3 + c3\n)\n", want: "8: constants that come to more", bomb: true},
	"a text in many places": {source: "const c = \"" + strings.Repeat("x", 200_000) + "\"\nvar v = [][]byte{" +
		strings.Repeat("[]byte(c), ", 100) + "}\n", want: "4: constants that come to more", bomb: true},
	"types doubled by aliases": {source: "type P[A, B any] struct{ a A; b B }\ntype A0 = P[int, int]\n" +
		lines(30, "type A%[1]d = P[A%[2]d, A%[2]d]\n"), want: "7: the type A3 unfolds", bomb: true},
	"structs doubled": {source: "type A0 = struct{ a, b int }\n" +
		lines(30, "type A%[1]d = struct{ a A%[2]d; b A%[2]d }\n") +
		"var x A30\n", want: "12: the type A9 unfolds to more parts", bomb: true},
	"instances doubled": {source: "type P[A, B any] struct {\n\tA A\n\tB B\n}\nfunc f30[T any](T) {}\n" +
		lines(30, "func g%[1]d() {}\n") + func() (text string) {
		for i := 29; i >= 0; i-- {
			text += fmt.Sprintf("func f%d[T any](x T) { f%d(P[T, T]{x, x}) }\n", i, i+1)
		}
		return text + "func f() { f0(1) }\n"
	}(), want: "generic code"},
	"instances of instances": {source: "type A[T any] struct{ t T }\ntype B[T any] struct{ t T }\nfunc f20[T any]() {}\n" + func() (text string) {
		for i := 19; i >= 0; i-- {
			text += fmt.Sprintf("func f%d[T any]() { f%d[A[T]](); f%d[B[T]]() }\n", i, i+1, i+1)
		}
		return text + "func f() { f0[int]() }\n"
	}(), want: "generic code"},
	"a huge array": {source: "func f() { var a [1 << 30]byte; _ = a }\n",
		want: "3: values of 1073741824 bytes"},
	"a huge package array":     {source: "var a [1 << 27]byte\n", want: "3: values of 134217728 bytes"},
	"a huge literal":           {source: "var a = []byte{1 << 28: 1}\n", want: "3: values of 2684354"},
	"a huge array of literals": {source: "var a = [...]int{1 << 25: 1}\n", want: "3: values of"},
	"an array of arrays": {source: "type a [1 << 10]b\ntype b [1 << 10]c\ntype c [1 << 10]int\nvar x a\n",
		want: "3: values of"},
	"a struct of structs": {source: "type s0 struct{ a, b int }\n" +
		lines(30, "type s%[1]d struct{ a, b s%[2]d }\n") + "var x s30\n", want: "12: the type s9 unfolds", bomb: true},
	"an array by generics": {source: "type a[T any] [1 << 10]T\nfunc f() any { return a[a[a[int]]]{} }\n",
		want: "4: values of"},
	"nested deeper": {source: "var x = " + strings.Repeat("(", 2000) + "1" + strings.Repeat(")", 2000) +
		"\n", want: "3: nested deeper than 1000 levels", bomb: true},
	"a sum of thousands": {source: "var x = 1" + strings.Repeat(" + 1", 20_000) + "\n",
		want: "3: nested deeper than 1000 levels", bomb: true},
}
