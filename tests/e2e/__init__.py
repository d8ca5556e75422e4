"""Tests in a real browser; `pytest -m e2e tests/e2e` runs them."""
