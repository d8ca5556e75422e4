-- Take a permit to send a message, and hold it until a while after its answer (see give_back.lua).
-- KEYS: permits, waiting, quiet, the chat. ARGV: permit, how many there are, for how long it is held at most (ms),
-- 1 for bulk, 1 to take one though there is none.
-- {0} if it is taken, else {ms until it is worth trying again, what it waits for}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[4] == '1' then
  local quiet = redis.call('PTTL', KEYS[3])
  if quiet > 0 then
    return {quiet, 'quiet'}
  end
  local chat = redis.call('PTTL', KEYS[4])
  if chat > 0 then
    return {chat, 'chat'}
  end
  local waiting = redis.call('PTTL', KEYS[2]) -- somebody who wrote waits for an answer: that goes first
  if waiting > 0 then
    return {waiting, 'permit'}
  end
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) and ARGV[5] ~= '1' then
  if ARGV[4] ~= '1' then
    redis.call('SET', KEYS[2], 1, 'PX', 50)
  end
  local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {math.max(1, tonumber(next[2]) - now), 'permit'}
end
redis.call('ZADD', KEYS[1], string.format('%d', now + ARGV[3]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], 60000)
redis.call('SET', KEYS[4], 1, 'PX', ARGV[3])
return {0}
