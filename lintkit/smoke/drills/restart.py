"""Stopped at a random event, started again in a new process: orders and positions must carry on.

The first life runs to an event and stops as a live node does: `on_stop`, then `on_save` (with `stop = "kill"`:
neither). The venue goes on. The second life is a new process whose strategies get their state through `on_load`, then
`on_start`; the cache has the orders, positions and accounts, as one with a database has, or has forgotten them, with
`flush_on_start`. A script that configures a Redis database gets a redis-server of the drill's own, where there is one.
Not carried over, as in live trading: timers, subscriptions, indicators, all that was in memory.

A restart need not give the same trades: indicators have to warm up anew. What must hold is that the strategy does not
raise, does not hold more than it ever held without a restart while something was carried over (a position opened
twice), and takes up again what it had left open: what it ends without a restart does not stay for ever. The last is
judged only where twice the time is left that the strategy took to its first order.
"""

import random
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

from lintkit.errors import SmokeError
from lintkit.smoke import words
from lintkit.smoke.drills.lab import Lab
from lintkit.smoke.drills.outcome import Outcome, Status
from lintkit.smoke.session import Result, Variation
from lintkit.smoke.tape import Event, Run, Tape, format_time

SUMMARY = "stopped at random events, restored through on_save, on_load and the cache: orders and positions carry on"
_CLOSED = ("OrderFilled", "OrderCanceled", "OrderExpired", "OrderRejected", "OrderDenied")
Key = tuple[str, str]
"""Strategy and instrument."""


@dataclass(frozen=True, slots=True)
class _Carried:
    orders: frozenset[str]
    positions: dict[Key, Decimal]


def drill(lab: Lab) -> Outcome:
    plain = lab.plain()
    times = _times(plain.tape, lab.settings.restarts, lab.settings.seed)
    if not times:
        return Outcome("restart", lab.target, Status.SKIPPED, "it never has an order or a position to carry over")
    latest = _latest(plain.tape)
    orders = positions = made = 0
    how = "restarts"
    notes: list[str] = []
    for time in times:
        with TemporaryDirectory(prefix="lintkit-restart-") as folder:
            first, second = _lives(lab, time, Path(folder))
        why = _unusable(plain, first, second)
        if why or second is None:
            notes.append(f"stopped at {format_time(time)}: {why}")
            continue
        made += 1
        carried = _carried(second)
        if found := _fault(plain, second, carried, judges_left=time <= latest):
            ended = "killed" if lab.settings.stop == "kill" else "stopped"
            summary = f"{ended} at {format_time(time)} and started again: {found[0]}"
            return Outcome("restart", lab.target, Status.FAILED, summary, found[1:], failure=second.failure)
        how = "restarts through a Redis database" if _uses_redis(first) else "restarts"
        orders += len(carried.orders)
        positions += len(carried.positions)
    if not made:
        return Outcome("restart", lab.target, Status.SKIPPED, notes[0], tuple(notes[1:]))
    summary = f"{made} {how} with {orders} orders and {positions} positions open: they carry on"
    return Outcome("restart", lab.target, Status.PASSED, summary, tuple(notes))


def _lives(lab: Lab, time: int, folder: Path) -> tuple[Result, Result | None]:
    """Both lives; with a Redis server of the drill's own in between when the script configures one and there is one."""
    settings: dict[str, Any] = {
        "at_ns": time,
        "file": str(folder / "life"),
        "kill": lab.settings.stop == "kill",
        "forgets": lab.settings.flush_on_start,
    }
    first = lab.run(Variation({"restart": settings | {"life": 1}}))
    if first.failure or not (folder / "life").is_file():
        return first, None
    if _uses_redis(first):
        with _redis(folder) as socket:
            settings["redis"] = str(socket)
            first = lab.run(Variation({"restart": settings | {"life": 1}}))
            return first, lab.run(Variation({"restart": settings | {"life": 2}}))
    return first, lab.run(Variation({"restart": settings | {"life": 2}}))


def _uses_redis(first: Result) -> bool:
    return bool(first.records.get("database")) and shutil.which("redis-server") is not None


@contextmanager
def _redis(folder: Path) -> Generator[Path]:
    socket = folder / "redis.sock"
    options = ("--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", str(folder))
    server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603, S607
    try:
        for _ in range(200):
            if socket.exists() or server.poll() is not None:
                break
            sleep(0.05)
        if not socket.exists():
            raise SmokeError("redis-server does not start", hint="run it by itself to see why")
        yield socket
    finally:
        server.kill()
        server.wait()


def _times(tape: Tape, count: int, seed: int) -> list[int]:
    """Of the times of the first run's events, those at whose end something is open."""
    open_orders: set[str] = set()
    nets: dict[Key, Decimal] = {}
    is_open: dict[int, bool] = {}
    for entry in tape.first_run:
        if entry.kind == "OrderInitialized":
            open_orders.add(entry.subject)
        elif entry.kind in _CLOSED:
            open_orders.discard(entry.subject)
        elif entry.kind.startswith("Position"):
            nets[_key(entry)] = Decimal(entry["signed_qty"])
        is_open[entry.time_ns] = bool(open_orders) or any(nets.values())
    times = [time for time, something in is_open.items() if something]
    chooser = random.Random(seed)  # noqa: S311  # repeatable
    latest = _latest(tape)
    early = [time for time in times if time <= latest] or times
    return sorted(chooser.sample(sorted(early), min(count, len(early))))


def _latest(tape: Tape) -> int:
    """Until when a strategy may start and get to trading again before the data end."""
    events = tape.first_run
    first = next((e.time_ns for e in events if e.kind == "OrderInitialized"), events[-1].time_ns)
    return events[-1].time_ns - 2 * (first - events[0].time_ns)


def _key(entry: Event) -> Key:
    return entry.get("strategy") or "", entry["instrument"]


def _unusable(plain: Result, first: Result, second: Result | None) -> str:
    """Why a restart says nothing; empty when it does."""
    for record in first.records.get("unsupported", ()):
        return record["message"]
    if second is None:
        return first.failure.message if first.failure else "the script ends before"
    if not (started := second.records.get("carried", ())):
        return second.failure.message if second.failure else "the script ends before"
    index: int = started[0]["at"]
    stopped = len([1 for a, b in zip(plain.tape.lines, second.tape.lines[:index], strict=False) if a == b])
    if stopped < _until(plain, second, index):
        return (
            "the first life cannot be repeated without the strategy: it asks the engine for things in ways of its own"
        )
    return ""


def _until(plain: Result, second: Result, index: int) -> int:
    """How many lines both must share: those before what `on_stop` did."""
    last = second.tape.entries[index - 1] if index else None
    time = last.time_ns if isinstance(last, Event) else 0
    return sum(isinstance(e, Run) or e.time_ns < time for e in plain.tape.entries[:index])


def _carried(second: Result) -> _Carried:
    record = second.records["carried"][0]
    positions = {(strategy, instrument): Decimal(net) for strategy, instrument, net in record["positions"]}
    return _Carried(frozenset(record["orders"]), positions)


def _fault(plain: Result, second: Result, carried: _Carried, *, judges_left: bool) -> tuple[str, ...] | None:
    """What went wrong, in a sentence, and details."""
    if second.failure:
        return (
            f"it fails: {second.failure.message}",
            "the new process gets what `on_save` gave, and an unwarmed strategy",
        )
    index: int = second.records["carried"][0]["at"]
    before, after = _split(second.tape, index)
    doubled = _doubled(plain, before, after, carried)
    return doubled or (_left(plain, after, carried) if judges_left else None)


def _split(tape: Tape, index: int) -> tuple[list[Event], list[Event]]:
    events = [[e for e in part if isinstance(e, Event)] for part in (tape.entries[:index], tape.entries[index:])]
    return events[0], events[1]


def _strategies(events: list[Event]) -> dict[str, str]:
    return {e.subject: e.get("strategy") or "" for e in events if e.kind == "OrderInitialized"}


def _nets(events: list[Event], owners: dict[str, str], start: dict[Key, Decimal]) -> list[tuple[Key, Decimal, Event]]:
    """The net position after each fill."""
    nets = dict(start)
    path: list[tuple[Key, Decimal, Event]] = []
    for event in events:
        if event.kind == "OrderFilled":
            key = owners.get(event.subject, ""), event["instrument"]
            quantity = Decimal(event["last_qty"])
            nets[key] = nets.get(key, Decimal(0)) + (quantity if event["side"] == "BUY" else -quantity)
            path.append((key, nets[key], event))
    return path


def _doubled(plain: Result, before: list[Event], after: list[Event], carried: _Carried) -> tuple[str, ...] | None:
    usual = plain.tape.first_run
    most: dict[Key, Decimal] = {}
    for key, net, _ in _nets(usual, _strategies(usual), {}):
        most[key] = max(most.get(key, Decimal(0)), abs(net))
    owners = _strategies([*before, *after])
    start = {key: net for key, net, _ in _nets(before, owners, {})}
    at_stake = {key: abs(net) for key, net in carried.positions.items()}
    for event in before:
        if event.kind == "OrderInitialized" and event.subject in carried.orders:
            at_stake[_key(event)] = at_stake.get(_key(event), Decimal(0)) + Decimal(event["quantity"])
    for key, net, event in _nets(after, owners, start):
        # A little more than ever is chance, partial fills for one; what was carried over, taken once more, is not.
        if key in at_stake and abs(net) - most.get(key, Decimal(0)) > at_stake[key] / 2:
            return (
                f"{key[0]} opens a position twice: it holds {net} {key[1]}, before never more than {most.get(key, 0)}",
                words.line(event),
                "ask the cache in `on_start` (`positions_open`, `orders_open`), or save in `on_save` what it has open",
            )
    return None


def _left(plain: Result, after: list[Event], carried: _Carried) -> tuple[str, ...] | None:
    usual = plain.tape.first_run
    ended = {e.subject for e in usual if e.kind in _CLOSED}
    touched = {e.subject for e in after if e.kind.startswith("Order")}
    left = sorted(order for order in carried.orders if order in ended and order not in touched)
    if left:
        return f"order {left[0]} rests since before the stop and is never touched again", *left[1:4]
    owners = _strategies([*usual, *after])
    final = {key: net for key, net, _ in _nets(usual, owners, {})}
    acted = {key for key, _, _ in _nets(after, owners, {})}
    for key, net in sorted(carried.positions.items()):
        if key not in acted and not final.get(key, Decimal(0)):
            return f"the position of {net} {key[1]} that {key[0]} held at the stop is never touched again", (
                "without a restart it is closed: ask the cache in `on_start` (`positions_open`), set stops anew"
            )
    return None
