"""Briefs measured against articles whose flags and facts people have marked: to choose a model by."""
