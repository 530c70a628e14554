"""Provider functions: pure, called while Terraform evaluates, and never asking the cloud."""

import email
import json

import hcl
from case import Case, each_tool
from features import needs
from hcl import Raw

CONFIG = "#cloud-config\npackages:\n  - nginx\n"
SCRIPT = "#!/bin/sh\necho Grüße\n"


def call(name, *arguments):
    return Raw(f"provider::ecs::{name}({', '.join(hcl.value(given) for given in arguments)})")


@needs("functions")
class Functions(Case):
    def results(self, **calls):
        """What the outputs with these values hold after an apply."""
        self.configure(*(hcl.block("output", name, value=given) for name, given in calls.items()))
        self.apply()
        outcome = self.work.run("output", "-json", "-no-color")
        self.assertEqual(outcome.code, 0, outcome)
        return {name: row["value"] for name, row in json.loads(outcome.output).items()}

    def fails(self, given, *texts):
        self.configure(hcl.block("output", "result", value=given))
        outcome = self.plan_fails(*texts)
        self.assertNotRegex(outcome.text, r"\.\.\s*$", "Terraform sets the full stop itself")

    @each_tool
    def test_a_flavor_is_taken_apart(self):
        results = self.results(
            plain=call("parse_flavor", "s3.xlarge.4"),
            large=call("parse_flavor", "c6nl.16xlarge.2"),
            short=call("parse_flavor", "s1.medium"),
        )
        common = {"variant": "", "memory_gib": None}
        self.assertEqual(
            results,
            {
                "plain": {
                    **common,
                    "family": "s",
                    "generation": 3,
                    "size": "xlarge",
                    "vcpus": 4,
                    "memory_gib": 16,
                },
                "large": {
                    "family": "c",
                    "generation": 6,
                    "variant": "nl",
                    "size": "16xlarge",
                    "vcpus": 64,
                    "memory_gib": 128,
                },
                "short": {
                    **common,
                    "family": "s",
                    "generation": 1,
                    "size": "medium",
                    "vcpus": 1,
                },
            },
        )
        self.assertEqual(self.cloud.journal(), [])

    @each_tool
    def test_what_is_no_flavor_is_told_at_the_argument(self):
        self.fails(
            call("parse_flavor", "huge"),
            'Invalid value for "name" parameter: The name must look like "s3.xlarge.4": '
            "family and generation, size, and GiB of memory for each vCPU.",
        )

    def test_null_is_no_flavor(self):
        self.fails(call("parse_flavor", None), 'Invalid value for "name" parameter', "null")

    @each_tool
    def test_cloud_init_makes_one_text_that_mail_readers_understand(self):
        results = self.results(
            first=call("cloud_init", CONFIG, SCRIPT), again=call("cloud_init", CONFIG, SCRIPT)
        )
        message = email.message_from_string(results["first"])
        self.assertEqual(message.get_content_type(), "multipart/mixed")
        self.assertEqual(message.defects, [])
        parts = [
            (
                part.get_content_type(),
                part.get_filename(),
                part.get_payload(decode=True).decode(part.get_content_charset()),
            )
            for part in message.get_payload()
        ]
        self.assertEqual(
            parts,
            [("text/cloud-config", "part-1", CONFIG), ("text/x-shellscript", "part-2", SCRIPT)],
        )
        self.assertEqual(results["again"], results["first"], "the same parts, another text")

    @each_tool
    def test_a_part_of_no_kind_is_told_at_the_argument(self):
        self.fails(
            call("cloud_init", SCRIPT, "apt-get install nginx"),
            'Invalid value for "parts" parameter',
            "must begin with one of: .*#cloud-config, ",
        )

    def test_cloud_init_wants_a_part(self):
        self.fails(call("cloud_init"), "at least one part")

    def test_parts_that_are_too_long_for_the_cloud(self):
        long = Raw('format("#!/bin/sh\\n# %030000d", 0)')
        self.fails(call("cloud_init", long), "Together they make 4.* bytes; the cloud .* 32768")

    def test_a_server_takes_what_cloud_init_makes(self):
        self.configure(self.server(user_data=call("cloud_init", CONFIG, SCRIPT)))
        self.apply()
        self.plan_is_empty()

    def test_a_part_that_is_known_only_after_apply(self):
        source = hcl.block("resource", "terraform_data", "source", input=SCRIPT)
        made = Raw("provider::ecs::cloud_init(terraform_data.source.output)")
        self.configure(source, hcl.block("output", "made", value=made))
        self.assert_says(self.plan(), "known after apply")
        self.apply()
        self.plan_is_empty()
