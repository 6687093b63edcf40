-- Appends an event to a log and publishes it; or, where the idempotency key was seen and its entry is still there, gives the first answer again.
-- KEYS[1] log  KEYS[2] its idempotency keys
-- ARGV[1] tag  ARGV[2] tag for a root entry  ARGV[3] hash of event and data  ARGV[4] idempotency key, in hexadecimal digits  ARGV[5] most events kept
-- ARGV[6] most ms kept  ARGV[7] time to live in ms or 0  ARGV[8] traceparent or -  ARGV[9] PUBLISH or SPUBLISH  ARGV[10] pub/sub channel  ARGV[11] event, \n, data
-- Returns {0 appended | 1 seen before | 2 seen before with another body, sequence, tag, time ms}

local now = now_ms()
local seen = redis.call('HGET', KEYS[2], ARGV[4])
if seen then
  local sequence, tag, time, hash = string.match(seen, '^(%d+) (%x+) (%d+) (%x+)$')
  local last = redis.call('LINDEX', KEYS[1], -1)
  local index = last and tonumber(sequence) - position_of(last) - 1
  local entry = index and index < 0 and redis.call('LINDEX', KEYS[1], index)
  if entry and string.find(entry, 'L ' .. sequence .. ' ' .. tag .. ' ', 1, true) == 1 then
    if hash ~= ARGV[3] then
      return {2, sequence, tag, time}
    end
    return {1, sequence, tag, time}
  end
end

local before, before_tag = position_of(newest(KEYS[1], KEYS[2], ARGV[2], now, ARGV[6]))
local sequence = whole(before + 1)
local time = whole(now)
local expires = '0'
if ARGV[7] ~= '0' then
  expires = whole(now + tonumber(ARGV[7]))
end

local entry = 'L ' .. sequence .. ' ' .. ARGV[1] .. ' ' .. before_tag .. ' ' .. time .. ' ' .. expires .. ' ' .. ARGV[8] .. ' ' .. ARGV[4] .. '\n' .. ARGV[11]

-- The key first: of a broker that crashes in between, a key without its entry is known for what it is, and an entry without its key would be doubled.
redis.call('HSET', KEYS[2], ARGV[4], sequence .. ' ' .. ARGV[1] .. ' ' .. time .. ' ' .. ARGV[3])
redis.call('RPUSH', KEYS[1], entry)
trim_by_count(KEYS[1], KEYS[2], ARGV[5])
trim_by_age(KEYS[1], KEYS[2], now, ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
redis.call(ARGV[9], ARGV[10], entry)
return {0, sequence, ARGV[1], time}
