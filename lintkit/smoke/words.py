"""Events of a tape in a trader's words."""

from lintkit.smoke.tape import Event, Run, format_time

_STATES = {
    "OrderAccepted": "accepted",
    "OrderCanceled": "cancelled",
    "OrderEmulated": "held by the emulator",
    "OrderExpired": "expired",
    "OrderPendingCancel": "asked to be cancelled",
    "OrderPendingUpdate": "asked to be changed",
    "OrderReleased": "released by the emulator",
    "OrderSubmitted": "sent",
    "OrderTriggered": "triggered",
}
_REFUSALS = {
    "OrderCancelRejected": "cancel of order {} rejected",
    "OrderDenied": "order {} denied",
    "OrderModifyRejected": "change of order {} rejected",
    "OrderRejected": "order {} rejected",
}
_MICROSECOND = 1_000


def printable(text: str) -> str:
    """Without what could move a terminal's cursor or reorder a line."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def describe(entry: Event | Run | None) -> str:
    """One event as a clause, without its time."""
    if entry is None:
        return "nothing more"
    if isinstance(entry, Run):
        return f"engine {entry.engine} starts run {entry.run}"
    if words := _WORDS.get(entry.kind):
        return words(entry)
    if state := _STATES.get(entry.kind):
        return f"order {entry.subject} {state}"
    if refusal := _REFUSALS.get(entry.kind):
        return f"{refusal.format(entry.subject)}: {entry.get('reason')}"
    return f"{entry.kind} {entry.subject}"


def changes(then: Event | Run | None, now: Event | Run | None) -> str:
    """What differs between two events that speak of the same thing; empty when they don't."""
    if not (isinstance(then, Event) and isinstance(now, Event)) or (then.kind, then.subject) != (now.kind, now.subject):
        return ""
    words: list[str] = []
    if then.time_ns != now.time_ns:
        words.append(f"{_span(abs(then.time_ns - now.time_ns))} {'later' if now.time_ns > then.time_ns else 'earlier'}")
    for name in dict.fromkeys(name for name, _ in (*then.fields, *now.fields)):
        old, new = (", ".join(v for n, v in event.fields if n == name) or "none" for event in (then, now))
        if old != new:
            words.append(f"{name} {old} -> {new}")
    return "; ".join(words)


def moment(time_ns: int) -> str:
    """A simulated time, without the digits that say nothing."""
    day, _, time = format_time(time_ns).removesuffix("Z").partition("T")
    seconds, _, fraction = time.partition(".")
    fraction = fraction.rstrip("0").ljust(3, "0")
    return f"{day} {seconds}.{fraction}"


def line(entry: Event | Run | None) -> str:
    """One event with its time."""
    return f"{moment(entry.time_ns)}  {describe(entry)}" if isinstance(entry, Event) else describe(entry)


def _placed(entry: Event) -> str:
    at = f" at {entry['price']}" if entry.get("price") else ""
    trigger = f" triggered at {entry['trigger_price']}" if entry.get("trigger_price") else ""
    what = f"{_what(entry, 'quantity')} {entry.get('type')}"
    return f"{entry.get('strategy')} places {what}{at}{trigger} as order {entry.subject}"


def _filled(entry: Event) -> str:
    terms = f"{(entry.get('liquidity') or 'unknown').lower()}, fee {entry.get('commission')}"
    return f"{_what(entry, 'last_qty')} filled at {entry.get('last_px')} ({terms}), order {entry.subject}"


def _updated(entry: Event) -> str:
    terms = ", ".join(f"{name} {entry[name]}" for name in ("quantity", "price", "trigger_price") if entry.get(name))
    return f"order {entry.subject} changed to {terms}"


def _held(entry: Event) -> str:
    verb = entry.kind.removeprefix("Position").lower()
    size = f"{entry.get('side')} {entry.get('quantity')} at {entry.get('avg_px_open')}"
    return f"position {entry.subject} {verb}: {size}, realized {entry.get('realized_pnl')}"


def _closed(entry: Event) -> str:
    return f"position {entry.subject} closed at {entry.get('avg_px_close')}, realized {entry.get('realized_pnl')}"


def _account(entry: Event) -> str:
    return f"account {entry.subject}: " + ", ".join(text for name, text in entry.fields if name != "reported")


_WORDS = {
    "AccountState": _account,
    "OrderFilled": _filled,
    "OrderInitialized": _placed,
    "OrderUpdated": _updated,
    "PositionChanged": _held,
    "PositionClosed": _closed,
    "PositionOpened": _held,
}


def _what(entry: Event, quantity: str) -> str:
    return f"{entry.get('side')} {entry.get(quantity)} {entry.get('instrument')}"


def _span(time_ns: int) -> str:
    if time_ns >= 1_000_000_000:  # noqa: PLR2004
        return f"{time_ns / 1e9:.9g} s"
    return f"{time_ns / 1e6:.6g} ms" if time_ns >= _MICROSECOND else f"{time_ns} ns"
