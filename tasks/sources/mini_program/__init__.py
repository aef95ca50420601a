"""小程序: visits, retention and entry sources of a Mini Program."""
