package fix

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// moveInPlace moves pictures inside the source folder, and dropped ones out.
func (p *Plan) moveInPlace(ctx context.Context, o Options) (*Report, error) {
	root := p.ds.Root
	if other, ok := Interrupted(root); ok {
		return nil, fmt.Errorf("an earlier correction of %s was interrupted; put it back first: sh %s", source.Show(root), source.Show(scriptOf(other)))
	}
	r := p.report(root)
	if r.Dropped > 0 {
		var err error
		if r.Quarantine, err = quarantine(root, o); err != nil {
			return nil, err
		}
		if err := checkQuarantine(root, r.Quarantine); err != nil {
			return nil, err
		}
	}
	m, err := p.manifest(r)
	if err != nil {
		return nil, err
	}
	r.Manifest = filepath.Join(root, manifestPrefix+o.Stamp+".json")
	r.Script = scriptOf(r.Manifest)
	if exists(r.Manifest) || exists(r.Script) {
		return nil, fmt.Errorf("%s exists already; give another stamp", source.Show(r.Manifest))
	}
	if err := m.begin(r.Manifest); err != nil {
		return nil, fmt.Errorf("cannot write in %s: %s; nothing was changed; write a corrected copy elsewhere with -o", source.Show(root), reason(err))
	}
	if err := m.run(ctx, root, o); err != nil {
		if back := m.undo(root); back != nil {
			return nil, fmt.Errorf("cannot move the pictures: %s; and not all of them could be put back: %s; try again with: sh %s", reason(err), reason(back), source.Show(r.Script))
		}
		if back := m.forget(r.Manifest); back != nil {
			return nil, fmt.Errorf("cannot move the pictures: %s; all is where it was, but %s cannot be removed", reason(err), source.Show(r.Manifest))
		}
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, fmt.Errorf("cannot move the pictures: %s; all is where it was", reason(err))
	}
	m.State = stateDone
	if err := m.save(r.Manifest); err != nil {
		return nil, fmt.Errorf("all pictures were moved, but %s cannot be completed: %s", source.Show(r.Manifest), reason(err))
	}
	return r, nil
}

// Interrupted returns the manifest of a correction in place of the folder root
// that was begun and not completed.
func Interrupted(root string) (manifest string, ok bool) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(root), manifestPrefix+"*.json"))
	if err != nil {
		return "", false
	}
	slices.Sort(names)
	for _, name := range names {
		if m, err := readManifest(name); err == nil && m.State == stateMoving {
			return name, true
		}
	}
	return "", false
}

// escapeGlob makes a pattern of a path that matches it alone.
func escapeGlob(path string) string {
	if filepath.Separator == '\\' {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// checkQuarantine makes sure that dropped pictures leave the dataset.
func checkQuarantine(root, dropped string) error {
	realRoot, err := realPath(root)
	if err != nil {
		return err
	}
	real, err := realPath(dropped)
	if err != nil {
		return fmt.Errorf("cannot use %s for the dropped pictures: %s", source.Show(dropped), reason(err))
	}
	if within(realRoot, real) || within(real, realRoot) {
		return fmt.Errorf("the folder of the dropped pictures %s and the dataset lie in each other; tools would read it as a class, so name a folder elsewhere", source.Show(dropped))
	}
	return nil
}

// manifest lists the moves of the report, after making sure that it can be done: every
// picture is there, every new place free, and all of it in the root itself.
func (p *Plan) manifest(r *Report) (*manifest, error) {
	root := p.ds.Root
	realRoot, err := realPath(root)
	if err != nil {
		return nil, err
	}
	m := &manifest{Version: manifestVersion, State: stateMoving}
	inside := map[string]bool{}
	check := func(name string) error {
		dir := filepath.Dir(filepath.Join(root, filepath.FromSlash(name)))
		ok, known := inside[dir]
		if !known {
			real, err := realPath(dir)
			if err != nil {
				return err
			}
			ok = within(realRoot, real)
			inside[dir] = ok
		}
		if !ok {
			return fmt.Errorf("%s lies outside of %s through a symbolic link, where nothing is changed; write a corrected copy with -o", source.Show(name), source.Show(root))
		}
		return nil
	}
	folders, dropped := map[string]bool{}, map[string]bool{}
	for i, mv := range r.Moves {
		if err := check(mv.From); err != nil {
			return nil, err
		}
		if !exists(filepath.Join(root, filepath.FromSlash(mv.From))) {
			return nil, fmt.Errorf("%s is not there any more; check the dataset again", source.Show(mv.From))
		}
		to := filepath.FromSlash(mv.To)
		if mv.Drop {
			for n := 2; dropped[mv.To] || exists(filepath.Join(r.Quarantine, filepath.FromSlash(mv.To))); n++ {
				mv.To, mv.Renamed = numbered(mv.From, n), true
			}
			r.Moves[i], dropped[mv.To] = mv, true
			to = filepath.Join(r.Quarantine, filepath.FromSlash(mv.To))
			if r.Quarantine == root+".dropped" && root == realRoot {
				// Relative, so that it can be moved along with the root.
				to = filepath.Join("..", filepath.Base(root)+".dropped", filepath.FromSlash(mv.To))
			}
		} else if err := check(mv.To); err != nil {
			return nil, err
		}
		if full := place(root, to); exists(full) {
			return nil, fmt.Errorf("%s exists already; check the dataset again", source.Show(full))
		}
		for dir := filepath.Dir(to); !folders[dir] && !exists(place(root, dir)); dir = filepath.Dir(dir) {
			folders[dir] = true
			m.Folders = append(m.Folders, text(filepath.ToSlash(dir)))
		}
		m.Moves = append(m.Moves, manifestMove{text(mv.From), text(filepath.ToSlash(to))})
	}
	slices.Sort(m.Folders) // a folder before what is in it
	return m, nil
}

// place returns the full path of a name in a manifest.
func place(root, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(root, name)
}

// run moves everything.
func (m *manifest) run(ctx context.Context, root string, o Options) error {
	for _, f := range m.Folders {
		if err := os.Mkdir(place(root, string(f)), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	touched := map[string]bool{}
	for i, mv := range m.Moves {
		if err := ctx.Err(); err != nil {
			return err
		}
		from, to := place(root, string(mv.From)), place(root, string(mv.To))
		if err := move(from, to); err != nil {
			return err
		}
		touched[filepath.Dir(from)], touched[filepath.Dir(to)] = true, true
		o.progress(i+1, len(m.Moves))
	}
	for dir := range touched {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}
