// Package jsonfiles is what formats share whose datasets are JSON files: it
// finds the files in a folder and the pictures that they speak of, recognises a
// file by its first bytes, and spells numbers as their neighbours are spelled.
//
//	set, err := jsonfiles.Open(path, o, isScalabel, sampleNames)
//	for _, file := range set.Files {
//		… // jsontext.Stream
//		path, found := set.Album.Find(name)
//	}
package jsonfiles
