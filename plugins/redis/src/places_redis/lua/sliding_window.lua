-- KEYS[1]: a hash with a log for each rate, by its text: times in rising order, each followed by what was taken.
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
  local numbers, log, sum = {}, {}, 0
  for number in string.gmatch(stored[each] or '', '%-?%d+') do
    numbers[#numbers + 1] = tonumber(number)
  end
  -- Where the clock was set back, the log moves back with it, as if the last call had come just now.
  local back = math.max((numbers[#numbers - 1] or now) - now, 0)
  moved = moved or back > 0
  for at = 1, #numbers, 2 do
    if numbers[at] - back + period > now then
      log[#log + 1] = numbers[at] - back
      log[#log + 1] = numbers[at + 1]
      sum = sum + numbers[at + 1]
    end
  end
  local over = sum + ahead + cost - amount
  if over > sum then
    wait = math.max(wait, period * (1 + math.floor((over - sum) / amount)))
  end
  for at = 1, #log, 2 do
    if over > 0 and over <= log[at + 1] then
      wait = math.max(wait, log[at] + period - now)
    end
    over = over - log[at + 1]
  end
  logs[each], used[each] = log, sum
end
local took, longest, reply, changes = take and wait == 0, 0, {wait}, {}
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
  for at = 1, #log do
    log[at] = string.format('%.0f', log[at])
  end
  changes[#changes + 1] = texts[each]
  changes[#changes + 1] = table.concat(log, ' ')
end
if took or (take and moved) then
  redis.call('HSET', KEYS[1], unpack(changes))
  local life = math.ceil(longest / 10000)
  if redis.call('PTTL', KEYS[1]) < life then
    redis.call('PEXPIRE', KEYS[1], life)
  end
end
return reply
