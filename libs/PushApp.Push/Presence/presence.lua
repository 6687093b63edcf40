-- Prepended to the scripts that touch a channel's members, after prelude.lua. Changes are published by ARGV[1], PUBLISH or SPUBLISH, to ARGV[2], the pub/sub channel. Members are a hash; a field is a user's name as in a channel's, its value is
-- "<o|a> <ms since> <node>=<o|a> …\n<name as JSON>": the state, since when, what each node says, and the name as it is shown. o is online, a away.
-- Field "#", which no name can be, is the version: "<generation> <number>". The generation is new with the hash, the number counts what was published.

local days_before = 719468

-- ISO 8601 in UTC; Redis has no dates. From https://howardhinnant.github.io/date_algorithms.html#civil_from_days
local function iso(ms)
  local days = math.floor(ms / 86400000)
  local rest = ms - days * 86400000
  local z = days + days_before
  local era = math.floor(z / 146097)
  local day_of_era = z - era * 146097
  local year_of_era = math.floor((day_of_era - math.floor(day_of_era / 1460) + math.floor(day_of_era / 36524) - math.floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era - (365 * year_of_era + math.floor(year_of_era / 4) - math.floor(year_of_era / 100))
  local shifted = math.floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - math.floor((153 * shifted + 2) / 5) + 1
  local month = shifted < 10 and shifted + 3 or shifted - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  return string.format('%04.0f-%02.0f-%02.0fT%02.0f:%02.0f:%06.3fZ', year, month, day, math.floor(rest / 3600000), math.floor(rest / 60000) % 60, (rest % 60000) / 1000)
end

local function publish(members, now, change, name, state)
  local generation, number = string.match(redis.call('HGET', members, '#') or '', '^(%d+) (%d+)$')
  generation = generation or whole(now)
  number = whole(tonumber(number or '0') + 1)
  redis.call('HSET', members, '#', generation .. ' ' .. number)
  redis.call(ARGV[1], ARGV[2], 'E ' .. whole(now) .. ' -\npush.presence.' .. change .. '\n{"userName":' .. name .. ',"state":"' .. state
    .. '","since":"' .. iso(now) .. '","version":"' .. generation .. '-' .. number .. '"}')
end

local function word(state)
  return state == 'o' and 'online' or 'away'
end

-- Takes what a node says of a member ('-': not there), and publishes what that changes.
local function tell(members, now, node, member, says, name)
  local value = redis.call('HGET', members, member)
  local state, since, nodes, known = string.match(value or '', '^(%a) (%d+)([^\n]*)\n(.*)$')
  local said = (string.gsub(nodes or '', ' ' .. node .. '=%a', ''))
  if says ~= '-' then
    said = said .. ' ' .. node .. '=' .. says
  end
  if said == '' then
    if state then
      redis.call('HDEL', members, member)
      publish(members, now, 'leave', known, 'offline')
    end
    return
  end

  local after = string.find(said, '=o', 1, true) and 'o' or 'a'
  if after ~= state then
    since = whole(now)
  end
  redis.call('HSET', members, member, after .. ' ' .. since .. said .. '\n' .. (known or name))
  if not state then
    publish(members, now, 'join', name, word(after))
  elseif after ~= state then
    publish(members, now, 'state', known, word(after))
  end
end
