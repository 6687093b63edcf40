-- Takes the members of nodes that are gone out of a channel. Follows prelude.lua and presence.lua. Whoever calls it second finds nothing to do: a leave is published once.
-- KEYS[1] members
-- ARGV[1] PUBLISH or SPUBLISH  ARGV[2] pub/sub channel  ARGV[3…] nodes

local now = now_ms()
local gone = {}
for i = 3, #ARGV do
  gone[ARGV[i]] = true
end

local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  for node in string.gmatch(string.match(all[i + 1], '^[^\n]*'), ' (%x+)=%a') do
    if gone[node] then
      tell(KEYS[1], now, node, all[i], '-', '')
    end
  end
end
return 1
