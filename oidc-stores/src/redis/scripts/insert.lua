local id, subject, issued_at, signed_in_at, seen_at, idle_until, ends_at, version, payload,
    provider_session = unpack(ARGV)

-- Clocks differ, and it is the caller's that ends a session. In seconds; Redis does not take every
-- number: the last second is that of the year 9999.
local margin, latest = 3600, 253402300799
local now = tonumber(redis.call('TIME')[1])
local expire_at = string.format('%.0f',
    math.min(math.max(tonumber(ends_at), now) + margin, latest))

-- The ids of a user or a provider session by when they expire, until the last of them has.
local function index(key)
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    redis.call('ZADD', key, expire_at, id)
    redis.call('EXPIREAT', key, redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2])
end

if redis.call('EXISTS', session(id)) == 1 then return 0 end
redis.call('HSET', session(id), 'subject', subject, 'issued_at', issued_at,
    'signed_in_at', signed_in_at, 'seen_at', seen_at, 'idle_until', idle_until,
    'ends_at', ends_at, 'version', version, 'payload', payload)
index(prefix .. 'u:' .. subject)
if provider_session then
    redis.call('HSET', session(id), 'provider_session', provider_session)
    index(prefix .. 'p:' .. provider_session)
end
-- What to look at when sweeping: touches do not write here.
redis.call('ZADD', prefix .. 'idle', earlier(idle_until, ends_at), id)
redis.call('EXPIREAT', session(id), expire_at)
return 1
