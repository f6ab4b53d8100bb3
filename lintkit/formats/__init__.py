"""Config files and notebooks as data with exact places. Each reader takes text and raises `FormatError`."""
