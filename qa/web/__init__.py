"""The web chat: a page on the loopback that asks, cites and shows where a quote stands."""
