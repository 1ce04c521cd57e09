local id, subject, issued_at, signed_in_at, seen_at, idle_until, ends_at, version, payload,
    expire_at, provider_session = unpack(ARGV)

-- The ids of a user or a provider session by their end, until the last of them has ended.
local function index(key)
    redis.call('ZREMRANGEBYSCORE', key, '-inf', redis.call('TIME')[1])
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
