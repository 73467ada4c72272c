"""Results as text and as JSON: pure functions, values in and text out."""
