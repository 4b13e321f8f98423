package parquet

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// level gives a value the levels of a place in the column.
func (l *leaf) level(v parquet.Value, repetition, definition int) parquet.Value {
	return v.Level(repetition, definition, l.index)
}

func (l *leaf) null(repetition, definition int) parquet.Value {
	return l.level(parquet.Value{}, repetition, definition)
}

// classValue spells a class for a column.
func (l *leaf) classValue(class string, names []string) (parquet.Value, error) {
	if l.kind == parquet.ByteArray {
		return parquet.ByteArrayValue([]byte(class)), nil
	}
	v := int64(slices.Index(names, class))
	if v < 0 {
		var err error
		if v, err = strconv.ParseInt(class, 10, 64); err != nil {
			return parquet.Value{}, fmt.Errorf("the class %q is not among the %d classes of the column %s; only those can be given", class, len(names), source.Show(l.name()))
		}
	}
	return l.integerValue(v)
}

func (l *leaf) integerValue(v int64) (parquet.Value, error) {
	switch {
	case l.kind == parquet.Int64:
		return parquet.Int64Value(v), nil
	case l.kind == parquet.Int32 && v == int64(int32(v)):
		return parquet.Int32Value(int32(v)), nil
	case l.kind == parquet.Boolean && (v == 0 || v == 1):
		return parquet.BooleanValue(v == 1), nil
	}
	return parquet.Value{}, fmt.Errorf("the number %d does not fit into the column %s", v, source.Show(l.name()))
}

func (l *leaf) floatValue(v float64) (parquet.Value, error) {
	switch l.kind {
	case parquet.Float:
		return parquet.FloatValue(float32(v)), nil
	case parquet.Double:
		return parquet.DoubleValue(v), nil
	}
	if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		return parquet.Value{}, fmt.Errorf("the column %s holds whole numbers, and %v is none", source.Show(l.name()), v)
	}
	return l.integerValue(int64(v))
}

func (g *rewriting) setClass(row int, e entry, class string) error {
	l, names := g.label, g.names
	if e.Geometry != nil {
		l, names = g.category, g.objectNames
	}
	if l == nil {
		return fmt.Errorf("the objects of the file have no column for their class")
	}
	v, err := l.classValue(class, names)
	if err != nil {
		return err
	}
	of := g.row(l, row)
	if e.element >= len(of) || e.Geometry != nil && of[e.element].DefinitionLevel() < l.repeats[0] {
		return fmt.Errorf("the column %s has no element for the object", source.Show(l.name()))
	}
	of[e.element] = l.level(v, of[e.element].RepetitionLevel(), l.maxDef)
	g.put(l, row, of)
	return nil
}

// box spells the sides of a box.
func (l *leaf) box(g dataset.Geometry) ([]parquet.Value, error) {
	b, ok := g.(dataset.Box)
	if !ok {
		return nil, fmt.Errorf("the column %s holds upright boxes only", source.Show(l.name()))
	}
	var out []parquet.Value
	for _, v := range []float64{b.X, b.Y, b.W, b.H} {
		p, err := l.floatValue(v)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (g *rewriting) move(row int, e entry, to dataset.Geometry) error {
	if e.Geometry == nil {
		return fmt.Errorf("a label of the whole picture has no place to move")
	}
	sides, err := g.bbox.box(to)
	if err != nil {
		return err
	}
	of := g.row(g.bbox, row)
	elements := g.bbox.elements(of)
	first := elements[e.element][0].RepetitionLevel()
	for i, v := range sides {
		repetition := 2
		if i == 0 {
			repetition = first
		}
		sides[i] = g.bbox.level(v, repetition, g.bbox.maxDef)
	}
	// The same float spelled twice must not change its bits.
	if old := elements[e.element]; len(old) == 4 {
		for i := range sides {
			if !old[i].IsNull() && float(old[i]) == float(sides[i]) {
				sides[i] = old[i]
			}
		}
	}
	elements[e.element] = sides
	g.put(g.bbox, row, slices.Concat(elements...))
	if g.area == nil || e.Area == 0 {
		return nil
	}
	// The stated area is that of the old box.
	areas := g.area.elements(g.row(g.area, row))
	if e.element >= len(areas) {
		return nil
	}
	v, err := g.area.floatValue(to.Area())
	if err != nil {
		return err
	}
	areas[e.element] = []parquet.Value{g.area.level(v, areas[e.element][0].RepetitionLevel(), g.area.maxDef)}
	g.put(g.area, row, slices.Concat(areas...))
	return nil
}

// add gives an image a further label or object.
func (g *rewriting) add(row int, class string, geometry dataset.Geometry) error {
	if geometry == nil {
		return g.addLabel(row, class)
	}
	if g.bbox == nil {
		return fmt.Errorf("the file has no column of objects")
	}
	sides, err := g.bbox.box(geometry)
	if err != nil {
		return err
	}
	for _, l := range g.objects {
		of := g.row(l, row)
		elements := l.elements(of)
		repetition := min(1, len(elements))
		var fresh []parquet.Value
		switch l {
		case g.bbox:
			for i, v := range sides {
				if i > 0 {
					repetition = 2
				}
				fresh = append(fresh, l.level(v, repetition, l.maxDef))
			}
		case g.category:
			v, err := l.classValue(class, g.objectNames)
			if err != nil {
				return err
			}
			fresh = []parquet.Value{l.level(v, repetition, l.maxDef)}
		default:
			v, err := l.empty(repetition)
			if err != nil {
				return err
			}
			fresh = []parquet.Value{v}
		}
		g.put(l, row, append(slices.Concat(elements...), fresh...))
	}
	return nil
}

// empty is the value of a new object that says nothing: null or an empty list
// where the column allows it, else zero.
func (l *leaf) empty(repetition int) (parquet.Value, error) {
	if len(l.repeats) > 1 {
		return l.null(repetition, l.repeats[1]-1), nil
	}
	if l.maxDef > l.repeats[0] {
		return l.null(repetition, l.maxDef-1), nil
	}
	var v parquet.Value
	var err error
	switch l.kind {
	case parquet.ByteArray:
		v = parquet.ByteArrayValue(nil)
	case parquet.Float, parquet.Double:
		v, err = l.floatValue(0)
	default:
		v, err = l.integerValue(0)
	}
	return l.level(v, repetition, l.maxDef), err
}

func (g *rewriting) addLabel(row int, class string) error {
	l := g.label
	if l == nil {
		return fmt.Errorf("the file has no column of labels")
	}
	v, err := l.classValue(class, g.names)
	if err != nil {
		return err
	}
	of := g.row(l, row)
	if len(l.repeats) > 0 {
		elements := l.elements(of)
		g.put(l, row, append(slices.Concat(elements...), l.level(v, min(1, len(elements)), l.maxDef)))
		return nil
	}
	if !of[0].IsNull() && (l.kind == parquet.ByteArray || number(of[0]) != -1) {
		return fmt.Errorf("the column %s holds one label for each picture, and it has one", source.Show(l.name()))
	}
	g.put(l, row, []parquet.Value{l.level(v, 0, l.maxDef)})
	return nil
}

// remove takes a label or an object out.
func (g *rewriting) remove(row int, e entry) error {
	if e.Geometry != nil {
		for _, l := range g.objects {
			g.put(l, row, l.without(g.row(l, row), e.element))
		}
		return nil
	}
	l := g.label
	of := g.row(l, row)
	switch {
	case len(l.repeats) > 0:
		of = l.without(of, e.element)
	case l.maxDef > 0:
		of = []parquet.Value{l.null(0, l.maxDef-1)}
	default:
		v, err := l.integerValue(-1)
		if err != nil || l.kind == parquet.ByteArray {
			return fmt.Errorf("the column %s must have a label for each picture, so none can be deleted", source.Show(l.name()))
		}
		of = []parquet.Value{l.level(v, 0, 0)}
	}
	g.put(l, row, of)
	return nil
}

// without returns the cells of a row without one element of the outer list.
func (l *leaf) without(of []parquet.Value, element int) []parquet.Value {
	elements := l.elements(of)
	if element >= len(elements) {
		return of
	}
	elements = slices.Delete(slices.Clone(elements), element, element+1)
	if len(elements) == 0 {
		return []parquet.Value{l.null(0, l.repeats[0]-1)}
	}
	out := slices.Concat(elements...)
	out[0] = l.level(out[0], 0, out[0].DefinitionLevel())
	return out
}
