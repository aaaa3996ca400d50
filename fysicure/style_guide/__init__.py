"""The style guide: every component and every token on one page, while DEBUG is on. In English only."""
