"""Gold questions in; figures, predictions and a report out."""
