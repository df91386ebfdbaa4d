"""A version's workbook marked up: `shown` says what is marked, `writing` says it in the workbook's words,
`making` has it made by a worker and keeps it."""
