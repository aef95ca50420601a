"""What all WeChat platforms share over HTTP: tokens, limits, repeats, codes, windows, field types."""
