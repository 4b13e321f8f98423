package main

import (
	"fmt"

	"github.com/errata-cv/errata/check/annotator"
	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// people are the annotators of the picture, the share of their labels that are
// wrong on purpose, and every how many pictures they label.
var people = []struct {
	name   string
	wrong  int // of 100 labels
	labels int // of 4 pictures
}{{"anna", 4, 3}, {"bela", 7, 3}, {"cora", 45, 2}, {"dina", 6, 3}, {"emil", 9, 1}}

// weakest lets the people label 400 pictures of 3 classes and judges them.
func weakest() ([]dataset.Finding, *annotator.Result, error) {
	classes := []string{"stop", "keep-left", "keep-right"}
	c := annotator.Columns{Images: 400, Annotators: len(people), Classes: len(classes)}
	p := matrix.New(c.Images, c.Classes)
	var names []string
	for j, who := range people {
		names = append(names, who.name)
		n := 0
		for i := range c.Images {
			if (i+j)%4 >= who.labels {
				continue
			}
			label := i % 3
			if n++; n*who.wrong%100 < who.wrong {
				label = (label + 1 + n%2) % 3
			}
			c.Image, c.Annotator, c.Class = append(c.Image, i), append(c.Annotator, j), append(c.Class, label)
		}
	}
	for i := range c.Images {
		seen := i % 3
		if i%10 == 0 { // the model errs too
			seen = (seen + 1) % 3
		}
		for k := range p.Row(i) {
			p.Row(i)[k] = .1
		}
		p.Row(i)[seen] = .8
	}
	l, err := annotator.New(c)
	if err != nil {
		return nil, nil, err
	}
	r, err := annotator.Crowdlab(l, []class.Probs{class.Of(p)}, annotator.Options{})
	if err != nil {
		return nil, nil, err
	}
	findings, err := annotator.WeakFindings(r.Weak(annotator.WeakOptions{}), names, classes)
	return findings, r, err
}

func weakAnnotator(*album) (*card, error) {
	findings, r, err := weakest()
	if err != nil {
		return nil, err
	}
	if len(findings) != 1 {
		return nil, fmt.Errorf("%d annotators were found weak, not one", len(findings))
	}
	const left, long, rowH = edge + 80, 400, 26
	at := func(q float64) int { return left + int(q*long) }
	c := blankCard(2*edge + 22 + len(people)*rowH)
	for j, who := range people {
		s := r.Annotators[j]
		col, text := accent, ink
		weak := findings[0].Evidence["annotator"] == who.name
		if weak {
			col, text = wrong, wrong
		}
		y := edge + 22 + j*rowH
		c.text(pt(edge+8, y), who.name, text, weak)
		c.fill(rect(left, y+1, at(s.Quality)-left, 16), col)
		c.fill(rect(at(s.Low), y+8, at(s.High)-at(s.Low), 2), ink)
		for _, x := range []int{at(s.Low), at(s.High)} {
			c.fill(rect(x-1, y+4, 2, 10), ink)
		}
		c.text(pt(left+long+16, y), fmt.Sprintf("%.2f  %3d labels", s.Quality, s.Labels), text, weak)
	}
	others, _ := findings[0].Evidence["others"].(float64)
	c.mark(at(others), len(people), fmt.Sprintf("the others %.2f", others))
	return c, nil
}
