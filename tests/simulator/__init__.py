"""Tests of the simulator, over real HTTP, with stock python-telegram-bot on the other side."""
