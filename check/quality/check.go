package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/pixel"
)

// Status says what is known of a picture.
type Status uint8

// The statuses.
const (
	// Unknown pictures were not looked at; nothing is said of them.
	Unknown Status = iota
	// Measured pictures have all values of Row.
	Measured
	// Truncated pictures do too, and end before they should.
	Truncated
	// Unreadable pictures have an Error and nothing else.
	Unreadable
)

// Row is what is known of one picture.
type Row struct {
	Status Status
	// Error is the sentence that says why the picture is unreadable.
	Error string
	// Width and Height are in pixels as stored; Orientation is that of EXIF.
	Width, Height, Orientation int
	Quality                    pixel.Quality
}

// Options change the rules; the zero value means the defaults.
type Options struct {
	// MaxPrevalence is the share of pictures in (0,1] above which an issue is a
	// property of the dataset; 0 means the constant MaxPrevalence.
	MaxPrevalence float64
}

// Suppressed is a kind of issue that too many pictures have to be one.
type Suppressed struct {
	Kind dataset.Kind
	// Count of the Of measured pictures have it.
	Count, Of int
	// Message is one sentence for a person.
	Message string
}

// Result is what [Check] found.
type Result struct {
	// Findings are ordered by kind as in [Rules], then by score, then by image.
	Findings []dataset.Finding
	// Suppressed are the kinds without findings because most pictures have them.
	Suppressed []Suppressed
}

// Check applies the rules to all pictures; rows[i] speaks of image i of the
// dataset.
func Check(rows []Row, o Options) Result {
	if o.MaxPrevalence <= 0 {
		o.MaxPrevalence = MaxPrevalence
	}
	sizes := newSizes(rows)
	measured := 0
	for i := range rows {
		if rows[i].measured() {
			measured++
		}
	}
	var result Result
	for _, rule := range Rules() {
		if rule.Kind == dataset.OddSize {
			rule.Threshold = sizes.threshold()
		}
		var found []dataset.Finding
		for i := range rows {
			score, known := scoreOf(&rows[i], rule.Kind, sizes)
			if known && score < rule.Threshold {
				found = append(found, finding(i, &rows[i], rule, score, sizes))
			}
		}
		common := float64(len(found)) > o.MaxPrevalence*float64(measured)
		if common && measured >= MinPictures && !rule.alwaysReported() {
			result.Suppressed = append(result.Suppressed, suppressed(rule.Kind, len(found), measured))
			continue
		}
		if measured >= MinPictures && !rule.alwaysReported() {
			for i := range found {
				found[i].Probability *= 1 - float64(len(found))/float64(measured)/o.MaxPrevalence
			}
		}
		slices.SortStableFunc(found, func(a, b dataset.Finding) int { return cmp.Compare(a.Score, b.Score) })
		result.Findings = append(result.Findings, found...)
	}
	return result
}

func (r *Row) measured() bool { return r.Status == Measured || r.Status == Truncated }

// scoreOf returns the score of a picture under one rule; known is false where
// the rule does not apply to it.
func scoreOf(r *Row, kind dataset.Kind, sizes sizes) (score float64, known bool) {
	switch kind {
	case dataset.Unreadable:
		return 0, r.Status == Unreadable
	case dataset.Truncated:
		return 0, r.Status == Truncated
	}
	if !r.measured() {
		return 1, false
	}
	q := &r.Quality
	switch kind {
	case dataset.Dark:
		score = q.Dark
	case dataset.Bright:
		score = q.Bright
	case dataset.Blurry:
		return q.Blurry, max(r.Width, r.Height) > TinySide
	case dataset.LowInformation:
		score = q.LowInformation
	case dataset.OddAspect:
		score = q.OddAspect
	case dataset.OddSize:
		score = sizes.score(q.Size)
	case dataset.Grayscale:
		score = zeroIf(q.Grayscale)
	case dataset.RotatedByEXIF:
		score = zeroIf(r.Orientation > 1)
	default:
		return 1, false
	}
	return score, true
}

func zeroIf(issue bool) float64 {
	if issue {
		return 0
	}
	return 1
}

func finding(i int, r *Row, rule Rule, score float64, sizes sizes) dataset.Finding {
	f := dataset.Finding{
		Kind: rule.Kind, Image: i, Annotation: dataset.None, Class: dataset.None,
		Score: score, Probability: rule.probability(score),
		Evidence: evidence(r, rule, sizes), Message: message(r, rule.Kind, sizes),
	}
	if rule.alwaysReported() {
		f.Suggestion = &dataset.Suggestion{Action: dataset.DropImage, Class: dataset.None}
	}
	return f
}

func suppressed(kind dataset.Kind, count, of int) Suppressed {
	info, _ := kind.Info()
	return Suppressed{Kind: kind, Count: count, Of: of, Message: fmt.Sprintf(
		"%s: %d of %d pictures (%.0f %%), which is how this dataset is and not listed as findings.",
		info.Title, count, of, math.Floor(100*float64(count)/float64(of)))}
}
