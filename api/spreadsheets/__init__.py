"""Spreadsheets that people send and get: hostile until shown otherwise (T21), and harmless when they leave (T22)."""
