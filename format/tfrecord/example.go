package tfrecord

import (
	"encoding/binary"
	"math"
	"slices"
)

// The kinds of a feature are the numbers of their fields.
const (
	bytesList = 1
	floatList = 2
	intList   = 3
)

// A feature is a named list of values of one kind.
type feature struct {
	kind   int // 0 when it holds no list at all
	bytes  [][]byte
	at     int // where in the record the first of bytes starts
	floats []float32
	ints   []int64
	// loose tells that numbers are not packed.
	loose bool
	// value is the Feature message, list the list in it; both nil when new.
	value, list *span
	changed     bool
}

// len returns the number of values.
func (ft *feature) len() int {
	if ft == nil {
		return 0
	}
	return len(ft.bytes) + len(ft.floats) + len(ft.ints)
}

// An example is a tf.train.Example: features by name.
type example struct {
	data     []byte
	features map[string]*feature
	// names are those of the features in their order.
	names []string
	all   *span // the Features message
	added []string
	// conflict names a feature that was to be changed and holds another kind.
	conflict string
}

// parseExample reads an Example. Values share the memory of data.
func parseExample(data []byte) (*example, error) {
	e := &example{data: data, features: map[string]*feature{}}
	root := &span{end: len(data)}
	err := fields(data, root, func(f field) error {
		if f.number != 1 || f.wire != chunk {
			return nil
		}
		all := f.span(root)
		e.all = all
		return fields(data, all, func(f field) error {
			if f.number != 1 || f.wire != chunk {
				return nil
			}
			return e.entry(f.span(all))
		})
	})
	if err == nil && e.all == nil {
		err = errWire
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// entry reads one entry of the map of features.
func (e *example) entry(entry *span) error {
	name, value := "", (*span)(nil)
	err := fields(e.data, entry, func(f field) error {
		switch {
		case f.wire != chunk:
		case f.number == 1:
			name = string(e.data[f.start:f.end])
		case f.number == 2:
			value = f.span(entry)
		}
		return nil
	})
	if err != nil || value == nil {
		return err
	}
	ft := &feature{value: value}
	err = fields(e.data, value, func(f field) error {
		if f.wire != chunk || f.number < bytesList || f.number > intList {
			return nil
		}
		*ft = feature{value: value, kind: f.number, list: f.span(value)}
		return ft.values(e.data)
	})
	if err != nil {
		return err
	}
	if e.features[name] == nil {
		e.names = append(e.names, name)
	}
	e.features[name] = ft
	return nil
}

// values reads the list.
func (ft *feature) values(data []byte) error {
	return fields(data, ft.list, func(f field) error {
		if f.number != 1 {
			return nil
		}
		in := data[f.start:f.end]
		switch {
		case ft.kind == bytesList && f.wire == chunk:
			if len(ft.bytes) == 0 {
				ft.at = f.start
			}
			ft.bytes = append(ft.bytes, in)
		case ft.kind == floatList && (f.wire == chunk || f.wire == fixed32):
			if len(in)%4 != 0 {
				return errWire
			}
			ft.loose = ft.loose || f.wire == fixed32
			for ; len(in) > 0; in = in[4:] {
				ft.floats = append(ft.floats, math.Float32frombits(binary.LittleEndian.Uint32(in)))
			}
		case ft.kind == intList && (f.wire == chunk || f.wire == varint):
			ft.loose = ft.loose || f.wire == varint
			for len(in) > 0 {
				v, n := binary.Uvarint(in)
				if n <= 0 {
					return errWire
				}
				ft.ints = append(ft.ints, int64(v))
				in = in[n:]
			}
		}
		return nil
	})
}

// encode returns the list as a message.
func (ft *feature) encode() []byte {
	var out, packed []byte
	for _, v := range ft.bytes {
		out = appendChunk(out, 1, v)
	}
	for _, v := range ft.floats {
		if ft.loose {
			out = append(out, 1<<3|fixed32)
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
		} else {
			packed = binary.LittleEndian.AppendUint32(packed, math.Float32bits(v))
		}
	}
	for _, v := range ft.ints {
		if ft.loose {
			out = append(out, 1<<3|varint)
			out = binary.AppendUvarint(out, uint64(v))
		} else {
			packed = binary.AppendUvarint(packed, uint64(v))
		}
	}
	if packed != nil {
		out = appendChunk(out, 1, packed)
	}
	return out
}

func appendChunk(out []byte, number int, v []byte) []byte {
	out = append(out, byte(number<<3|chunk))
	out = binary.AppendUvarint(out, uint64(len(v)))
	return append(out, v...)
}

// encodeEntry returns a field with the entry of a feature in the map.
func encodeEntry(name string, ft *feature) []byte {
	entry := appendChunk(nil, 1, []byte(name))
	entry = appendChunk(entry, 2, appendChunk(nil, ft.kind, ft.encode()))
	return appendChunk(nil, 1, entry)
}

// edit returns the feature of that name to be changed, a new one when there is
// none. When it holds values of another kind, that is noted and what is returned
// belongs to nobody.
func (e *example) edit(name string, kind int) *feature {
	ft := e.features[name]
	if ft == nil {
		ft = &feature{}
		e.features[name] = ft
		e.names = append(e.names, name)
		e.added = append(e.added, name)
	}
	if ft.kind != 0 && ft.kind != kind && ft.len() > 0 {
		e.conflict = name
		return &feature{kind: kind}
	}
	if ft.kind != kind {
		ft.kind, ft.list = kind, nil
	}
	ft.changed = true
	return ft
}

// splices returns what the changed features make of the record.
func (e *example) splices() []splice {
	var out []splice
	for _, name := range e.names {
		ft := e.features[name]
		switch {
		case !ft.changed || ft.value == nil:
		case ft.list == nil:
			out = append(out, splice{at: ft.value.start, old: ft.value.end - ft.value.start, new: appendChunk(nil, ft.kind, ft.encode()), in: ft.value})
		default:
			was, is := e.data[ft.list.start:ft.list.end], ft.encode()
			head := 0
			for head < len(was) && head < len(is) && was[head] == is[head] {
				head++
			}
			tail := 0
			for tail < len(was)-head && tail < len(is)-head && was[len(was)-1-tail] == is[len(is)-1-tail] {
				tail++
			}
			if head < len(was) || head < len(is) {
				out = append(out, splice{at: ft.list.start + head, old: len(was) - head - tail, new: is[head : len(is)-tail], in: ft.list})
			}
		}
	}
	var fresh []byte
	slices.Sort(e.added)
	for _, name := range e.added {
		fresh = append(fresh, encodeEntry(name, e.features[name])...)
	}
	if fresh != nil {
		out = append(out, splice{at: e.all.end, new: fresh, in: e.all})
	}
	return out
}

// text returns the first value of a bytes feature.
func (e *example) text(name string) string {
	if f := e.features[name]; f != nil && len(f.bytes) > 0 {
		return string(f.bytes[0])
	}
	return ""
}

// number returns the first value of an integer feature.
func (e *example) number(name string) int64 {
	if f := e.features[name]; f != nil && len(f.ints) > 0 {
		return f.ints[0]
	}
	return 0
}
