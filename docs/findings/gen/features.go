package main

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"math/rand/v2"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/check/features"
	"github.com/errata-cv/errata/check/outlier"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

// numbered is a dataset of n pictures without labels.
func numbered(n int) *dataset.Dataset {
	ds := &dataset.Dataset{}
	for i := range n {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("%05d.jpg", i)})
	}
	return ds
}

// dot draws a disc.
func (c *card) dot(x, y, r int, col color.RGBA) {
	for dy := -r; dy <= r; dy++ {
		half := int(math.Sqrt(float64(r*r - dy*dy)))
		c.fill(rect(x-half, y+dy, 2*half+1, 1), col)
	}
}

// clouds are three clouds of points in 440×200 and two points far from them.
func clouds() (*matrix.Matrix, []dataset.Finding, error) {
	r := rand.New(rand.NewPCG(3, 1))
	x := matrix.New(152, 2)
	for i := range 150 {
		x.Row(i)[0] = float32(90+130*(i%3)) + float32(r.NormFloat64()*20)
		x.Row(i)[1] = float32([]int{60, 140, 70}[i%3]) + float32(r.NormFloat64()*15)
	}
	copy(x.Data[300:], []float32{60, 185, 300, 185})
	g, err := neighbor.KNN(context.Background(), x, 10, neighbor.Euclidean, nil)
	if err != nil {
		return nil, nil, err
	}
	judged, err := outlier.ByDistance(outlier.Of(g), outlier.Options{Metric: neighbor.Euclidean, Fence: 0.1})
	if err != nil {
		return nil, nil, err
	}
	findings, err := judged.Findings(numbered(x.Rows), nil)
	return x, findings, err
}

func outlierCard(*album) (*card, error) {
	x, findings, err := clouds()
	if err != nil {
		return nil, err
	}
	c := blankCard(2*edge + 210)
	c.text(pt(edge+8, edge-4), "pictures as a model sees them", faint, false)
	left := (width - 440) / 2
	for i := range x.Rows {
		c.dot(left+int(x.Row(i)[0]), edge+int(x.Row(i)[1]), 3, accent)
	}
	if len(findings) != 2 {
		return nil, fmt.Errorf("%d of the points are outliers, not two", len(findings))
	}
	for _, f := range findings {
		row := x.Row(f.Image)
		c.dot(left+int(row[0]), edge+int(row[1]), 5, wrong)
		c.text(pt(left+int(row[0])+12, edge+int(row[1])-8), fmt.Sprintf("score %.3f", f.Score), wrong, true)
	}
	return c, nil
}

// drift gives 120 pictures a brightness that rises with their order.
func drift() ([]float32, []dataset.Finding, error) {
	r := rand.New(rand.NewPCG(5, 2))
	x := matrix.New(120, 1)
	for i := range x.Data {
		x.Data[i] = float32(i)/120 + float32(r.NormFloat64()*.12)
	}
	g, err := neighbor.KNN(context.Background(), x, 10, neighbor.Euclidean, nil)
	if err != nil {
		return nil, nil, err
	}
	order, err := features.NonIID(g, features.NonIIDOptions{})
	if err != nil {
		return nil, nil, err
	}
	findings, err := order.Finding(numbered(x.Rows), nil)
	return x.Data, findings, err
}

func nonIID(*album) (*card, error) {
	x, findings, err := drift()
	if err != nil {
		return nil, err
	}
	if len(findings) != 1 {
		return nil, fmt.Errorf("the order is not found to be other than random")
	}
	c := blankCard(2*edge + 170)
	c.text(pt(edge+8, edge-4), "brightness of the pictures, in their order", faint, false)
	says := fmt.Sprintf("p = %.3f", findings[0].Score)
	c.text(pt(width-edge-8-len(says)*glyphW, edge-4), says, wrong, true)
	for i, v := range x {
		c.dot(edge+12+i*(width-2*edge-24)/len(x), edge+150-int(v*100), 3, accent)
	}
	return c, nil
}

// failing are the probabilities that a model gives the labels of five groups.
func failing() (*features.Grouping, []dataset.Finding, error) {
	means := []float32{.91, .84, .06, .88, .93}
	p := matrix.New(200, 2)
	ids, labels := make([]int, p.Rows), make([]int, p.Rows)
	for i := range p.Rows {
		ids[i] = i % len(means)
		p.Row(i)[0], p.Row(i)[1] = means[ids[i]], 1-means[ids[i]]
	}
	g, err := features.Groups(ids, labels, class.Of(p), features.GroupOptions{})
	if err != nil {
		return nil, nil, err
	}
	findings, err := g.Findings(numbered(p.Rows), nil)
	return g, findings, err
}

func underperformingGroup(*album) (*card, error) {
	g, findings, err := failing()
	if err != nil {
		return nil, err
	}
	if len(findings) != 1 {
		return nil, fmt.Errorf("%d groups underperform, not one", len(findings))
	}
	const left, long, rowH = edge + 110, 430, 26
	c := blankCard(2*edge + 22 + len(g.All)*rowH)
	for i, group := range g.All {
		col, text, bad := accent, ink, i == g.Worst[0]
		if bad {
			col, text = wrong, wrong
		}
		y := edge + 22 + i*rowH
		c.text(pt(edge+8, y), fmt.Sprintf("group %d", group.ID), text, bad)
		c.fill(rect(left, y+1, int(group.Performance*long), 16), col)
		c.text(pt(left+long+16, y), fmt.Sprintf("%.2f", group.Performance), text, bad)
	}
	c.mark(left+int(g.Mean*long), len(g.All), fmt.Sprintf("mean %.2f", g.Mean))
	return c, nil
}

// telltale is the brightness of pictures of three classes, one of them taken at
// night, and their size, which tells nothing.
func telltale() ([]features.Correlation, error) {
	r := rand.New(rand.NewPCG(7, 4))
	var bright, size []float64
	var labels []int
	for i := range 300 {
		labels = append(labels, i%3)
		bright = append(bright, []float64{.75, .2, .45}[i%3]+r.NormFloat64()*.07)
		size = append(size, 100+r.NormFloat64()*10)
	}
	return features.Spurious([]string{"brightness", "width"}, [][]float64{bright, size}, labels, 3, features.SpuriousOptions{})
}

func spuriousCorrelation(*album) (*card, error) {
	found, err := telltale()
	if err != nil {
		return nil, err
	}
	if n := len(features.Findings(found)); n != 1 {
		return nil, fmt.Errorf("%d properties give the label away, not one", n)
	}
	const left, long, rowH = edge + 130, 400, 26
	c := blankCard(2*edge + 22 + len(found)*rowH)
	for i, p := range found {
		col, text := accent, ink
		if p.Issue {
			col, text = wrong, wrong
		}
		y := edge + 22 + i*rowH
		c.text(pt(edge+8, y), p.Property, text, p.Issue)
		c.fill(rect(left, y+1, int(p.Accuracy*long), 16), col)
		c.text(pt(left+long+16, y), fmt.Sprintf("accuracy %.2f", p.Accuracy), text, p.Issue)
	}
	c.mark(left+int(found[0].Baseline*long), len(found), fmt.Sprintf("most common class %.2f", found[0].Baseline))
	return c, nil
}
