package rank

import "math"

// estimate returns the number of wrong labels. The interval takes each anchor
// as one independent trial.
func (n *noise) estimate(y []int) Estimate {
	sizes := make([]float64, len(n.wrong))
	for _, c := range y {
		sizes[c]++
	}
	var e Estimate
	variance := 0.0
	for c, rate := range n.wrong {
		e.Errors += sizes[c] * rate
		variance += sizes[c] * sizes[c] * rate * (1 - rate) / float64(n.anchor[c]+priorAnchors+1)
	}
	spread := 1.96 * math.Sqrt(variance)
	e.Low, e.High = max(0, e.Errors-spread), min(float64(len(y)), e.Errors+spread)
	return e
}

// calibrate sets Probability from Score.
func (r *Ranking) calibrate(unjudged []int) {
	skip := make([]bool, len(r.Score))
	for _, i := range unjudged {
		skip[i] = true
	}
	var odds []float64
	for i, q := range r.Score {
		if !skip[i] {
			odds = append(odds, logit(1-q))
		}
	}
	n := float64(len(r.Score))
	if len(odds) == 0 {
		for i := range r.Probability {
			r.Probability[i] = r.Estimate.Errors / n
		}
		return
	}
	mean := r.Estimate.Errors / n
	shift := solveShift(odds, mean)
	at := 0
	score := 0.0
	for i := range r.Probability {
		if skip[i] {
			r.Probability[i] = mean
			continue
		}
		r.Probability[i] = sigmoid(odds[at] + shift)
		score += r.Score[i]
		at++
	}
	for _, i := range unjudged {
		r.Score[i] = score / float64(len(odds))
	}
}

// solveShift returns the constant that, added to all log-odds, makes the mean
// probability what is asked for.
func solveShift(odds []float64, mean float64) float64 {
	low, high := -100.0, 100.0
	for range 100 {
		mid := (low + high) / 2
		sum := 0.0
		for _, o := range odds {
			sum += sigmoid(o + mid)
		}
		if sum < mean*float64(len(odds)) {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

func logit(p float64) float64 {
	const least = 1e-12
	p = min(1-least, max(least, p))
	return math.Log(p / (1 - p))
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
