-- KEYS[1]: a hash that tells, by the text of each rate, when its bucket will be full again.
-- ARGV: cost, cost of those in front, '1' to take or '0' to look; then text, interval and burst of each rate.
-- Gives the wait until the cost fits, then how much of each rate is used and how long until none of it is.
local cost, ahead, take = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local texts = {}
for at = 4, #ARGV, 3 do
  texts[#texts + 1] = ARGV[at]
end
local stored = redis.call('HMGET', KEYS[1], unpack(texts))
local full, wait = {}, 0
for each = 1, #texts do
  local interval, burst = tonumber(ARGV[3 * each + 2]), tonumber(ARGV[3 * each + 3])
  -- The upper bound counts only when the server's clock was set back.
  full[each] = math.min(math.max(tonumber(stored[each] or now), now), now + interval * burst)
  wait = math.max(wait, full[each] + interval * (ahead + cost - burst) - now)
end
local reply, longest = {wait}, 0
for each = 1, #texts do
  if take and wait == 0 then
    full[each] = full[each] + tonumber(ARGV[3 * each + 2]) * cost
    redis.call('HSET', KEYS[1], texts[each], string.format('%.0f', full[each]))
  end
  reply[2 * each] = math.ceil((full[each] - now) / tonumber(ARGV[3 * each + 2]))
  reply[2 * each + 1] = full[each] - now
  longest = math.max(longest, full[each] - now)
end
if take and wait == 0 then
  local life = math.ceil(longest / 10000)
  if redis.call('PTTL', KEYS[1]) < life then
    redis.call('PEXPIRE', KEYS[1], life)
  end
end
return reply
