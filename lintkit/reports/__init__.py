"""Findings as text, JSON, GitHub annotations, SARIF, Markdown and HTML. Reports see findings, never sources."""
