"""Le coffre des documents, et leurs fiches."""
