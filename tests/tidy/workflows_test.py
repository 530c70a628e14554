#!/usr/bin/env python3
"""What nobody can run here is at least consistent: the workflows of this project, and the files of
examples/gitops. They parse, their shell lines are shell, and what they name exists.

    workflows_test.py [SOURCE_DIRECTORY]
"""

import itertools
import json
import os
import re
import subprocess
import sys
import unittest

try:
    import yaml
except ImportError:
    # The python of a version manager; Debian's has the package python3-yaml.
    if sys.executable != "/usr/bin/python3":
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    raise

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
if len(sys.argv) > 1:
    TOP = sys.argv.pop(1)
WORKFLOWS = ".github/workflows"
GITOPS = "examples/gitops"
GITHUB = [f"{GITOPS}/github-actions/servers.yml"]
GITLAB = f"{GITOPS}/gitlab-ci/.gitlab-ci.yml"


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


class Loader(yaml.SafeLoader):
    """YAML in which a key given twice is an error, and `on` is a word."""


def mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.YAMLError(f"line {node.start_mark.line + 1}: twice: {twice}")
    return yaml.SafeLoader.construct_mapping(loader, node)


Loader.add_constructor("tag:yaml.org,2002:map", mapping)
Loader.yaml_implicit_resolvers = {
    letter: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:bool"]
    for letter, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def load(path):
    return yaml.load(read(path), Loader)


def files_below(folder):
    for path, _, names in os.walk(os.path.join(TOP, folder)):
        for name in names:
            yield os.path.relpath(os.path.join(path, name), TOP)


def github_workflows():
    return GITHUB + sorted(files_below(WORKFLOWS))


def steps(workflow):
    """Job and step of each step there is."""
    for job in workflow["jobs"].values():
        for step in job.get("steps", []):
            yield job, step


def expanded(text, job):
    """A shell text for each combination of what the job's matrix puts into it."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    rows = matrix.pop("include", [{}])
    for row in rows:
        for values in itertools.product(*matrix.values()):
            known = {**row, **dict(zip(matrix, values))}
            yield re.sub(
                r"\$\{\{\s*(.*?)\s*\}\}",
                lambda found: str(known.get(found.group(1).removeprefix("matrix."), "expression")),
                text,
            )


def shell_texts():
    """File and shell text of everything that one of the tools would run."""
    for path in github_workflows():
        for job, step in steps(load(path)):
            for text in expanded(step.get("run", ""), job):
                yield path, text
    for name, job in load(GITLAB).items():
        if isinstance(job, dict):
            for line in job.get("script", []):
                yield f"{GITLAB} {name}", line
    for workflow in load(f"{GITOPS}/atlantis/repos.yaml")["workflows"].values():
        for stage in workflow.values():
            for step in stage["steps"]:
                if "run" in step:
                    yield f"{GITOPS}/atlantis/repos.yaml", step["run"]


def subcommands(path):
    """The words of the script's `case` that lists its commands."""
    text = re.sub(r"\\\n\s*", "", read(path))
    (words,) = re.findall(r"^  ([a-z]+(?:\|[a-z]+){2,})\)", text, re.MULTILINE)
    return set(words.split("|"))


class Commands(unittest.TestCase):
    def test_shell_texts_are_shell(self):
        for path, text in shell_texts():
            done = subprocess.run(
                ["bash", "-n"], input=text, capture_output=True, text=True, check=False
            )
            self.assertEqual(done.returncode, 0, f"{path}: {done.stderr}\n{text}")

    def test_each_command_of_dev_and_of_the_pipeline_exists(self):
        known = {
            "./dev": subcommands("dev"),
            "pipeline.sh": subcommands(f"{GITOPS}/pipeline/pipeline.sh"),
        }
        used = {name: set() for name in known}
        for path, text in shell_texts():
            for name, words in known.items():
                for word in re.findall(rf"{re.escape(name)}[ \t]+(\S+)", text):
                    self.assertIn(word, words, f"{path}: {name} {word}")
                    used[name].add(word)
        self.assertEqual(
            used["./dev"],
            {"build", "test", "lint", "asan", "tsan", "fuzz", "simulate", "package"},
        )
        self.assertEqual(used["pipeline.sh"], known["pipeline.sh"])

    def test_each_script_exists(self):
        for path, text in shell_texts():
            for name in re.findall(r"(?<![\w/.])((?:scripts|tests)/[\w/.]+|\./\w+)", text):
                self.assertTrue(os.path.exists(os.path.join(TOP, name)), f"{path}: {name}")
            for name in re.findall(r"(?<![\w/])(?:/usr/local/lib/)?(pipeline/\S+\.sh)", text):
                script = os.path.join(TOP, GITOPS, name)
                self.assertTrue(os.access(script, os.X_OK), f"{path}: {name}")


class GitHub(unittest.TestCase):
    def test_actions_are_pinned(self):
        for path in github_workflows():
            for _, step in steps(load(path)):
                if "uses" in step:
                    self.assertRegex(step["uses"], r"^[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})$", path)

    def test_nothing_may_write_unless_it_says_so(self):
        for path in github_workflows():
            self.assertEqual(load(path)["permissions"], {"contents": "read"}, path)

    def test_jobs_and_steps_that_are_named_exist(self):
        for path in github_workflows():
            jobs = load(path)["jobs"]
            for name, job in jobs.items():
                needs = job.get("needs", [])
                needs = [needs] if isinstance(needs, str) else needs
                self.assertLessEqual(set(needs), set(jobs), f"{path} {name}")
                text = json.dumps(job)
                ids = {step["id"] for step in job.get("steps", []) if "id" in step}
                self.assertLessEqual(set(re.findall(r"\bsteps\.(\w+)", text)), ids, path)
                for other, output in re.findall(r"\bneeds\.(\w+)\.outputs\.(\w+)", text):
                    self.assertIn(other, needs, path)
                    self.assertIn(output, jobs[other]["outputs"], path)
                if job.get("uses", "").startswith("./"):
                    called = load(job["uses"])
                    self.assertIn("workflow_call", called["on"], path)

    def test_what_is_downloaded_was_uploaded(self):
        for path in github_workflows():
            names = {"upload": set(), "download": set()}
            for job, step in steps(load(path)):
                found = re.match(r"actions/(\w+)-artifact@", step.get("uses", ""))
                if found:
                    names[found.group(1)] |= set(expanded(step["with"]["name"], job))
            self.assertLessEqual(names["download"], names["upload"], path)


class OtherTools(unittest.TestCase):
    def test_gitlab_stages_and_needs_exist(self):
        pipeline = load(GITLAB)
        jobs = {name: job for name, job in pipeline.items() if "script" in job}
        self.assertEqual(set(jobs), {"plan", "apply", "drift"})
        for job in jobs.values():
            self.assertIn(job["stage"], pipeline["stages"])
            self.assertLessEqual(set(job.get("needs", [])), set(jobs))

    def test_atlantis_knows_its_workflow_and_its_folder(self):
        server = load(f"{GITOPS}/atlantis/repos.yaml")
        for repository in server["repos"]:
            self.assertIn(repository["workflow"], server["workflows"])
        for project in load(f"{GITOPS}/atlantis/atlantis.yaml")["projects"]:
            self.assertTrue(os.path.isdir(os.path.join(TOP, GITOPS, project["dir"])))

    def test_flux_objects_name_each_other(self):
        folder = f"{GITOPS}/flux"
        listed = load(f"{folder}/kustomization.yaml")["resources"]
        objects = {found["kind"]: found for found in (load(f"{folder}/{name}") for name in listed)}
        source, configuration = objects["GitRepository"], objects["Terraform"]
        self.assertEqual(source["apiVersion"], "source.toolkit.fluxcd.io/v1")
        self.assertEqual(configuration["apiVersion"], "infra.contrib.fluxcd.io/v1alpha2")
        self.assertEqual(
            configuration["spec"]["sourceRef"],
            {"kind": "GitRepository", "name": source["metadata"]["name"]},
        )
        path = os.path.join(TOP, GITOPS, configuration["spec"]["path"])
        self.assertTrue(os.path.isdir(path), path)

    def test_images_take_the_provider_from_where_its_configuration_says(self):
        mirror = re.search(r'path += "(.*)"', read(f"{GITOPS}/pipeline/provider.tfrc")).group(1)
        dockerfiles = [name for name in files_below(GITOPS) if name.endswith("/Dockerfile")]
        self.assertEqual(len(dockerfiles), 3)
        for name in dockerfiles:
            self.assertRegex(
                read(name),
                rf"(?m)^COPY terraform-provider-ecs_\*_linux_amd64\.zip {mirror}/"
                r"registry\.(terraform\.io|opentofu\.org)/ecs-cloud/ecs/$",
                name,
            )

    def test_every_file_is_listed_in_the_readme_beside_it(self):
        for folder in ("github-actions", "gitlab-ci", "atlantis", "flux"):
            text = read(f"{GITOPS}/{folder}/README.md")
            for name in os.listdir(os.path.join(TOP, GITOPS, folder)):
                if name not in ("README.md", "kustomization.yaml"):
                    self.assertIn(f"`{name}`", text, folder)


if __name__ == "__main__":
    unittest.main()
