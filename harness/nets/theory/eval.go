package theory

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ErrFormula reports a formula that cannot be read or computed: the text says where and why.
var ErrFormula = errors.New("formula")

// function is what a formula can call.
type function struct {
	args string // their names, for messages
	call func(a []float64) float64
}

// of1 and its like make functions of so many numbers callable.
func of1(args string, f func(a float64) float64) function {
	return function{args, func(a []float64) float64 { return f(a[0]) }}
}

func of2(args string, f func(a, b float64) float64) function {
	return function{args, func(a []float64) float64 { return f(a[0], a[1]) }}
}

// counted makes a function callable whose second number is a count of blocks or slots.
func counted(args string, f func(a float64, n int) float64) function {
	return of2(args, func(a, n float64) float64 {
		if n < 0 || n > 10_000 || n != math.Trunc(n) {
			return math.NaN()
		}
		return f(a, int(n))
	})
}

// functions are all that formulae can call, by name.
var functions = map[string]function{
	"sqrt": of1("x", math.Sqrt), "exp": of1("x", math.Exp), "ln": of1("x", math.Log), "log2": of1("x", math.Log2),
	"abs": of1(
		"x",
		math.Abs,
	), "pow": of2("x, y", math.Pow), "min": of2("x, y", math.Min), "max": of2("x, y", math.Max),

	"stale_many": of1("x", StaleMany), "fork_from_curve": of2("w, t", ForkFromCurve),
	"stale_pools":  of2("x, sum_of_squares", func(x, squares float64) float64 { return x * (1 - squares) }),
	"two_miners":   {"a, b, d", func(a []float64) float64 { return TwoMiners(a[0], a[1], a[2]) }},
	"double_spend": counted("q, z", DoubleSpend), "double_spend_poisson": counted("q, z", DoubleSpendPoisson),
	"catch_up": counted("q, z", CatchUp), "catch_up_time": counted("q, z", CatchUpTime),
	"selfish": of2("a, g", Selfish), "selfish_threshold": of1("g", SelfishThreshold),
	"partition_lost": of2("x, k", PartitionLost), "eclipse": counted("a, slots", Eclipse),
	"safe_share": of1(
		"x",
		SafeShare,
	), "flood_sends": of2("edges, nodes", FloodSends), "forward_reach": of1("f", ForwardReach),
	"push_least": of1("n", func(n float64) float64 { least, _ := PushRounds(n); return least }),
	"push_most":  of1("n", func(n float64) float64 { _, most := PushRounds(n); return most }),

	"regular_distance": of2("d, n", RegularDistance), "regular_eigenvalue": of1("d", RegularEigenvalue),
	"exponential_flood": of2("m, d", ExponentialFlood),
}

// Functions lists what formulae can call, as `name(arguments)`, in order.
func Functions() []string {
	var all []string
	for name, f := range functions {
		all = append(all, name+"("+f.args+")")
	}
	return slices.Sorted(slices.Values(all))
}

// Formula is a formula that was read: numbers, names, + - * /, parentheses and the calls that Functions lists.
type Formula struct {
	text string
	root ast.Expr
}

// Parse reads a formula. Error: ErrFormula, with the column.
func Parse(text string) (Formula, error) {
	root, err := parser.ParseExpr(text)
	if err != nil {
		return Formula{}, fmt.Errorf("%w %q: %s", ErrFormula, text, strings.TrimPrefix(err.Error(), "1:"))
	}
	f := Formula{text, root}
	return f, f.check(root)
}

// String is the formula as it was written.
func (f Formula) String() string { return f.text }

// Names lists the names whose values the formula needs, in order.
func (f Formula) Names() []string {
	names := map[string]bool{}
	if f.root == nil {
		return nil
	}
	ast.Inspect(f.root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for _, arg := range n.Args {
				for _, name := range (Formula{root: arg}).Names() {
					names[name] = true
				}
			}
			return false
		case *ast.Ident:
			names[n.Name] = true
		}
		return true
	})
	return slices.Sorted(maps.Keys(names))
}

// check refuses what Eval could not compute.
func (f Formula) check(e ast.Expr) error {
	switch e := e.(type) {
	case *ast.Ident:
		return nil
	case *ast.BasicLit:
		if e.Kind == token.INT || e.Kind == token.FLOAT {
			return nil
		}
	case *ast.ParenExpr:
		return f.check(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.SUB || e.Op == token.ADD {
			return f.check(e.X)
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.ADD, token.SUB, token.MUL, token.QUO:
			return errors.Join(f.check(e.X), f.check(e.Y))
		}
	case *ast.CallExpr:
		return f.checkCall(e)
	}
	return f.refuse(e, "want a number, a name, + - * /, parentheses or a call; for powers pow(x, y)")
}

// checkCall refuses functions that there are not, or with too few or many arguments.
func (f Formula) checkCall(e *ast.CallExpr) error {
	name, ok := e.Fun.(*ast.Ident)
	if !ok {
		return f.refuse(e, "want the name of a function before the parenthesis")
	}
	to, ok := functions[name.Name]
	if !ok {
		return f.refuse(e, fmt.Sprintf("no function %q: want one of %s", name.Name, strings.Join(Functions(), ", ")))
	}
	if want := strings.Count(to.args, ",") + 1; len(e.Args) != want {
		return f.refuse(e, fmt.Sprintf("%s has %d arguments: want %s(%s)", name.Name, len(e.Args), name.Name, to.args))
	}
	var faults []error
	for _, arg := range e.Args {
		faults = append(faults, f.check(arg))
	}
	return errors.Join(faults...)
}

func (f Formula) refuse(e ast.Expr, why string) error {
	return fmt.Errorf("%w %q: column %d: %s", ErrFormula, f.text, e.Pos(), why)
}

// Eval computes the formula. Error: ErrFormula, if a name has no value or the result is no number.
func (f Formula) Eval(values map[string]float64) (float64, error) {
	for _, name := range f.Names() {
		if _, ok := values[name]; !ok {
			return 0, fmt.Errorf("%w %q: %q has no value: want one of %s", ErrFormula, f.text, name,
				strings.Join(slices.Sorted(maps.Keys(values)), ", "))
		}
	}
	v := eval(f.root, values)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%w %q: comes to %v", ErrFormula, f.text, v)
	}
	return v, nil
}

// eval computes what check has passed.
func eval(e ast.Expr, values map[string]float64) float64 {
	switch e := e.(type) {
	case *ast.Ident:
		return values[e.Name]
	case *ast.BasicLit:
		v, _ := strconv.ParseFloat(e.Value, 64) // the parser has read it
		return v
	case *ast.ParenExpr:
		return eval(e.X, values)
	case *ast.UnaryExpr:
		if e.Op == token.SUB {
			return -eval(e.X, values)
		}
		return eval(e.X, values)
	case *ast.CallExpr:
		args := make([]float64, len(e.Args))
		for i, arg := range e.Args {
			args[i] = eval(arg, values)
		}
		return functions[e.Fun.(*ast.Ident).Name].call(args)
	case *ast.BinaryExpr:
		x, y := eval(e.X, values), eval(e.Y, values)
		switch e.Op {
		case token.ADD:
			return x + y
		case token.SUB:
			return x - y
		case token.MUL:
			return x * y
		default:
			return x / y
		}
	}
	panic("theory: an expression that check lets pass and eval does not know")
}
