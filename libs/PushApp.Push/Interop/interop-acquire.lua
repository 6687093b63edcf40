-- Takes the lease on a channel's legacy messages, and signals it: whoever sees their own signal has seen everything that was published before it.
-- KEYS[1] lease  KEYS[2] copies logged lately
-- ARGV[1] token  ARGV[2] ms the lease lasts  ARGV[3] pub/sub channel of signals
-- Returns {ms that another node still has it}, or {0, ms since the epoch, copy, …}

if redis.call('GET', KEYS[1]) then
  local left = redis.call('PTTL', KEYS[1])
  if left < 1 then
    left = 1
  end
  return {left}
end

redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('PUBLISH', ARGV[3], 'A ' .. ARGV[1])
local reply = {0, whole(now_ms())}
for i, copy in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  reply[i + 2] = copy
end
return reply
