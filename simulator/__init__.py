"""A local Telegram, an SMS gateway and a page with phones: the demo, the training room, the test bench."""
