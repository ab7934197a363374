"""One module per format: what a file holds becomes an `Extract`."""
