"""Tests of the spreadsheets that people send and get."""
