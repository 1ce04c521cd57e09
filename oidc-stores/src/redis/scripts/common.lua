-- KEYS[1] is the prefix of an application's keys. Its hash tag keeps them in one slot.
local prefix = KEYS[1]

local function session(id)
    return prefix .. 's:' .. id
end

-- Numbers stay the text that they came as: a double would not hold every one.
local function later(a, b)
    if tonumber(a) > tonumber(b) then return a end
    return b
end

local function earlier(a, b)
    if tonumber(a) < tonumber(b) then return a end
    return b
end

-- Records a use. Neither time moves back, nor idle_until beyond the end of the session.
local function see(id, seen_at, idle_until)
    local stored = redis.call('HMGET', session(id), 'seen_at', 'idle_until', 'ends_at')
    redis.call('HSET', session(id),
        'seen_at', later(stored[1], seen_at),
        'idle_until', later(stored[2], earlier(idle_until, stored[3])))
end

-- Removes a session from everywhere.
local function remove(id)
    local of = redis.call('HMGET', session(id), 'subject', 'provider_session')
    if not of[1] then return 0 end
    redis.call('DEL', session(id))
    redis.call('ZREM', prefix .. 'u:' .. of[1], id)
    if of[2] then redis.call('ZREM', prefix .. 'p:' .. of[2], id) end
    redis.call('ZREM', prefix .. 'idle', id)
    return 1
end

local function milliseconds()
    local now = redis.call('TIME')
    return now[1] * 1000 + math.floor(now[2] / 1000)
end
