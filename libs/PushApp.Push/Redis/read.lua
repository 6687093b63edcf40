-- Reads a part of a log, oldest first. Where the entry named by ARGV[2] is still kept it comes first, so that its tag can be compared.
-- KEYS[1] log  KEYS[2] its idempotency keys
-- ARGV[1] tag for a root entry  ARGV[2] sequence to read after, or -1 for the newest  ARGV[3] most entries  ARGV[4] most ms kept
-- ARGV[5] 1 to begin a log that does not exist, so that its reader can go on from there; 0 to leave nothing behind
-- Returns {entries…, header of the newest entry}, or an empty text alone for a log that does not exist

if ARGV[5] == '0' and redis.call('LLEN', KEYS[1]) == 0 then
  return {''}
end

local now = now_ms()
local last = newest(KEYS[1], KEYS[2], ARGV[1], now, ARGV[4])
trim_by_age(KEYS[1], KEYS[2], now, ARGV[4])
local length = redis.call('LLEN', KEYS[1])
local after = tonumber(ARGV[2])
local limit = tonumber(ARGV[3])
local start = length - limit
local stop = -1
if after >= 0 then
  start = length - (position_of(last) - after) - 1
  if start < 0 then
    start = 0
  end
  stop = start + limit
elseif start < 0 then
  start = 0
end

local reply = {}
if start < length then
  reply = redis.call('LRANGE', KEYS[1], start, stop)
end
reply[#reply + 1] = header_of(last)
return reply
