"""微信小店: orders, refunds and returns of a WeChat shop, and its compass (电商罗盘)."""
