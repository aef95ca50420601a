"""企业微信: customers, staff behaviour and group chats of a WeCom corp."""
