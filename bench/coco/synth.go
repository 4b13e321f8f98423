package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
)

// synthesize writes a COCO file of n boxes as Python's json.dump spells it,
// about 7 of them on an image, always the same.
func synthesize(file string, n int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	images := max(n/7, 1)
	fmt.Fprint(w, `{"info": {"description": "made up"}, "images": [`)
	for i := range images {
		if i > 0 {
			w.WriteString(", ")
		}
		fmt.Fprintf(w, `{"id": %d, "file_name": "%012d.jpg", "width": 640, "height": 480, "license": 1}`, i+1, i+1)
	}
	w.WriteString(`], "annotations": [`)
	for i := range n {
		if i > 0 {
			w.WriteString(", ")
		}
		x, y := float64(r.IntN(50000))/100, float64(r.IntN(40000))/100
		wide, high := float64(r.IntN(14000)+1)/100, float64(r.IntN(8000)+1)/100
		fmt.Fprintf(w, `{"id": %d, "image_id": %d, "category_id": %d, "bbox": [%v, %v, %v, %v], "area": %.4f, "segmentation": [], "iscrowd": 0}`, i+1, i*images/n+1, r.IntN(80)+1, x, y, wide, high, wide*high)
	}
	w.WriteString(`], "categories": [`)
	for c := range 80 {
		if c > 0 {
			w.WriteString(", ")
		}
		fmt.Fprintf(w, `{"id": %d, "name": "class %d", "supercategory": "thing"}`, c+1, c+1)
	}
	w.WriteString("]}\n")
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
