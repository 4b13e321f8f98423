-- Findings about objects may suggest another place for them.
ALTER TABLE finding ADD COLUMN geometry TEXT;
