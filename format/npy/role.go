package npy

import (
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// A role is what an array is for.
type role int

const (
	other role = iota
	labels
	pictures
	probabilities
)

// roleOf tells it by the words in the name.
func roleOf(name string) role {
	name = strings.ToLower(strings.TrimSuffix(path.Base(name), ".npy"))
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("_-. ", r) })
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	switch {
	case has("feature", "features", "embedding", "embeddings", "ids", "indices", "index"):
		return other
	case has("p", "prob", "probs", "proba", "probability", "probabilities", "preds", "pred", "predictions", "psx"):
		return probabilities
	case has("y", "label", "labels", "target", "targets", "class", "classes"):
		return labels
	case has("x", "image", "images", "img", "imgs", "picture", "pictures", "data"):
		return pictures
	}
	return other
}

// roleByShape tells it by what is inside, for an array that a person named.
func (a *array) roleByShape() role {
	switch {
	case len(a.shape) >= 3 && a.size == 1:
		return pictures
	case len(a.shape) == 2 && a.shape[1] > 1 && a.kind == 'f':
		return probabilities
	case len(a.shape) <= 2:
		return labels
	}
	return other
}

// A group are the arrays of one split.
type group struct {
	split                           string
	labels, pictures, probabilities *array
	// spare are those whose place was taken.
	spare []*array
	// A file of pictures in another format, IDX, with so many of them.
	elsewhere *source.Raster
	count     int
}

// secondary tells of a name that it is not the label to be checked.
func secondary(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "true") || strings.Contains(name, "clean") || strings.Contains(name, "original")
}

// groups puts arrays together by their splits, in their order.
func groups(arrays []*array, roles []role) []*group {
	var out []*group
	for i, a := range arrays {
		if roles[i] == other {
			continue
		}
		split := source.SplitOf(strings.TrimSuffix(a.name, ".npy"))
		at := slices.IndexFunc(out, func(g *group) bool { return g.split == split })
		if at < 0 {
			at = len(out)
			out = append(out, &group{split: split})
		}
		g := out[at]
		slot := map[role]**array{labels: &g.labels, pictures: &g.pictures, probabilities: &g.probabilities}[roles[i]]
		switch {
		case *slot == nil:
			*slot = a
		case secondary((*slot).name) && !secondary(a.name):
			g.spare = append(g.spare, *slot)
			*slot = a
		default:
			g.spare = append(g.spare, a)
		}
	}
	return out
}

// picturesOf describes an array of pictures as rows of samples; the clause says
// why it cannot be.
func picturesOf(a *array, file string) (*source.Raster, string) {
	if a.size != 1 || a.isText() {
		return nil, "its values are no bytes (uint8), so its pictures are not shown; save it with .astype('uint8')"
	}
	if a.fortran {
		return nil, "it is in Fortran order, so its pictures are not shown; save it with numpy.ascontiguousarray"
	}
	if a.row() > source.MaxRaster {
		return nil, "its pictures are too large"
	}
	r := &source.Raster{Open: a.open, File: file, Offset: a.dataAt, Channels: 1}
	switch s := a.shape; {
	case len(s) == 3:
		r.Height, r.Width = s[1], s[2]
	case len(s) == 4 && s[3] <= 4:
		r.Height, r.Width, r.Channels = s[1], s[2], s[3]
	case len(s) == 4 && s[1] <= 4 && s[1] != 2:
		r.Height, r.Width, r.Channels, r.Planes = s[2], s[3], s[1], true
	default:
		return nil, "its shape is not that of pictures (n × height × width, with 1 to 4 channels behind or in front)"
	}
	return r, ""
}
