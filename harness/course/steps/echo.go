package steps

var echoSteps = []Step{
	{
		ID: "echo.1", Layer: "echo", Points: 1, Lines: 5,
		Title: "answer, count, and forget",
		Rules: []string{"ECH-1", "ECH-2"},
		Hints: [3]string{
			"A connection has ended. What do you still keep of it, and who takes that away?",
			"Keep a count for each open connection: begin it when you hear of the connection, end it when the connection has ended.",
			`Connected(id): said[id] = 0
Disconnected(id): delete said[id]
answer(from, text): said[from]++; reply with said[from], ":", text`,
		},
	},
}
