"""The pathway engine: pure Python, no Django. Content comes from ``seeds/``, decisions stay with the therapist."""
