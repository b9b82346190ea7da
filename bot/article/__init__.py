"""From a submitted thing to an Article: links, fetch, extract, documents, sentences."""
