package scan

import (
	"slices"

	"github.com/errata-cv/errata/check/object"
	"github.com/errata-cv/errata/dataset"
)

// objects checks the annotations of objects by themselves.
func (s *scanner) objects() []dataset.Finding {
	if s.res.Task != dataset.Objects {
		return nil
	}
	n := len(s.res.Images)
	c := object.Columns{Width: make([]int, n), Height: make([]int, n), Orientation: make([]int, n)}
	for i, im := range s.res.Images {
		if im != nil {
			c.Width[i], c.Height[i], c.Orientation[i] = im.Width, im.Height, im.Orientation
		}
	}
	r := object.Check(s.res.Dataset, s.res.Index, c, object.Options{})
	for _, p := range r.Suppressed {
		s.res.Suppressed = append(s.res.Suppressed, Suppressed{p.Kind, p.Count, p.Message})
	}
	return r.Findings
}

// unsaid leaves out what a reader noticed of an object where the check of objects
// says it too.
func unsaid(problems, objects []dataset.Finding) []dataset.Finding {
	type target struct {
		kind              dataset.Kind
		image, annotation int
	}
	told := map[target]bool{}
	for _, f := range objects {
		told[target{f.Kind, f.Image, f.Annotation}] = true
	}
	return slices.DeleteFunc(problems, func(f dataset.Finding) bool { return told[target{f.Kind, f.Image, f.Annotation}] })
}

// sameTurned leaves out what the pictures alone say of EXIF where the objects in
// them say more.
func sameTurned(pictures, objects []dataset.Finding) []dataset.Finding {
	told := map[int]bool{}
	for _, f := range objects {
		if f.Kind == dataset.RotatedByEXIF {
			told[f.Image] = true
		}
	}
	return slices.DeleteFunc(pictures, func(f dataset.Finding) bool { return f.Kind == dataset.RotatedByEXIF && told[f.Image] })
}
