package masks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A legend says what the values of pixels mean.
type legend struct {
	entries []entry
	// name is the file or the dataset it comes from, for sentences.
	name string
	// open tells that there is no list of classes: every value but 0 is one.
	open bool
	// standard tells that the list is a built-in one.
	standard bool
}

// An entry is one class of a legend.
type entry struct {
	name string
	// index is the value of its pixels in pictures of indices, train that in
	// those which hold Cityscapes' numbers for training.
	index, train uint32
	// colour is its colour, red in bits 16 to 23, where coloured.
	colour   uint32
	coloured bool
	// void tells that its pixels belong to no class.
	void bool
	// things tells that its objects are told apart where the legend says so.
	things bool
}

// noTrain is the number for training of classes that are not trained with.
const noTrain = 255

// isVoid reports whether a name says that its pixels belong to no class.
func isVoid(name string) bool {
	switch strings.ToLower(strings.Trim(name, "_- ")) {
	case "background", "void", "unlabeled", "unlabelled", "unlabel", "ignore", "ignored", "void--unlabeled", "no label", "bg":
		return true
	}
	return false
}

// classes lists the names that are classes, each once.
func (l *legend) classes() []string {
	var out []string
	seen := map[string]bool{}
	for _, e := range l.entries {
		if !e.void && !seen[e.name] {
			seen[e.name] = true
			out = append(out, e.name)
		}
	}
	return out
}

// coloured reports whether every class has a colour.
func (l *legend) coloured() bool {
	return len(l.entries) > 0 && !slices.ContainsFunc(l.entries, func(e entry) bool { return !e.coloured })
}

// find returns the entry of that name, or nil.
func (l *legend) find(name string) *entry {
	for i := range l.entries {
		if l.entries[i].name == name {
			return &l.entries[i]
		}
	}
	return nil
}

// spellIndex and spellColour name a class that no list names.
func spellIndex(v uint32) string { return strconv.FormatUint(uint64(v), 10) }

func spellColour(v uint32) string {
	if v>>24 != 0 {
		return fmt.Sprintf("#%06x%02x", v&0xffffff, 255-v>>24)
	}
	return fmt.Sprintf("#%06x", v)
}

// valueNamed is the reverse of the spellings.
func valueNamed(name string, colours bool) (uint32, bool) {
	if !colours {
		v, err := strconv.ParseUint(name, 10, 32)
		return uint32(v), err == nil && spellIndex(uint32(v)) == name
	}
	hex, ok := strings.CutPrefix(name, "#")
	v, err := strconv.ParseUint(hex, 16, 32)
	if !ok || err != nil {
		return 0, false
	}
	if len(hex) == 8 {
		v = v>>8 | (255-v&255)<<24
	}
	return uint32(v), spellColour(uint32(v)) == name
}

// A kind says what the values of a label picture are made of.
type kind uint8

const (
	// byClass: the value is a class, by its index or its colour.
	byClass kind = iota
	// byTrain: the value is Cityscapes' number for training.
	byTrain
	// by1000: 1000 times the class plus the number of the object, or the class
	// alone (Cityscapes).
	by1000
	// by256: 256 times the class plus the number of the object (KITTI, Mapillary).
	by256
	// byObject: the value is the number of an object, the class is in another
	// picture (Pascal VOC) or the same for all (Penn-Fudan).
	byObject
)

// An identity is what a value says. Two values with the same identity are one
// region.
type identity struct {
	// entry is the place in the legend; none where the value is not in it.
	entry int
	// value is that of a class which is not in the legend.
	value uint32
	// object is the number of the object; none where they are not told apart.
	object int64
}

const none = -1

// A spelling reads and writes the values of one label picture.
type spelling struct {
	legend *legend
	kind   kind
	// places lead from values of classes to entries.
	places map[uint32]int
	// colours tells that values of classes are colours; grays that they are
	// indices spelled as equal red, green and blue.
	colours, grays bool
	// palette is set when a class is the colour of a palette's entry.
	palette []uint32
}

// spellingOf works out how a picture spells classes.
func (l *legend) spellingOf(p *picture, k kind) *spelling {
	s := &spelling{legend: l, kind: k, places: map[uint32]int{}}
	hasColours := p.colour == rgb || p.colour == rgba
	switch {
	case k == byObject:
		s.colours = hasColours
	case k != byClass:
	case hasColours && (l.open || l.coloured()):
		s.colours = true
	case hasColours:
		s.grays = true
	case p.colour == palette && l.coloured() && paletteSpells(l, p):
		s.colours, s.palette = true, p.palette
	}
	for i, e := range l.entries {
		v := e.index
		if s.colours {
			v = e.colour
		} else if k == byTrain {
			v = e.train
		}
		if _, taken := s.places[v]; !taken {
			// A class may have several entries; its first one stands for all.
			s.places[v] = slices.IndexFunc(l.entries[:i+1], func(f entry) bool { return f.name == e.name })
		}
	}
	return s
}

// paletteSpells reports whether the colours of the palette, and not its order,
// say the classes: the order gives classes other colours than they have, and
// every colour in use is that of a class.
func paletteSpells(l *legend, p *picture) bool {
	byIndex, byColour := map[uint32]uint32{}, map[uint32]bool{}
	for _, e := range l.entries {
		byIndex[e.index] = e.colour
		byColour[e.colour] = true
	}
	var used [256]bool
	for _, v := range p.pix {
		used[v] = true
	}
	differs := false
	for v, in := range used {
		if !in {
			continue
		}
		if v >= len(p.palette) || !byColour[p.palette[v]] {
			return false
		}
		differs = differs || byIndex[uint32(v)] != p.palette[v]
	}
	return differs
}

// identify says what a value means.
func (s *spelling) identify(v uint32) identity {
	object := int64(none)
	switch s.kind {
	case byObject:
		if s.colours {
			v = vocIndex(v)
		}
		// 255 is the border of VOC's objects.
		if v != 0 && (v != 255 || s.alone()) {
			object = int64(v)
		}
		return identity{entry: min(0, len(s.legend.entries)-1), object: object}
	case by1000:
		if v >= 1000 {
			v, object = v/1000, int64(v%1000)
		}
	case by256:
		v, object = v/256, int64(v%256)
	case byClass:
		switch {
		case s.palette != nil && int(v) < len(s.palette):
			v = s.palette[v]
		case s.grays && v>>24 == 0 && v>>16 == v&255 && v>>8&255 == v&255:
			v &= 255
		}
	}
	if i, ok := s.places[v]; ok {
		if s.legend.entries[i].void {
			object = none
		}
		return identity{entry: i, object: object}
	}
	if s.legend.open && v == 0 {
		object = none
	}
	return identity{entry: none, value: v, object: object}
}

// isVoid reports whether an identity is no region. Bright tells that 255 is a
// class where no list says what it is.
func (s *spelling) isVoid(id identity, bright bool) bool {
	if s.kind == byObject {
		return id.object == none
	}
	if id.entry != none {
		return s.legend.entries[id.entry].void
	}
	switch {
	case s.kind == byTrain:
		return id.value == noTrain
	case s.legend.open && s.colours:
		return id.value == 0
	case s.legend.open:
		return id.value == 0 || id.value == 255 && !bright
	}
	return id.value == 255 && !s.colours && s.kind == byClass
}

// name spells the class of an identity; defined tells that a list has it.
func (s *spelling) name(id identity) (name string, defined bool) {
	switch {
	case id.entry != none:
		return s.legend.entries[id.entry].name, true
	case s.colours:
		return spellColour(id.value), s.legend.open
	}
	return spellIndex(id.value), s.legend.open
}

// encode returns the value that says the class of that name, which is "" for
// no class, and the object.
func (s *spelling) encode(name string, object int64) (uint32, error) {
	if s.kind == byObject {
		v := uint32(max(object, 0))
		if s.colours {
			v = vocColour(int(v))
		}
		return v, nil
	}
	v, err := s.classValue(name)
	if err != nil {
		return 0, err
	}
	switch {
	case s.kind == by1000 && object >= 1000, s.kind == by256 && object >= 256:
		return 0, fmt.Errorf("there is no number left for a further object of %q", name)
	case s.kind == by1000 && object > none:
		return v*1000 + uint32(object), nil
	case s.kind == by256:
		return v*256 + uint32(max(object, 0)), nil
	case s.palette != nil:
		i := slices.Index(s.palette, v)
		if i < 0 {
			return 0, fmt.Errorf("the palette of the label picture has no colour for %q", name)
		}
		return uint32(i), nil
	case s.grays && v > 255:
		return 0, fmt.Errorf("the label picture has no value for %q", name)
	case s.grays:
		return v * 0x010101, nil
	}
	return v, nil
}

// classValue returns the number or the colour of a class.
func (s *spelling) classValue(name string) (uint32, error) {
	e := s.legend.find(name)
	if name == "" {
		e = s.legend.void()
		if e == nil {
			return s.freeVoid()
		}
	}
	if e == nil {
		v, ok := valueNamed(name, s.colours)
		if !ok {
			return 0, fmt.Errorf("%s has no class %q; add it there first", s.legend.name, name)
		}
		return v, nil
	}
	v := e.index
	switch {
	case s.colours && !e.coloured:
		return 0, fmt.Errorf("%s gives the class %q no colour", s.legend.name, name)
	case s.colours:
		v = e.colour
	case s.kind == byTrain:
		return e.train, nil
	}
	return v, nil
}

// void returns the entry that says "no class", the background if there are
// several, or nil.
func (l *legend) void() *entry {
	var out *entry
	for i := range l.entries {
		e := &l.entries[i]
		if e.void && (out == nil || strings.EqualFold(strings.Trim(e.name, "_"), "background") && !out.background()) {
			out = e
		}
	}
	return out
}

func (e *entry) background() bool { return strings.EqualFold(strings.Trim(e.name, "_"), "background") }

// freeVoid chooses the value of pixels without class where the legend names
// none: 0, or 255 where 0 is a class.
func (s *spelling) freeVoid() (uint32, error) {
	if s.kind == byTrain {
		return noTrain, nil
	}
	for _, v := range []uint32{0, 255} {
		if _, taken := s.places[v]; !taken && (v == 0 || !s.colours) {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%s has no value for pixels without a class, so that nothing can be taken away", s.legend.name)
}

// alone reports whether the objects of a picture are all of one class, which no
// picture says.
func (s *spelling) alone() bool { return s.kind == byObject && len(s.legend.entries) == 1 }
