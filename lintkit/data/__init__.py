"""Facts as tables. `instruments.csv`: increments of well-known instruments, with source, date and confidence."""
