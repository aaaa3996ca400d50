"""A simulated practice. It lives through the same domain functions as the pages, day by day, never around them."""
