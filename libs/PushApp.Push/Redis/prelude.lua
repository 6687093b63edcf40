-- Prepended to the scripts that touch a log. A log is a list of entries, oldest first; it is never empty once it exists.
-- An entry is text: "L <sequence> <tag> <tag of the one before> <time ms> <expires ms or 0> <traceparent or ->\n<event>\n<data>".
-- The root entry, which an empty log begins with, has sequence 0 and an empty event name.

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
local function newest(log, root_tag, now, max_age)
  local last = redis.call('LINDEX', log, -1)
  if not last then
    last = 'L 0 ' .. root_tag .. ' 00000000 ' .. whole(now) .. ' 0 -\n\n'
    redis.call('RPUSH', log, last)
    redis.call('PEXPIRE', log, max_age)
  end
  return last
end

-- Drops what is too old, at most 100 entries a call so that no call is long, and never the newest.
local function trim_by_age(log, now, max_age)
  local oldest_kept = now - tonumber(max_age)
  for _ = 1, 100 do
    local first = redis.call('LINDEX', log, 0)
    local time = first and string.match(first, '^L %d+ %x+ %x+ (%d+) ')
    if not time or tonumber(time) >= oldest_kept or redis.call('LLEN', log) < 2 then
      return
    end
    redis.call('LPOP', log)
  end
end

