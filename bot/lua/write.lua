-- Write into a chat's journal, if the lock is still one's own and nobody wrote in between.
-- KEYS: chat, entries, seen. ARGV: owner, fence, the revision at hand, the revision to be, lease (ms), life (ms),
-- sealed entries or '', 1 if they replace all others, update, 1 if it is seen now, life of that (ms), 1 to let the lock go.
-- 1, or 0 if refused: then nothing was written.
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'revision')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] or (held[3] or '') ~= ARGV[3] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[7] ~= '' then
  if ARGV[8] == '1' then
    redis.call('DEL', KEYS[2])
  end
  redis.call('RPUSH', KEYS[2], ARGV[7])
  redis.call('HSET', KEYS[1], 'revision', ARGV[4])
end
if ARGV[10] == '1' then
  redis.call('ZADD', KEYS[3], string.format('%d', now), ARGV[9])
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%d', now - ARGV[11]))
  redis.call('PEXPIRE', KEYS[3], ARGV[11])
  redis.call('HDEL', KEYS[1], 'tries:' .. ARGV[9])
end
if ARGV[12] == '1' then
  redis.call('HDEL', KEYS[1], 'owner', 'until')
else
  redis.call('HSET', KEYS[1], 'until', string.format('%d', now + ARGV[5]))
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return 1
