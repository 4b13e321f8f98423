package source

import (
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// TestUndefinedClass asks for a class again and again: it stays undefined until
// a list has it.
func TestUndefinedClass(t *testing.T) {
	b, err := NewBuilder(&dataset.Dataset{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.DefineClass("cat")
	for range 2 {
		if c, defined := b.Class("cow", true); c != 1 || defined {
			t.Errorf("cow is class %d, defined %v", c, defined)
		}
	}
	if c, defined := b.Class("cat", true); c != 0 || !defined {
		t.Errorf("cat is class %d, defined %v", c, defined)
	}
	if _, defined := b.Class("free", false); !defined {
		t.Error("a class is undefined though there is no list")
	}
	b.DefineClass("cow")
	if _, defined := b.Class("cow", true); !defined {
		t.Error("cow is undefined though a list has it now")
	}
}
