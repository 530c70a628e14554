"""What not every Terraform and OpenTofu has, and since which version."""

NEVER = (99, 0)
SINCE = {
    # feature: (Terraform, OpenTofu)
    "stale-plans": ((1, 1), (1, 6)),  # a first plan can be too old
    "nested-references": ((1, 2, 7), (1, 6)),  # to what is inside a nested attribute
    "terraform_data": ((1, 4), (1, 6)),
    "test": ((1, 6), (1, 6)),
    "functions": ((1, 8), (1, 7)),
    "moves": ((1, 8), (1, 10)),
    "ephemeral": ((1, 10), (1, 11)),
    "write-only": ((1, 11), (1, 11)),
    "identity": ((1, 12), (1, 12)),
    "actions": ((1, 14), NEVER),
    "query": ((1, 14), NEVER),
}


def needs(*features):
    """Marks a case that exists only for tools with all these features."""
    unknown = set(features) - set(SINCE)
    assert not unknown, unknown

    def mark(test):
        test.features = features
        return test

    return mark


def has(tool, feature):
    terraform, tofu = SINCE[feature]
    return tool.numbers >= (tofu if tool.name == "tofu" else terraform)
