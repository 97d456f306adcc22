"""What matters, when a guarantee fails, better drafts, and the experts' claims put to the test."""
