"""What has no API: files of people and consoles, and tables of SQL warehouses."""
