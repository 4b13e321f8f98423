package voc

import (
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/internal/formattest"
)

// picture is a PNG.
var picture = string(formattest.Picture(40, 30))

const threeObjects = "\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + `<annotation verified="yes">
	<!-- checked & done -->
	<filename>other.png</filename>
	<size><width>40</width><height>30</height><depth>1</depth></size>
	<object>
		<bndbox>
			<xmax>20.50</xmax>
			<xmin>1.0</xmin>
			<ymin>2</ymin>
			<ymax>12</ymax>
		</bndbox>
		<name>cat</name>
		<difficult>1</difficult>
		<pose/>
		<part><name>head</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></part>
	</object>
	<object>
		<name> dog </name>
		<bndbox><xmin>5</xmin><ymin>5</ymin><xmax>5</xmax><ymax>9</ymax></bndbox>
		<attributes>
			<attribute><name>colour</name><value>brown</value></attribute>
		</attributes>
	</object>
	<object><name>gone</name><deleted>1</deleted><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>
	<object>
		<name>cat</name>
		<truncated>0</truncated>
		<bndbox>
			<xmin>7</xmin>
			<ymin>8</ymin>
			<xmax>17</xmax>
			<ymax>18</ymax>
		</bndbox>
	</object>
</annotation>`

const oneObject = "<annotation>\n  <filename>b.png</filename>\n  <size>\n    <width>40</width>\n    <height>30</height>\n    <depth>3</depth>\n  </size>\n  <object>\n    <name>dog</name>\n    <bndbox>\n      <xmin>3</xmin>\n      <ymin>4</ymin>\n      <xmax>13</xmax>\n      <ymax>24</ymax>\n    </bndbox>\n  </object>\n</annotation>\n"

// devkit is a dataset with lists.
func devkit() map[string]string {
	return map[string]string{
		"Annotations/a.xml": strings.ReplaceAll(threeObjects, "\n", "\r\n"), "Annotations/b.xml": oneObject,
		"JPEGImages/a.png": picture, "JPEGImages/b.png": picture, "JPEGImages/c.png": picture, "JPEGImages/unlisted.png": picture,
		"ImageSets/Main/train.txt": "a\nb\n", "ImageSets/Main/val.txt": "c", "ImageSets/Main/trainval.txt": "a\nb\nc\n",
		"ImageSets/Main/cat_train.txt": "a  1\nb -1\n", "ImageSets/Main/dog_train.txt": "a  1\nb  1\n", "ImageSets/Main/cow_train.txt": "a  1\nb -1\n",
		"ImageSets/Layout/train.txt": "b 1\n",
	}
}

// flat is a dataset with XML files beside the pictures.
func flat() map[string]string {
	return map[string]string{
		"train/a.xml": threeObjects, "train/a.png": picture, "train/b.xml": oneObject, "train/b.png": picture,
		"valid/b.xml": oneObject, "valid/b.png": picture, "valid/c.png": picture,
	}
}

func imageOf(t testing.TB, ds *dataset.Dataset, path string) int {
	t.Helper()
	for i, im := range ds.Images {
		if im.Path == path {
			return i
		}
	}
	t.Fatalf("there is no image %s", path)
	return 0
}
