"""The WeChat-ecosystem APIs that facts come from: asking, translating errors, reading answers."""
