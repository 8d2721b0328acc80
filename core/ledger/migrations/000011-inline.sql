-- Rows of message up to a page stay whole. By default PostgreSQL compresses what is over 2 kB, which most messages are: a
-- quarter of the server's time at intake (measured), for text that is read once more and then never again.
ALTER TABLE message_first SET (toast_tuple_target = 8160);
ALTER TABLE message_default SET (toast_tuple_target = 8160);
