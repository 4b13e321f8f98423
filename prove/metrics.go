package prove

import "math"

// Metrics are the quality of one model on one set of labels.
type Metrics struct {
	// Accuracy is the share of images whose most probable class is their
	// label.
	Accuracy float64 `json:"accuracy"`
	// MacroF1 is the mean F1 of the classes that have validation labels.
	MacroF1 float64 `json:"macro_f1"`
	// LogLoss is the mean -ln of the probability of the label; low is good.
	LogLoss float64 `json:"log_loss"`
}

// metricNames are the JSON names of the metrics, in the order of values.
var metricNames = []string{"accuracy", "macro_f1", "log_loss"}

func (m Metrics) values() [3]float64 { return [3]float64{m.Accuracy, m.MacroF1, m.LogLoss} }

// ClassMetrics are the quality of one model on one class.
type ClassMetrics struct {
	Class     string  `json:"class"`
	Support   int     `json:"support"` // validation labels of the class, over all seeds
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Confusion counts validation images by label and prediction, over all seeds.
type Confusion struct {
	Label     int `json:"label"`
	Predicted int `json:"predicted"`
	Count     int `json:"count"`
}

// predictions are what both models of one seed say of the validation rows.
type predictions struct {
	rows  []int
	class [2][]int32      // by model: the most probable class
	loss  [2][2][]float64 // by model and labels: -ln of the label's probability
}

// leastProbability keeps the log-loss finite.
const leastProbability = 1e-15

// tally adds up weighted validation images for one model and one set of labels.
type tally struct {
	weight, right, loss float64
	hit, labelled, said []float64 // by class
}

func newTally(classes int) *tally {
	return &tally{hit: make([]float64, classes), labelled: make([]float64, classes), said: make([]float64, classes)}
}

func (t *tally) clear() {
	t.weight, t.right, t.loss = 0, 0, 0
	clear(t.hit)
	clear(t.labelled)
	clear(t.said)
}

func (t *tally) add(label, predicted int, loss, weight float64) {
	t.weight += weight
	t.loss += weight * loss
	t.labelled[label] += weight
	t.said[predicted] += weight
	if label == predicted {
		t.right += weight
		t.hit[label] += weight
	}
}

// metrics sums up; all are 0 where nothing was added.
func (t *tally) metrics() Metrics {
	if t.weight == 0 {
		return Metrics{}
	}
	sum, classes := 0.0, 0
	for k, labelled := range t.labelled {
		if labelled > 0 {
			sum += 2 * t.hit[k] / (labelled + t.said[k])
			classes++
		}
	}
	return Metrics{Accuracy: t.right / t.weight, MacroF1: sum / float64(classes), LogLoss: t.loss / t.weight}
}

func (t *tally) perClass(names []string) []ClassMetrics {
	out := make([]ClassMetrics, len(names))
	for k, name := range names {
		c := ClassMetrics{Class: name, Support: int(math.Round(t.labelled[k]))}
		if t.said[k] > 0 {
			c.Precision = t.hit[k] / t.said[k]
		}
		if t.labelled[k] > 0 {
			c.Recall = t.hit[k] / t.labelled[k]
		}
		if both := t.labelled[k] + t.said[k]; both > 0 {
			c.F1 = 2 * t.hit[k] / both
		}
		out[k] = c
	}
	return out
}
