package topology

import "math"

// lanczosSteps is how far the spectrum is looked into: enough for three digits of the second eigenvalue.
const lanczosSteps = 120

// eigenvalue is the second largest eigenvalue of D^-1/2 A D^-1/2 on a connected part, by the method of
// Lanczos with full reorthogonalization. The largest is 1, with the vector of the degrees' square roots: it is
// taken out.
func eigenvalue(n Neighbours, part []int32) float64 {
	if len(part) < 3 {
		return 0
	}
	w := newWalkMatrix(n, part)
	basis := [][]float64{w.top}
	v := w.start()
	var alpha, beta []float64
	for len(alpha) < min(lanczosSteps, len(part)-1) {
		orthogonalize(v, basis)
		norm := scale(v)
		if len(alpha) > 0 {
			if norm < 1e-10 {
				break // the whole space is known
			}
			beta = append(beta, norm)
		}
		basis = append(basis, v)
		next := w.times(v)
		alpha = append(alpha, dot(v, next))
		v = next
	}
	return largestOf(alpha, beta[:len(alpha)-1])
}

// walkMatrix is the part's D^-1/2 A D^-1/2.
type walkMatrix struct {
	n     Neighbours
	part  []int32
	place []int32   // of a node in part
	root  []float64 // 1/sqrt(degree), by place
	top   []float64 // the first eigenvector, of length 1
}

func newWalkMatrix(n Neighbours, part []int32) *walkMatrix {
	w := &walkMatrix{n: n, part: part, place: make([]int32, len(n.Start)-1)}
	for p, i := range part {
		w.place[i] = int32(p)
		d := math.Sqrt(float64(n.Degree(i)))
		w.root = append(w.root, 1/d)
		w.top = append(w.top, d)
	}
	scale(w.top)
	return w
}

// start is a vector that has a bit of everything in it, the same each time.
func (w *walkMatrix) start() []float64 {
	d, v := newDraw(3, uint64(len(w.part))), make([]float64, len(w.part))
	for i := range v {
		v[i] = d.float() - 0.5
	}
	return v
}

func (w *walkMatrix) times(v []float64) []float64 {
	to := make([]float64, len(v))
	for p, i := range w.part {
		sum := 0.0
		for _, j := range w.n.Of(i) {
			q := w.place[j]
			sum += v[q] * w.root[q]
		}
		to[p] = sum * w.root[p]
	}
	return to
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// scale makes the vector's length 1 and returns what it was.
func scale(v []float64) float64 {
	norm := math.Sqrt(dot(v, v))
	if norm > 0 {
		for i := range v {
			v[i] /= norm
		}
	}
	return norm
}

// orthogonalize takes out of v what it has of the others: twice, for what rounding leaves.
func orthogonalize(v []float64, others [][]float64) {
	for range 2 {
		for _, o := range others {
			c := dot(v, o)
			for i := range v {
				v[i] -= c * o[i]
			}
		}
	}
}

// largestOf is the largest eigenvalue of the symmetric tridiagonal matrix, by bisection: as many are above x as
// there are positive pivots.
func largestOf(diagonal, beside []float64) float64 {
	anyAbove := func(x float64) bool {
		pivot := 1.0
		for i, a := range diagonal {
			square := 0.0
			if i > 0 {
				square = beside[i-1] * beside[i-1]
			}
			pivot = a - x - square/pivot
			if pivot == 0 {
				pivot = 1e-300
			}
			if pivot > 0 {
				return true
			}
		}
		return false
	}
	low, high := -1.0, 1.0
	for range 60 {
		if middle := (low + high) / 2; anyAbove(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
