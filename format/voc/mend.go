package voc

import (
	"slices"

	"github.com/errata-cv/errata/format/source"
)

// mendLists removes the lines of dropped images, and corrects flags in lists of
// a class that were right and are not any more.
func (p *patcher) mendLists() error {
	for _, l := range p.lists {
		if l.file == "" {
			continue
		}
		var edits []source.Edit
		for _, n := range l.lines {
			i, ok := p.lookUp(l, n.name)
			if !ok {
				continue
			}
			if p.changes.Dropped[p.entries[i].path] {
				edits = append(edits, source.Edit{Offset: int64(n.lo), Old: slices.Clone(l.data[n.lo:n.hi])})
				continue
			}
			was, is := flag(p.before[i], l.class), flag(p.after[i], l.class)
			if l.class == "" || p.before[i] == nil || was == is || n.value != was {
				continue
			}
			edits = append(edits, setFlag(l.data, n, is))
		}
		if len(edits) > 0 {
			if err := p.patch.Edit(p.ctx, l.file, edits, true); err != nil {
				return err
			}
		}
	}
	return nil
}

func flag(of map[string]string, class string) string {
	if f := of[class]; f != "" {
		return f
	}
	return "-1"
}

// setFlag replaces the flag of a line. Flags stand flush right in VOC's lists, so
// a blank goes or comes with the sign.
func setFlag(data []byte, n line, to string) source.Edit {
	lo := n.vlo
	grows := len(to) - (n.vhi - n.vlo)
	switch {
	case grows == 1 && lo >= 2 && data[lo-1] == ' ' && data[lo-2] == ' ':
		lo--
	case grows == -1 && lo >= 2 && data[lo-1] == ' ' && data[lo-2] != ' ':
		to = " " + to
	}
	return source.Edit{Offset: int64(lo), Old: slices.Clone(data[lo:n.vhi]), New: []byte(to)}
}
