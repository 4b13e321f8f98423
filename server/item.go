package server

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/errata-cv/errata/dataset"
)

// Item is everything known of one tile.
type Item struct {
	Image         ImageInfo     `json:"image"`
	Annotation    int           `json:"annotation" doc:"-1 when the image has no label"`
	Given         int           `json:"given" doc:"-1 when the image has no label"`
	Label         uint32        `json:"label" doc:"The class now in force; 4294967294 dropped, 4294967295 none"`
	Verdict       uint8         `json:"verdict"`
	Probabilities []ClassProb   `json:"probabilities" doc:"Out of sample, most probable first, at most 8"`
	Findings      []FindingInfo `json:"findings"`
	Neighbours    []Neighbour   `json:"neighbours" doc:"Look-alikes, nearest first, at most 12"`
	Others        []Other       `json:"others" doc:"The same picture elsewhere"`
	History       []Event       `json:"history" doc:"Decisions about this label, newest first"`
	Objects       []Object      `json:"objects" doc:"Objects of the picture, that of the tile first, at most 400"`
}

// ImageInfo describes a picture.
type ImageInfo struct {
	Index    int         `json:"index"`
	Path     string      `json:"path"`
	Split    string      `json:"split"`
	Width    int         `json:"width"`
	Height   int         `json:"height"`
	Format   string      `json:"format"`
	Bytes    int64       `json:"bytes"`
	Metadata []NameValue `json:"metadata"`
}

// NameValue is one metadata column of an image.
type NameValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ClassProb is a class with its probability.
type ClassProb struct {
	Class int     `json:"class"`
	P     float32 `json:"p"`
}

// FindingInfo is a finding as a page shows it.
type FindingInfo struct {
	ID          string          `json:"id"`
	Kind        dataset.Kind    `json:"kind"`
	Title       string          `json:"title"`
	Message     string          `json:"message"`
	Probability float64         `json:"probability"`
	Score       float64         `json:"score"`
	Suggestion  *SuggestionInfo `json:"suggestion,omitempty"`
	Evidence    map[string]any  `json:"evidence"`
	Verdict     uint8           `json:"verdict"`
}

// SuggestionInfo is a suggested change.
type SuggestionInfo struct {
	Action  dataset.Action `json:"action"`
	Class   int            `json:"class" doc:"-1 when no class is suggested"`
	Outline *Outline       `json:"outline,omitempty" doc:"The suggested place"`
}

// Neighbour is a look-alike.
type Neighbour struct {
	Image    int     `json:"image"`
	Given    int     `json:"given"`
	Label    uint32  `json:"label"`
	Distance float32 `json:"distance"`
}

// Other is another place of the same picture.
type Other struct {
	Image int    `json:"image"`
	Path  string `json:"path"`
	Given int    `json:"given"`
	Split string `json:"split"`
}

// Event is one decision in the past of a label.
type Event struct {
	Seq     int64           `json:"seq"`
	Time    time.Time       `json:"time"`
	Who     string          `json:"who"`
	Verdict dataset.Verdict `json:"verdict"`
	After   string          `json:"after"`
	Undone  bool            `json:"undone"`
}

const (
	maxProbabilities = 8
	maxNeighbours    = 12
	maxOthers        = 24
)

func (s *Server) item(v *View, position int) (Item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	it := v.items[position]
	out := Item{
		Image: s.imageInfo(int(it.image)), Annotation: int(it.annotation), Given: int(it.given),
		Probabilities: []ClassProb{}, Findings: []FindingInfo{}, Neighbours: []Neighbour{}, Others: []Other{}, History: []Event{}, Objects: s.objects(it),
	}
	out.Verdict, out.Label = s.verdict(v.kind, it)
	if s.res.Probs != nil && it.annotation != dataset.None {
		for c, p := range s.res.Probs.Row(int(it.annotation)) {
			out.Probabilities = append(out.Probabilities, ClassProb{c, p})
		}
		slices.SortStableFunc(out.Probabilities, func(a, b ClassProb) int { return cmp.Compare(b.P, a.P) })
		out.Probabilities = out.Probabilities[:min(maxProbabilities, len(out.Probabilities))]
	}
	s.addFindings(&out, it)
	if g := s.res.Neighbors; g != nil {
		for k := range min(g.K, maxNeighbours) {
			j := g.Index[int(it.image)*g.K+k]
			if j < 0 {
				break
			}
			given, label := s.labelOf(int(j))
			out.Neighbours = append(out.Neighbours, Neighbour{int(j), given, label, g.Distance[int(it.image)*g.K+k]})
		}
	}
	if it.annotation != dataset.None {
		out.History = s.history(s.res.Index.Key(int(it.annotation)))
	}
	return out, nil
}

// addFindings lists the findings about the same image, and the other images
// they speak of.
func (s *Server) addFindings(out *Item, it item) {
	seen := map[int]bool{}
	for _, i := range s.byImage[it.image] {
		f := &s.res.Findings[i]
		if f.Annotation != dataset.None && int32(f.Annotation) != it.annotation {
			continue
		}
		info, _ := f.Kind.Info()
		code, _ := s.verdict(f.Kind, item{image: it.image, annotation: it.annotation, finding: int32(i)})
		fi := FindingInfo{
			ID: f.ID(s.res.Dataset, s.res.Index), Kind: f.Kind, Title: info.Title, Message: f.Message,
			Probability: f.Probability, Score: f.Score, Evidence: f.Evidence, Verdict: code,
		}
		if f.Suggestion != nil {
			fi.Suggestion = &SuggestionInfo{f.Suggestion.Action, f.Suggestion.Class, s.outline(f.Image, f.Suggestion.Geometry)}
		}
		out.Findings = append(out.Findings, fi)
		for _, j := range f.Others {
			if seen[j] || len(out.Others) == maxOthers {
				continue
			}
			seen[j] = true
			given, _ := s.labelOf(j)
			out.Others = append(out.Others, Other{j, printable(s.res.Dataset.Images[j].Path), given, s.res.Dataset.Images[j].Split})
		}
	}
}

func (s *Server) imageInfo(i int) ImageInfo {
	im := &s.res.Dataset.Images[i]
	out := ImageInfo{Index: i, Path: printable(im.Path), Split: im.Split, Metadata: []NameValue{}}
	if c := s.res.Images[i]; c != nil {
		out.Width, out.Height, out.Format, out.Bytes = c.Width, c.Height, c.Format, c.Bytes
	}
	for k, v := range im.Metadata {
		out.Metadata = append(out.Metadata, NameValue{s.res.Dataset.MetadataColumns[k], v})
	}
	return out
}

// labelOf returns the given class of the first annotation of an image and the
// class now in force.
func (s *Server) labelOf(image int) (given int, label uint32) {
	of := s.res.Index.Annotations(image)
	if len(of) == 0 {
		return dataset.None, labelNone
	}
	given = s.res.Dataset.Annotations[of[0]].Class
	_, label = s.verdict("", item{image: int32(image), annotation: int32(of[0])})
	return given, label
}

// printable makes a path fit for JSON and screens: bytes that are no UTF-8
// become the replacement character.
func printable(path string) string { return strings.ToValidUTF8(path, "\uFFFD") }
