-- KEYS[1]: a sorted set with one member for each unit taken, scored by when that was; all rates share it.
-- ARGV: cost, cost of those in front, '1' to take or '0' to look; then text, period and amount of each rate.
-- Gives the wait until the cost fits, then how much of each rate is used and how long until none of it is.
local function text(number)
  return string.format('%.0f', number)
end
local cost, ahead, take = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local longest = 0
for at = 5, #ARGV, 3 do
  longest = math.max(longest, tonumber(ARGV[at]))
end
local member, last = unpack(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES'))
-- A server's clock may be set back; what was taken stays in order.
now = math.max(now, tonumber(last or now))
if take then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - longest))
end
local total, wait, used = redis.call('ZCARD', KEYS[1]), 0, {}
for at = 5, #ARGV, 3 do
  local period, amount = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local count = redis.call('ZCOUNT', KEYS[1], '(' .. text(now - period), '+inf')
  local over = count + ahead + cost - amount
  if over > count then
    wait = math.max(wait, period * (1 + math.floor((over - count) / amount)))
  elseif over > 0 then
    local rank = total - count + over - 1
    local oldest = redis.call('ZRANGE', KEYS[1], rank, rank, 'WITHSCORES')
    wait = math.max(wait, tonumber(oldest[2]) + period - now)
  end
  used[#used + 1] = count
end
if take and wait == 0 then
  local first = math.max(now, tonumber(member or 0) + 1)
  for unit = 0, cost - 1 do
    redis.call('ZADD', KEYS[1], text(now), text(first + unit))
  end
  local life = math.ceil(longest / 10000)
  if redis.call('PTTL', KEYS[1]) < life then
    redis.call('PEXPIRE', KEYS[1], life)
  end
  last = now
end
local reply = {wait}
for each = 1, #used do
  local taken = (take and wait == 0) and cost or 0
  local whole = used[each] + taken > 0 and last + tonumber(ARGV[3 * each + 2]) - now or 0
  reply[#reply + 1] = used[each] + taken
  reply[#reply + 1] = whole
end
return reply
