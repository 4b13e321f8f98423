package source

// A Tally counts what a reader passes over, so that one problem lists all of a
// kind: "12 polylines are kept in the file as they are and not checked".
type Tally struct {
	count map[string]int
	order [][2]string
}

// What is no kind that people use does not make a report longer.
const (
	maxKinds = 100
	maxKind  = 200 // bytes of its name
)

// Add counts one thing of a kind, which is called one and, in the plural, many.
func (t *Tally) Add(one, many string) {
	if t.count == nil {
		t.count = map[string]int{}
	}
	if _, known := t.count[one]; !known && len(t.order) >= maxKinds || len(one) > maxKind {
		one, many = "thing of another kind", "things of other kinds"
	}
	if t.count[one]++; t.count[one] == 1 {
		t.order = append(t.order, [2]string{one, many})
	}
}

// List adds one problem for each kind that was counted, in the order in which
// they were first met. Place says where they are.
func (t *Tally) List(b *Builder, place string) {
	for _, k := range t.order {
		if n := t.count[k[0]]; n == 1 {
			b.Problem("", "", 0, place, "1 %s is kept in the file as it is and not checked", k[0])
		} else {
			b.Problem("", "", 0, place, "%d %s are kept in the files as they are and not checked", n, k[1])
		}
	}
}
