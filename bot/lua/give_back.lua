-- The answer to a message has come: its permit is another's, and its chat takes a bulk message, so many ms from now.
-- KEYS: permits, waiting, quiet, the chat. ARGV: permit, ms, ms for which Telegram wants to hear of no bulk at all.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], 'XX', string.format('%d', now + ARGV[2]), ARGV[1])
redis.call('SET', KEYS[4], 1, 'PX', ARGV[2])
if tonumber(ARGV[3]) > 0 then
  redis.call('SET', KEYS[3], 1, 'PX', ARGV[3])
end
return 1
