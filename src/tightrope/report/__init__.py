"""Charts and the self-contained report. It reads outcomes only and loads nothing until asked."""
