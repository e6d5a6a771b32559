package plot

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
)

// CSV writes rows as comma-separated values.
func CSV(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // a Buffer takes everything
	return b.Bytes()
}

// Field is a number as CSV has it: all its digits, and nothing where there is none.
func Field(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
