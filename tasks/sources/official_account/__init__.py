"""公众号 / 服务号: followers, articles and publications of an Official Account."""
