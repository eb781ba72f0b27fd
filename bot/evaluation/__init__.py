"""How well people are understood who never wrote a line of the corpus.

Random folds flatter by 15-25 points, because one writer repeats himself; so every figure comes from
readers that a whole voice was kept from. `leaving` trains them, `judging` lets them read that voice,
`figures` counts, `users` lets simulated people answer the questions, `report` and `page` show it.
"""
