#!/usr/bin/env python3
"""Classroom 50 runs this for each submission. Put it into CLASSROOM/autograders/ASSIGNMENT/ of your classroom50
repository, beside strata for linux/amd64, and give the assignment a runtime with Go. STRATA_ARGS may hold flags of
strata grade, such as --layer gossip; --sealed=false grades in place, as elective 9 wants it."""
import datetime
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
STRATA = os.environ.get("STRATA", str(HERE / "strata"))


def graded(submission):
    """The report of strata, as a value; None if it could not grade."""
    desk = os.path.join(tempfile.mkdtemp(), "desk")  # there strata finds the workshop that it carries
    subprocess.run([STRATA, "new", desk], check=True, stdout=subprocess.DEVNULL)
    args = shlex.split(os.environ.get("STRATA_ARGS", ""))
    done = subprocess.run([STRATA, "grade", submission, "--sealed", "--json", "--quiet", *args], cwd=desk, stdout=subprocess.PIPE)
    return json.loads(done.stdout) if done.returncode <= 1 else None


def result(report, env, now):
    """The report as classroom50/result/v1."""
    tests = [
        {
            "test-name": f"{step['ID']} {step.get('Title', '')}".rstrip(),  # a sealed report has no titles
            "passed": step["Status"] == "passed",
            "score": step["Points"],
            "max-score": step["Of"],
        }
        for step in report["Steps"]
    ]
    return {
        "schema": "classroom50/result/v1",
        "classroom": env["CLASSROOM"],
        "assignment": env["ASSIGNMENT"],
        "submission": env["SUBMISSION_TAG"],
        "commit": env["COMMIT_URL"],
        "release": env["RELEASE_URL"],
        "review": env.get("REVIEW_URL") or env["COMMIT_URL"],
        "datetime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(t["score"] for t in tests),
        "max-score": sum(t["max-score"] for t in tests),
        "tests": tests,
    }


def main():
    report = graded(os.getcwd())
    if report is None:
        print("::error::strata could not grade this: see the lines above", file=sys.stderr)
        return 1
    now = datetime.datetime.now(datetime.timezone.utc)
    pathlib.Path("result.json").write_text(json.dumps(result(report, os.environ, now), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
