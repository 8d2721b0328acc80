-- Archive files lie sealed, too. null: the file is from before there were seals.
ALTER TABLE archive ADD COLUMN version integer; -- of the data key that sealed it
