"""Ways to sign in, and the addresses that a compute service can have."""

import emulator
from case import LARGE, Case


class Login(Case):
    def without_password(self):
        for name in ("OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME"):
            del self.work.environment[name]

    def works(self):
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.plan_is_empty()
        self.destroy()

    def test_with_keys(self):
        self.without_password()
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = emulator.SECRET_KEY
        self.works()
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_with_a_wrong_secret_key(self):
        self.without_password()
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = "wrong-secret-key"
        self.configure(self.server())
        outcome = self.apply_fails("401")
        self.assert_silent_about(outcome, "wrong-secret-key")

    def test_with_a_token(self):
        self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        self.without_password()
        self.work.environment["OS_TOKEN"] = self.cloud.token
        self.works()

    def test_configured_in_the_provider_block(self):
        environment = self.work.environment
        settings = {
            "auth_url": environment.pop("OS_AUTH_URL"),
            "region": environment.pop("OS_REGION_NAME"),
            "project_name": environment.pop("OS_PROJECT_NAME"),
            "user_name": environment.pop("OS_USERNAME"),
            "password": environment.pop("OS_PASSWORD"),
            "domain_name": environment.pop("OS_DOMAIN_NAME"),
        }
        self.configure(self.server(), provider=settings)
        self.apply()
        self.plan_is_empty()

    def test_an_apply_without_changes_signs_in_at_most_once_a_process(self):
        self.configure(self.server())
        self.apply()
        self.cloud.clear_journal()
        self.plan_is_empty()
        self.assertLessEqual(len(self.cloud.calls("CreateToken")), 1)


class ComputeEndpoints(Case):
    def resize_with(self, path):
        endpoints = {"ecs": self.cloud.url + path}
        self.configure(self.server(), provider={"endpoints": endpoints})
        self.apply()
        self.configure(self.server(flavor=LARGE), provider={"endpoints": endpoints})
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        actions = [
            entry["path"] for entry in self.cloud.writes() if entry["path"].endswith("/action")
        ]
        self.plan_is_empty()
        return actions

    def test_v2(self):
        actions = self.resize_with(f"/v2/{emulator.PROJECT_ID}")
        self.assertTrue(all(path.startswith("/v2/") for path in actions), actions)

    def test_v2_1(self):
        actions = self.resize_with(f"/v2.1/{emulator.PROJECT_ID}")
        self.assertTrue(all(path.startswith("/v2.1/") for path in actions), actions)
