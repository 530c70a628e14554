"""ecs_server: made, changed in place, replaced, read back, imported."""

from case import IMAGE, NETWORK, OTHER_IMAGE, SERVER, SMALL, VPC, Case, each_tool
from features import needs


class Life(Case):
    @each_tool
    def test_a_server_is_made_as_declared_and_destroyed(self):
        self.configure(
            self.server(
                description="front end",
                tags={"env": "demo"},
                metadata={"role": "web"},
                key_pair="demo-key",
                **self.where_known("write-only", user_data="#!/bin/sh\necho hello\n"),
            )
        )
        self.apply()
        state = self.state_of()
        server = self.cloud_server()
        self.assertEqual(server["name"], "web")
        self.assertEqual(server["status"], "ACTIVE")
        self.assertEqual(server["flavor"]["id"], SMALL)
        self.assertEqual(server["image"]["id"], IMAGE)
        self.assertEqual(server["key_name"], "demo-key")
        self.assertEqual(server["metadata"]["role"], "web")
        self.assertEqual(state["status"], "ACTIVE")
        self.assertEqual(state["vpc_id"], VPC)
        self.assertEqual(state["network_interface"]["network_id"], NETWORK)
        self.assertEqual(state["network_interface"]["fixed_ip"], state["access_ip_v4"])
        self.assertTrue(state["network_interface"]["port_id"])
        self.assertTrue(state["network_interface"]["mac_address"])
        self.assertEqual(state["system_disk"]["size_gb"], 40)
        self.assertTrue(state["system_disk"]["id"])
        self.assertEqual(len(self.cloud.calls("CreateServers")), 1)
        self.plan_is_empty()
        self.destroy()

    @each_tool
    def test_an_imported_server_plans_empty(self):
        self.configure(self.server(tags={"env": "demo"}, auto_recovery=True))
        self.apply()
        server_id = self.server_id()
        first, self.work = self.work, self.workspace("imported")
        self.work.adopt(self.initialised)
        self.work.copy_from(first.folder)
        outcome = self.work.run("import", "-input=false", "-no-color", SERVER, server_id)
        self.assertEqual(outcome.code, 0, outcome)
        self.plan_is_empty()
        self.assertEqual(self.server_id(), server_id)
        self.destroy()

    def test_importing_what_is_not_there_is_a_clear_error(self):
        self.configure(self.server())
        unknown = "00000000-0000-4000-8000-000000000000"
        outcome = self.work.run("import", "-input=false", "-no-color", SERVER, unknown)
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_says(outcome, "does not exist|cannot import non-existent|not found")

    def test_a_server_deleted_behind_our_back_is_made_again(self):
        self.configure(self.server())
        self.apply()
        lost = self.server_id()
        self.cloud.delete_server(lost)
        self.assert_says(self.plan(), "1 to add, 0 to change, 0 to destroy")
        self.apply()
        self.assertNotEqual(self.server_id(), lost)
        self.plan_is_empty()

    def test_a_server_gone_before_its_destroy_is_no_error(self):
        self.configure(self.server())
        self.apply()
        self.cloud.delete_server(self.server_id())
        outcome = self.work.run("destroy", "-auto-approve", "-no-color", "-refresh=false")
        self.assertEqual(outcome.code, 0, outcome)


class InPlace(Case):
    """Only the difference is sent, and nothing restarts."""

    def change(self, before, after):
        self.configure(self.server(**before))
        self.apply()
        server_id = self.server_id()
        self.cloud.clear_journal()
        self.configure(self.server(**after))
        self.assert_says(self.plan(), "0 to add, 1 to change, 0 to destroy")
        self.apply()
        self.assertEqual(self.server_id(), server_id)
        writes = self.cloud.writes()
        self.plan_is_empty()
        return writes

    def test_name(self):
        writes = self.change({}, {"name": "web-renamed"})
        self.assertEqual(len(writes), 1, writes)
        self.assertEqual(self.cloud_server()["name"], "web-renamed")

    def test_description(self):
        writes = self.change({"description": "old"}, {"description": "new"})
        self.assertEqual(len(writes), 1, writes)
        self.assertNotIn("name", str(writes[0]["body"]))
        self.assertEqual(self.state_of()["description"], "new")

    def test_name_and_description_are_one_call(self):
        writes = self.change({"description": "old"}, {"description": "new", "name": "web-renamed"})
        self.assertEqual(len(writes), 1, writes)

    def test_tags(self):
        writes = self.change(
            {"tags": {"keep": "1", "change": "old", "drop": "x"}},
            {"tags": {"keep": "1", "change": "new", "add": "y"}},
        )
        sent = str([write["body"] for write in writes])
        for word in ("change", "drop", "add"):
            self.assertIn(word, sent)
        self.assertNotIn("keep", sent)
        self.assertEqual(self.state_of()["tags"], {"keep": "1", "change": "new", "add": "y"})

    def test_metadata(self):
        writes = self.change(
            {"metadata": {"keep": "1", "change": "old", "drop": "x"}},
            {"metadata": {"keep": "1", "change": "new", "add": "y"}},
        )
        self.assertNotIn("keep", str(writes))
        metadata = self.cloud_server()["metadata"]
        self.assertEqual(metadata["change"], "new")
        self.assertEqual(metadata["add"], "y")
        self.assertNotIn("drop", metadata)

    def test_tags_removed_as_a_whole(self):
        self.change({"tags": {"env": "demo"}}, {})
        self.assertFalse(self.state_of().get("tags"))

    def test_settings_alone_call_nothing(self):
        writes = self.change({}, {"timeouts": {"update": "20m"}})
        self.assertEqual(writes, [])

    def test_drift_of_tags_is_seen_and_corrected(self):
        self.configure(self.server(tags={"env": "demo"}))
        self.apply()
        self.cloud.change_server(self.server_id(), tags={"env": "other"})
        self.assert_says(self.plan(), "1 to change")
        self.apply()
        self.plan_is_empty()

    def test_a_system_disk_grows_in_place(self):
        self.change(
            {"system_disk": {"type": "SSD", "size_gb": 40}},
            {"system_disk": {"type": "SSD", "size_gb": 50}},
        )
        self.assertEqual(self.state_of()["system_disk"]["size_gb"], 50)


class Replacing(Case):
    def test_another_image_replaces_the_server_and_warns(self):
        self.configure(self.server())
        self.apply()
        before = self.server_id()
        self.configure(self.server(image_id=OTHER_IMAGE))
        outcome = self.plan()
        self.assert_says(outcome, "must be replaced", "image_id", "system disk")
        self.apply()
        self.assertNotEqual(self.server_id(), before)
        self.assertIsNone(self.cloud.server(before))
        self.plan_is_empty()

    @needs("write-only")
    def test_other_user_data_replaces_only_if_asked_to(self):
        self.configure(self.server(user_data="one", user_data_replace_on_change=False))
        self.apply()
        before = self.server_id()
        self.configure(self.server(user_data="two", user_data_replace_on_change=False))
        self.apply()
        self.assertEqual(self.server_id(), before)
        self.configure(self.server(user_data="three", user_data_replace_on_change=True))
        self.assert_says(self.plan(), "must be replaced")
        self.apply()
        self.assertNotEqual(self.server_id(), before)
        self.plan_is_empty()
