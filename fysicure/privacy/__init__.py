"""A patient's rights over the own data as pages and files: no models, every rule stands in the rooms below."""
