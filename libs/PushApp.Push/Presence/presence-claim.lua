-- Notes channels in which a node will have members, so that others know what to sweep after it. Follows prelude.lua.
-- KEYS[1] nodes  KEYS[2] the node's channels, a set
-- ARGV[1] node  ARGV[2] ms the set is kept  ARGV[3…] channels
-- Returns 1, or 0 when the node's lease has lapsed

local until_ms = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not until_ms or tonumber(until_ms) < now_ms() then
  return 0
end

for i = 3, #ARGV do
  redis.call('SADD', KEYS[2], ARGV[i])
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
