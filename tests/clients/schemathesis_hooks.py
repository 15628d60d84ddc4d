"""What schemathesis asks an oracle for, beside what it makes up: things that the oracle has.

KNOWN is JSON: for each name of a parameter the values that exist, and `batches`, bodies of reports that are valid.
"""

import json
import os

import schemathesis
from hypothesis import strategies as st

KNOWN = json.loads(os.environ["KNOWN"])

schemathesis.openapi.format("solana-address", st.sampled_from(KNOWN["address"]))


def or_known(value):
    """A value that was made up, or one that exists. What is meant to be wrong comes in a wrapper, and stays wrong."""
    if not isinstance(value, dict):
        return st.just(value)
    if "reports" in value:
        return st.sampled_from([value, *KNOWN["batches"]])
    return st.fixed_dictionaries(
        {name: st.sampled_from([given, *KNOWN.get(name, [])]) for name, given in value.items()}
    )


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    return strategy.flatmap(or_known)


@schemathesis.hook
def before_generate_body(context, strategy):
    return strategy.flatmap(or_known)
