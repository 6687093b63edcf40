-- Takes what a node says of members of a channel. Follows prelude.lua and presence.lua.
-- KEYS[1] members
-- ARGV[1] PUBLISH or SPUBLISH  ARGV[2] pub/sub channel  ARGV[3] node  ARGV[4] ms the members are kept  ARGV[5] 1 when these are all of the node's: whoever is not named has left
-- ARGV[6…] for each member: its field, o, a or -, its name as JSON
-- Returns, where ARGV[5] is 1, the other nodes that have members there

local now = now_ms()
local named = {}
for i = 6, #ARGV, 3 do
  named[ARGV[i]] = true
  tell(KEYS[1], now, ARGV[3], ARGV[i], ARGV[i + 1], ARGV[i + 2])
end

local others = {}
if ARGV[5] == '1' then
  local seen = {}
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    for node in string.gmatch(string.match(all[i + 1], '^[^\n]*'), ' (%x+)=%a') do
      if node ~= ARGV[3] and not seen[node] then
        seen[node] = true
        others[#others + 1] = node
      elseif node == ARGV[3] and not named[all[i]] then
        tell(KEYS[1], now, node, all[i], '-', '')
      end
    end
  end
end

redis.call('PEXPIRE', KEYS[1], ARGV[4])
return others
