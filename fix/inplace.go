package fix

import (
	"context"
	"errors"
	"fmt"
	"github.com/errata-cv/errata/stage"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// correctInPlace puts corrected files in the place of those in the source
// folder, moves pictures inside of it, and dropped ones out. A file that is
// replaced goes to the folder .errata-backup-STAMP; its successor waits in
// .errata-new-STAMP until the manifest is on the disk.
func (p *Plan) correctInPlace(ctx context.Context, o Options) (*Report, error) {
	root := p.patch.Root
	if other, ok := Interrupted(root); ok {
		return nil, fmt.Errorf("an earlier correction of %s was interrupted; put it back first: sh %s", source.Show(root), source.Show(scriptOf(other)))
	}
	if err := clearNew(root); err != nil {
		return nil, err
	}
	r := p.report(root)
	if p.drops() {
		var err error
		if r.Quarantine, err = quarantine(root, o); err != nil {
			return nil, err
		}
		if err := checkQuarantine(root, r.Quarantine); err != nil {
			return nil, err
		}
	}
	m, err := p.manifest(r, o.Stamp)
	if err != nil {
		return nil, err
	}
	if err := p.stage(ctx, root, o.Stamp); err != nil {
		return nil, errors.Join(err, os.RemoveAll(filepath.Join(root, newPrefix+o.Stamp)))
	}
	r.Manifest = filepath.Join(root, manifestPrefix+o.Stamp+".json")
	r.Script = scriptOf(r.Manifest)
	if stage.Exists(r.Manifest) || stage.Exists(r.Script) {
		return nil, fmt.Errorf("%s exists already; give another stamp", source.Show(r.Manifest))
	}
	if err := m.begin(r.Manifest); err != nil {
		return nil, fmt.Errorf("cannot write in %s: %s; nothing was changed; write a corrected copy elsewhere with -o", source.Show(root), stage.Reason(err))
	}
	err = m.run(ctx, root, o)
	if err == nil {
		err = p.verify(ctx, p.inside(root), o)
	}
	if err != nil {
		if back := m.undo(root); back != nil {
			return nil, fmt.Errorf("cannot move the pictures: %s; and not all of them could be put back: %s; try again with: sh %s", stage.Reason(err), stage.Reason(back), source.Show(r.Script))
		}
		if back := m.forget(r.Manifest); back != nil {
			return nil, fmt.Errorf("cannot move the pictures: %s; all is where it was, but %s cannot be removed", stage.Reason(err), source.Show(r.Manifest))
		}
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, fmt.Errorf("cannot move the pictures: %s; all is where it was", stage.Reason(err))
	}
	if err := os.RemoveAll(filepath.Join(root, newPrefix+o.Stamp)); err != nil {
		return nil, fmt.Errorf("everything is corrected, but %s cannot be removed: %s", newPrefix+o.Stamp, stage.Reason(err))
	}
	if len(p.patch.Files) > 0 {
		r.Backup = filepath.Join(root, backupPrefix+o.Stamp)
	}
	m.State = stateDone
	if err := m.save(r.Manifest); err != nil {
		return nil, fmt.Errorf("all pictures were moved, but %s cannot be completed: %s", source.Show(r.Manifest), stage.Reason(err))
	}
	return r, nil
}

// clearNew removes what runs that never began to move anything left behind.
func clearNew(root string) error {
	names, err := filepath.Glob(filepath.Join(escapeGlob(root), newPrefix+"*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := os.RemoveAll(name); err != nil {
			return fmt.Errorf("cannot remove what an interrupted run left: %s", stage.Reason(err))
		}
	}
	return nil
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
	realRoot, err := stage.RealPath(root)
	if err != nil {
		return err
	}
	real, err := stage.RealPath(dropped)
	if err != nil {
		return fmt.Errorf("cannot use %s for the dropped pictures: %s", source.Show(dropped), stage.Reason(err))
	}
	if stage.Within(realRoot, real) || stage.Within(real, realRoot) {
		return fmt.Errorf("the folder of the dropped pictures %s and the dataset lie in each other; tools would read it as a class, so name a folder elsewhere", source.Show(dropped))
	}
	return nil
}

// stage writes the corrected files to where they wait.
func (p *Plan) stage(ctx context.Context, root, stamp string) error {
	for i := range p.patch.Files {
		f := &p.patch.Files[i]
		to := filepath.Join(root, newPrefix+stamp, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return fmt.Errorf("cannot write in %s: %s; nothing was changed; write a corrected copy elsewhere with -o", source.Show(root), stage.Reason(err))
		}
		made, err := patchFile(ctx, f, filepath.Join(root, filepath.FromSlash(f.Name)), filepath.Dir(to), f.Name)
		if err != nil {
			return err
		}
		if err := os.Rename(made, to); err != nil {
			return err
		}
	}
	return nil
}

// manifest lists the moves of the report and those that replace files, after
// making sure that it can be done: every file is there, every new place free,
// and all of it in the root itself.
func (p *Plan) manifest(r *Report, stamp string) (*manifest, error) {
	root := p.patch.Root
	realRoot, err := stage.RealPath(root)
	if err != nil {
		return nil, err
	}
	m := &manifest{Version: manifestVersion, State: stateMoving}
	inside := map[string]bool{}
	check := func(name string) error {
		dir := filepath.Dir(filepath.Join(root, filepath.FromSlash(name)))
		ok, known := inside[dir]
		if !known {
			real, err := stage.RealPath(dir)
			if err != nil {
				return err
			}
			ok = stage.Within(realRoot, real)
			inside[dir] = ok
		}
		if !ok {
			return fmt.Errorf("%s lies outside of %s through a symbolic link, where nothing is changed; write a corrected copy with -o", source.Show(name), source.Show(root))
		}
		return nil
	}
	folders, dropped := map[string]bool{}, map[string]bool{}
	folder := func(dir string) {
		for ; !folders[dir] && !stage.Exists(place(root, dir)); dir = filepath.Dir(dir) {
			folders[dir] = true
			m.Folders = append(m.Folders, text(filepath.ToSlash(dir)))
		}
	}
	for i, mv := range r.Moves {
		if err := check(mv.From); err != nil {
			return nil, err
		}
		if !stage.Exists(filepath.Join(root, filepath.FromSlash(mv.From))) {
			return nil, fmt.Errorf("%s is not there any more; check the dataset again", source.Show(mv.From))
		}
		to := filepath.FromSlash(mv.To)
		if mv.Drop {
			for n := 2; dropped[mv.To] || stage.Exists(filepath.Join(r.Quarantine, filepath.FromSlash(mv.To))); n++ {
				mv.To, mv.Renamed = source.Numbered(mv.From, n), true
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
		if full := place(root, to); stage.Exists(full) {
			return nil, fmt.Errorf("%s exists already; check the dataset again", source.Show(full))
		}
		folder(filepath.Dir(to))
		m.Moves = append(m.Moves, manifestMove{text(mv.From), text(filepath.ToSlash(to))})
	}
	for _, f := range p.patch.Files {
		if err := check(f.Name); err != nil {
			return nil, err
		}
		if f.New {
			folder(filepath.Dir(filepath.FromSlash(f.Name)))
		} else {
			backup := backupPrefix + stamp + "/" + f.Name
			folder(filepath.Dir(filepath.FromSlash(backup)))
			m.Moves = append(m.Moves, manifestMove{text(f.Name), text(backup)})
		}
		m.Moves = append(m.Moves, manifestMove{text(newPrefix + stamp + "/" + f.Name), text(f.Name)})
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
		if err := stage.Move(from, to); err != nil {
			return err
		}
		touched[filepath.Dir(from)], touched[filepath.Dir(to)] = true, true
		o.progress(i+1, len(m.Moves))
	}
	for dir := range touched {
		if err := stage.SyncDir(dir); err != nil {
			return err
		}
	}
	return nil
}
