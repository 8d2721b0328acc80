-- Where a message stands in a trace: W3C traceparent, and after a space the tracestate. null when the caller sent none
-- and nobody records traces. No part of what is proved: nothing hangs on it but the view of an operator.
ALTER TABLE message ADD COLUMN trace text;
