-- KEYS[1]: a hash with a packed log for each rate, by its text: times in rising order, each followed by what was taken.
-- ARGV: cost, cost of those in front, '1' to take or '0' to look; then text, period, slot and amount of each rate.
-- What is taken within one slot of time is logged together, at the last time: so a log is short, and never too lenient.
-- Gives the wait until the cost fits, then how much of each rate is used and how long until none of it is.
local cost, ahead, take = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local texts = {}
for at = 4, #ARGV, 4 do
  texts[#texts + 1] = ARGV[at]
end
local stored = redis.call('HMGET', KEYS[1], unpack(texts))
local logs, used, wait, moved = {}, {}, 0, false
for each = 1, #texts do
  local period, amount = tonumber(ARGV[4 * each + 1]), tonumber(ARGV[4 * each + 3])
  local numbers, log, sum = stored[each] and cmsgpack.unpack(stored[each]) or {}, {}, 0
  -- Where the clock was set back, the log moves back with it, as if the last call had come just now.
  local back = math.max((numbers[#numbers - 1] or now) - now, 0)
  moved = moved or back > 0
  local size, first = 0, now + back - period
  for at = 1, #numbers, 2 do
    if numbers[at] > first then
      log[size + 1], log[size + 2] = numbers[at] - back, numbers[at + 1]
      size, sum = size + 2, sum + numbers[at + 1]
    end
  end
  local over = sum + ahead + cost - amount
  if over > sum then
    wait = math.max(wait, period * (1 + math.floor((over - sum) / amount)))
  end
  local at = 1
  while over > 0 and at < size do
    over = over - log[at + 1]
    if over <= 0 then
      wait = math.max(wait, log[at] + period - now)
    end
    at = at + 2
  end
  logs[each], used[each] = log, sum
end
local took, changed, longest, reply, changes = take and wait == 0, take and (wait == 0 or moved), 0, {wait}, {}
for each = 1, #texts do
  local log, period, slot = logs[each], tonumber(ARGV[4 * each + 1]), tonumber(ARGV[4 * each + 2])
  if took then
    if #log > 0 and math.floor(log[#log - 1] / slot) == math.floor(now / slot) then
      log[#log - 1], log[#log] = now, log[#log] + cost
    else
      log[#log + 1] = now
      log[#log + 1] = cost
    end
    used[each] = used[each] + cost
  end
  local whole = #log > 0 and log[#log - 1] + period - now or 0
  reply[#reply + 1] = used[each]
  reply[#reply + 1] = whole
  longest = math.max(longest, whole)
  if changed then
    changes[#changes + 1] = texts[each]
    changes[#changes + 1] = cmsgpack.pack(log)
  end
end
if changed then
  redis.call('HSET', KEYS[1], unpack(changes))
  local life = math.ceil(longest / 10000)
  if redis.call('PTTL', KEYS[1]) < life then
    redis.call('PEXPIRE', KEYS[1], life)
  end
end
return reply
