"""Many servers at once."""

from case import LARGE, SMALL, Case
from hcl import Raw

SERVERS = 50


class Fleet(Case):
    def fleet(self, flavor):
        self.configure(
            self.server("node", name=Raw('"node-${count.index}"'), count=SERVERS, flavor=flavor)
        )

    def test_fifty_are_made_resized_and_destroyed_at_once(self):
        self.fleet(SMALL)
        self.apply("-parallelism=50")
        self.assertEqual(len(self.cloud.servers()), SERVERS)
        self.cloud.clear_journal()
        self.plan_is_empty()
        reads = [entry for entry in self.cloud.journal() if "cloudservers" in entry["path"]]
        self.assertLess(len(reads), 2 * SERVERS, "a plan costs more calls than two a server")
        self.fleet(LARGE)
        self.apply("-parallelism=50")
        self.assertEqual(
            {(server["flavor"]["id"], server["status"]) for server in self.cloud.servers()},
            {(LARGE, "ACTIVE")},
        )
        self.plan_is_empty()
        outcome = self.work.run(
            "destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=50"
        )
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(self.cloud.servers(), [])
