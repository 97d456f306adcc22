"""History: panels of data, estimation of crisis games, and what was published."""
