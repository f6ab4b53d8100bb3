"""Where findings come from: our own rules, and ruff and pyright in projects that configure them."""
