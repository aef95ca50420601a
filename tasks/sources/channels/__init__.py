"""视频号: followers, lives and sales of a Channels account."""
