// Package handins makes jobs of the hand-ins of a class, and does them: what a worker gets is the copy that strata
// class grade has taken in, with the settings of the class.
package handins

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"strata/farm/queue"
	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/grade/extras"
)

// order says how a hand-in is graded. It is the first line of a job.
type order struct {
	class.Settings
	Own *extras.Suite `json:",omitempty"` // the scenarios that the instructor adds
}

// Jobs are those of the hand-ins that have no result.
func Jobs(f *class.Folder) (jobs []queue.Job, err error) {
	waiting, err := f.Waiting()
	if err != nil {
		return nil, err
	}
	scenarios, err := class.Scenarios(f.Dir, f.List.Settings)
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(order{f.List.Settings, scenarios})
	if err != nil {
		return nil, fmt.Errorf("farm: %w", err)
	}
	for _, w := range waiting {
		var out bytes.Buffer
		out.Write(append(head, '\n'))
		z := zip.NewWriter(&out)
		if err := z.AddFS(os.DirFS(w.Handin.Dir)); err != nil {
			return nil, fmt.Errorf("%s: %w; run strata class grade again, which takes it in once more", w.Handin.Name, err)
		}
		if err := z.Close(); err != nil {
			return nil, fmt.Errorf("farm: %w", err)
		}
		jobs = append(jobs, queue.Job{Key: w.Key, Name: w.Handin.Name, Data: out.Bytes()})
	}
	return jobs, nil
}

// Do grades jobs with the workshop whose digest is suite. grader makes what grades by the settings of a job.
func Do(suite string, grader func(class.Settings, *extras.Suite) class.Grader) queue.Do {
	return func(ctx context.Context, job []byte) (queue.Done, error) {
		head, archive, _ := bytes.Cut(job, []byte("\n"))
		var s order
		if err := json.Unmarshal(head, &s); err != nil {
			return queue.Done{}, fmt.Errorf("a job that makes no sense: %w", err)
		}
		if s.Suite != suite {
			return queue.Done{}, queue.ErrOther
		}
		if s.Own != nil && s.Own.Digest() != s.Scenarios {
			return queue.Done{}, errors.New("a job with other scenarios than it says: start strata-farm class again")
		}
		temp, err := os.MkdirTemp("", "strata-farm-")
		if err != nil {
			return queue.Done{}, err
		}
		defer os.RemoveAll(temp)
		packed, dir := filepath.Join(temp, "a.zip"), filepath.Join(temp, "handin")
		if err := os.WriteFile(packed, archive, 0o600); err != nil {
			return queue.Done{}, err
		}
		if err := intake.Unpack(ctx, packed, dir, intake.Limits{}); err != nil {
			return queue.Done{}, err
		}
		result, text, err := class.One(ctx, grader(s.Settings, s.Own), dir, 1)
		return queue.Done{Result: result, Beside: text}, err
	}
}
