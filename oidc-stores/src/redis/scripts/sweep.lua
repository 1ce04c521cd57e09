-- Returns how many sessions were removed, and how many looked at.
local now, at_most = tonumber(ARGV[1]), ARGV[2]

local removed = 0
local due = redis.call('ZRANGEBYSCORE', prefix .. 'idle', '-inf', ARGV[1], 'LIMIT', 0, at_most)
for _, id in ipairs(due) do
    local stored = redis.call('HMGET', session(id), 'idle_until', 'ends_at')
    if not stored[1] then
        redis.call('ZREM', prefix .. 'idle', id)
    else
        local over = earlier(stored[1], stored[2])
        if tonumber(over) <= now then
            removed = removed + remove(id)
        else
            redis.call('ZADD', prefix .. 'idle', over, id)
        end
    end
end
return {removed, #due}
