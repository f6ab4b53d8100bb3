"""Does it still trade identically? A backtest's tape, recorded in a child process and compared with the accepted one.

    suite -> session (parent) starts worker (child: record) -> tape -> verdict -> report
             golden keeps the accepted tapes

`worker`, `record` and `tape` also run under interpreters without lintkit: they import the standard library only,
and the worker loads the other two from their files.
"""
