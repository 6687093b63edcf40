-- The newest entries' headers of several logs, an empty text for a log that does not exist. Somebody listens to these channels, so they are kept alive.
-- KEYS logs, then the idempotency keys of each
-- ARGV most ms kept, one for each log
-- Returns {header, …}

local heads = {}
for i = 1, #KEYS / 2 do
  local log = KEYS[i]
  local last = redis.call('LINDEX', log, -1)
  if last then
    redis.call('PEXPIRE', log, ARGV[i])
    redis.call('PEXPIRE', KEYS[#KEYS / 2 + i], ARGV[i])
    heads[i] = header_of(last)
  else
    heads[i] = ''
  end
end
return heads
