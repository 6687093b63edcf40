-- Prepended to the scripts that touch a log. A log is a list of entries, oldest first; it is never empty once it exists.
-- An entry is text: "L <sequence> <tag> <tag of the one before> <time ms> <expires ms or 0> <traceparent or -> <idempotency key>\n<event>\n<data>".
-- The root entry, which an empty log begins with, has sequence 0 and an empty event name.
-- Beside a log lies a hash of the idempotency keys of its entries: a key counts as long as its entry is kept, so nothing else has to expire.

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

local function position_of(entry)
  local sequence, tag = string.match(entry, '^L (%d+) (%x+) ')
  return tonumber(sequence), tag
end

local function header_of(entry)
  return string.match(entry, '^[^\n]*')
end

-- The newest entry; makes the root entry of a log that does not exist.
local function newest(log, keys, root_tag, now, max_age)
  local last = redis.call('LINDEX', log, -1)
  if not last then
    redis.call('DEL', keys)
    last = 'L 0 ' .. root_tag .. ' 00000000 ' .. whole(now) .. ' 0 -\n\n'
    redis.call('RPUSH', log, last)
    redis.call('PEXPIRE', log, max_age)
  end
  return last
end

-- Drops the oldest entry, and its idempotency key unless that stands for a later one.
local function drop_oldest(log, keys)
  local entry = redis.call('LPOP', log)
  local position, key = string.match(entry or '', '^L (%d+ %x+) %x+ %d+ %d+ %S+ (%x+)\n')
  local value = key and redis.call('HGET', keys, key)
  if value and string.find(value, position .. ' ', 1, true) == 1 then
    redis.call('HDEL', keys, key)
  end
end

-- Drops what is too much, at most 100 entries a call so that no call is long.
local function trim_by_count(log, keys, max_count)
  for _ = 1, math.min(100, redis.call('LLEN', log) - tonumber(max_count)) do
    drop_oldest(log, keys)
  end
end

-- Drops what is too old, at most 100 entries a call, and never the newest.
local function trim_by_age(log, keys, now, max_age)
  local oldest_kept = now - tonumber(max_age)
  for _ = 1, 100 do
    local first = redis.call('LINDEX', log, 0)
    local time = first and string.match(first, '^L %d+ %x+ %x+ (%d+) ')
    if not time or tonumber(time) >= oldest_kept or redis.call('LLEN', log) < 2 then
      return
    end
    drop_oldest(log, keys)
  end
end

