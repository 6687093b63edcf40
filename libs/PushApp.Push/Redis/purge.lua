-- Empties a log. The new root links to nothing, so whoever holds a position in the old log is reset.
-- KEYS[1] log  KEYS[2] its idempotency keys
-- ARGV[1] tag for the root entry  ARGV[2] most ms kept  ARGV[3] PUBLISH or SPUBLISH  ARGV[4] pub/sub channel

redis.call('DEL', KEYS[1])
redis.call(ARGV[3], ARGV[4], newest(KEYS[1], KEYS[2], ARGV[1], now_ms(), ARGV[2]))
return 1
