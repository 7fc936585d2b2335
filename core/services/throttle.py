from datetime import timedelta

from django.core.cache import cache


def allow(*, act: str, who: str, limit: int, per: timedelta) -> bool:
    """Whether ``who`` may do ``act`` once more: at most ``limit`` times in each window of ``per``, in this town.

    Counts the call. A lost cache forgets the count: this slows abuse down, it is no lock.
    """
    key = f"throttle:{act}:{who}"
    cache.add(key, 0, int(per.total_seconds()))
    try:
        count = cache.incr(key)
    except ValueError:  # the window ended between the two calls
        return True
    return count is None or count <= limit  # None: the cache is down
