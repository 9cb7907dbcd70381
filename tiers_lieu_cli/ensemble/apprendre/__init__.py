"""Apprendre en faisant : un cours au terminal, sur un lieu inventé qu'on jette ensuite (T7)."""
