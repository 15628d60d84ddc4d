"""Closes an epoch's shards on Spark, as the state machine of serverless.yml does on AWS.

An oracle starts it by COMMONWIRE_CLOSE_COMMAND and adds the address of the close and the number of its shards:

  spark-submit --master spark://HOST:7077 close.py [--step PATH] GLOBALS SHARDS

Every worker needs Node, the bundle at PATH, and the folder or bucket of the oracle.
"""

import argparse
import json
import os
import shlex

from pyspark.sql import SparkSession

# What a worker may know of the oracle's environment: where it reads and writes, and no key of the oracle.
PASSED = ("COMMONWIRE_DATA", "COMMONWIRE_BUCKET")


def environment():
    kept = {name: value for name, value in os.environ.items() if name in PASSED or name.startswith("AWS_")}
    return {"PATH": os.environ["PATH"], **kept}


def main():
    parser = argparse.ArgumentParser(description="closes an epoch's shards on Spark")
    parser.add_argument("--step", default="oracle/dist/pipe.js", help="what does a step, on every worker")
    parser.add_argument("globals")
    parser.add_argument("shards", type=int)
    args = parser.parse_args()
    session = SparkSession.builder.appName(f"close {args.globals[:16]}").getOrCreate()
    context = session.sparkContext

    def run(step, items):
        requests = [json.dumps({"globals": args.globals, **item}) for item in items]
        # A worker that is lost or fails has its step repeated, which leaves the same bytes.
        answers = context.parallelize(requests, len(requests)).pipe(
            f"node {shlex.quote(args.step)} {step}", environment(), checkCode=True
        )
        got = [json.loads(line) for line in answers.collect()]
        if len(got) != len(items):
            raise RuntimeError(f"{step}: {len(got)} of {len(items)} were answered")
        return got

    shards = [{"shard": shard} for shard in range(args.shards)]
    run("judge", shards)
    run("reduce", [{}])
    run("write", shards)
    print(json.dumps(run("root", [{}])[0]))
    session.stop()


main()
