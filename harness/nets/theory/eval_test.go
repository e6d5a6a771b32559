package theory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/theory"
)

func TestFormula_Computes(t *testing.T) {
	values := map[string]float64{"x": .1, "delay_s": 60, "interval_s": 600, "n": 8}
	for text, want := range map[string]float64{
		"x/(1+x)": .1 / 1.1, "delay_s / interval_s": .1, "stale_many(delay_s/interval_s)": .1 / 1.1,
		"-x + 2*3 - 1.5e0": 4.4, "pow(2, n)": 256, "double_spend(0.1, 2)": .056, "min(x, max(n, 1))": .1,
	} {
		f, err := theory.Parse(text)
		require.NoError(t, err)
		got, err := f.Eval(values)
		require.NoError(t, err)
		require.InDelta(t, want, got, 1e-9, text)
	}
	f, err := theory.Parse("a*sqrt(b+a)/pow(c, 2)")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, f.Names())
}

func TestFormula_SaysWhereItIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"x/(1+":           "expected",
		"x^2":             "column 1: want a number",
		`"text"`:          "column 1: want a number",
		"1+f(x)":          `column 3: no function "f": want one of abs(x), `,
		"double_spend(1)": "column 1: double_spend has 1 arguments: want double_spend(q, z)",
		"a.b(1)":          "want the name of a function",
		"x[0]":            "column 1",
		"func(){}":        "column 1",
		"":                "expected",
	} {
		_, err := theory.Parse(text)
		require.ErrorIs(t, err, theory.ErrFormula, text)
		require.ErrorContains(t, err, want, text)
	}
	f, err := theory.Parse("1/x")
	require.NoError(t, err)
	_, err = f.Eval(map[string]float64{"y": 1, "z": 2})
	require.EqualError(t, err, `formula "1/x": "x" has no value: want one of y, z`)
	_, err = f.Eval(map[string]float64{"x": 0})
	require.EqualError(t, err, `formula "1/x": comes to +Inf`)
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"x/(1+x)", "pow(x, y)", "1+", "f(", "a.b", "func(x int) {}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if formula, err := theory.Parse(text); err == nil {
			values := map[string]float64{}
			for _, name := range formula.Names() {
				values[name] = 2
			}
			if _, err = formula.Eval(values); err != nil {
				require.ErrorIs(t, err, theory.ErrFormula)
			}
		}
	})
}
