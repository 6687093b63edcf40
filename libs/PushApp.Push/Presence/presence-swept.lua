-- A dead node's members were taken out of some channels; after the last the node is forgotten.
-- KEYS[1] nodes  KEYS[2] the node's channels
-- ARGV[1] node  ARGV[2…] channels

for i = 2, #ARGV do
  redis.call('SREM', KEYS[2], ARGV[i])
end
if redis.call('SCARD', KEYS[2]) == 0 then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return 1
