package matrix

import "math/rand/v2"

// dominant returns the k eigenvectors of largest eigenvalue of a symmetric,
// positive d×d matrix C as rows, and the eigenvalues. apply sets dst = q·C.
func dominant(apply func(dst, q *Matrix), d, k int, seed uint64) (vectors *Matrix, values []float32) {
	const (
		spare     = 16 // more vectors than asked for speed up convergence
		rounds    = 40
		between   = 4 // powers between looks at the eigenvalues
		tolerance = 1e-5
	)
	random := rand.New(rand.NewPCG(seed, 0x706361))
	l := min(k+spare, d)
	q, y := New(l, d), New(l, d)
	fill(q.Data, random)
	orthonormalize(q, random)
	var before float64
	for round := 1; ; round++ {
		apply(y, q)
		if round%between != 0 {
			q, y = y, q
			orthonormalize(q, random)
			continue
		}
		// Rayleigh–Ritz: the eigenvectors within the subspace.
		inner := New(l, l)
		MulT(inner, y, q)
		ritz, turn := Eigen(inner)
		var held float64
		for _, v := range ritz[:k] {
			held += float64(v)
		}
		if held-before <= tolerance*held || round >= rounds {
			vectors = New(k, d)
			Mul(vectors, turn.Slice(0, k), q)
			orthonormalize(vectors, random)
			for i := range k {
				orient(vectors.Row(i))
			}
			return vectors, ritz[:k:k]
		}
		before = held
		q, y = y, q
		orthonormalize(q, random)
	}
}

func fill(v []float32, random *rand.Rand) {
	for i := range v {
		v[i] = float32(random.NormFloat64())
	}
}

// orthonormalize makes the rows of q orthonormal by block Gram–Schmidt, done
// twice for accuracy. Rows that depend on those above are replaced by random
// directions; q has at most as many rows as columns.
func orthonormalize(q *Matrix, random *rand.Rand) {
	const block = 32
	for from := 0; from < q.Rows; from += block {
		to := min(from+block, q.Rows)
		above, rows := q.Slice(0, from), q.Slice(from, to)
		for range 2 {
			if from > 0 {
				along, part := New(to-from, from), New(to-from, q.Cols)
				MulT(along, rows, above)
				Mul(part, along, above)
				Axpy(-1, part.Data, rows.Data)
			}
			for i := from; i < to; i++ {
				orthonormalizeRow(q, from, i, random)
			}
		}
	}
}

// orthonormalizeRow makes row i orthogonal to rows [from, i), or to all above
// when it had to be replaced.
func orthonormalizeRow(q *Matrix, from, i int, random *rand.Rand) {
	row := q.Row(i)
	for {
		size := normalize(row)
		for j := from; j < i; j++ {
			Axpy(-Dot(row, q.Row(j)), q.Row(j), row)
		}
		if left := normalize(row); size > 0 && left > 1e-4 {
			return
		}
		fill(row, random)
		from = 0
	}
}
