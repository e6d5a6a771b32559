package timeline

// Messages says which messages a piece of a stream carries, if it begins with a frame. Bytes that
// are no whole frame are shown as they are.
func Messages(piece []byte) []string {
	var s stream
	messages := s.push(piece)
	if len(s.rest) > 0 {
		messages = append(messages, quote(s.rest))
	}
	return messages
}
