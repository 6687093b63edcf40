-- Appends a legacy message for whoever holds the lease, renews the lease, and tells the other nodes which copy it was. Follows append.lua, as the function append().
-- KEYS[1], KEYS[2], ARGV[1] to ARGV[11] as there  KEYS[3] lease  KEYS[4] copies logged lately
-- ARGV[12] token  ARGV[13] ms the lease lasts  ARGV[14] pub/sub channel of signals  ARGV[15] channel  ARGV[16] copy: id, space, hash (kept with the ms since the epoch at which the message arrived)  ARGV[17] ms to keep copies
-- ARGV[18] ms since the message arrived at this node
-- Returns {3} when the lease is another's or nobody's, else as append.lua

if redis.call('GET', KEYS[3]) ~= ARGV[12] then
  return {3}
end

local reply = append()
redis.call('PEXPIRE', KEYS[3], ARGV[13])
if reply[1] == 0 then
  redis.call('RPUSH', KEYS[4], ARGV[16] .. ' ' .. whole(now_ms() - tonumber(ARGV[18])))
  redis.call('LTRIM', KEYS[4], -1000, -1)
  redis.call('PEXPIRE', KEYS[4], ARGV[17])
end
redis.call('PUBLISH', ARGV[14], 'L ' .. ARGV[15] .. ' ' .. ARGV[16] .. ' ' .. ARGV[18])
return reply
