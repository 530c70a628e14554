"""Ways to sign in, and the addresses that a compute service can have."""

import json

import emulator
from case import LARGE, Case


class SignIn(Case):
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


class Login(SignIn):
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

    def test_with_clouds_yaml_and_secure_yaml(self):
        environment = self.work.environment
        auth = {
            "auth_url": environment.pop("OS_AUTH_URL"),
            "project_name": environment.pop("OS_PROJECT_NAME"),
            "username": environment.pop("OS_USERNAME"),
            "user_domain_name": environment.pop("OS_DOMAIN_NAME"),
        }
        password = environment.pop("OS_PASSWORD")
        region = environment.pop("OS_REGION_NAME")
        cloud = {"auth": auth, "auth_type": "password", "regions": [region]}
        # YAML understands JSON.
        self.work.write("clouds.yaml", json.dumps({"clouds": {"demo": cloud}}))
        secure = {"clouds": {"demo": {"auth": {"password": password}}}}
        self.work.write("secure.yaml", json.dumps(secure))
        environment["OS_CLOUD"] = "demo"
        self.works()
        self.configure(self.server(), provider={"cloud": "other"})
        self.apply_fails('The cloud "other" cannot be read from clouds.yaml')

    def test_an_apply_without_changes_signs_in_at_most_once_a_process(self):
        self.configure(self.server())
        self.apply()
        self.cloud.clear_journal()
        self.plan_is_empty()
        self.assertLessEqual(len(self.cloud.calls("CreateToken")), 1)


class Agency(SignIn):
    role = {"agency_name": emulator.AGENCY, "domain_name": emulator.AGENCY_DOMAIN}

    def with_keys(self):
        self.without_password()
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = emulator.SECRET_KEY

    def in_the_environment(self):
        self.work.environment["OS_AGENCY_NAME"] = emulator.AGENCY
        self.work.environment["OS_AGENCY_DOMAIN_NAME"] = emulator.AGENCY_DOMAIN
        self.work.environment["OS_DELEGATED_PROJECT"] = self.work.environment.pop("OS_PROJECT_NAME")

    def test_by_password(self):
        self.in_the_environment()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateAgencyToken"), [])

    def test_by_token(self):
        self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        self.cloud.clear_journal()
        self.without_password()
        self.work.environment["OS_TOKEN"] = self.cloud.token
        self.in_the_environment()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateAgencyToken"), [])
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_by_keys(self):
        self.with_keys()
        self.in_the_environment()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateAgencyKey"), [])
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_configured_in_the_provider_block(self):
        self.with_keys()
        self.work.environment["OS_AGENCY_NAME"] = "overridden"
        role = {**self.role, "duration_seconds": 1800}
        self.configure(self.server(), provider={"assume_role": role})
        self.apply()
        self.configure(self.server(), provider={"assume_role": role})
        self.plan_is_empty()
        self.assertNotEqual(self.cloud.calls("CreateAgencyKey"), [])

    def test_a_cloud_that_knows_the_other_name_of_the_field(self):
        self.cloud.plan_fault("CreateAgencyToken", "refuse", status=400, code="IAM.0011")
        self.in_the_environment()
        self.configure(self.server())
        self.apply()
        self.assertEqual(self.cloud.faults_not_seen(), [])

    def test_an_agency_that_is_none_is_named(self):
        for way in (lambda: None, self.with_keys):
            way()
            self.configure(
                self.server(), provider={"assume_role": {**self.role, "agency_name": "other"}}
            )
            outcome = self.apply_fails(
                'Assuming the agency "other" of the account "partner-domain" failed',
                "Could not find agency: other",
                "Agent Operator",
            )
            self.assert_silent_about(outcome, emulator.PASSWORD)
            self.assert_silent_about(outcome, emulator.SECRET_KEY)

    def test_an_agency_without_its_account_is_refused_before_anything_is_asked(self):
        self.configure(self.server(), provider={"assume_role": {"agency_name": "a"}})
        self.apply_fails("assume_role.domain_name is missing", "OS_AGENCY_DOMAIN_NAME")
        self.assertEqual(self.cloud.journal(), [])


class InsideAServer(SignIn):
    def inside_a_server(self):
        self.without_password()
        self.work.environment["OS_METADATA_SERVICE"] = "true"
        self.work.environment["OS_METADATA_ENDPOINT_OVERRIDE"] = self.cloud.url


class MetadataService(InsideAServer):
    def test_gives_the_keys(self):
        self.inside_a_server()
        self.works()
        self.assertEqual(self.cloud.calls("CreateToken"), [])
        self.assertNotEqual(self.cloud.calls("ShowSecurityKey"), [])

    def test_gives_the_keys_that_assume_an_agency(self):
        self.inside_a_server()
        self.configure(self.server(), provider={"assume_role": Agency.role})
        self.apply()
        self.plan_is_empty()
        self.assertNotEqual(self.cloud.calls("CreateAgencyKey"), [])

    def test_is_not_asked_unless_told_to(self):
        self.inside_a_server()
        self.configure(self.server(), provider={"metadata_service": False})
        self.apply_fails("No credentials", "OS_METADATA_SERVICE")
        self.assertEqual(self.cloud.journal(), [])

    def test_a_password_is_used_before_it(self):
        self.work.environment["OS_METADATA_SERVICE"] = "true"
        self.configure(self.server())
        self.apply()
        self.assertEqual(self.cloud.calls("ShowSecurityKey"), [])


class MetadataServiceThatWantsTokens(InsideAServer):
    emulator_flags = ("--metadata", "token")

    def test_gets_them(self):
        self.inside_a_server()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateMetadataToken"), [])


class MetadataServiceOfTheFirstVersion(InsideAServer):
    emulator_flags = ("--metadata", "first")

    def test_gives_the_keys_without_a_token(self):
        self.inside_a_server()
        self.works()


class MetadataKeysThatEndSoon(InsideAServer):
    # Keys are not used in their last 30 seconds.
    emulator_flags = ("--key-life", "32s")
    durations = {"create": "4s"}

    def test_are_renewed_while_a_server_is_made(self):
        self.inside_a_server()
        self.configure(self.server())
        self.apply()
        self.assertGreater(len(self.cloud.calls("ShowSecurityKey")), 1)


class ServerWithoutAgency(InsideAServer):
    emulator_flags = ("--metadata", "no-agency")

    def test_is_told_what_to_do(self):
        self.inside_a_server()
        self.configure(self.server())
        self.apply_fails(
            "The metadata service gave no keys.",
            "Please configure Cloud Service Agency first",
            "inside a server of the cloud that has an agency",
        )


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
