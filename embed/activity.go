package embed

import "math"

// The two loops below run once for every patch and atom. They have vector
// versions; distances and accumulate are the ones chosen for this processor.
var (
	distances  = portableDistances
	accumulate = portableAccumulate
)

// portableDistances sets d to the distances of a patch to the atoms, first the
// atoms and then their mirror images, and returns their sum. even and odd are
// the products of the patch's halves with those of the atoms, length and norms
// the squared lengths.
func portableDistances(d, even, odd, norms []float32, length float32) float32 {
	n := len(norms)
	even, odd = even[:n], odd[:n]
	plain, mirrored := d[:n], d[n:2*n]
	var sum float32
	for j, v := range norms {
		t := length + v - 2*even[j]
		u := 2 * odd[j]
		a := float32(math.Sqrt(float64(max(0, t-u))))
		b := float32(math.Sqrt(float64(max(0, t+u))))
		plain[j], mirrored[j] = a, b
		sum += a + b
	}
	return sum
}

// portableAccumulate adds to total how much nearer than the mean each atom is,
// the "triangle" activity of Coates et al.
func portableAccumulate(total, d []float32, mean float32) {
	total = total[:len(d)]
	for j, v := range d {
		total[j] += max(0, mean-v)
	}
}
