package typecheck

// innocent are sources as students write them.
var innocent = map[string]string{
	"sentinels": `import (
	"errors"
	"fmt"
	"strata/network"
)

var (
	errOdd      = errors.New("odd")
	errOther    = fmt.Errorf("gossip: %w", errOdd)
	errNumbered = fmt.Errorf("gossip %d: %w", 3, network.ErrClosed)
	errBoth     = errors.Join(errOdd, errOther)
	errSame     = network.ErrClosed
	_           = errors.New
)

func f(err error) error {
	switch {
	case errors.Is(err, errOdd), err == errOther:
		return fmt.Errorf("f: %w: %v", errOdd, err)
	case errors.Is(err, errSame):
		return errors.Join(errBoth, errNumbered)
	}
	return errOdd
}
`,
	"errors of one's own": `import (
	"errors"
	"fmt"
)

type sizeError int

func (e sizeError) Error() string { return fmt.Sprintf("size %d", int(e)) }

type wireError struct {
	at   int
	what string
}

func (e *wireError) Error() string { return e.what }

var errSize error = sizeError(3)

func f(n int, inner error) error {
	if n > 3 {
		return fmt.Errorf("f: %w", &wireError{at: n, what: "large"})
	}
	var w *wireError
	if errors.As(inner, &w) {
		return w
	}
	if n == 2 {
		return fmt.Errorf("%d %w and %w", n, sizeError(n), errSize)
	}
	return fmt.Errorf("f %[1]d: %[2]w", n, inner)
}
`,
	"constants and tables": `import (
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

const size, interval = 4, 3 * time.Second

var (
	magic    = []byte("STRA")
	zero     [32]byte
	primes   = []int{2, 3, 5, 7}
	names    = map[byte]string{1: "hello", 2: "peers"}
	digits   = func() (t [256]byte) { t['0'] = 1; return t }()
	backoff  = [...]time.Duration{time.Second, 2 * time.Second}
	order    = binary.BigEndian
	limit    uint64 = math.MaxUint64
	points   = []struct{ x, y int }{{1, 2}, {3, 4}}
	rows     = [][]int{{1, 2}, {3}}
	settings = struct {
		name  string
		sizes []int
	}{"x", []int{1}}
	last = primes[len(primes)-1]
)

func f(b []byte, kind byte) ([]byte, string, int) {
	if !bytes.HasPrefix(b, magic) || !bytes.Equal(b[:4], magic[:]) {
		b = append(b, magic...)
	}
	if string(magic) == "x" || [4]byte(magic) == [4]byte{} || zero == [32]byte(b) {
		copy(b, magic)
	}
	sum := int(digits[kind]) + primes[2] + rows[0][1] + points[1].x + settings.sizes[0] + len(settings.name) + last
	for i, p := range primes {
		sum += i + p
	}
	for range names {
		sum++
	}
	for _, p := range points {
		sum += p.x
	}
	for i := range rows {
		for _, n := range rows[i] {
			sum += n
		}
	}
	if name, ok := names[kind]; ok && slices.Contains(primes, 3) && slices.Max(primes) > 2 && len(names) > 0 && names != nil {
		return b, strings.ToUpper(name), sum
	}
	keys := slices.Sorted(maps.Keys(names))
	copied := slices.Clone(primes)
	copied[0] = int(keys[0])
	z, w := zero, backoff
	z[0], w[0] = 1, interval
	order.PutUint32(b, uint32(limit%size))
	return append([]byte(nil), z[:]...), names[1], copied[0] + int(w[0]+backoff[1]) + int(order.Uint32(b))
}
`,
	"functions in tables": `import "strata/network"

type node struct{ n int }

func (n *node) hello(b []byte) { n.n += len(b) }
func (n *node) peers(b []byte) { n.n -= len(b) }

func parse(b []byte) int { return len(b) }

var handlers = map[byte]func(*node, []byte){1: (*node).hello, 2: (*node).peers, 3: func(n *node, _ []byte) { n.n++ }}

var parser = parse

var reason = map[error]string{}

var stages = []struct {
	name string
	run  func([]byte) int
}{{"parse", parse}, {"none", nil}}

func f(n *node, kind byte, b []byte, _ network.Addr) {
	if h := handlers[kind]; h != nil {
		h(n, b)
	}
	n.n += parser(b)
	for _, s := range stages {
		n.n += s.run(b)
	}
}
`,
	"big numbers": `import "math/big"

var (
	one = big.NewInt(1)
	top = new(big.Int).Lsh(big.NewInt(1), 256)
)

func f(x *big.Int) bool {
	y := new(big.Int).Sub(top, one)
	y.Div(top, x).Add(y, one)
	return x.Cmp(top) < 0 && top.Cmp(y) > 0 && one.Sign() > 0 && top.BitLen() > 3 && len(top.Bytes()) > 0
}
`,
	"closures and callbacks": `import (
	"strata/network"
	"time"
)

type node struct {
	host  network.Host
	calls int
	done  []func(error)
	onEnd func()
}

func New(host network.Host) *node {
	n := &node{host: host}
	n.onEnd = n.end
	count := 0
	n.done = append(n.done, func(error) { count++; n.calls = count })
	return n
}

func (n *node) end() { n.calls++ }

func (n *node) start(d time.Duration) {
	id := n.host.After(d, n.end)
	defer n.host.Cancel(id)
	for i := range 3 {
		n.host.After(d, func() { n.calls += i })
	}
	n.host.Offload(func() {}, n.onEnd)
	f := n.host.Now
	n.calls = f().Nanosecond()
	p := &n.calls
	*p = 3
	q := &p
	**q = 4
}
`,
	"generics and sequences": `import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sort"
)

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

type Set[T comparable] map[T]struct{}

func (s Set[T]) Add(t T) { s[t] = struct{}{} }
func (s Set[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for t := range s {
			if !yield(t) {
				return
			}
		}
	}
}

type Number interface{ ~int | ~uint64 | ~float64 }

func Sum[T Number](all ...T) (sum T) {
	for _, t := range all {
		sum += t
	}
	return sum
}

func Map[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

func Pairs[K cmp.Ordered, V any](m map[K]V) []Pair[K, V] {
	return Map(slices.Sorted(maps.Keys(m)), func(k K) Pair[K, V] { return Pair[K, V]{k, m[k]} })
}

type list[T any] struct {
	next  *list[T]
	value T
}

func (l *list[T]) push(t T) *list[T] { return &list[T]{l, t} }

func set[T any](p *T, t T) { *p = t }

func zero[T any]() (t T) { return t }

func f() int {
	s := make(Set[string])
	s.Add("x")
	var words []string
	for w := range s.All() {
		words = append(words, w)
	}
	sort.Slice(words, func(i, j int) bool { return words[i] < words[j] })
	slices.SortFunc(words, func(a, b string) int { return cmp.Compare(a, b) })
	n := Sum(1, 2, zero[int]())
	set(&n, 3)
	var l *list[[]Pair[string, int]]
	l = l.push(Pairs(map[string]int{"a": n}))
	for i, p := range l.value {
		n += i + p.Value
	}
	ones := slices.Collect(func(yield func(int) bool) { _ = yield(1) && yield(2) })
	return n + len(ones)
}
`,
	"types and interfaces": `import (
	"fmt"
	"io"
	"strata/network"
)

type shape interface {
	area() int
	fmt.Stringer
}

type square struct{ side int }

func (s square) area() int      { return s.side * s.side }
func (s square) String() string { return "square" }

type base struct{ n int }

func (b *base) add() { b.n++ }

type node struct {
	base
	*network.Config
	shape
	w io.Writer
}

var _ shape = square{}
var _ network.Handler = (*node)(nil)

func (n *node) Connected(network.ConnID, network.Side)           {}
func (n *node) Received(network.ConnID, []byte)                  { n.add() }
func (n *node) Disconnected(network.ConnID, network.Side, error) { n.MaxFrame = 3 }

func f(x any, err error) int {
	switch x := x.(type) {
	case nil:
		return 0
	case int, uint8:
		return 1
	case string:
		return len(x)
	case []byte:
		return len(x)
	case shape:
		return x.area()
	case interface{ area() int }:
		return x.area()
	case fmt.Stringer:
		return len(x.String())
	case error:
		return len(x.Error())
	case network.Handler:
		return 3
	case *node:
		return x.n
	}
	if u, ok := err.(interface{ Unwrap() error }); ok && u.Unwrap() == nil {
		return 4
	}
	if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
		return 5
	}
	io.WriteString(io.Discard, "x")
	return 2
}
`,
	"time, text and logs": `import (
	"log/slog"
	"strata/network"
	"strconv"
	"strings"
	"time"
	"unicode"
)

type addr string

func (a addr) Local() bool { return strings.HasPrefix(string(a), "127.") }

type stamp struct{ at time.Time }

func (s stamp) LogValue() slog.Value { return slog.TimeValue(s.at) }

type node struct {
	log   *slog.Logger
	rooms map[string]*slog.Logger
	place *time.Location
}

func f(h network.Host, n *node, a addr) bool {
	n.log = h.Log().With("layer", "gossip").WithGroup("x")
	n.rooms = map[string]*slog.Logger{"a": n.log}
	for name, log := range n.rooms {
		log.Info("hello", "name", name, slog.Int("n", 3), slog.Group("g", slog.String("a", "b")))
	}
	n.log.Warn("odd", "error", strconv.ErrRange, slog.Any("at", stamp{h.Now()}))
	t := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC).In(time.UTC)
	n.place = t.Location()
	level := slog.LevelDebug
	_ = level
	letters := strings.ContainsFunc("x", func(r rune) bool {
		return unicode.Is(unicode.Latin, r) || unicode.In(r, unicode.Letter, unicode.Digit) || unicode.Is(unicode.Scripts["Greek"], r) ||
			unicode.IsOneOf([]*unicode.RangeTable{unicode.Letter, unicode.Digit}, r) || unicode.TurkishCase.ToUpper(r) == r
	})
	return letters && a.Local() && t.Before(h.Now().Add(time.Second)) && h.Rand().IntN(3) == 1
}
`,
	"data of one's own": `import (
	"bytes"
	"container/heap"
	"container/list"
	"math/rand/v2"
	"strings"
)

type entry struct {
	id   [32]byte
	next *entry
	tags []string
}

type queue []*entry

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].id[0] < q[j].id[0] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*entry)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

type store struct {
	queue queue
	order *list.List
	byID  map[[32]byte]*list.Element
	text  strings.Builder
	buf   *bytes.Buffer
}

func f(s *store, r *rand.Rand) int {
	heap.Push(&s.queue, &entry{})
	e := heap.Pop(&s.queue).(*entry)
	*e = entry{next: e.next}
	el := s.order.PushBack(e)
	el.Value = e
	s.byID[e.id] = el
	s.text.WriteString("x")
	*s.buf = bytes.Buffer{}
	r.Shuffle(len(s.queue), s.queue.Swap)
	var matrix [64][64]int
	matrix[1][2]++
	own := rand.New(rand.NewPCG(r.Uint64(), 1))
	table := make([]byte, 1<<22)
	return own.IntN(3) + matrix[0][0] + len(table)
}
`,
}
