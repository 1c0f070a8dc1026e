"""What every cache must do."""

from __future__ import annotations

import asyncio

import pytest

from ...ports import Cache
from .base import Contract, Wait


class CacheContract(Contract):
    """Inherit, and provide a fixture `cache` with an empty cache, opened with the fixture `clock`."""

    async def test_what_was_stored_is_given_back_byte_for_byte(self, cache: Cache) -> None:
        value = bytes(range(256)) * 80
        await cache.set("key", value, 60)

        assert value == await cache.get("key")

    async def test_an_unknown_key_gives_nothing(self, cache: Cache) -> None:
        assert await cache.get("never stored") is None

    async def test_the_empty_value_is_a_value(self, cache: Cache) -> None:
        await cache.set("key", b"", 60)

        assert b"" == await cache.get("key")

    async def test_storing_again_replaces_the_value_and_its_time(self, cache: Cache, wait: Wait) -> None:
        await cache.set("key", b"old", 0.05)
        await cache.set("key", b"new", 60)
        await wait(0.1)

        assert b"new" == await cache.get("key")

    async def test_a_value_is_gone_after_its_time(self, cache: Cache, wait: Wait) -> None:
        await cache.set("key", b"value", 0.05)
        await wait(0.1)

        assert await cache.get("key") is None
        assert cache.peek("key") is None

    async def test_the_ttl_is_the_time_that_is_left(self, cache: Cache, wait: Wait) -> None:
        await cache.set("key", b"value", 60)
        await wait(0.1)
        left = await cache.ttl("key")

        assert left is not None
        assert 58 < left < 60

    async def test_a_key_that_is_unknown_or_expired_has_no_ttl(self, cache: Cache, wait: Wait) -> None:
        await cache.set("key", b"value", 0.05)
        await wait(0.1)

        assert await cache.ttl("key") is None
        assert await cache.ttl("never stored") is None

    @pytest.mark.parametrize("ttl", [0, -1])
    async def test_a_time_of_nothing_or_less_is_refused(self, cache: Cache, ttl: float) -> None:
        with pytest.raises(ValueError, match="ttl"):
            await cache.set("key", b"value", ttl)

    async def test_delete_forgets_and_tells_whether_it_was_there(self, cache: Cache) -> None:
        await cache.set("key", b"value", 60)

        assert await cache.delete("key")
        assert not await cache.delete("key")
        assert await cache.get("key") is None

    @pytest.mark.parametrize("key", ["ключ", "a b\nc", "*?[x]", "k" * 2_000, "a:b"])
    async def test_any_text_is_a_key(self, cache: Cache, key: str) -> None:
        await cache.set(key, b"value", 60)

        assert b"value" == await cache.get(key)

    async def test_clear_takes_what_matches_and_counts_it(self, cache: Cache) -> None:
        for key in ("text:coffee", "text:tea", "details:1"):
            await cache.set(key, b"value", 60)

        assert 2 == await cache.clear("text:*")
        assert await cache.get("text:tea") is None
        assert b"value" == await cache.get("details:1")

    async def test_clear_without_a_pattern_takes_everything(self, cache: Cache) -> None:
        for number in range(100):
            await cache.set(f"key {number}", b"value", 60)

        assert 100 == await cache.clear()
        assert 0 == await cache.clear()

    async def test_clear_knows_the_shell_characters(self, cache: Cache) -> None:
        for key in ("a1", "a2", "ab", "a[1]", "A1"):
            await cache.set(key, b"value", 60)

        assert 1 == await cache.clear("a[2]")
        assert 2 == await cache.clear("a?")
        assert b"value" == await cache.get("a[1]")
        assert b"value" == await cache.get("A1")

    async def test_peek_agrees_with_get_where_it_knows(self, cache: Cache) -> None:
        await cache.set("key", b"value", 60)

        assert cache.peek("key") in (None, b"value")

    async def test_many_callers_at_once_do_not_disturb_each_other(self, cache: Cache) -> None:
        async def use(number: int) -> bytes | None:
            await cache.set(f"key {number}", str(number).encode(), 60)
            return await cache.get(f"key {number}")

        values = await asyncio.gather(*(use(number) for number in range(200)))

        assert [str(number).encode() for number in range(200)] == values

    async def test_the_entries_are_counted(self, cache: Cache) -> None:
        await cache.set("a", b"12345", 60)
        await cache.set("b", b"12345", 60)

        assert 2 == await cache.count()
        assert 2 == (await cache.stats()).get("entries", 2)
