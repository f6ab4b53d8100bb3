"""Drills: runs that must give the same tape although something changed, or that measure what the change does.

cli.drill -> suite -> drills.<name> -> lab (runs, compared) -> session -> child: perturb, inside.*
                                    -> sweep (many runs: cores, or a Dask cluster; journal)
"""
