package pixel

import "math"

// blurSide is the longest side at which CleanVision looks for edges.
const blurSide = 64

// blurSize is the size to which a w×h picture is reduced to look for edges.
func blurSize(w, h int) (int, int) {
	side := max(w, h)
	if side <= blurSide {
		return w, h
	}
	return max(1, w*blurSide/side), max(1, h*blurSide/side)
}

// blurriness returns the standard deviation of the edge strengths of a grey
// picture (3×3 Laplacian, border copied) and of the counts of its histogram.
func blurriness(grey []byte, w, h int) (edges, histogram float64) {
	var counts [256]float64
	for _, v := range grey {
		counts[v]++
	}
	n := float64(w * h)
	sum, squares := 0.0, 0.0
	for y := range h {
		for x := range w {
			e := float64(edge(grey, w, h, x, y))
			sum += e
			squares += e * e
		}
	}
	edges = math.Sqrt(max(0, (squares-sum*sum/n)/n))
	mean := n / 256
	for _, c := range counts {
		histogram += (c - mean) * (c - mean)
	}
	return edges, math.Sqrt(histogram / 256)
}

// edge is pixel x, y of Pillow's FIND_EDGES.
func edge(grey []byte, w, h, x, y int) int {
	i := y*w + x
	if w < 3 || h < 3 || x == 0 || y == 0 || x == w-1 || y == h-1 {
		return int(grey[i])
	}
	sum := 9 * int(grey[i])
	for _, row := range [3]int{i - w, i, i + w} {
		sum -= int(grey[row-1]) + int(grey[row]) + int(grey[row+1])
	}
	return min(255, max(0, sum))
}

// blurScore combines the two deviations as CleanVision does.
func blurScore(edges, histogram float64) float64 {
	g := 1 - math.Exp(-0.01*histogram)
	if g <= 0.18 {
		g = 0
	}
	return math.Min(1, 1-math.Exp(-0.01*edges)+g)
}
