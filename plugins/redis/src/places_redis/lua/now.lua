-- Time in tenths of a microsecond since 2026: whole numbers that a double holds exactly until 2054.
local seconds, micros = unpack(redis.call('TIME'))
local now = (tonumber(seconds) - 1767225600) * 10000000 + tonumber(micros) * 10
