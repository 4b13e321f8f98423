package report

import (
	"encoding/json"
	"reflect"
	"slices"
)

// value writes evidence: numbers, strings, booleans, and slices and maps of
// them. A number that JSON cannot hold becomes null. Keys are sorted.
func (e *encoder) value(v any) {
	switch v := v.(type) {
	case nil:
		e.raw("null")
		return
	case string:
		e.text(v)
		return
	case float64:
		e.number(v)
		return
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.String:
		e.text(rv.String())
	case reflect.Float32:
		e.float(rv.Float(), 32)
	case reflect.Float64:
		e.float(rv.Float(), 64)
	case reflect.Slice, reflect.Array:
		e.raw("[")
		for i := range rv.Len() {
			if i > 0 {
				e.raw(", ")
			}
			e.value(rv.Index(i).Interface())
		}
		e.raw("]")
	case reflect.Map:
		e.mapping(rv)
	case reflect.Pointer:
		if rv.IsNil() {
			e.raw("null")
		} else {
			e.value(rv.Elem().Interface())
		}
	default:
		b, err := json.Marshal(v)
		if err != nil && e.err == nil {
			e.err = err
		}
		e.bytes(b)
	}
}

// mapping writes a map with string keys, sorted.
func (e *encoder) mapping(rv reflect.Value) {
	keys := make([]string, 0, rv.Len())
	values := make(map[string]any, rv.Len())
	for it := rv.MapRange(); it.Next(); {
		b, err := json.Marshal(it.Key().Interface())
		if err != nil {
			if e.err == nil {
				e.err = err
			}
			return
		}
		key := string(b)
		if it.Key().Kind() == reflect.String {
			key = it.Key().String()
		}
		keys = append(keys, key)
		values[key] = it.Value().Interface()
	}
	slices.Sort(keys)
	e.raw("{")
	for i, k := range keys {
		if i > 0 {
			e.raw(", ")
		}
		e.text(k)
		e.raw(": ")
		e.value(values[k])
	}
	e.raw("}")
}
