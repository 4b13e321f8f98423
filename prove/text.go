package prove

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// mostClasses and mostConfusions bound the lists of Text.
const (
	mostClasses    = 12
	mostConfusions = 8
)

var titles = map[string]string{"accuracy": "accuracy", "macro_f1": "macro F1", "log_loss": "log loss"}

// Text writes the result as tables for a terminal: the four cells, the
// differences with their intervals, the classes that changed most, the pairs of
// classes confused most often, and the verdict.
func (r *Result) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d seeds, %s.\n", upper(r.Trainer), r.Seeds, r.Design)
	fmt.Fprintf(&b, "Training: %s. Validation: %s.\n", r.Training, r.Validation)
	if r.LeftOut > 0 {
		fmt.Fprintf(&b, "%d training images were left out because they are copies of validation images.\n", r.LeftOut)
	}
	b.WriteByte('\n')
	r.writeCells(&b)
	r.writeDifferences(&b)
	r.writeClasses(&b)
	r.writeConfusions(&b)
	fmt.Fprintln(&b, r.Sentence)
	_, err := io.WriteString(w, b.String())
	return err
}

// String says the counts in words.
func (c Counts) String() string {
	return fmt.Sprintf("%d images, %d relabeled, %d dropped", c.Images, c.Relabeled, c.Dropped)
}

func table(b *strings.Builder, write func(w io.Writer)) {
	w := tabwriter.NewWriter(b, 0, 0, 3, ' ', 0)
	write(w)
	w.Flush()
	b.WriteByte('\n')
}

func (r *Result) writeCells(b *strings.Builder) {
	table(b, func(w io.Writer) {
		fmt.Fprintln(w, "trained on\tvalidated on\taccuracy\tmacro F1\tlog loss")
		for _, c := range r.Cells {
			fmt.Fprintf(w, "%s\t%s\t%.4f\t%.4f\t%.4f\n", c.Training, c.Validation, c.Accuracy, c.MacroF1, c.LogLoss)
		}
	})
}

func (r *Result) writeDifferences(b *strings.Builder) {
	table(b, func(w io.Writer) {
		fmt.Fprintln(w, "corrected minus original training\tdifference\t95 % interval")
		for _, d := range r.Differences {
			fmt.Fprintf(w, "%s on %s labels\t%+.4f\t%+.4f to %+.4f\n", titles[d.Metric], d.Validation, d.Delta, d.Low, d.High)
		}
	})
}

// writeClasses shows both models on the corrected validation labels, the
// classes with the largest change of F1 first.
func (r *Result) writeClasses(b *strings.Builder) {
	before, after := r.Cell(Original, Corrected).PerClass, r.Cell(Corrected, Corrected).PerClass
	order := make([]int, len(before))
	for k := range order {
		order[k] = k
	}
	change := func(k int) float64 { return math.Abs(after[k].F1 - before[k].F1) }
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(change(y), change(x)) })
	table(b, func(w io.Writer) {
		fmt.Fprintln(w, "class\tvalidated\tprecision\trecall\tF1\tchange of F1")
		for _, k := range order[:min(mostClasses, len(order))] {
			fmt.Fprintf(w, "%s\t%d\t%.3f > %.3f\t%.3f > %.3f\t%.3f > %.3f\t%+.3f\n", after[k].Class, after[k].Support,
				before[k].Precision, after[k].Precision, before[k].Recall, after[k].Recall, before[k].F1, after[k].F1, after[k].F1-before[k].F1)
		}
		if rest := len(order) - mostClasses; rest > 0 {
			fmt.Fprintf(w, "and %d classes that changed less\n", rest)
		}
	})
}

// writeConfusions shows the pairs of classes that either model mistakes most
// often.
func (r *Result) writeConfusions(b *strings.Builder) {
	type pair struct{ label, predicted, before, after int }
	at := make(map[[2]int]int)
	var wrong []pair
	for model, c := range [2]*Cell{r.Cell(Original, Corrected), r.Cell(Corrected, Corrected)} {
		for _, n := range c.Confusion {
			if n.Label == n.Predicted {
				continue
			}
			key := [2]int{n.Label, n.Predicted}
			if _, ok := at[key]; !ok {
				at[key] = len(wrong)
				wrong = append(wrong, pair{label: n.Label, predicted: n.Predicted})
			}
			p := &wrong[at[key]]
			if model == 0 {
				p.before = n.Count
			} else {
				p.after = n.Count
			}
		}
	}
	if len(wrong) == 0 {
		return
	}
	slices.SortFunc(wrong, func(x, y pair) int {
		return cmp.Or(cmp.Compare(max(y.before, y.after), max(x.before, x.after)), cmp.Compare(x.label, y.label), cmp.Compare(x.predicted, y.predicted))
	})
	table(b, func(w io.Writer) {
		fmt.Fprintln(w, "corrected label\tpredicted\ttrained on original\ttrained on corrected")
		for _, p := range wrong[:min(mostConfusions, len(wrong))] {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", r.Classes[p.label], r.Classes[p.predicted], p.before, p.after)
		}
	})
}

// upper makes the first letter a capital.
func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
