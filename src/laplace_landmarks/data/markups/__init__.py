"""The built-in markups, one file a family, and what can be said of any: a user's own file, and which holds which."""
