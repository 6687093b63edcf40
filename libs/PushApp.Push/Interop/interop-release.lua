-- Gives a lease back and says so.
-- KEYS[1] lease
-- ARGV[1] token  ARGV[2] pub/sub channel of signals  ARGV[3] channel

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end

redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], 'R ' .. ARGV[3] .. ' ' .. ARGV[1])
return 1
