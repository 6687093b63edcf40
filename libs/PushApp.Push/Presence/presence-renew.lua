-- Renews a node's lease, for all its members in all channels at once. A lease that has lapsed is never renewed: others may be taking its members out already, so the node comes back as another.
-- Follows prelude.lua.
-- KEYS[1] nodes: a sorted set, by the ms at which their lease lapses
-- ARGV[1] node  ARGV[2] ms the lease lasts  ARGV[3] 1 for a new node  ARGV[4] 1 when it may sweep  ARGV[5] ms the set is kept
-- Returns {1 renewed | 0 lapsed, nodes whose lease has lapsed…}

local now = now_ms()
local until_ms = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ARGV[3] ~= '1' and (not until_ms or tonumber(until_ms) < now) then
  return {0}
end

redis.call('ZADD', KEYS[1], whole(now + tonumber(ARGV[2])), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
local reply = {1}
if ARGV[4] == '1' then
  for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. whole(now), 'LIMIT', '0', '20')) do
    reply[#reply + 1] = node
  end
end
return reply
