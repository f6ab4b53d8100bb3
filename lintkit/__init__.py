"""The pre-deploy gate for NautilusTrader strategies.

Data flows one way; `tests/test_architecture.py` holds the table of who may import whom:

    discover -> source -> program (facts) -> rules -> findings -> suppress -> reports
    smoke: session (parent) starts worker (child) -> tape -> verdict

Invariants
- `finding` and `errors` import nothing of ours; reports see findings, never sources.
- The static side never imports or runs the code it reads and never imports `nautilus_trader`; of the extension it
  loads `_index` alone.
- User code runs only in the smoke worker, a child process with time and memory limits.
- Only `cli` prints or exits. Nothing reads the wall clock or the network.
"""

__version__ = "0.1.0"
