-- Paths and names of classes are bytes: file names need not be Unicode.

CREATE TABLE meta (
	name  TEXT PRIMARY KEY,
	value BLOB NOT NULL
);

CREATE TABLE params (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	text        TEXT    NOT NULL UNIQUE,
	used        BIGINT  NOT NULL, -- ns since 1970
	input_bytes BIGINT  NOT NULL, -- length of one record of the inputs file
	records     BIGINT  NOT NULL, -- committed records of the inputs file
	thumb_bytes BIGINT  NOT NULL  -- committed length of the thumbs file
);

CREATE TABLE content (
	slot         INTEGER PRIMARY KEY AUTOINCREMENT,
	params       BIGINT NOT NULL,
	sha256       BLOB   NOT NULL,
	record       BIGINT NOT NULL,
	thumb_offset BIGINT NOT NULL,
	thumb_length BIGINT NOT NULL,
	bytes        BIGINT NOT NULL,
	format       TEXT   NOT NULL,
	mode         TEXT   NOT NULL,
	width        BIGINT NOT NULL,
	height       BIGINT NOT NULL,
	orientation  BIGINT NOT NULL,
	frames       BIGINT NOT NULL,
	bits         BIGINT NOT NULL,
	truncated    BIGINT NOT NULL,
	pixel_hash   BLOB   NOT NULL,
	phash        BIGINT NOT NULL,
	mean         BLOB   NOT NULL,
	quality      TEXT   NOT NULL, -- JSON
	UNIQUE (params, sha256)
);

CREATE TABLE file (
	path   BLOB PRIMARY KEY,
	bytes  BIGINT NOT NULL,
	mtime  BIGINT NOT NULL, -- ns since 1970
	sha256 BLOB,            -- NULL when error says why there is no content
	params BIGINT,          -- the parameters that met the error
	kind   TEXT NOT NULL,
	error  TEXT NOT NULL
);

CREATE TABLE scan (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	time        BIGINT NOT NULL,
	dataset_key TEXT   NOT NULL,
	params      TEXT   NOT NULL -- JSON
);

CREATE TABLE scan_part (
	scan BIGINT NOT NULL,
	name TEXT   NOT NULL,
	body BLOB   NOT NULL,
	PRIMARY KEY (scan, name)
);

CREATE TABLE finding (
	scan        BIGINT NOT NULL,
	n           BIGINT NOT NULL, -- place in the list, most probable first
	id          TEXT   NOT NULL,
	kind        TEXT   NOT NULL,
	image       BLOB,
	ordinal     BIGINT NOT NULL,
	class       BLOB,
	others      BLOB,            -- paths, each ended by a zero byte
	action      TEXT   NOT NULL,
	suggestion  BLOB,
	score       DOUBLE PRECISION NOT NULL,
	probability DOUBLE PRECISION NOT NULL,
	evidence    TEXT,            -- JSON
	message     BLOB,
	PRIMARY KEY (scan, n)
);

CREATE TABLE journal (
	seq       INTEGER PRIMARY KEY,
	time      BIGINT NOT NULL,
	who       TEXT   NOT NULL,
	op        TEXT   NOT NULL,
	of        BIGINT NOT NULL,
	request   TEXT   NOT NULL,
	decisions BLOB              -- JSON
);
CREATE UNIQUE INDEX journal_request ON journal (request) WHERE request <> '';
