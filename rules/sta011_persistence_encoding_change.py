from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity, api

_CHANGED = "1.229.0"


class PersistenceEncodingChange(Rule):
    """Stored state in an encoding that the installed release decides.

    `MessageBusConfig` wrote msgpack until nautilus_trader 1.228 and writes JSON since 1.229. A node that comes back
    after an upgrade reads with the one what it wrote with the other: it stops with `DecodeError`, or leaves its
    streams unread, while its orders are at the venue.

    Reported where a message bus has a database, `encoding` is not set and the project's own requirement allows
    releases of both kinds. Set `encoding`, or pin the release.
    """

    id = "STA011"
    name = "persistence-encoding-change"
    severity = Severity.WARNING
    since = "0.1.0"
    mentions = frozenset({"MessageBusConfig"})

    invalid = [
        Example(
            "whatever the release has",
            """
            from nautilus_trader.config import DatabaseConfig, MessageBusConfig

            bus = MessageBusConfig(database=DatabaseConfig(host="redis"))  # !
            """,
            version=">=1.221,<2",
        ),
    ]
    valid = [
        Example(
            "written out, and nothing that is kept",
            """
            from nautilus_trader.config import DatabaseConfig, MessageBusConfig

            bus = MessageBusConfig(database=DatabaseConfig(host="redis"), encoding="json")
            other = MessageBusConfig()
            none = MessageBusConfig(database=None)
            hidden = MessageBusConfig(database=DatabaseConfig(), **options)
            """,
            version=">=1.221,<2",
        ),
        Example(
            "one release, and none of after",
            """
            from nautilus_trader.config import DatabaseConfig, MessageBusConfig

            bus = MessageBusConfig(database=DatabaseConfig(host="redis"))
            """,
            version=">=1.221,<1.229",
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        if program.is_test(source) or not program.target.spans(_CHANGED):
            return
        for call in source.find(cst.Call):
            if api.short(program.names.external(source, call.func)) != "MessageBusConfig":
                continue
            arguments = program.arguments(call)
            database = arguments.value("database")
            is_none = isinstance(database, cst.Name) and database.value == "None"
            if database is not None and not is_none and "encoding" not in arguments.given and not arguments.unpacked:
                message = (
                    "`encoding` is not set and the project allows releases before and after nautilus_trader"
                    f" {_CHANGED}, which changed it from msgpack to JSON: after an upgrade the node cannot read what it"
                    ' wrote and does not start, so set it (`encoding="msgpack"` is what is stored now)'
                )
                yield self.finding(source, call.func, message)
