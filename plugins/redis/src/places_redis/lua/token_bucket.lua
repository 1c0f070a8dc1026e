-- KEYS[1]: a hash that tells, by the text of each rate, when its bucket will be full again; `last` is when it was written.
-- ARGV: cost, cost of those in front, '1' to take or '0' to look; then text, interval and burst of each rate.
-- Gives the wait until the cost fits, then how much of each rate is used and how long until none of it is.
local cost, ahead, take = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local fields = {'last'}
for at = 4, #ARGV, 3 do
  fields[#fields + 1] = ARGV[at]
end
local stored = redis.call('HMGET', KEYS[1], unpack(fields))
-- Where the clock was set back, the buckets move back with it, as if they had been written just now.
local back = math.max(tonumber(stored[1] or now) - now, 0)
local full, wait = {}, 0
for each = 2, #fields do
  local interval, burst = tonumber(ARGV[3 * each - 1]), tonumber(ARGV[3 * each])
  full[each] = math.max(tonumber(stored[each] or now) - back, now)
  wait = math.max(wait, full[each] + interval * (ahead + cost - burst) - now)
end
local took, longest, reply, changes = take and wait == 0, 0, {wait}, {'last', string.format('%.0f', now)}
for each = 2, #fields do
  local interval = tonumber(ARGV[3 * each - 1])
  if took then
    full[each] = full[each] + interval * cost
  end
  reply[#reply + 1] = math.ceil((full[each] - now) / interval)
  reply[#reply + 1] = full[each] - now
  longest = math.max(longest, full[each] - now)
  changes[#changes + 1] = fields[each]
  changes[#changes + 1] = string.format('%.0f', full[each])
end
if took or (take and back > 0) then
  redis.call('HSET', KEYS[1], unpack(changes))
  local life = math.ceil(longest / 10000)
  if redis.call('PTTL', KEYS[1]) < life then
    redis.call('PEXPIRE', KEYS[1], life)
  end
end
return reply
