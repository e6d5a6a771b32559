package explore

import (
	"fmt"
	"strconv"
	"strings"
)

// FormatSchedule writes a schedule as text. Zeros at the end, what comes by itself, are left out.
func FormatSchedule(schedule []int) string {
	for len(schedule) > 0 && schedule[len(schedule)-1] == 0 {
		schedule = schedule[:len(schedule)-1]
	}
	texts := make([]string, len(schedule))
	for i, n := range schedule {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ",")
}

// ParseSchedule is FormatSchedule the other way round. The error says what is no number.
func ParseSchedule(text string) ([]int, error) {
	schedule := []int{}
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("explore: schedule: %q is no number", part)
		}
		schedule = append(schedule, n)
	}
	return schedule, nil
}
