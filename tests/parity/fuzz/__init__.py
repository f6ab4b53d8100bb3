"""A differential fuzzer: one scenario, played on the bundled engine and on the real package, must give one tape.

    generate (seed -> scenario) -> engines (workers that play) -> compare -> shrink -> regressions/

A scenario is plain JSON, so that it can be kept, shrunk and played again. `play` is the only file that imports
`nautilus_trader`, and it runs unchanged on either engine.
"""
