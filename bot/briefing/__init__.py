"""From an Article to a Brief: the pipeline, the engines, the checks."""
