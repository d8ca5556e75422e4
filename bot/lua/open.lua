-- Open a chat's turn: take its lock, and learn what is not known yet.
-- KEYS: chat, entries, seen. ARGV: owner, lease (ms), life (ms), the revision at hand, update, 1 to take over,
-- the worker that owner belongs to, and the lowest number of its owners that are at work in this chat.
-- {0, ms until the lock's lease ends} if another holds it, else
-- {1, fence, revision, 1 if the update was seen, tries, entries or false if the revision is the one at hand}.
local function is_left(owner) -- by this worker: a call that did not come back, or a release that was forgotten
  local number = string.match(owner, '^' .. ARGV[7] .. '%-(%d+)$')
  return number and tonumber(number) < tonumber(ARGV[8])
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'owner', 'until', 'revision')
if held[1] and tonumber(held[2]) > now and ARGV[6] ~= '1' and not is_left(held[1]) then
  return {0, tonumber(held[2]) - now}
end
local fence = redis.call('HINCRBY', KEYS[1], 'fence', 1)
local tries = redis.call('HINCRBY', KEYS[1], 'tries:' .. ARGV[5], 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', string.format('%d', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local seen = redis.call('ZSCORE', KEYS[3], ARGV[5]) and 1 or 0
local revision = held[3] or ''
local entries = false
if revision ~= ARGV[4] then
  entries = redis.call('LRANGE', KEYS[2], 0, -1)
end
return {1, fence, revision, seen, tries, entries}
