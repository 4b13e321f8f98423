package yolo

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/format/yolo/datayaml"
)

// A plan says where the pictures and labels of a dataset are, before any of them
// is looked at.
type plan struct {
	// base is the absolute folder that label files and lists are in.
	base string
	// config is the data.yaml or obj.data, relative to base where it lies in it;
	// empty without one.
	config string
	names  []datayaml.Name
	// namesIn is the file that lists the classes; empty when none does.
	namesIn   string
	task      task
	keypoints int
	// parts are empty when pictures and labels are wherever they are.
	parts    []part
	problems []dataset.Problem
}

// A part is a folder of pictures or a list of them, relative to base.
type part struct {
	split  string
	folder string
	list   string
}

type task uint8

const (
	unknownTask task = iota
	obbTask
	segmentTask
)

// taskOf is what a word says of four corners.
func taskOf(s string) task {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !(r >= 'a' && r <= 'z') })
	for _, w := range words {
		switch w {
		case "obb", "dota":
			return obbTask
		case "seg", "segment", "segmentation", "polygons":
			return segmentTask
		}
	}
	return unknownTask
}

// newPlan looks for what says where things are.
func newPlan(name string) (*plan, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(full)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	switch {
	case info.IsDir():
		if file, y := findYAML(full); y != nil {
			return yamlPlan(full, file, y, false), nil
		}
		if file := findData(full); file != "" {
			return dataPlan(full, file)
		}
		return plainPlan(full), nil
	case isYAML(full):
		y, err := datayaml.Read(full)
		if err != nil {
			return nil, err
		}
		return yamlPlan(filepath.Dir(full), filepath.Base(full), y, true), nil
	case strings.EqualFold(filepath.Ext(full), ".data"):
		return dataPlan(filepath.Dir(full), filepath.Base(full))
	case isList(filepath.Base(full)) || strings.EqualFold(filepath.Ext(full), ".names"):
		return newPlan(filepath.Dir(full))
	}
	return nil, fmt.Errorf("%s is no data.yaml, obj.data or list of a YOLO dataset; give one of them, or the folder", source.Show(filepath.Base(full)))
}

func isYAML(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// findYAML returns the file in a folder that is a data.yaml.
func findYAML(folder string) (file string, y *datayaml.File) {
	entries, _ := os.ReadDir(folder) // what cannot be listed holds nothing
	var names []string
	for _, e := range entries {
		if isYAML(e.Name()) && !source.Ignored(e.Name()) {
			names = append(names, e.Name())
		}
	}
	preferred := func(n string) bool {
		stem := strings.ToLower(strings.TrimSuffix(n, filepath.Ext(n)))
		return stem == "data" || stem == "dataset"
	}
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case preferred(a) == preferred(b):
			return 0
		case preferred(a):
			return -1
		}
		return 1
	})
	for _, n := range names {
		if y, err := datayaml.Read(filepath.Join(folder, n)); err == nil && describes(y) {
			return n, y
		}
	}
	return "", nil
}

// describes reports whether a YAML file describes a dataset.
func describes(y *datayaml.File) bool {
	return len(y.Names) > 0 && (y.Path != "" || slices.ContainsFunc(y.Parts, func(p datayaml.Part) bool {
		return usual(p.Key)
	}))
}

// yamlPlan follows a data.yaml. Followed anywhere, its paths may lead out of the
// folder.
func yamlPlan(folder, file string, y *datayaml.File, anywhere bool) *plan {
	p := &plan{base: folder, config: file, names: y.Names, namesIn: file, keypoints: y.Keypoints}
	for _, s := range []string{y.Task, file, y.Path, filepath.Base(folder)} {
		if p.task = taskOf(s); p.task != unknownTask {
			break
		}
	}
	if len(p.names) == 0 {
		p.names, p.namesIn = findNames(folder)
	}
	var bases []string
	add := func(dir string) {
		if !slices.Contains(bases, dir) && (anywhere || within(folder, dir)) && source.IsDir(dir) {
			bases = append(bases, dir)
		}
	}
	if y.Path != "" {
		local := filepath.FromSlash(y.Path)
		if filepath.IsAbs(local) {
			add(local)
		} else {
			add(filepath.Join(folder, local))
		}
		add(filepath.Join(folder, filepath.Base(local)))
		add(filepath.Join(filepath.Dir(folder), filepath.Base(local)))
	}
	add(folder)
	add(filepath.Dir(folder))
	var found []string // absolute paths of the parts
	var parts []part
	var missing []dataset.Problem
	for i, base := range bases {
		var here []string
		var these []part
		var lost []dataset.Problem
		for _, part := range y.Parts {
			for _, v := range part.Paths {
				full := resolve(base, v, anywhere, folder)
				if full == "" {
					if usual(part.Key) {
						lost = append(lost, dataset.Problem{Place: file, Message: fmt.Sprintf("%s names %s as its %s part, which is not there.", file, source.Show(v), part.Key)})
					}
					continue
				}
				here = append(here, full)
				these = append(these, newPart(part.Key, full))
			}
		}
		if i == 0 || len(here) > len(found) {
			found, parts, missing, p.base = here, these, lost, base
		}
	}
	for i := 0; i < len(found); i++ {
		a := ancestor(p.base, found[i])
		if filepath.Dir(a) == a {
			missing = append(missing, dataset.Problem{Place: file, Message: fmt.Sprintf("%s is on another part of the disk than %s and is left out; read it by itself.", source.Show(found[i]), source.Show(p.base))})
			found, parts = slices.Delete(found, i, i+1), slices.Delete(parts, i, i+1)
			i--
			continue
		}
		p.base = a
	}
	if len(parts) == 0 {
		p.base = folder
		lists := plainPlan(folder)
		p.parts, p.problems = lists.parts, missing
		return p
	}
	for i := range parts {
		place := &parts[i].folder
		if parts[i].list != "" {
			place = &parts[i].list
		}
		*place = relative(p.base, *place)
	}
	p.problems = missing
	if rel := relative(p.base, filepath.Join(folder, file)); rel != "" {
		p.config, p.namesIn = rel, rel
	}
	p.parts = distinct(parts)
	if one := p.parts[0]; len(parts) > 1 && len(p.parts) == 1 && one.list == "" && usual(one.split) && source.SplitOf(path.Join(one.folder, "picture")) == "" {
		p.parts[0].split = ""
	}
	return p
}

// usual reports whether a key of data.yaml is one that trainers read.
func usual(key string) bool { return key == "train" || key == "val" || key == "test" }

// distinct leaves parts out that lead to the same place as an earlier one.
func distinct(parts []part) []part {
	var out []part
	for _, p := range parts {
		if !slices.ContainsFunc(out, func(o part) bool { return o.folder == p.folder && o.list == p.list }) {
			out = append(out, p)
		}
	}
	return out
}

// newPart holds an absolute path until the base is known.
func newPart(split, full string) part {
	if source.IsDir(full) || !strings.EqualFold(filepath.Ext(full), ".txt") {
		return part{split: split, folder: full}
	}
	return part{split: split, list: full}
}

// resolve finds the folder or list that a data.yaml names; empty when it is not
// there. A folder counts as there when its labels are.
func resolve(base, name string, anywhere bool, folder string) string {
	local := filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	tries := []string{filepath.Join(base, local)}
	if filepath.IsAbs(local) {
		tries = []string{local}
	}
	inner := strings.TrimLeft(path.Clean("/"+filepath.ToSlash(local)), "/")
	for rest := strings.TrimLeft(strings.ReplaceAll(filepath.ToSlash(local), "../", ""), "/"); rest != ""; {
		tries = append(tries, filepath.Join(base, filepath.FromSlash(rest)))
		if !filepath.IsAbs(local) {
			break
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	for _, other := range [][2]string{{"valid", "val"}, {"val", "valid"}, {"validation", "val"}} {
		parts := strings.Split(inner, "/")
		for i := range parts {
			if parts[i] == other[0] {
				parts[i] = other[1]
				tries = append(tries, filepath.Join(base, filepath.FromSlash(strings.Join(parts, "/"))))
				break
			}
		}
	}
	for _, t := range tries {
		if !anywhere && !within(folder, t) {
			continue
		}
		if _, err := os.Stat(t); err == nil {
			return t
		}
		for _, l := range labelFolders {
			if other := swapFolder(t, l); other != "" && source.IsDir(other) {
				return t
			}
		}
	}
	return ""
}

// swapFolder puts a folder of labels in the place of the last folder of pictures.
func swapFolder(full, labels string) string {
	parts := strings.Split(filepath.ToSlash(full), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if slices.Contains(pictureFolders, strings.ToLower(parts[i])) {
			parts[i] = labels
			return filepath.FromSlash(strings.Join(parts, "/"))
		}
	}
	return ""
}

// findData returns the Darknet data file in a folder.
func findData(folder string) string {
	entries, _ := os.ReadDir(folder) // what cannot be listed holds nothing
	for _, e := range entries {
		if strings.EqualFold(filepath.Ext(e.Name()), ".data") {
			if keys := readData(filepath.Join(folder, e.Name())); keys["names"] != "" || keys["train"] != "" {
				return e.Name()
			}
		}
	}
	return ""
}

// readData reads the "key = value" lines of a Darknet data file.
func readData(file string) map[string]string {
	out := map[string]string{}
	f, err := linetext.Read(file)
	if err != nil || len(f.Lines) > 10_000 {
		return out
	}
	for _, l := range f.Lines {
		if key, value, ok := strings.Cut(l.Text, "="); ok && !strings.HasPrefix(strings.TrimSpace(l.Text), "#") {
			out[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return out
}

// dataPlan follows a Darknet data file.
func dataPlan(folder, file string) (*plan, error) {
	p := &plan{base: folder, config: file, task: taskOf(filepath.Base(folder))}
	keys := readData(filepath.Join(folder, file))
	if keys["names"] == "" && keys["train"] == "" && keys["valid"] == "" {
		return nil, fmt.Errorf("%s names no lists of pictures; expected lines such as \"train = data/train.txt\" and \"names = data/obj.names\"", source.Show(file))
	}
	if n := localFile(folder, keys["names"]); n != "" {
		p.names, p.namesIn = readNames(filepath.Join(folder, filepath.FromSlash(n))), n
	}
	if len(p.names) == 0 {
		p.names, p.namesIn = findNames(folder)
	}
	for _, k := range [][2]string{{"train", "train"}, {"valid", "val"}, {"test", "test"}} {
		v := keys[k[0]]
		if v == "" {
			continue
		}
		n := localFile(folder, v)
		if n == "" {
			p.problems = append(p.problems, dataset.Problem{Place: file, Message: fmt.Sprintf("%s names %s as its list of %s pictures, which is not there.", file, source.Show(v), k[0])})
			continue
		}
		if !slices.ContainsFunc(p.parts, func(o part) bool { return o.list == n }) {
			p.parts = append(p.parts, part{split: k[1], list: n})
		}
	}
	return p, nil
}

// localFile finds a file by the last parts of its name in a folder.
func localFile(folder, name string) string {
	rest := strings.TrimLeft(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
	for rest != "" {
		if info, err := os.Stat(filepath.Join(folder, filepath.FromSlash(rest))); err == nil && info.Mode().IsRegular() {
			return rest
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	return ""
}

// plainPlan is for a folder without a description.
func plainPlan(folder string) *plan {
	p := &plan{base: folder, task: taskOf(filepath.Base(folder))}
	p.names, p.namesIn = findNames(folder)
	for _, k := range [][2]string{{"train", "train"}, {"val", "val"}, {"valid", "val"}, {"test", "test"}} {
		name := k[0] + ".txt"
		if f, err := linetext.Read(filepath.Join(folder, name)); err == nil && listsPictures(f) {
			p.parts = append(p.parts, part{split: k[1], list: name})
		}
	}
	return p
}

// within reports whether a path is the folder or lies in it.
func within(folder, name string) bool {
	rel, err := filepath.Rel(folder, name)
	return err == nil && filepath.IsLocal(rel)
}

// ancestor is the folder that both lie in.
func ancestor(folder, name string) string {
	for !within(folder, name) && filepath.Dir(folder) != folder {
		folder = filepath.Dir(folder)
	}
	return folder
}

// relative is name as seen from base, or empty when it lies elsewhere.
func relative(base, name string) string {
	rel, err := filepath.Rel(base, name)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	if rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}
