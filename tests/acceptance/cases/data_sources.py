"""Data sources answer with what the cloud has, filtered as asked."""

import json

import hcl
from case import AVAILABILITY_ZONE, Case
from hcl import Raw


class DataSources(Case):
    def read(self, kind, expression, *blocks, **filters):
        """The value of an expression over one data source."""
        data = hcl.block("data", kind, "it", **filters)
        output = hcl.block("output", "it", value=Raw(f"{expression}"))
        self.configure(*blocks, data, output)
        self.apply()
        outcome = self.work.run("output", "-json", "it")
        self.assertEqual(outcome.code, 0, outcome)
        return json.loads(outcome.output)

    def test_availability_zones(self):
        names = self.read("ecs_availability_zones", "data.ecs_availability_zones.it.names")
        self.assertIn(AVAILABILITY_ZONE, names)

    def test_flavors_are_filtered_by_size(self):
        flavors = self.read(
            "ecs_flavors", "data.ecs_flavors.it.flavors", min_vcpus=2, max_vcpus=2, min_ram_mb=4096
        )
        self.assertTrue(flavors)
        self.assertEqual({flavor["vcpus"] for flavor in flavors}, {2})
        self.assertTrue(all(flavor["ram_mb"] >= 4096 for flavor in flavors))

    def test_images_are_filtered_and_the_newest_is_found(self):
        images = self.read(
            "ecs_images",
            "data.ecs_images.it.images",
            platform="Ubuntu",
            visibility="public",
            most_recent=True,
        )
        self.assertEqual(len(images), 1)
        self.assertEqual(images[0]["platform"], "Ubuntu")

    def test_an_image_is_named_as_any_terraform_understands_it(self):
        """Before 1.2.7, no reference goes into a nested attribute."""
        newest = "element(data.ecs_images.it.images, 0).id"
        image = self.read("ecs_images", newest, platform="Ubuntu", most_recent=True)
        self.assertRegex(image, "^[0-9a-f-]{36}$")

    def test_servers_are_filtered_by_name(self):
        servers = [self.server("web"), self.server("db", name="db")]
        wanted = hcl.block(
            "data",
            "ecs_servers",
            "it",
            name_regex="^we",
            depends_on=[Raw("ecs_server.web"), Raw("ecs_server.db")],
        )
        output = hcl.block(
            "output", "it", value=Raw("[for server in data.ecs_servers.it.servers : server.name]")
        )
        self.configure(*servers, wanted, output)
        self.apply()
        outcome = self.work.run("output", "-json", "it")
        self.assertEqual(json.loads(outcome.output), ["web"])
        self.plan_is_empty()

    def test_one_that_finds_nothing_is_empty(self):
        images = self.read("ecs_images", "data.ecs_images.it.images", name="no such image")
        self.assertEqual(images, [])
